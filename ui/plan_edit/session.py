"""The form that is open in this session: what was typed, what it was before, the draft that outlives the session."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import streamlit as st

from ui import parameters
from ui.own_tables import reason
from ui.plan_edit.typed import ROW, Typed, typed_of
from ui.signed_in import person
from ui.stored import store
from ui.view import View
from zwk_data.access import Denied
from zwk_data.plan.model import Entry, Plan
from zwk_data.plan.parts import PARTS, Part, new_id
from zwk_data.plan.service import Plans, Stored

if TYPE_CHECKING:
    from zwk_data.store import Draft

FORM, SAID, WRONG = "_plan_form", "_plan_said", "_plan_wrong"
NEXT = "_plan_next"  # what the next new entry begins with
LINKS, NOTE, GONE = "_links", "_note", "_gone"  # what a form of an entry holds besides the entry


@dataclass
class Form:
    """One open form. ``seen`` is the version it was opened with (0: a new part), ``token`` names this opening."""

    ags: str
    kind: str
    id: str
    seen: int
    values: Typed
    before: Typed
    token: str = field(default_factory=lambda: uuid4().hex)
    short: bool = False
    kept: str = ""  # when the draft was last kept, as the reader's clock has it
    lost: str = ""  # why it could not be kept
    asked: dict[str, Any] = field(default_factory=dict, repr=False)  # key of a widget -> (where it writes, its field)

    @property
    def dirty(self) -> bool:
        """Tell whether anything was typed."""
        return pruned(self.values) != pruned(self.before)


def pruned(typed: Any) -> Any:
    """Return what was typed without what is empty."""
    if isinstance(typed, Mapping):
        kept = {name: pruned(value) for name, value in typed.items() if name != ROW}
        return {name: value for name, value in kept.items() if value not in (None, "", [], {}, False)}
    return [found for item in typed if (found := pruned(item))] if isinstance(typed, list) else typed


def mine() -> Plans:
    """Return the plans as the person of this run may see and change them."""
    return Plans(store(), person())


def form() -> Form | None:
    """Return the open form of this session."""
    found: Form | None = st.session_state.get(FORM)
    return found


def close() -> None:
    """Close the form; its draft stays."""
    st.session_state.pop(FORM, None)


def part_in(plan: Plan, kind: str, id: str) -> Part | None:
    """Return a part of a plan, None where there is none."""
    if kind == "head":
        from zwk_data.plan.parts import Head

        return Head(plan.title, plan.source_note) if plan.title else None
    found: Part | None = next((part for part in getattr(plan, PARTS[kind][1]) if part.id == id), None)
    return found


def begin(now: View, stored: Stored, kind: str, id: str = "", preset: Mapping[str, Any] | None = None) -> Form:
    """Open the form of a part, or of a new one where there is none of this id."""
    found = part_in(stored.plan, kind, id)
    if found is None:
        values: Typed = {"id": id or new_id(kind), **deepcopy(dict(preset or {}))}
    else:
        values = {"id": found.id, **typed_of(found, now.language)}  # the head's is what it is by itself
    if kind == "entry":
        values |= _beside(now, stored, found) | {LINKS: [*_links(now, stored, values["id"]), *values.pop(LINKS, [])]}
    opened = Form(now.place.ags, kind, values["id"], stored.version(kind, values["id"]), values, deepcopy(values))
    if found is None and preset:
        opened.before = {}
    st.session_state[FORM] = opened
    return opened


def _beside(now: View, stored: Stored, found: Part | None) -> Typed:
    """Return an empty note of today; its id is made here, so that a save that is repeated is the same note."""
    office = found.responsible_office if isinstance(found, Entry) else None
    return {NOTE: {"id": new_id("progress"), "office": office or ""}, GONE: []}


def _links(now: View, stored: Stored, entry: str) -> list[Typed]:
    """Return the rows of an entry's links; ``_of`` and ``_seen``: the indicator and the version that are stored."""
    found = [link for link in stored.plan.links if link.entry == entry]
    return [
        {**typed_of(link, now.language), ROW: new_id("row"), "_of": link.indicator,
         "_seen": stored.version("link", link.id)} for link in found
    ]  # fmt: skip


def keep() -> None:
    """Keep what was typed as a draft; where nothing differs any more there is none."""
    from zwk_data.store import StoreError
    from zwk_data.store.errors import READERS_CLOCK

    opened = form()
    if opened is None:
        return
    body = {"values": opened.values, "token": opened.token, "short": opened.short}
    try:
        if opened.dirty:
            mine().keep_draft(opened.ags, opened.kind, opened.id, body, seen_version=opened.seen)
            opened.kept = f"{datetime.now(READERS_CLOCK):%H:%M:%S}"
        else:
            mine().drop_draft(opened.ags, opened.kind, opened.id)
            opened.kept = ""
        opened.lost = ""
    except (StoreError, Denied) as error:
        opened.lost = error.reason_de


def resume(now: View, stored: Stored, draft: "Draft") -> Form:
    """Open a form with what its draft holds; it is saved against the version the draft was begun with."""
    kind, id = draft.kind.removeprefix("plan_"), draft.id.partition(":")[2]
    opened = begin(now, stored, kind, id)
    opened.values = deepcopy(dict(draft.body["values"]))
    opened.seen, opened.token, opened.short = draft.version_seen, draft.body["token"], bool(draft.body.get("short"))
    opened.kept = clock(draft.updated_at)
    return opened


def discard() -> None:
    """Forget what was typed, in the session and in the store."""
    from zwk_data.store import StoreError

    opened = form()
    close()
    if opened is None:
        return
    try:
        mine().drop_draft(opened.ags, opened.kind, opened.id)
    except (StoreError, Denied) as error:
        tell_wrong(error.reason_de)


def clock(moment: datetime) -> str:
    """Return hour and minute as the reader's clock has it."""
    from zwk_data.store.errors import READERS_CLOCK

    return f"{moment.astimezone(READERS_CLOCK):%H:%M}"


def tell(said: str) -> None:
    """Tell the reader at the next run what was done."""
    st.session_state[SAID] = said


def tell_wrong(*problems: str) -> None:
    """Tell the reader at the next run what was not done, and why."""
    st.session_state[WRONG] = [*st.session_state.get(WRONG, []), *problems]


def why(error: Exception, now: View) -> str:
    """Return why the store or the rights refused, in the reader's language."""
    if isinstance(error, Denied):
        return error.reason(now.language)
    return reason(error, now.language)  # type: ignore[arg-type]


def saved(opened: Form) -> None:
    """Go on after a save: with the next short form, or with the part as it is stored now."""
    st.query_params.pop("draft", None)
    if opened.short:
        fields = opened.values.get("handlungsfelder", [])
        st.session_state[NEXT] = {"stage": "recommendation", "handlungsfelder": list(fields)}
    else:
        parameters.write(name_of(opened.kind), opened.id)


def name_of(kind: str) -> str:
    """Return the parameter that names the part in view."""
    return "entry" if kind == "entry" else "item"
