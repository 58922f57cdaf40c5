"""The page Wirkung: the aim that is chosen or tried, the way to a target and to the studio, and what follows."""

from dataclasses import dataclass

import streamlit as st

from ui import controls, parameters, plans
from ui.card import show
from ui.data import statistics
from ui.literal import literal
from ui.view import View, view
from zwk_data.catalog import GROUPS, Indicator, indicators
from zwk_data.exhibits import Context
from zwk_data.exhibits.effects import common
from zwk_data.outlook import NoStart, Run, numbers
from zwk_data.outlook.effects import Found, as_scenario, quantified
from zwk_data.plan.model import Plan

PLAN_PAGE, STUDIO_PAGE = "pages/action/werkstattplan.py", "pages/future/scenarios.py"
TRY = "try"  # in place of the id of a target
MOST = 1e9  # as many digits as an address may have
TRIED = "_need_indicator"  # in the session: what the tried value belongs to


@dataclass(frozen=True)
class Effects:
    """What the page is about; ``run`` None: nothing runs for this place, and the exhibits say why."""

    now: View
    plan: Plan | None
    run: Run | None
    form: str = ""

    @property
    def context(self) -> Context:
        """What the exhibits read from."""
        return Context(statistics(), self.now.language, plans.seen().plan)

    @property
    def own(self) -> bool:
        """Whether the place has a plan of its own, where targets and effects can be entered."""
        return self.plan is not None and self.plan.kind != "example"

    @property
    def quantified(self) -> bool:
        """Whether any entry has a range with reason and source."""
        return self.plan is not None and any(quantified(entry) for entry in self.plan.entries)


def opened() -> Effects:
    """Return the plan of the place in view, and the run without change."""
    now = view()
    plan = plans.seen().plan(now.place.ags)
    context = Context(statistics(), now.language, plans.seen().plan)
    form = _form(now)
    start = common.start_of(context, now.place, form)
    return Effects(now, plan, None if isinstance(start, NoStart) else common.run_of(context, start), form)


def _form(now: View) -> str:
    """Read how a town without ages of its own is run: with its Kreis, or where the reader asks as an approximation."""
    offered = {"": "", "scaled": ""} if now.place.level == "gemeinde" else {"": ""}
    if st.query_params.get("form", parameters.kept("form") or "") not in offered:
        parameters.forget("form")
    found = parameters.choice("form", offered, "", now.text("»{value}« ist hier nicht möglich."))
    parameters.restore("form")
    return found


def whose(page: Effects) -> None:
    """Say whose figures run where they are not the place's own, and offer the other way."""
    now, run = page.now, page.run
    if run is None or now.present or run.start.form not in ("kreis", "scaled"):
        return
    text, names = now.text, {"kreis": literal(run.start.place.name), "town": literal(now.place.name)}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="whose"):
        if run.start.form == "kreis":
            st.caption(text("Gerechnet wird **{kreis}**: Für {town} liegt kein eigener Altersaufbau vor.", **names),
                       width="content")  # fmt: skip
            if not isinstance(common.start_of(page.context, now.place, "scaled"), NoStart):
                st.button(text("Als Näherung für die Gemeinde rechnen"), key="scaled", type="tertiary",
                          icon=":material/percent:", on_click=parameters.write, args=("form", "scaled"))  # fmt: skip
        else:
            st.button(text("Zurück zum Kreis"), key="unscaled", type="tertiary", icon=":material/undo:",
                      on_click=parameters.forget, args=("form",))  # fmt: skip


def heading(page: Effects) -> None:
    """Say what the page is; who presents goes without."""
    if page.now.present:
        return
    text = page.now.text
    st.title(text("Wirkung"), anchor=False)
    said = text(
        "**Zuerst der Bedarf:** Was müsste sich ändern, damit ein Ziel erreicht wird, und wäre das bei einem Ort "
        "dieser Größe überhaupt zu sehen? Vorhaben sollen dazu beitragen; ob sie es tun, zeigt keine Rechnung."
    )
    st.caption(said)


# --- the need --------------------------------------------------------------------------------------------------------


def need(page: Effects) -> None:
    """Draw the choice of the aim, what it would take, and the way to the studio."""
    asked = _aim(page)
    show("effect_need", ags=page.now.place.ags, height=420, form=page.form, **asked)
    show("effect_levers", ags=page.now.place.ags, form=page.form, **asked)
    if page.run is not None and not page.now.present:
        _to_studio(page, asked)


def _aim(page: Effects) -> dict[str, object]:
    """Return the aim as parameters of its exhibits: a target of the plan, or a value that is tried."""
    targets = page.plan.targets if page.plan else ()
    language = page.now.language
    if not targets:
        _no_targets(page)
        return _tried(page)
    options = {one.id: common.target_label(one, language) for one in targets}
    options |= {TRY: page.now.text("Einen Wert ausprobieren")}
    chosen = controls.select("target", page.now.text("Ziel"), options, targets[0].id)
    return _tried(page) if chosen == TRY else {"target": chosen}


def _no_targets(page: Effects) -> None:
    """Say how a target gets here, with the way to it; meanwhile a value can be tried."""
    if page.now.present:
        return
    text = page.now.text
    said = text("Für {place} ist noch kein Ziel eingetragen. Ein Wert lässt sich hier ausprobieren, ohne etwas zu "
                "speichern.", place=literal(page.now.place.name))  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="no_targets"):
        st.caption(said, width="content")
        st.page_link(PLAN_PAGE, label=text("Ziel im Werkstattplan setzen"), icon=":material/flag:",
                     query_params={"ags": page.now.place.ags, "part": "edit"})  # fmt: skip


