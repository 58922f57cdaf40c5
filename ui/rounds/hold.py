"""Holding a meeting: full width, keys only, one item at a time; what is shown is frozen, what is typed is kept.

Everything here runs in a fragment: turning to the next item runs this part alone. A closed meeting is presented from
what was frozen.
"""

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from typing import Any
from uuid import uuid4

import streamlit as st

from ui import guests, presenter
from ui.card import FROZEN, card
from ui.data import newest
from ui.literal import literal
from ui.plan_edit.session import clock
from ui.rounds import opened, session
from ui.rounds.decisions import outcome_names, votes
from ui.rounds.since import line, summary
from ui.signed_in import person
from ui.view import View
from zwk_data.exhibits import Address, Exhibit
from zwk_data.rounds.frozen import NotFrozen, thaw
from zwk_data.rounds.model import LONGEST, MOST_VOTES, OUTCOMES, Decision, Item, Meeting, Remark, Shown, Votes
from zwk_data.rounds.service import Kept
from zwk_data.rounds.since import PROJECTED, standing

FORM = "_round_form"  # in the session: the form that is open (decision, remark, open), empty for none
VIEW = "_round_view"  # in the session: which exhibit of the item is shown, from 0
KEPT = "_round_kept"  # in the session: what was frozen already, and when a draft was last kept
WEEKS = 8  # until a postponed proposal comes again, unless said otherwise
HEAD = 60  # pixels of a presented page above its exhibit


def stage(now: View, id: str) -> None:
    """Draw the presented meeting as a part that runs by itself."""
    st.session_state.setdefault(FORM, "")
    st.session_state.setdefault(VIEW, 0)

    @st.fragment
    def part() -> None:
        found = session.mine().one(now.place.ags, id)
        if found is None:
            presenter.leave()
            st.rerun()
        with st.container(key="round_stage"):
            _page(now, found)
        _keys(now, found.part)

    part()


def _page(now: View, one: Kept[Meeting]) -> None:
    if said := st.session_state.pop(session.SAID, ""):
        st.toast(literal(said), icon=":material/check:")  # a box would push the chart down
    session.told()
    here = min(presenter.turn(), len(one.part.items))
    if here == 0:
        _first(now, one.part)
        return
    item = one.part.items[here - 1]
    decided = {found.part.item: found for found in session.mine().decisions(now.place.ags, one.part.id)}
    form = st.session_state[FORM]
    with st.container(key="round_question"):
        st.header(literal(f"{here}. {item.question}"), anchor=False)
    if form == "decision":
        _decision_form(now, one.part, item, decided.get(item.id))
    elif form == "remark":
        _remark_form(now, one.part, item)
    elif form == "open":
        opened.opened(now, one.part, item, _address(item), freeze)
    else:
        _item(now, one.part, item, decided.get(item.id))


# --- the first page --------------------------------------------------------------------------------------------------


def _first(now: View, one: Meeting) -> None:
    st.title(literal(one.title), anchor=False)
    when = [now.language.date(one.day) if one.day else "", one.at.strftime("%H:%M") if one.at else "", one.place]
    st.markdown(literal(" · ".join(part for part in when if part)))
    left, right = st.columns([3, 1], gap="large")
    with left:
        st.markdown("\n".join(f"{n}. {literal(item.question)}" for n, item in enumerate(one.items, 1)))
        if not one.closed:
            _since(now)
    with right:
        _code(now, one)
    for item in one.items:  # so that turning to them finds them ready
        for address in () if one.closed else item.addresses:
            session.exhibit(address, now)


def _since(now: View) -> None:
    last, changes = session.changes_since(now)
    if last is None:
        return
    decided = [found.part for found in session.mine().decisions(now.place.ags)]
    st.markdown(f"**{literal(now.text('Seit der letzten Sitzung: {name}', name=session.name(last, now)))}**")
    st.markdown(literal(summary(now, decided, changes)))
    late = standing(decided, date.today()).overdue[:2]
    said = [*(line(found, now) for found in late), *(change.sentence for change in changes[: 4 - len(late)])]
    if said:
        st.markdown("\n".join(f"- {literal(one)}" for one in said))


def _code(now: View, one: Meeting) -> None:
    """Show the code for guests; who may share can have it made here."""
    if not person().may("share", now.place.ags):
        return
    if st.session_state.get(f"guests_{one.id}") != "yes":
        st.button(now.text("Link für Gäste zeigen"), shortcut="g", key="round_code", on_click=_wanted, args=(one.id,))
        return
    address = guests.link_for_meeting(now, one)
    if address:
        from zwk_data.render.qr import qr_svg

        drawn = b64encode(qr_svg(address, now.language).encode()).decode()
        alt = escape(now.text("QR-Code mit der Adresse {address}", address=address))
        st.html(f'<div class="zwk-code"><img alt="{alt}" src="data:image/svg+xml;base64,{drawn}"></div>')
        st.caption(now.text("Mitlesen auf dem eigenen Gerät"))


