"""What was removed from a plan and is public all the same: whoever removed it may not have been allowed to withdraw."""

from uuid import uuid4

import streamlit as st

from ui.literal import literal
from ui.permissions import may
from ui.plan_edit.session import mine, part_in, tell, tell_wrong, why
from ui.plan_edit.words import Names, title_of
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.records import body_of
from zwk_data.plan.service import Key, Stored


def remains(now: View, stored: Stored) -> None:
    """Name each such part, with the way to withdraw it for those who may."""
    left = [key for key in stored.published if key not in stored.versions]
    public = mine().published(stored.plan.ags) if left else None
    if public is None:
        return
    names = Names(public, now.language)
    for kind, id in left:
        part = part_in(public, kind, id)
        title = title_of(kind, body_of(part), names) if part else id
        with st.container(horizontal=True, vertical_alignment="center", key=f"plan_remains_{kind}_{id}"):
            st.warning(literal(now.text("Entfernt, aber noch veröffentlicht: »{title}«", title=title)),
                       icon=":material/public:")  # fmt: skip
            if may("publish"):
                st.button(now.text("Zurückziehen"), key=f"plan_withdraw_{kind}_{id}", icon=":material/public_off:",
                          on_click=_withdraw, args=(now, stored.plan.ags, (kind, id)))  # fmt: skip


def _withdraw(now: View, ags: str, key: Key) -> None:
    from zwk_data.store import StoreError

    try:
        mine().withdraw(ags, *key, request_id=str(uuid4()))
        tell(now.text("Zurückgezogen."))
    except (StoreError, Denied) as error:
        tell_wrong(why(error, now))
