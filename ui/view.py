"""What the frame knows for every page: the place, the comparison, the language, whether somebody presents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from ui import parameters
from ui.data import statistics
from zwk_data.catalog import participants
from zwk_data.exhibits.registry import known_place
from zwk_data.language import LANGUAGES, Language
from zwk_data.render.palette import DARK, LIGHT, Palette
from zwk_data.warehouse import Place, Places

DEFAULT_PLACE = "05758012"
TOKENS = ("kreis", "land", "DG", "partner", "aehnlich")
DEFAULT_COMPARISON = "kreis,land,DG"
MAXIMUM = 9


@dataclass(frozen=True)
class View:
    """The reader's choice in the frame."""

    place: Place
    comparison: tuple[str, ...]  # tokens and keys as chosen
    compared: tuple[Place, ...]  # the places they stand for, without the place itself
    language: Language
    present: bool
    palette: Palette

    @property
    def ags(self) -> list[str]:
        """The place and the places compared with it, as keys."""
        return [self.place.ags, *(other.ags for other in self.compared)]

    @property
    def reference(self) -> str:
        """What single figures are compared with: Germany or, where only that is chosen, the Land; as a key."""
        levels = {other.level: other.ags for other in self.compared if other.level in ("germany", "land")}
        return levels.get("germany") or levels.get("land") or ""

    def text(self, message: str, **values: object) -> str:
        """Translate a text of the page."""
        return self.language.text(message, **values)


def partner_places() -> list[Place]:
    """Return the four partners in the order of the catalogue."""
    known = statistics().places
    return [known[entry.ags] for entry in participants().values() if entry.partner and entry.ags in known]


def read_view() -> View:
    """Read the frame's parameters and keep the view for this run."""
    language = Language(parameters.choice("lang", LANGUAGES, "de", "»{value}« ist keine verfügbare Sprache."))
    places = statistics().named_in(language.code).places
    place = parameters.read("ags", lambda text: known_place(text, places, language), places[DEFAULT_PLACE])
    tokens = parameters.read(
        "compare", lambda text: _tokens(text, places, language), tuple(DEFAULT_COMPARISON.split(","))
    )
    present = (
        parameters.choice("present", {"1": "", "0": ""}, "0", language.text("»{value}« ist hier nicht möglich.")) == "1"
    )
    view = View(place, tokens, resolve(place, tokens, places), language, present, _palette())
    st.session_state["_view"] = view
    return view


def view() -> View:
    """Return the view of this run."""
    found: View = st.session_state["_view"]
    return found


def _palette() -> Palette:
    return DARK if st.context.theme.type == "dark" else LIGHT


def _tokens(text: str, places: Places, language: Language) -> tuple[str, ...]:
    if text == "-":
        return ()
    parts = [part for part in text.split(",") if part]
    return tuple(dict.fromkeys(part if part in TOKENS else known_place(part, places, language).ags for part in parts))


def resolve(place: Place, tokens: tuple[str, ...], places: Places) -> tuple[Place, ...]:
    """Return the places that the tokens stand for, each once, at most nine, without the place itself."""
    above = {other.level: other for other in places.ancestors(place)}
    groups: dict[str, Callable[[], Sequence[Place]]] = {  # each is looked up only where it was chosen
        "kreis": lambda: [above["kreis"]] if "kreis" in above else [],
        "land": lambda: [above["land"]] if "land" in above else [],
        "DG": lambda: [above["germany"]] if "germany" in above else [],
        "partner": partner_places,
        "aehnlich": lambda: places.similar(place),
    }
    found = [other for token in tokens for other in _of_token(token, groups, places)]
    return tuple(other for other in dict.fromkeys(found) if other != place)[:MAXIMUM]


def _of_token(token: str, groups: Mapping[str, Callable[[], Sequence[Place]]], places: Places) -> Sequence[Place]:
    found = groups[token]() if token in groups else []
    return found or ([places[token]] if token in places else [])
