"""The form of one part: how it stands, its groups of fields, and what can be done with it."""

from uuid import uuid4

import streamlit as st

from ui import parameters
from ui.literal import literal
from ui.permissions import may
from ui.plan_edit import past, session
from ui.plan_edit.asking import absorb, ask
from ui.plan_edit.fields import Group, groups_of
from ui.plan_edit.saving import save
from ui.plan_edit.session import Form, keep, mine, tell, tell_wrong, why
from ui.plan_edit.words import Names
from ui.signed_in import name_of
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.labels import stages
from zwk_data.plan.service import NotUsable, Stored


def draw(now: View, names: Names, stored: Stored, opened: Form) -> None:
    """Draw the open form."""
    _standing(now, stored, opened)
    opened.asked.clear()
    with st.container(key="plan_form"):
        for group in groups_of(opened.kind, short=opened.short):
            if group.key in ("all", "short"):
                ask(now, names, opened, group.fields)
            else:
                with st.expander(_heading(now, group), expanded=group.open, key=f"plan_group_{group.key}"):
                    ask(now, names, opened, group.fields)
                    if group.key == "state":
                        past.notes(now, stored, opened)
    if absorb():  # the browser knew more than the draft
        keep()
    _actions(now, stored, opened)
    if opened.seen:
        past.history(now, names, opened)


def _heading(now: View, group: Group) -> str:
    text = now.text
    return {
        "state": text("Sachstand"), "what": text("Was"), "who": text("Wer und wann"), "money": text("Geld"),
        "purpose": text("Wofür"), "origin": text("Herkunft"), "stock": text("Bestand"), "effect": text("Wirkung"),
        "internal": text("Intern"),
    }[group.key]  # fmt: skip


def _standing(now: View, stored: Stored, opened: Form) -> None:
    """Say what is published, who saved last, and that a draft waits to be saved."""
    key = (opened.kind, opened.id)
    version = stored.versions.get(key)
    with st.container(horizontal=True, vertical_alignment="center", key="plan_standing"):
        if version is None:
            st.badge(now.text("Neu, noch nicht gespeichert"), icon=":material/edit_note:", color="orange")
        elif key in stored.published:
            same = stored.published[key]
            st.badge(now.text("Veröffentlicht") if same else now.text("Veröffentlicht, seither geändert"),
                     icon=":material/public:", color="green" if same else "orange")  # fmt: skip
        else:
            st.badge(now.text("Intern"), icon=":material/lock:", color="gray")
        who = name_of(version.actor, opened.ags) if version else ""
        if version:
            day = now.language.date(version.at.date())
            st.caption(literal(now.text("Zuletzt gespeichert am {day} um {time} Uhr, {actor}", day=day,
                                        time=session.clock(version.at), actor=who)))  # fmt: skip
    if version and version.number > opened.seen:
        st.warning(literal(now.text("{actor} hat hier seit Ihrem Öffnen gespeichert. Beim Speichern sehen Sie beide "
                                    "Fassungen.", actor=who)), icon=":material/group:")  # fmt: skip


def _actions(now: View, stored: Stored, opened: Form) -> None:
    """Draw what can be done; the row stays in sight at the lower edge."""
    with st.container(key="plan_actions"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(now.text("Speichern"), type="primary", key="plan_save", icon=":material/save:", on_click=save,
                      args=(now,))  # fmt: skip
            if opened.dirty:
                st.button(now.text("Entwurf verwerfen"), key="plan_discard", on_click=_discard)
            if opened.short:
                st.button(now.text("Alle Felder"), key="plan_whole", type="tertiary", on_click=_whole)
            if opened.kind == "entry" and opened.seen:
                _promotion(now, opened)
            if opened.seen and opened.kind != "head":
                _publishing(now, stored, opened)
                _removal(now, opened)
        if opened.lost:
            st.warning(literal(now.text("Der Entwurf ließ sich nicht sichern: {reason}",
                                        reason=now.text(opened.lost))), icon=":material/warning:")  # fmt: skip
        elif opened.kept:
            st.caption(now.text("Ihr Entwurf von {time} Uhr ist gesichert, aber noch nicht gespeichert.",
                                time=opened.kept))  # fmt: skip
        else:
            st.caption(now.text("Was Sie tippen, bleibt als Entwurf erhalten."))


def _discard() -> None:
    session.discard()
    st.query_params.pop("draft", None)


def _whole() -> None:
    if opened := session.form():
        absorb()
        opened.short = False
        keep()


def _promotion(now: View, opened: Form) -> None:
    """Offer the next stage; the form is saved with it."""
    known = stages(now.language)
    order = list(known)
    stage = opened.values.get("stage")
    following = order[order.index(stage) + 1 :][:1] if stage in order else []
    for other in following:
        st.button(now.text("Zur {stage} machen", stage=known[other]), key="plan_promote",
                  icon=":material/arrow_upward:", on_click=save, args=(now, other))  # fmt: skip


def _publishing(now: View, stored: Stored, opened: Form) -> None:
    key = (opened.kind, opened.id)
    if not may("publish"):
        return
    if stored.published.get(key) is not True:
        word = now.text("Änderung veröffentlichen") if key in stored.published else now.text("Veröffentlichen")
        st.button(word, key="plan_publish", icon=":material/public:", on_click=_publish, args=(now, opened, True),
                  disabled=opened.dirty, help=now.text("Veröffentlicht wird der gespeicherte Stand."))  # fmt: skip
    if key in stored.published:
        st.button(now.text("Zurückziehen"), key="plan_withdraw", icon=":material/public_off:", on_click=_publish,
                  args=(now, opened, False))  # fmt: skip


def _publish(now: View, opened: Form, public: bool) -> None:
    from zwk_data.store import StoreError

    try:
        if public:
            mine().publish(opened.ags, opened.kind, opened.id, request_id=str(uuid4()), seen_version=opened.seen)
            tell(now.text("Veröffentlicht, ohne Notiz und Kontakt."))
        else:
            mine().withdraw(opened.ags, opened.kind, opened.id, request_id=str(uuid4()))
            tell(now.text("Zurückgezogen: Der Eintrag ist wieder intern."))
    except NotUsable as error:
        tell_wrong(*error.reasons(now.language))
    except (StoreError, Denied) as error:
        tell_wrong(why(error, now))
    except KeyError:
        tell_wrong(now.text("Diesen Eintrag gibt es nicht mehr."))


def _removal(now: View, opened: Form) -> None:
    with st.popover(now.text("Entfernen"), icon=":material/delete:", key="plan_drop", type="tertiary"):
        st.caption(now.text("Der Verlauf bewahrt, was hier stand."))
        st.button(now.text("Wirklich entfernen"), key="plan_gone", type="primary", on_click=_remove,
                  args=(now, opened))  # fmt: skip


def _remove(now: View, opened: Form) -> None:
    from zwk_data.store import Conflict, StoreError

    try:
        mine().remove(opened.ags, opened.kind, opened.id, seen_version=opened.seen, request_id=str(uuid4()))
    except Conflict as error:
        tell_wrong(why(error, now), now.text("Bitte prüfen Sie die neue Fassung, bevor Sie entfernen."))
        session.discard()
        return
    except (StoreError, Denied) as error:
        tell_wrong(why(error, now))
        return
    tell(now.text("Entfernt. Der Verlauf bewahrt, was hier stand."))
    session.discard()
    parameters.forget(session.name_of(opened.kind))
