"""Which kinds of records travel with a municipality, how each is read, and which never leave.

Everything somebody wrote for a municipality travels. Who may what, who signed in, and what only this machine noted
does not: rights are given anew where the file arrives.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType, SimpleNamespace
from typing import Any

from zwk_data.decks.model import deck_of
from zwk_data.outlook.saved import saved_of
from zwk_data.own_data.records import table_of
from zwk_data.plan.parts import PARTS
from zwk_data.plan.records import value_of
from zwk_data.rounds.model import Decision, Meeting, PlanThen, Remark, Shown, part_of
from zwk_data.workshops.model import result_of, workshop_of

Reader = Callable[[str, str, Mapping[str, Any]], object]  # id, scope, body; raises where the body is none of its kind


def _part(kind: str) -> Reader:
    return lambda id, ags, body: value_of(PARTS[kind][0], body, id)


def _public(id: str, ags: str, body: Mapping[str, Any]) -> object:
    return value_of(PARTS[body["part"]][0], body["value"], id)


def _scenario(id: str, ags: str, body: Mapping[str, Any]) -> object:
    found = saved_of(_record(id, ags, body))
    if found.content is None:
        raise ValueError(found.reason)
    return found


def _rejection(id: str, ags: str, body: Mapping[str, Any]) -> object:
    return str(body["card"]), str(body["reason"]), str(body["finding"])


def _round(kind: type) -> Reader:
    return lambda id, ags, body: part_of(kind, body)


def _record(id: str, ags: str, body: Mapping[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(id=id, version=0, scope=ags, body=body, actor="", updated_at=datetime.now(UTC))


# In the order in which they are taken: what others rest on comes before what shows that all of it is there.
TRAVEL: Mapping[str, Reader] = MappingProxyType({
    **{f"plan_{kind}": _part(kind) for kind in PARTS if kind != "head"}, "plan_head": _part("head"),
    "plan_public": _public, "evidence_decision": _rejection, "scenario": _scenario,
    "deck": lambda id, ags, body: deck_of(body),
    "workshop_result": lambda id, ags, body: result_of(body), "workshop": lambda id, ags, body: workshop_of(body),
    "meeting_decision": _round(Decision), "meeting_remark": _round(Remark), "meeting_shown": _round(Shown),
    "meeting_plan": _round(PlanThen), "meeting": _round(Meeting),
    "own_data": lambda id, ags, body: table_of(_record(id, ags, body)),
})  # fmt: skip
STAY = ("account", "role", "session", "session_epoch", "guest_link", "exhibit_use")
