"""The exhibit: one thing shown to people, complete with sentence, alternative text, figures and sources.

It knows nothing of Streamlit, Plotly or PowerPoint. The same address and the same data give the same exhibit, always.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import Self
from urllib.parse import quote, unquote

import pandas as pd

CHARTS = (
    "line", "dots", "bars", "pyramid", "map", "tiles", "table", "balance", "multiples", "diverging", "stacked",
    "timeline",
)  # fmt: skip
LONGEST_SLUG = 100
BADGES = ("kreis_value", "own_data", "scenario")  # kinds of notes without which a figure would be misread
AS_OF = "as_of"  # the parameter every kind has: the day whose state of the data is shown; without it, the newest


class AddressError(ValueError):
    """An address cannot be read; the message says in the reader's language what is wrong and what to do."""


@dataclass(frozen=True)
class Address:
    """Kind and parameters as plain text: deep link, agenda item, slide id and cache key in one."""

    kind: str
    parameters: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, kind: str, **parameters: object) -> Self:
        """Build an address from ids; empty parameters are left out, lists are joined by commas."""
        pairs = [(key, _plain(value)) for key, value in parameters.items() if value not in (None, "", (), [])]
        return cls(kind, tuple(sorted(pairs)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``kind?a=1&b=2``.

        Raises:
            AddressError: a part is not of that form or a parameter stands twice.
        """
        kind, _, query = text.partition("?")
        pairs = [part.partition("=") for part in query.split("&") if part]
        names = [unquote(name) for name, _, _ in pairs]
        if not kind.isidentifier() or len(set(names)) < len(names) or not all(mark for _, mark, _ in pairs):
            raise AddressError(f"Die Adresse »{text[:80]}« ist nicht lesbar.")
        return cls(kind, tuple(sorted(zip(names, (unquote(value) for _, _, value in pairs), strict=True))))

    @property
    def as_of(self) -> str | None:
        """The day whose state of the data is shown, as it stands there; None for the newest."""
        return dict(self.parameters).get(AS_OF)

    def at(self, day: date | None) -> Self:
        """Return the same address for the state of a day, or for the newest."""
        others = [pair for pair in self.parameters if pair[0] != AS_OF]
        return replace(self, parameters=tuple(sorted([*others, *([(AS_OF, day.isoformat())] if day else [])])))

    @property
    def slug(self) -> str:
        """The address as a name for files and keys; one cut off keeps a checksum, so that no two share a name."""
        whole = "".join(c if c.isalnum() else "-" for c in str(self)).strip("-")
        if len(whole) <= LONGEST_SLUG:
            return whole
        return f"{whole[: LONGEST_SLUG - 9]}-{sha256(str(self).encode()).hexdigest()[:8]}"

    @property
    def key(self) -> str:
        """A short name for the pieces of a card: kind and checksum; it travels with every one of them."""
        return f"{self.kind}-{sha256(str(self).encode()).hexdigest()[:10]}"

    def __str__(self) -> str:
        query = "&".join(f"{quote(key, safe='')}={quote(value, safe=',')}" for key, value in self.parameters)
        return f"{self.kind}?{query}" if query else self.kind


def _plain(value: object) -> str:
    return ",".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)


@dataclass(frozen=True)
class Column:
    """One column of an exhibit's table: heading, unit and decimals for numbers (``None`` = text)."""

    key: str
    label: str
    unit: str = ""
    decimals: int | None = None
    sign: bool = False


@dataclass(frozen=True)
class SourceLine:
    """Where figures come from, complete enough to be printed below a chart."""

    dataset: str
    provider: str
    title: str
    licence: str
    licence_short: str
    licence_url: str
    attribution: str
    retrieved: date | None  # None for a public page whose day of reading is not recorded
    changed: bool
    vintage: str  # load id

    @property
    def short(self) -> str:
        """Provider and dataset alone, without the terms of the licence: for a line below a chart."""
        return self.attribution.split(";")[0].removeprefix("Quelle: ")


@dataclass(frozen=True)
class BreakMark:
    """A break in series inside the exhibit: where it lies on the time axis, a word for it and the reason."""

    day: date
    label: str
    reason: str


@dataclass(frozen=True)
class Note:
    """A remark that belongs to the figures; ``kind`` is a word such as kreis_value, provisional, territory, method."""

    kind: str
    text: str


@dataclass(frozen=True)
class Marks:
    """What kind of chart, and which column goes where; a small neutral vocabulary.

    ``series`` names the column that tells lines or colours apart, ``focus`` the value of it that is *my place*,
    ``second`` the one in comparison; ``lower`` and ``upper`` are interval columns; ``dash`` a column whose change of
    value interrupts a line (the census basis; rows of the basis ``projection`` are drawn dashed, with the interval of
    the series in focus as a band). ``options`` holds what only one chart needs, as plain values.
    """

    chart: str
    x: str = ""
    y: str = ""
    series: str = ""
    focus: str = ""
    second: str = ""
    lower: str = ""
    upper: str = ""
    dash: str = ""
    options: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Exhibit:
    """One complete thing to show.

    ``sentence`` is the finding in one plain, correct sentence; ``subtitle`` measure, unit and date; ``table`` holds
    the tidy figures shown and only those, described by ``columns``.

    Raises:
        ValueError: sentence, alternative text, columns or sources are missing, or they do not fit the table.
    """

    address: Address
    title: str
    subtitle: str
    sentence: str
    alt: str
    table: pd.DataFrame
    columns: tuple[Column, ...]
    marks: Marks
    sources: tuple[SourceLine, ...]
    breaks: tuple[BreakMark, ...] = ()
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an incomplete exhibit."""
        for name in ("title", "sentence", "alt", "columns", "sources"):
            if not getattr(self, name):
                raise ValueError(f"{self.address}: an exhibit without {name}")
        if missing := {column.key for column in self.columns} - set(self.table.columns):
            raise ValueError(f"{self.address}: columns {sorted(missing)} are not in the table")
        if self.marks.chart not in CHARTS:
            raise ValueError(f"{self.address}: unknown chart {self.marks.chart}")

    @property
    def shown(self) -> pd.DataFrame:
        """The table as it is shown: described columns only, in their order, with their headings."""
        return self.table[[column.key for column in self.columns]].rename(
            columns={column.key: heading(column) for column in self.columns}
        )


def heading(column: Column) -> str:
    """Return label and unit of a column as one heading."""
    return f"{column.label} ({column.unit})" if column.unit else column.label