def _wanted(id: str) -> None:
    st.session_state[f"guests_{id}"] = "yes"


# --- an item ---------------------------------------------------------------------------------------------------------


def _address(item: Item) -> str:
    """Return the address of the item's exhibit in view, empty where it has none."""
    if not item.addresses:
        return ""
    return item.addresses[int(st.session_state[VIEW]) % len(item.addresses)]


def _item(now: View, one: Meeting, item: Item, decided: Kept[Decision] | None) -> None:
    text = now.text
    said = decided.part if decided else None
    label = outcome_names(now)[said.outcome] if said else text("Beschlussvorschlag")
    words = f"**{literal(label)}:** {literal(said.text if said else item.proposal)}"
    if said:
        extra = [
            said.office,
            text("bis {date}", date=now.language.date(said.due)) if said.due else "",
            votes(said, now),
        ]
        words += literal("".join(f" · {bit}" for bit in extra if bit))
    with st.container(key="round_proposal"):
        st.markdown(words)
    if one.closed:
        _as_it_was(now, one, item)
        return
    address = _address(item)
    found = session.exhibit(address, now) if address else text("Zu diesem Punkt gehört keine Darstellung.")
    if isinstance(found, str):
        st.info(literal(found), icon=":material/info:")
        return
    card(found, now, taken=HEAD + 32 * (len(words) // 110))
    freeze(now, one, item, found)


def _as_it_was(now: View, one: Meeting, item: Item) -> None:
    shown = [found for found in session.mine().shown(now.place.ags, one.id) if found.item == item.id]
    if not shown:
        st.info(now.text("Zu diesem Punkt wurde nichts gezeigt."), icon=":material/info:")
        return
    found = as_shown(shown[int(st.session_state[VIEW]) % len(shown)])
    if found is None:
        st.warning(now.text("Was hier gezeigt wurde, kann diese Programmversion nicht lesen."), icon=":material/info:")
        return
    card(found, now, taken=HEAD)


def as_shown(one: Shown) -> Exhibit | None:
    """Return an exhibit as it was shown, marked so that no chart of today is taken for it; None if unreadable."""
    try:
        found = thaw(one.exhibit)
    except NotFrozen:
        return None
    return replace(found, marks=replace(found.marks, options={**found.marks.options, FROZEN: one.at}))


def freeze(now: View, one: Meeting, item: Item, found: Exhibit, *, aside: bool = False) -> None:
    """Freeze what is shown, once for each state of the figures and the plan."""
    if not one.begun or one.closed or not person().may("edit", now.place.ags):
        return
    known = st.session_state.setdefault(KEPT, set())
    mark = (one.id, item.id, str(found.address), aside, newest().generation.number, found.sentence, now.language.code)
    if mark in known:
        return
    assumed = _assumptions(found, now)
    kept = session.do(
        now,
        lambda: session.mine().show(
            now.place.ags, one.id, item.id, found, aside=aside, assumptions=assumed, language=now.language.code
        ),
    )
    if kept:
        st.session_state.pop(session.SAID, None)
        known.add(mark)


def _assumptions(found: Exhibit, now: View) -> Exhibit | None:
    """Return what a shown scenario assumes, None where there is none."""
    given = dict(found.address.parameters)
    scenarios = given.get("scenarios") or given.get("scenario")
    if not found.address.kind.startswith(PROJECTED) or not scenarios:
        return None
    wanted = Address.of(
        "outlook_assumptions", ags=given.get("ags", ""), scenarios=scenarios, form=given.get("form", "")
    )
    made = session.exhibit(str(wanted), now)
    return made if isinstance(made, Exhibit) else None


# --- forms -----------------------------------------------------------------------------------------------------------


def _decision_form(now: View, one: Meeting, item: Item, decided: Kept[Decision] | None) -> None:
    """Adopt, amend or postpone; every field is kept as it is typed."""
    text, key = now.text, f"decide_{one.id}_{item.id}"
    _fill(now, one, item, "decision", key, _decision_typed(item, decided))
    kept = {"on_change": _typed, "args": (now, one, item, "decision", key)}
    names = outcome_names(now)
    with st.container(key="round_form"):
        st.text_area(text("Beschluss"), key=f"{key}_text", height=170, max_chars=LONGEST["text"], **kept)
        left, middle, right = st.columns(3)
        with left:
            st.segmented_control(
                text("Der Vorschlag wird"),
                list(OUTCOMES),
                format_func=names.__getitem__,
                required=True,
                key=f"{key}_outcome",
                **kept,
            )
            offices = list(dict.fromkeys([*one.participants, *_office_typed(key)]))
            st.selectbox(text("Zuständiges Amt"), offices, key=f"{key}_office", index=None, accept_new_options=True,
                         placeholder=text("Bitte wählen"), **kept)  # fmt: skip
        with middle:
            st.date_input(text("Erledigt bis"), key=f"{key}_due", value=None, format="DD.MM.YYYY", **kept)
            st.date_input(text("Wiedervorlage am"), key=f"{key}_resubmit", value=None, format="DD.MM.YYYY", **kept)
        with right:
            for name, label in (("yes", text("dafür")), ("no", text("dagegen")), ("abstained", text("enthalten"))):
                st.number_input(label, 0, MOST_VOTES, value=None, key=f"{key}_{name}", **kept)
        _foot(now, lambda: _decide(now, one, item, decided, key))


def _remark_form(now: View, one: Meeting, item: Item) -> None:
    text, key = now.text, f"remark_{one.id}_{item.id}"
    _fill(now, one, item, "remark", key, {})
    with st.container(key="round_form"):
        st.text_area(text("Notiz"), key=f"{key}_text", height=260, max_chars=LONGEST["text"], on_change=_typed,
                     args=(now, one, item, "remark", key))  # fmt: skip
        _foot(now, lambda: _note(now, one, item, key))
        for found in session.mine().remarks(now.place.ags, one.id):
            if found.part.item == item.id:
                st.caption(literal(found.part.text))


def _foot(now: View, act: Any) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(now.text("Festhalten"), shortcut="Alt+Enter", type="primary", key="round_hold", on_click=act)
        if saved := st.session_state.get(f"{KEPT}_at"):
            st.caption(now.text("Entwurf gesichert um {time}", time=saved), width="content")


NAMES = ("text", "outcome", "office", "due", "resubmit", "yes", "no", "abstained")


def _decision_typed(item: Item, decided: Kept[Decision] | None) -> dict[str, Any]:
    if decided is None:
        return {"text": item.proposal, "outcome": "adopted"}
    part = decided.part
    counted = part.votes
    return {
        "text": part.text, "outcome": part.outcome, "office": part.office or None, "due": part.due,
        "resubmit": part.resubmit, "yes": counted.yes if counted else None, "no": counted.no if counted else None,
        "abstained": counted.abstained if counted else None,
    }  # fmt: skip


def _fill(now: View, one: Meeting, item: Item, form: str, key: str, begin: dict[str, Any]) -> None:
    """Fill a form that was just opened: with the draft, where there is one."""
    if st.session_state.get(f"{key}_open"):
        return
    st.session_state[f"{key}_open"] = True
    st.session_state.pop(f"{KEPT}_at", None)
    draft = session.mine().draft(now.place.ags, one.id, item.id, form)
    typed = {**begin, **(draft.body if draft else {})}
    if draft:
        st.session_state[f"{KEPT}_at"] = clock(draft.updated_at)
    for name in NAMES if form == "decision" else ("text",):
        value = typed.get(name)
        if name in ("due", "resubmit") and isinstance(value, str):
            value = date.fromisoformat(value)
        st.session_state[f"{key}_{name}"] = value if value is not None or name != "text" else ""


def _values(key: str, form: str) -> dict[str, Any]:
    return {name: st.session_state.get(f"{key}_{name}") for name in (NAMES if form == "decision" else ("text",))}


def _office_typed(key: str) -> list[str]:
    typed = st.session_state.get(f"{key}_office")
    return [str(typed)] if typed else []


def _typed(now: View, one: Meeting, item: Item, form: str, key: str) -> None:
    """Keep what stands in a form as a draft."""
    values = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in _values(key, form).items()
    }
    if session.do(now, lambda: session.mine().keep_draft(now.place.ags, one.id, item.id, form, values)):
        st.session_state[f"{KEPT}_at"] = clock(datetime.now(UTC))


def _decide(now: View, one: Meeting, item: Item, decided: Kept[Decision] | None, key: str) -> None:
    """Save the decision, drop its draft, close the form."""
    typed = _values(key, "decision")
    outcome = typed["outcome"] or "adopted"
    if outcome == "adopted" and " ".join(str(typed["text"]).split()) != " ".join(item.proposal.split()):
        outcome = "amended"  # adopted is what was proposed, word for word
    again = typed["resubmit"]
    if outcome == "postponed" and again is None and one.day:
        again = one.day + timedelta(weeks=WEEKS)
    counted = (typed["yes"], typed["no"], typed["abstained"])
    part = Decision(
        one.id, item.id, item.question, outcome, str(typed["text"] or ""), one.day, str(typed["office"] or ""),
        typed["due"], again, Votes(*(int(n or 0) for n in counted)) if any(n is not None for n in counted) else None,
    )  # fmt: skip
    if decided:
        part = replace(part, state=decided.part.state, entry=decided.part.entry, remark=decided.part.remark)
    seen = decided.version if decided else 0
    if session.do(now, lambda: session.mine().save(now.place.ags, part, seen_version=seen, request_id=uuid4().hex),
                  now.text("Festgehalten.")):  # fmt: skip
        _done(now, one, item, "decision", key)


def _note(now: View, one: Meeting, item: Item, key: str) -> None:
    part = Remark(uuid4().hex[:12], one.id, item.id, str(st.session_state.get(f"{key}_text") or ""))
    if session.do(now, lambda: session.mine().save(now.place.ags, part, seen_version=0, request_id=uuid4().hex),
                  now.text("Festgehalten.")):  # fmt: skip
        _done(now, one, item, "remark", key)


def _done(now: View, one: Meeting, item: Item, form: str, key: str) -> None:
    session.mine().keep_draft(now.place.ags, one.id, item.id, form, {})
    st.session_state.pop(f"{key}_open", None)
    st.session_state[FORM] = ""


# --- keys ------------------------------------------------------------------------------------------------------------


def _keys(now: View, one: Meeting) -> None:
    """Draw the bar of keys: what is possible here, each with its key, and the time left."""
    text, count = now.text, len(one.items) + 1
    here, form = min(presenter.turn(), count - 1), st.session_state[FORM]
    with st.container(horizontal=True, vertical_alignment="center", key="presenter"):
        if form:
            st.button(text("Zurück zum Punkt"), shortcut="Esc", key="round_shut", on_click=_shut)
            return
        st.button(
            text("Zurück"), shortcut="Left", on_click=_go, args=(max(here - 1, 0),), disabled=here == 0, key="previous"
        )
        st.caption(
            text("{number} von {count}", number=here, count=count - 1) if here else text("Beginn"), width="content"
        )
        st.button(
            text("Weiter"), shortcut="Right", on_click=_go, args=(here + 1,), disabled=here + 1 >= count, key="next"
        )
        for number in range(1, count):
            st.button(str(number), shortcut=str(number), on_click=_go, args=(number,), key=f"round_to_{number}",
                      type="primary" if number == here else "tertiary")  # fmt: skip
        if here and not one.closed:
            _item_keys(now, one.items[here - 1])
        elif here:
            st.button(text("Nächstes Bild"), shortcut="v", on_click=_turned, key="round_view")
        st.html(_clock(now, one))
        st.button(text("Beenden"), shortcut="Esc", on_click=_leave, key="leave", type="tertiary")


def _item_keys(now: View, item: Item) -> None:
    text = now.text
    if len(item.addresses) > 1:
        st.button(text("Nächstes Bild"), shortcut="v", on_click=_turned, key="round_view")
    if item.addresses:
        st.button(text("Öffnen"), shortcut="o", on_click=_form, args=("open",), key="round_open")
    if person().may("decide", now.place.ags):
        st.button(text("Beschluss"), shortcut="d", on_click=_form, args=("decision",), key="round_decide")
    if person().may("edit", now.place.ags):
        st.button(text("Notiz"), shortcut="n", on_click=_form, args=("remark",), key="round_remark")


def _clock(now: View, one: Meeting) -> str:
    """Return the time left, counted in the browser; nothing before the beginning and after the end."""
    if not one.begun or one.closed:
        return "<span></span>"
    until = datetime.fromisoformat(one.begun) + timedelta(minutes=one.minutes)
    left, over = (
        now.text("noch {minutes} min", minutes="{minutes}"),
        now.text("{minutes} min über der Zeit", minutes="{minutes}"),
    )
    return (
        f'<span class="zwk-left" data-zwk-until="{int(until.timestamp())}" data-zwk-left="{escape(left)}" '
        f'data-zwk-over="{escape(over)}"></span>'
    )


def _go(number: int) -> None:
    st.session_state[VIEW], st.session_state[FORM] = 0, ""
    presenter.go(number)


def _turned() -> None:
    st.session_state[VIEW] = int(st.session_state[VIEW]) + 1


def _form(name: str) -> None:
    st.session_state[FORM] = name


def _shut() -> None:
    for name in [
        key for key in st.session_state if str(key).endswith("_open") and str(key).startswith(("decide_", "remark_"))
    ]:
        del st.session_state[name]
    st.session_state[FORM] = ""


def _leave() -> None:
    presenter.leave()
    st.rerun()
