"""The way to a municipality's own plan: from the example, or empty."""

from uuid import uuid4

import streamlit as st

from ui.plan_edit.session import mine, tell, tell_wrong, why
from ui.view import View
from zwk_data.access import Denied
from zwk_data.exhibits.registry import example_plan
from zwk_data.plan.parts import Head
from zwk_data.plan.service import NotUsable


def ways_to_begin(now: View) -> None:
    """Offer both ways; nothing is stored until one is taken."""
    st.subheader(now.text("Eigenen Plan beginnen"), anchor=False)
    example = example_plan(now.place.ags)
    if example:
        st.markdown(now.text(
            "Bisher sehen Sie ein Beispiel aus öffentlichen Quellen. Übernommen wird es Ihr eigener Plan: intern, bis "
            "Sie Teile veröffentlichen."))  # fmt: skip
        st.button(now.text("Als eigenen Plan übernehmen"), key="plan_adopt", type="primary",
                  icon=":material/content_copy:", on_click=_adopt, args=(now,))  # fmt: skip
    with st.container(border=True, key="plan_empty"):
        st.text_input(now.text("Titel des Plans"), key="plan_title", max_chars=200, live="700ms",
                      placeholder=now.text("zum Beispiel Werkstattplan {place}", place=now.place.name))  # fmt: skip
        st.button(now.text("Leeren Plan beginnen"), key="plan_begin", icon=":material/note_add:", on_click=_empty,
                  args=(now,), type="secondary" if example else "primary")  # fmt: skip


def _adopt(now: View) -> None:
    from zwk_data.store import StoreError

    example = example_plan(now.place.ags)
    if example is None:
        return
    try:  # again after a stop it goes on where it was
        count = mine().begin(now.place.ags, example, request_id=str(uuid4()))
        tell(now.text("Ihr eigener Plan ist angelegt: {count} Teile, intern.", count=now.language.number(count)))
    except NotUsable as error:
        tell_wrong(*error.reasons(now.language))
    except (StoreError, Denied) as error:
        tell_wrong(why(error, now))


def _empty(now: View) -> None:
    from zwk_data.store import StoreError

    title = str(st.session_state.get("plan_title") or "").strip()
    if not title:
        tell_wrong(now.text("Titel des Plans: Bitte ausfüllen."))
        return
    try:
        mine().save(now.place.ags, Head(title), seen_version=0, request_id=str(uuid4()))
        tell(now.text("»{title}« ist angelegt. Beginnen Sie mit einem Handlungsfeld oder einem Eintrag.", title=title))
    except NotUsable as error:
        tell_wrong(*error.reasons(now.language))
    except (StoreError, Denied) as error:
        tell_wrong(why(error, now))
