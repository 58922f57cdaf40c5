"""The page Möglichkeiten: filters, the catalogue, concept x theme, recommendations; carrying on and adding in the plan.

Whatever is written goes through ``Plans``, against the version that was on the page: nothing is overwritten unseen.
"""

from datetime import date
from uuid import NAMESPACE_OID, uuid4, uuid5

import streamlit as st

from ui import controls, parameters, plan, plans
from ui.by_itself import by_itself
from ui.card import show
from ui.literal import literal
from ui.options_body import editable
from ui.permissions import may
from ui.plan_edit import session
from ui.view import View, view
from zwk_data.access import Denied
from zwk_data.exhibits.plan_concepts import concept_name
from zwk_data.exhibits.plan_options import NONE, fits, shelf_words, theme_word
from zwk_data.exhibits.plan_outline import ordered_fields
from zwk_data.exhibits.plan_recommendations import recommendations
from zwk_data.plan import labels
from zwk_data.plan.model import Entry, Mention, Origin, Plan, Stage
from zwk_data.plan.parts import new_id
from zwk_data.plan.service import NotUsable
from zwk_data.plan.synthesis import THEMES, gaps, shelf

SHOWN = 12  # entries that can be carried on from at once; the filters lead to the others
ORDER: tuple[Stage, ...] = ("idea", "option", "recommendation", "action")
ADD = "_options_add"  # in the session: id and request of the entry that is being added


def page() -> None:
    """Draw the page; without a plan, the ways to one."""
    found = plan.current()
    _heading(found)
    if found is None:
        show("plan_choice", ags=view().place.ags)
        plan.ways_to_a_plan()
        return
    by_itself(_draw, plans.seen)


def _heading(found: Plan | None) -> None:
    now = view()
    if now.present:
        return
    st.title(now.text("Möglichkeiten"), anchor=False)
    st.markdown(now.text(
        "Was es gibt und was anzustreben ist, für Kommune, Politik und Bürgerschaft: alle Einträge des Werkstattplans "
        "nach den Themen des Werkzeugkoffers."))  # fmt: skip
    if found and found.kind == "example":
        st.badge(now.text("Beispiel aus öffentlichen Quellen"), icon=":material/menu_book:", color="blue")


def _draw() -> None:
    found, now = plan.current(), view()
    if found is None:
        return
    _told()
    parts = {"catalogue": _catalogue, "concepts": _concepts, "recommendations": _recommendations}
    if now.present:
        for part in parts.values():
            if part is not _recommendations or any(one.stage == "recommendation" for one in found.entries):
                part(found, now)
        return
    text = now.text
    names = {
        "catalogue": text("Nach Themen"), "concepts": text("Konzepte und Themen"),
        "recommendations": text("Empfehlungen"),
    }  # fmt: skip
    parts[controls.segments("shelf", text("Ansicht"), names, "catalogue", named=False)](found, now)


def _told() -> None:
    """Say what became of the last action, always in the same place."""
    with st.container(key="options_told"):
        if said := st.session_state.pop(session.SAID, ""):
            st.success(literal(said), icon=":material/check:")
        if wrong := st.session_state.pop(session.WRONG, []):
            st.error(literal(" ".join(dict.fromkeys(wrong))), icon=":material/error:")


# --- the catalogue and how to carry on -------------------------------------------------------------------------------


def _catalogue(found: Plan, now: View) -> None:
    theme, audience, stage, state = _filters(found, now)
    show("plan_options", ags=now.place.ags, theme=theme, audience=audience, stage=stage, state=state)
    kept = [one for one in found.entries if fits(one, audience, stage, state) and _in_theme(one, theme)]
    _carry_on(kept, now)


def _in_theme(entry: Entry, theme: str) -> bool:
    return not theme or (THEMES[theme] in entry.themes if theme in THEMES else not entry.themes)


