"""JSON of an uploaded file as parts of the plan: every part is looked at, every error named by part and field."""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from zwk_data.plan.exchange.book import FORMAT
from zwk_data.plan.exchange.columns import BY_KIND
from zwk_data.plan.exchange.incoming import Incoming, Key, unusable, without_dangling
from zwk_data.plan.exchange.problems import Problem
from zwk_data.plan.exchange.reading import NotReadable
from zwk_data.plan.model import Plan
from zwk_data.plan.parts import PARTS, Part, new_id, parts_of
from zwk_data.plan.reading import PlanError
from zwk_data.plan.records import value_of

MOST = 5_000  # parts of a kind
SHOWN = 200
ODD = (TypeError, ValueError, AttributeError, ArithmeticError)  # what values of another type can end with


def from_json(content: Any, plan: Plan) -> Incoming:
    """Return what a JSON file says of a plan; a part with an id that the plan has stands for the whole of it.

    Raises:
        NotReadable: it is no plan of this format.
    """
    parts = content.get("parts") if isinstance(content, Mapping) else None
    if not isinstance(parts, Mapping) or content.get("format") != FORMAT or content.get("version") != 1:
        raise NotReadable("json_other")
    reader = _Reader()
    if content.get("ags") != plan.ags:
        reader.problems.append(Problem("", 0, "", str(content.get("ags"))[:SHOWN], "other_place", stops=False))
    for kind in parts:
        if kind not in PARTS:
            reader.problems.append(Problem(str(kind)[:SHOWN], 0, "", "", "part_unknown", stops=False))
    for kind in PARTS:
        reader.take(kind, parts.get(kind, []))
    kinds = frozenset(kind for kind in PARTS if parts.get(kind))
    there = frozenset((kind, str(body.get("id"))) for kind in kinds for body in _bodies(parts[kind]))
    known = {(kind, part.id) for part in parts_of(plan) for kind, (cls, _) in PARTS.items() if isinstance(part, cls)}
    return without_dangling(Incoming(reader.parts, reader.places, kinds, tuple(reader.problems), there), known)


def _bodies(parts: Any) -> list[Mapping[str, Any]]:
    return [body for body in parts if isinstance(body, Mapping)] if isinstance(parts, list) else []


class _Reader:
    def __init__(self) -> None:
        self.parts: dict[Key, Part] = {}
        self.places: dict[Key, tuple[str, int]] = {}
        self.problems: list[Problem] = []

    def take(self, kind: str, bodies: Any) -> None:
        """Read all parts of a kind."""
        if not isinstance(bodies, list) or len(bodies) > MOST:
            self.problems.append(Problem(BY_KIND[kind].name, 0, "", str(bodies)[:SHOWN], "not_list"))
            return
        for number, body in enumerate(bodies, start=1):
            found = self._part(kind, number, body)
            if found is None:
                continue
            key = (kind, found.id)
            if key in self.parts:
                first = self.places[key][1]
                word = "head_twice" if kind == "head" else "pair_twice" if kind == "link" else "twice"
                self._wrong(kind, number, "id", found.id, word, row=first)
                continue
            self.parts[key], self.places[key] = found, (BY_KIND[kind].name, number)

    def _wrong(self, kind: str, number: int, name: str, found: Any, word: str, **values: object) -> None:
        page = BY_KIND[kind]
        heading = next((field.heading for field in page.fields if field.name in (name, f"{name}.kind")), name)
        stops = word != "field_unknown"
        self.problems.append(Problem(page.name, number, heading, str(found)[:SHOWN], word, values, stops))

    def _part(self, kind: str, number: int, body: Any) -> Part | None:
        cls = PARTS[kind][0]
        if not isinstance(body, Mapping):
            self._wrong(kind, number, "", body, "not_part")
            return None
        for name in body.keys() - {field.name for field in fields(cls)}:
            self._wrong(kind, number, str(name)[:SHOWN], body[name], "field_unknown")
        if kind not in ("head", "link") and not body.get("id"):
            body = {**body, "id": new_id(kind)}
        wrong = self._unfit(kind, body)
        for name, problem in wrong.items():
            self._wrong(kind, number, name, body.get(name, ""), "unusable", field=name, problem=problem, part=kind)
        if wrong:
            return None
        part: Part = value_of(cls, body)
        found = unusable(part, BY_KIND[kind].name, number)
        self.problems += found
        return None if found else part

    def _unfit(self, kind: str, body: Mapping[str, Any]) -> dict[str, str]:
        """Return the fields of a body that hold what their types cannot, with what is wrong (``plan.checking``)."""
        cls = PARTS[kind][0]
        wrong: dict[str, str] = {}
        try:
            value_of(cls, body)
        except (PlanError, *ODD):
            pass  # found out field by field below
        else:
            return wrong
        for field in fields(cls):
            if field.name not in body:
                if field.default is MISSING:
                    wrong[field.name] = "missing"
                continue
            try:
                value_of(cls, {**_least(cls), field.name: body[field.name]})
            except PlanError as error:
                wrong[field.name] = error.problem
            except ODD:
                wrong[field.name] = "not_allowed"
        return wrong


def _least(cls: type) -> dict[str, Any]:
    """Return the smallest body of a class that can be read."""
    hints = get_type_hints(cls)
    return {field.name: _some(hints[field.name]) for field in fields(cls) if field.default is MISSING}


def _some(hint: Any) -> Any:
    if get_args(hint):
        return get_args(hint)[0]
    return {str: "x", int: 2000, Decimal: "1", date: "2000-01-01"}[hint]
