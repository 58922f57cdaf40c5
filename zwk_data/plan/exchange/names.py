"""Readable names of what rows refer to, both ways: ``Titel [Kennung]`` from an id, and the id from what was typed."""

import difflib
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from zwk_data.catalog.declarations import indicators, levers, services
from zwk_data.plan.model import Plan
from zwk_data.plan.parts import PARTS

NAMED = ("field", "goal", "tool", "concept", "entry")
BRACKETS = re.compile(r"(?s)(.*?)\s*\[([A-Za-z][A-Za-z0-9_.]*)\]$")
ROOM = 120  # characters of a title in a name


class Wrong(ValueError):
    """What stands in a cell is not what belongs there; ``kind`` is a word of ``problems.expected``."""

    def __init__(self, kind: str, **values: object) -> None:
        self.kind, self.values = kind, values
        super().__init__(kind)


@cache
def _catalogue() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType({
        "indicator": {key: one.label("de") for key, one in indicators().items()},
        "lever": {key: one.label("de") for key, one in levers().items()},
        "service": {key: one.label("de") for key, one in services().items()},
    })  # fmt: skip


def flat(text: str) -> str:
    """Return a text in one line."""
    return " ".join(text.split())


class Names:
    """Titles by kind and id."""

    def __init__(self, titles: Mapping[str, Mapping[str, str]]) -> None:
        self._titles = {**_catalogue(), **titles}
        self._ids: dict[str, dict[str, list[str]]] = {}
        for kind, known in self._titles.items():
            by_title = self._ids.setdefault(kind, {})
            for id, title in known.items():
                by_title.setdefault(flat(title).casefold(), []).append(id)

    def has(self, kind: str, id: str) -> bool:
        """Tell whether there is such a part."""
        return id in self._titles.get(kind, {})

    def all(self, kind: str) -> tuple[str, ...]:
        """Return the names of all parts of a kind."""
        return tuple(self.of(kind, id) for id in self._titles.get(kind, {}))

    def of(self, kind: str, id: str) -> str:
        """Return the name of a part, its id where it is unknown."""
        title = flat(self._titles.get(kind, {}).get(id, ""))
        short = title if len(title) <= ROOM else f"{title[: ROOM - 1]}…"
        return f"{short} [{id}]".strip()

    def find(self, kind: str, text: str) -> str:
        """Return the id of what was typed: ``Titel [Kennung]``, an id, or a title.

        Raises:
            Wrong: there is none, or several have this title.
        """
        match = BRACKETS.fullmatch(text)
        if match and self.has(kind, match[2]):
            return match[2]
        if self.has(kind, text):
            return text
        found = self._ids.get(kind, {}).get(flat(text).casefold(), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Wrong("ref_several", ids=", ".join(found))
        raise Wrong("ref_unknown", nearest=self._nearest(kind, text))

    def _nearest(self, kind: str, text: str) -> str:
        known = self._ids.get(kind, {})
        near = difflib.get_close_matches(flat(text)[:200].casefold(), list(known), 2, 0.5)
        return ", ".join(self.of(kind, id) for title in near for id in known[title])


def titles_of(plan: Plan) -> dict[str, dict[str, str]]:
    """Return the titles of what rows can refer to."""
    return {kind: {part.id: part.title for part in getattr(plan, PARTS[kind][1])} for kind in NAMED}


def names_of(plan: Plan) -> Names:
    """Return the names of the parts of a plan and of the catalogues."""
    return Names(titles_of(plan))