def _filters(found: Plan, now: View) -> tuple[str, str, str, str]:
    """Draw the filters; each offers what the plan has, and ``all`` lets everything through."""
    text, language = now.text, now.language
    entries = found.entries
    themes = {key: theme_word(theme, language) for key, theme in THEMES.items()} | {NONE: theme_word("", language)}
    audiences = {**labels.audiences(language), NONE: text("ohne Adressat")}
    stages = {**labels.stages(language), NONE: text("ohne Stufe")}
    states = {key: word for key, word in shelf_words(language).items() if any(shelf(one) == key for one in entries)}
    offered = {
        "theme": (text("Thema"), {key: word for key, word in themes.items() if any(
            _in_theme(one, key) for one in entries)}, text("alle Themen")),
        "state": (text("Lage"), states, text("alle")),
        "audience": (text("Richtet sich an"), {key: word for key, word in audiences.items() if any(
            fits(one, audience=key) for one in entries)}, text("alle")),
        "stage": (text("Stufe"), {key: word for key, word in stages.items() if any(
            fits(one, stage=key) for one in entries)}, text("alle Stufen")),
    }  # fmt: skip
    chosen = {}
    columns = [st.container()] * 4 if now.present else st.columns(4)
    for column, (name, (label, options, every)) in zip(columns, offered.items(), strict=True):
        with column:
            value = controls.select(f"f_{name}", label, {"all": every, **options}, "all")
        chosen[name] = "" if value == "all" else value
    return chosen["theme"], chosen["audience"], chosen["stage"], chosen["state"]


def _carry_on(kept: list[Entry], now: View) -> None:
    """Offer the next stages of what is to strive for; only in a plan of its own, and to those who may."""
    open_ = [entry for entry in kept if shelf(entry) == "wanted"]
    if now.present or not open_:
        return
    if editable(now) is None:
        _why_read_only(now)
        return
    from zwk_data.store import StoreError

    try:
        stored = session.mine().stored(now.place.ags)
    except StoreError as error:
        st.error(literal(session.why(error, now)), icon=":material/error:")
        return
    st.subheader(now.text("Weiterführen"), anchor=False)
    with st.container(key="options_carry_on"):
        for entry in open_[:SHOWN]:
            _row(entry, stored.version("entry", entry.id), now)
    if len(open_) > SHOWN:
        said = now.text("{count} weitere: Bitte grenzen Sie die Auswahl ein.", count=len(open_) - SHOWN)
        st.caption(said)


def _why_read_only(now: View) -> None:
    """Say how an entry gets to its next stage, where it cannot be done here."""
    text = now.text
    if may("edit"):
        st.caption(text("Weiterführen lässt sich, was im eigenen Plan steht."))
        _to_plan(now, text("Eigenen Plan beginnen"), "edit")
    else:
        st.caption(text("Weiterführen kann Einträge, wer den Werkstattplan dieser Kommune bearbeiten darf."))


def _to_plan(now: View, label: str, part: str) -> None:
    if st.button(label, key="options_to_plan", icon=":material/arrow_forward:"):
        parameters.write("part", part)
        st.switch_page("pages/action/werkstattplan.py")


def _row(entry: Entry, version: int, now: View) -> None:
    words, text = labels.stages(now.language), now.text
    here = ORDER.index(entry.stage) if entry.stage else 0
    ways = list(dict.fromkeys((ORDER[here + 1], "action")))
    with st.container(horizontal=True, vertical_alignment="center", key=f"options_row_{entry.id}"):
        said = f"{literal(entry.title)}  \n:small[{literal(words[ORDER[here]])}]"
        st.markdown(said, width="stretch")
        for stage in ways:
            label = {
                "option": text("Zur Möglichkeit"), "recommendation": text("Zur Empfehlung"),
                "action": text("Zur Maßnahme"),
            }[stage]  # fmt: skip
            st.button(label, key=f"options_{entry.id}_{stage}", on_click=_promote, args=(entry.id, stage, version),
                      help=text("»{title}« wird {stage}.", title=literal(entry.title), stage=words[stage]))  # fmt: skip