def _tried(page: Effects) -> dict[str, object]:
    """Draw indicator, value and year to try; as in the address, so that a link shows the same."""
    if page.run is None:
        return {}
    text, run = page.now.text, page.run
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="tried"):
        one = _indicator(page)
        years = {str(year): str(year) for year in range(run.start.year + 1, run.years[-1] + 1)}
        year = controls.select("need_year", text("Ende"), years, str(common.DEFAULT_YEAR))
        value = _value(page, one)
    return {"indicator": one.id, "year": year, "value": "" if value is None else common.plain_number(value)}


def _indicator(page: Effects) -> Indicator:
    """Draw the choice among what the run gives; a value tried for another indicator is let go."""
    english = page.now.language.code == "en"
    given = [one for one in indicators().values() if page.run is not None and numbers.gives(page.run, one)]
    known = {one.id: f"{one.label(page.now.language.code)}  ·  {GROUPS[one.group][english]}" for one in given}
    chosen = controls.select("need_indicator", page.now.text("Kennzahl"), known, common.DEFAULT_INDICATOR)
    if st.session_state.setdefault(TRIED, chosen) != chosen:
        parameters.forget("need_value")
        st.session_state[TRIED] = chosen
    return indicators()[chosen]


def _value(page: Effects, one: Indicator) -> float | None:
    """Draw the value to reach: that at the start until the reader says another, which is None."""
    run, now = page.run, page.now
    if run is None:
        return None
    today = common.wanted_of(common.Aim(one, None, common.DEFAULT_YEAR), run)

    found = parameters.read("need_value", lambda text: common.number(text, page.context), today)
    if now.present:
        return None if found == today else found
    key = f"need_value_{one.id}"
    st.session_state[key] = found

    def moved() -> None:
        value = float(st.session_state[key])
        parameters.write("need_value", "" if value == today else common.plain_number(value))

    st.number_input(
        now.text("Wert (heute {number})", number=now.language.number(today, one.decimals)), -MOST, MOST, key=key,
        step=common.step_of(today, one), format=f"%.{one.decimals}f", on_change=moved,
    )  # fmt: skip
    return None if found == today else found


def _to_studio(page: Effects, asked: dict[str, object]) -> None:
    """Offer the scenario with the value that reaches the aim."""
    found = common.scenario_of(page.context, page.plan, page.run, asked) if page.run is not None else None
    if not isinstance(found, Found):
        return
    st.page_link(
        STUDIO_PAGE, label=page.now.text("Mit diesem Wert weiterrechnen"), icon=":material/tune:",
        query_params=_studio(page, str(found.scenario)),
    )  # fmt: skip


def _studio(page: Effects, scenario: str) -> dict[str, str]:
    """Return the address of the studio with a scenario in focus beside the run without change."""
    form = page.run.start.form if page.run is not None and page.run.start.form == "scaled" else ""
    address = {"ags": page.now.place.ags, "scenarios": f"{scenario},continue", "form": form}
    return {name: value for name, value in address.items() if value}


# --- what would be visible, what is expected -------------------------------------------------------------------------


def visible(page: Effects) -> None:
    """Draw the year of the review and what would be seen by then."""
    if page.run is None:
        return
    run, text = page.run, page.now.text
    usual = common.review_year(page.plan, run.start)
    years = {str(year): str(year) for year in range(run.start.year + 1, run.start.year + 16)}
    with st.container(width=320, key="review_year"):
        review = controls.select("review", text("Zwischenbilanz"), years | {str(usual): str(usual)}, str(usual))
    show("effect_visible", ags=page.now.place.ags, year=review if review != str(usual) else "")


def expected(page: Effects) -> None:
    """Draw what entries may add, where somebody entered a range; and the others."""
    if page.run is None or page.plan is None:
        return
    if page.quantified:
        _contributions(page)
    elif not page.now.present:
        _how_to_enter(page)
    show("effect_unquantified", ags=page.now.place.ags)


def _contributions(page: Effects) -> None:
    code, run, ags = page.now.language.code, page.run, page.now.place.ags
    if run is None or page.plan is None:
        return
    known = {name: one.label(code) for name, one in indicators().items() if numbers.gives(run, one)}
    chosen = controls.select("effect_indicator", page.now.text("Beiträge zu welcher Kennzahl"), known,
                             common.DEFAULT_INDICATOR)  # fmt: skip
    show("effect_paths", ags=ags, indicator=chosen, form=page.form)
    show("effect_contributions", ags=ags, indicator=chosen, form=page.form, year=st.query_params.get("review", ""),
         height=360)  # fmt: skip
    whole = as_scenario(run, [effect for entry in page.plan.entries for effect in quantified(entry)])
    if whole is not None and not page.now.present:
        st.page_link(STUDIO_PAGE, label=page.now.text("Alle mittleren Werte im Studio öffnen"), icon=":material/tune:",
                     query_params=_studio(page, str(whole)))  # fmt: skip


def _how_to_enter(page: Effects) -> None:
    """Say what a contribution needs to be shown, with the way to enter one."""
    text = page.now.text
    said = text("Beiträge erscheinen, sobald zu einem Vorhaben eine Spanne mit Grund und Quelle eingetragen ist.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="no_effects"):
        st.caption(said, width="content")
        st.page_link(PLAN_PAGE, label=text("Spanne im Werkstattplan eintragen"), icon=":material/edit:",
                     query_params={"ags": page.now.place.ags, "part": "edit"})  # fmt: skip


__all__ = ["Effects", "expected", "heading", "need", "opened", "visible", "whose"]
