"""Values of a plan as a reader reads them: names in place of ids, dates and amounts as they are written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from zwk_data.catalog import indicators, levers, services
from zwk_data.language import Language
from zwk_data.plan.labels import INSIDE, field_name, words_of
from zwk_data.plan.model import Plan

OF_PARTS = {
    "handlungsfelder": "handlungsfelder", "handlungsfeld": "handlungsfelder", "goals": "goals", "tools": "tools",
    "concept": "concepts", "entry": "entries",
}  # fmt: skip
HIDDEN = ("id", "was", "order", "_row", "_of", "_seen")


@dataclass(frozen=True)
class Names:
    """The names behind the ids of a plan."""

    plan: Plan
    language: Language
    _made: dict[str, dict[str, str]] = field(default_factory=dict, compare=False)

    def of(self, name: str, kind: str = "") -> Mapping[str, str]:
        """Return names by id for a field that holds ids; nothing for others."""
        key = f"{kind}.{name}"
        if key not in self._made:
            self._made[key] = self._names(name, kind)
        return self._made[key]

    def _names(self, name: str, kind: str) -> dict[str, str]:
        code = self.language.code
        if name in OF_PARTS:
            return {part.id: part.title for part in getattr(self.plan, OF_PARTS[name])}
        if name in ("indicator", "headline_indicator"):
            return {key: one.label(code) for key, one in indicators().items()}
        if name == "lever":
            return {key: one.label(code) for key, one in levers().items()}
        if name == "service":
            return {key: one.label(code) for key, one in services().items()}
        return words_of(name, self.language, kind)

    def label(self, name: str, kind: str) -> str:
        """Return the name of a field."""
        return field_name(name, self.language, kind)

    def said(self, value: Any, name: str, kind: str) -> str:
        """Return a value of a body as text; nothing for an empty one."""
        if value in (None, "", [], {}):
            return ""
        if isinstance(value, bool):
            return self.language.text("ja") if value else self.language.text("nein")
        if isinstance(value, list):
            return "; ".join(filter(None, (self.said(item, name, kind) for item in value)))
        if isinstance(value, Mapping):
            inner = INSIDE.get(name, name)
            told = ((self.label(key, inner), self.said(item, key, inner))
                    for key, item in value.items() if key not in HIDDEN)  # fmt: skip
            return ", ".join(f"{label}: {text}" for label, text in told if text)
        return self.of(name, kind).get(str(value)) or self._plain(value)

    def _plain(self, value: Any) -> str:
        if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
            try:
                return self.language.date(date.fromisoformat(value))
            except ValueError:
                return value
        return str(value)


def title_of(kind: str, body: Mapping[str, Any], names: Names) -> str:
    """Return what a part is called: its title, or what it links."""
    if kind in ("link", "progress", "target"):
        parts = [names.said(body.get(name), name, kind) for name in ("entry", "indicator", "day", "year")]
        return " – ".join(filter(None, parts))
    return str(body.get("title") or body.get("name") or names.language.text("ohne Titel"))
