"""What the page Vergleich asks before it compares: like with like, and on which scale."""

from collections.abc import Sequence

import streamlit as st

from ui import controls, parameters
from ui.data import statistics
from ui.view import View, view
from zwk_data.catalog import indicators
from zwk_data.exhibits import Context
from zwk_data.exhibits.comparison import COUNTS, kept_out

SCALES = ("absolute", "index")


def scale(indicator: str) -> str:
    """Draw the choice between values and an index, where an index can be formed; counts start as an index."""
    entry, now = indicators()[indicator], view()
    if entry.chance == "skellam" or entry.kind in ("change", "index") or entry.id.startswith("net_migration"):
        return "absolute"
    options = {"absolute": now.text("Werte"), "index": now.text("Index")}
    return controls.segments("scale", now.text("Skala"), options, SCALES[entry.unit in COUNTS])


def like_with_like(chosen: Sequence[str]) -> list[str]:
    """Return the keys to compare: without those of another kind, until the reader says to mix them.

    Args:
        chosen: ids of the indicators shown; with figures of the Kreis a town counts as its Kreis.
    """
    now = view()
    ags = now.ags
    if len(ags) < 2:
        st.caption(now.text("Orte zum Vergleich wählen Sie oben neben dem Ort."))
    kinds = {place.level for place in (now.place, *now.compared)} & {"kreis", "gemeinde"}
    other = _kept_out(tuple(chosen), tuple(ags), statistics().generation.number) if len(kinds) == 2 else []
    if not other:
        return ags
    mixed = parameters.choice("mix", {"1": "", "0": ""}, "0", now.text("»{value}« ist hier nicht möglich.")) == "1"
    if not now.present:
        _question(now, other, mixed)
    return ags if mixed else [key for key in ags if key not in other]


@st.cache_resource(max_entries=1024, show_spinner=False)
def _kept_out(chosen: tuple[str, ...], ags: tuple[str, ...], generation: int) -> list[str]:
    data = statistics()
    wanted = [indicators()[key] for key in chosen]
    return [place.ags for place in kept_out(Context(data), wanted, [data.places[key] for key in ags])]


def _question(now: View, other: Sequence[str], mixed: bool) -> None:
    """Ask whether Kreise and Gemeinden may stand side by side; the answer is in the URL."""
    names = ", ".join(statistics().places[key].name for key in other)
    with st.container(horizontal=True, vertical_alignment="center", key="mixture"):
        if mixed:
            st.caption(now.text("Kreise und Gemeinden stehen nebeneinander ({names}).", names=names), width="stretch")
            st.button(
                now.text("Nur Gleichartige"), key="unmix", on_click=parameters.forget, args=("mix",), type="tertiary"
            )
            return
        st.caption(
            now.text(
                "Kreise und Gemeinden sind verschieden groß und haben verschiedene Aufgaben. Auch {names} zeigen?",
                names=names,
            ),
            width="stretch",
        )  # fmt: skip
        st.button(now.text("Mit anzeigen"), key="mix", on_click=parameters.write, args=("mix", "1"))