def _promote(entry_id: str, stage: Stage, version: int) -> None:
    """Save an entry at another stage, against the version that was on the page; its origin and old stage stay."""
    from zwk_data.store import StoreError

    now, mine = view(), session.mine()
    once = str(uuid5(NAMESPACE_OID, f"promote:{now.place.ags}:{entry_id}:{stage}:{version}"))
    try:
        entry = mine.stored(now.place.ags).plan.entry(entry_id)
        if entry.stage == stage:  # the second click of two
            return
        mine.promote(now.place.ags, entry, stage, seen_version=version, request_id=once, day=date.today())
    except KeyError:
        session.tell_wrong(now.text("Diesen Eintrag gibt es nicht mehr."))
    except NotUsable as error:
        session.tell_wrong(*error.reasons(now.language))
    except (StoreError, Denied) as error:
        session.tell_wrong(session.why(error, now))
    else:
        word = labels.stages(now.language)[stage]
        session.tell(now.text("»{title}« ist jetzt {stage}; Herkunft und frühere Stufe bleiben vermerkt.",
                              title=entry.title, stage=word))  # fmt: skip


# --- concept x theme, and filling a gap ------------------------------------------------------------------------------


def _concepts(found: Plan, now: View) -> None:
    words = {
        "all": now.text("alle Themen"), "gaps": now.text("nur Lücken"), "doubled": now.text("nur Doppelungen"),
    }  # fmt: skip
    only = controls.segments("only", now.text("Auswahl der Themen"), words, "all", named=False)
    show("plan_concepts", ags=now.place.ags, only="" if only == "all" else only)
    if now.present:
        return
    if editable(now) is not None:
        _add(found, now)
    elif may("edit"):
        st.caption(now.text("Lücken lassen sich im eigenen Plan füllen."))
        _to_plan(now, now.text("Eigenen Plan beginnen"), "edit")


def _add(found: Plan, now: View) -> None:
    """Draw the short form for a new option: theme and concept are those of the gap the reader came from."""
    text = now.text
    st.subheader(text("Möglichkeit ergänzen"), anchor=False)
    _prefill(found)
    concepts = {"": text("in keinem Konzept"), **{one.id: concept_name(one) for one in found.concepts}}
    empty = {theme for theme, _ in gaps(found)}
    with st.container(border=True, key="options_add"):
        st.text_input(text("Was ist anzustreben?"), key="options_title", max_chars=300, live="700ms", on_change=_keep)
        left, right, third = st.columns([2, 2, 1])
        left.selectbox(
            text("Thema"), list(THEMES), key="options_theme", on_change=_keep,
            format_func=lambda key: _theme_choice(key, empty, now),
        )  # fmt: skip
        right.selectbox(text("Konzept"), list(concepts), key="options_concept", on_change=_keep,
                        format_func=lambda key: concepts.get(key, key))  # fmt: skip
        third.text_input(text("Seite"), key="options_page", max_chars=40, on_change=_keep)
        st.pills(text("Richtet sich an"), list(labels.audiences(now.language)), key="options_audience",
                 selection_mode="multi", on_change=_keep,
                 format_func=lambda key: labels.audiences(now.language)[key])  # fmt: skip
        st.button(text("Als Möglichkeit speichern"), key="options_save", type="primary", icon=":material/save:",
                  on_click=_save)  # fmt: skip


def _theme_choice(key: str, empty: set[str], now: View) -> str:
    word = theme_word(THEMES[key], now.language)
    return now.text("{theme} (Lücke)", theme=word) if THEMES[key] in empty else word


def _prefill(found: Plan) -> None:
    """Begin with the theme and the concept that the address names, else with the first gap."""
    if ADD not in st.session_state:
        st.session_state[ADD] = {"id": new_id("entry"), "request": str(uuid4()), "token": uuid4().hex}
        first = next(
            (key for key, theme in THEMES.items() if theme in {gap for gap, _ in gaps(found)}), next(iter(THEMES))
        )
        theme, concept = st.query_params.get("theme_new", ""), st.query_params.get("concept_new", "")
        st.session_state["options_theme"] = theme if theme in THEMES else first
        st.session_state["options_concept"] = concept if concept in {one.id for one in found.concepts} else ""
    elif st.session_state.get("options_concept") not in {"", *(one.id for one in found.concepts)}:
        st.session_state["options_concept"] = ""


def _typed(found: Plan) -> Entry:
    """Return the new entry as typed; what a concept says has it as its origin."""
    told = {name: st.session_state.get(f"options_{name}") or "" for name in ("title", "theme", "concept", "page")}
    concept = next((one for one in found.concepts if one.id == told["concept"]), None)
    page = told["page"].strip() or None
    return Entry(
        st.session_state[ADD]["id"], told["title"].strip(), "option", themes=(THEMES[told["theme"]],),
        audience=tuple(st.session_state.get("options_audience") or ()),
        mentions=(Mention(concept.id, page),) if concept else (),
        origin=Origin("concept", f"{concept_name(concept)}, S. {page}" if page else concept_name(concept))
        if concept else None,
    )  # fmt: skip


def _keep() -> None:
    """Keep what was typed as a draft; it can be gone on with here or in the form of the Werkstattplan."""
    from ui.plan_edit.typed import typed_of
    from zwk_data.store import StoreError

    now, found = view(), plan.current()
    if found is None or not st.session_state.get("options_title", "").strip():
        return
    body = {"values": typed_of(_typed(found), now.language), "token": st.session_state[ADD]["token"], "short": False}
    try:
        session.mine().keep_draft(now.place.ags, "entry", st.session_state[ADD]["id"], body, seen_version=0)
    except (StoreError, Denied) as error:
        session.tell_wrong(session.why(error, now))


def _save() -> None:
    """Save the new option; what was typed stays in the form where that fails."""
    from zwk_data.store import StoreError

    now, found = view(), plan.current()
    if found is None or ADD not in st.session_state:
        return
    if not st.session_state.get("options_title", "").strip():
        session.tell_wrong(now.text("Bitte schreiben Sie, was anzustreben ist."))
        return
    entry, mine = _typed(found), session.mine()
    try:
        mine.save(now.place.ags, entry, seen_version=0, request_id=st.session_state[ADD]["request"])
        mine.drop_draft(now.place.ags, "entry", entry.id)
    except NotUsable as error:
        session.tell_wrong(*error.reasons(now.language))
    except (StoreError, Denied) as error:
        session.tell_wrong(session.why(error, now))
    else:
        theme = theme_word(entry.themes[0], now.language)
        session.tell(now.text("»{title}« ist als Möglichkeit zum Thema {theme} gespeichert.", title=entry.title,
                              theme=theme))  # fmt: skip
        for name in (ADD, *(f"options_{part}" for part in ("title", "page", "audience"))):
            st.session_state.pop(name, None)
        for name in ("theme_new", "concept_new"):
            st.query_params.pop(name, None)


# --- recommendations -------------------------------------------------------------------------------------------------


def _recommendations(found: Plan, now: View) -> None:
    fields = {one.id: one.title for one in ordered_fields(found)}
    if not fields:
        st.info(now.text("Der Plan hat noch kein Handlungsfeld."), icon=":material/info:")
        return
    first = next((id for id in fields if recommendations(found, id)), next(iter(fields)))
    if (kept := parameters.kept("field")) and kept not in fields:
        parameters.forget("field")  # of another plan
    left, right = st.columns(2) if not now.present else (st.container(), st.container())
    with left:
        field = controls.select("field", now.text("Handlungsfeld"), fields, first)
    with right:
        ways = {"plan": now.text("wie im Plan"), "audience": now.text("nach Adressat")}
        group = controls.segments("by", now.text("Ordnung"), ways, "plan")
    show("plan_recommendations", ags=now.place.ags, field=field, group="audience" if group == "audience" else "")
    _carry_on(recommendations(found, field), now)
