"""Declarations: TOML files beside this module, read into frozen values and cross-checked at import.

A declaration says *what*; no condition and no template stands in one. An error in a file stops the import with the
file, the entry and the field that is wrong.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

from zwk_data.catalog.tidy import BASES, MEASURES

HERE = Path(__file__).parent


class DeclarationError(ValueError):
    """A catalogue file contradicts itself or another one."""


def read_toml(name: str) -> dict[str, Any]:
    """Return the content of one catalogue file."""
    with (HERE / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True)
class Declared:
    """An entry of a catalogue file: unknown and missing fields are errors that name the entry."""

    id: str

    @classmethod
    def from_entry(cls, file: str, entry_id: str, entry: Mapping[str, Any]) -> Self:
        """Build the value from one TOML table; lists become tuples.

        Raises:
            DeclarationError: a field is unknown or a required one is missing.
        """
        known = {field.name for field in fields(cls)}
        if unknown := set(entry) - known:
            raise DeclarationError(f"{file}.toml, [{entry_id}]: unknown {', '.join(sorted(unknown))}")
        values: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in entry.items()}
        try:
            return cls(id=entry_id, **values)
        except TypeError as error:
            raise DeclarationError(f"{file}.toml, [{entry_id}]: {error}") from error


@dataclass(frozen=True)
class Licence(Declared):
    """Terms under which a figure may be passed on."""

    name: str
    short: str
    url: str
    text_de: str = ""


@dataclass(frozen=True)
class Source(Declared):
    """One dataset of one provider. ``retrieved`` is the date on which its figures were taken over."""

    provider: str
    code: str
    title_de: str
    title_en: str
    url: str
    licence: str
    attribution: str
    retrieved: date
    changed: bool = False
    change_de: str = ""
    note_de: str = ""
    included: bool = True
    licence_confirmed: bool = True
    priority: int = 100
    parser_version: int = 1
    derived_from: tuple[str, ...] = ()
    for_indicators: bool = True  # false: shown as it is, too coarse to be a numerator or denominator


@dataclass(frozen=True)
class Break(Declared):
    """A date between which and before figures must not be compared.

    ``first_date`` is the first reference date after the break; an empty ``scope`` means everywhere, an empty
    ``measures`` every measure. A break between census bases is recognised by the bases of the two figures, not by
    their dates. ``bridged`` breaks are computed over (the sum of the old territories), so changes may cross them.
    """

    first_date: date
    label_de: str
    label_en: str
    reason_de: str
    reason_en: str
    source: str
    scope: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    basis_before: str = ""
    basis_after: str = ""
    bridged: bool = False


T = TypeVar("T", bound="Declared")
TERM = re.compile(r"(?P<minus>-)?(?P<measure>\w+)(?:\[(?:(?P<sex>[mft]) )?(?P<age_from>\d+)(?:-(?P<age_to>\d+)|\+)\])?")


@dataclass(frozen=True)
class Term:
    """A signed sum over observations: a measure, a sex, and ages in completed years with both ends included."""

    measure: str
    sex: str = "t"
    age_from: int = 0
    age_to: int | None = None
    sign: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``population``, ``population[f 20-39]``, ``-deaths`` or ``population[65+]``."""
        match = TERM.fullmatch(text)
        if match is None or match["measure"] not in MEASURES:
            raise DeclarationError(f"indicators.toml: '{text}' is not a term")
        age_to = int(match["age_to"]) if match["age_to"] else None
        sign = -1 if match["minus"] else 1
        return cls(match["measure"], match["sex"] or "t", int(match["age_from"] or 0), age_to, sign)

    @property
    def is_total(self) -> bool:
        """Whether the term covers all ages."""
        return self.age_from == 0 and self.age_to is None


KINDS = ("sum", "ratio", "change", "index", "mean_age", "median_age", "given", "declared")
GROUPS = {
    "stand": ("Bevölkerungsstand", "Population"),
    "alter": ("Altersgruppen", "Age groups"),
    "quotient": ("Alter im Verhältnis", "Age ratios"),
    "geschlecht": ("Frauen und Männer", "Women and men"),
    "natuerlich": ("Geburten und Sterbefälle", "Births and deaths"),
    "wanderung": ("Wanderung", "Migration"),
    "wanderung_alter": ("Wanderung nach Alter", "Migration by age"),
    "integration": ("Integration", "Integration"),
    "haushalt": ("Haushalte", "Households"),
    "arbeit": ("Arbeit", "Work"),
    "daseinsvorsorge": ("Daseinsvorsorge", "Public services"),
    "prognose": ("Vorausberechnung anderer", "Projections of others"),
}
UNITS = {  # unit -> (German, English) as it stands behind a number
    "persons": ("Personen", "persons"),
    "percent": ("%", "%"),
    "per_100": ("je 100", "per 100"),
    "per_1000": ("je 1.000", "per 1,000"),
    "per_10000": ("je 10.000", "per 10,000"),
    "years": ("Jahre", "years"),
    "persons_per_km2": ("Einwohner je km²", "persons per km²"),
    "index": ("Index", "index"),
    "ratio": ("", ""),
    "children_per_woman": ("Kinder je Frau", "children per woman"),
    "km2": ("km²", "km²"),
    "persons_per_household": ("Personen je Haushalt", "persons per household"),
    "persons_per_year": ("Personen je Jahr", "persons per year"),
    "dwellings": ("Wohnungen", "dwellings"),
    "year": ("", ""),
}


@dataclass(frozen=True)
class Indicator(Declared):
    """A sum, a ratio of two sums, or a named function over observations.

    ``value = factor * sum(numerator) / sum(denominator)`` for a ratio; ``change`` compares ``of`` with ``years``
    earlier inside one census basis; ``index`` sets ``of`` in ``base_year`` to 100. ``declared`` entries are known but
    no embedded figure gives them: ``needs`` names the official table that would.

    ``given`` names the value that a provider publishes under the same definition; it stands in where a place has no
    counts, and ``given_de`` says what is different about it. The kind ``given`` is an indicator that only exists as
    published: it can be chosen once a load has brought it. With ``given_by`` its values are those of one dataset,
    which no other indicator uses.
    """

    label_de: str
    label_en: str
    group: str
    kind: str
    unit: str
    formula_de: str
    formula_en: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    factor: float = 1.0
    decimals: int = 1
    polarity: str = "none"
    minimum_base: int = 0
    chance: str = "none"
    of: str = ""
    years: int = 0
    base_year: int = 0
    needs: str = ""
    published: str = ""
    caveat_de: str = ""
    caveat_en: str = ""
    first_year: int = 0  # earlier years are left out: their age groups have no matching stock
    given: str = ""
    given_de: str = ""
    given_en: str = ""
    given_by: str = ""  # the one dataset whose published values these are, under its provider's name

    def __post_init__(self) -> None:
        """Check the vocabulary; parse errors of terms surface here."""
        allowed = {"kind": KINDS, "group": GROUPS, "unit": UNITS, "polarity": ("up", "down", "none"),
                   "chance": ("none", "poisson", "skellam")}  # fmt: skip
        for field, words in allowed.items():
            if getattr(self, field) not in words:
                raise DeclarationError(f"indicators.toml, [{self.id}]: {field} = {getattr(self, field)!r}")
        _ = self.numerator_terms, self.denominator_terms, self.given_term
        if self.kind == "given" and not (self.given and self.needs):
            raise DeclarationError(f"indicators.toml, [{self.id}]: kind = 'given' wants given and needs")
        if self.given_by and self.kind != "given":
            raise DeclarationError(f"indicators.toml, [{self.id}]: given_by belongs to kind = 'given'")

    @property
    def given_term(self) -> Term | None:
        """The published value that stands in where there are no counts; None where none has this definition."""
        return Term.parse(self.given) if self.given else None

    @property
    def numerator_terms(self) -> tuple[Term, ...]:
        """The parsed numerator."""
        return tuple(Term.parse(text) for text in self.numerator)

    @property
    def denominator_terms(self) -> tuple[Term, ...]:
        """The parsed denominator, empty for a sum."""
        return tuple(Term.parse(text) for text in self.denominator)

    @property
    def available(self) -> bool:
        """Whether the embedded figures can give this indicator at all."""
        return self.kind not in ("declared", "given")

    def label(self, language: str) -> str:
        """The name in the reader's language, age limits included."""
        return self.label_en if language == "en" else self.label_de

    def short_label(self, language: str) -> str:
        """The name for a sentence: without what stands in brackets, unless that names whose values these are."""
        return self.label(language) if self.given_by else self.label(language).partition(" (")[0]


@dataclass(frozen=True)
class Participant(Declared):
    """A participant of the programme: a Gemeinde, a Kreis, a quarter or an association of several Gemeinden."""

    name: str
    type: str = ""
    land: str = ""
    ags: str = ""
    partner: bool = False
    dwk_before: str = ""
    cluster: str = ""
    member_confidence: str = ""
    members: tuple[str, ...] = ()
    note: str = ""


LEVER_KINDS = ("births", "life", "in", "out", "homes", "event")


@dataclass(frozen=True)
class LeverPart(Declared):
    """One number of a lever: its limits, and the steps in which it is usually moved.

    ``whole``: no decimals; ``choices``: nothing else is accepted; ``optional``: may be left out at the end, then 0.
    """

    label_de: str
    label_en: str
    unit: str
    low: float
    high: float
    step: float = 1.0
    whole: bool = False
    optional: bool = False
    choices: tuple[float, ...] = ()


@dataclass(frozen=True)
class Lever(Declared):
    """What a scenario can change. A lever of one number has one part; its limits stand on the lever too.

    ``low`` and ``high`` are refused beyond; ``phase``: years until the value is reached; ``repeat``: how often it may
    stand in a scenario; ``age_from``, ``age_to`` (None: open): the group of a lever of moves.
    """

    kind: str
    label_de: str
    label_en: str
    explanation_de: str
    explanation_en: str
    parts: tuple[LeverPart, ...]
    unit: str = ""
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    phase: int = 0
    repeat: int = 1
    age_from: int = 0
    age_to: int | None = None

    def __post_init__(self) -> None:
        """Check the vocabulary and the limits."""
        if self.kind not in LEVER_KINDS:
            raise DeclarationError(f"levers.toml, [{self.id}]: kind = {self.kind!r}")
        for part in self.parts:
            if part.unit not in UNITS:
                raise DeclarationError(f"levers.toml, [{self.id}]: unit = {part.unit!r}")
            if part.low >= part.high or any(not part.low <= choice <= part.high for choice in part.choices):
                raise DeclarationError(f"levers.toml, [{self.id}]: limits of {part.id}")

    @property
    def single(self) -> bool:
        """Whether it is one number, which a slider can move and a goal can be sought with."""
        return len(self.parts) == 1

    @classmethod
    def from_entry(cls, file: str, entry_id: str, entry: Mapping[str, Any]) -> Self:
        """Build the lever; without parts of its own it is one number."""
        values = dict(entry)
        named = values.pop("part", None)
        if named is None:
            shared = ("label_de", "label_en", "unit", "low", "high", "step")
            named = {"value": {key: values[key] for key in shared if key in values}}
        parts = [LeverPart.from_entry(file, part, content) for part, content in named.items()]
        return super().from_entry(file, entry_id, {**values, "parts": parts})

    def label(self, language: str) -> str:
        """The name in the reader's language."""
        return self.label_en if language == "en" else self.label_de


@dataclass(frozen=True)
class Service(Declared):
    """A public service and the ages that need it: completed years, both ends included; ``age_to`` None is open.

    ``capacity``: whether places can be entered for it; ``unit_de``, ``unit_en``: what they are called.
    """

    label_de: str
    label_en: str
    age_from: int
    age_to: int | None = None
    capacity: bool = False
    unit_de: str = ""
    unit_en: str = ""

    def __post_init__(self) -> None:
        """Check the ages and that a capacity has a word."""
        if self.age_from < 0 or (self.age_to is not None and self.age_to < self.age_from):
            raise DeclarationError(f"services.toml, [{self.id}]: ages {self.age_from} to {self.age_to}")
        if self.capacity != bool(self.unit_de and self.unit_en):
            raise DeclarationError(f"services.toml, [{self.id}]: a capacity and its unit go together")

    def label(self, language: str) -> str:
        """The name in the reader's language, ages included."""
        return self.label_en if language == "en" else self.label_de

    def unit(self, language: str) -> str:
        """The word for a capacity in the reader's language."""
        return self.unit_en if language == "en" else self.unit_de


def _load(file: str, cls: type[T]) -> dict[str, T]:
    return {key: cls.from_entry(file, key, entry) for key, entry in read_toml(file).items()}


@cache
def licences() -> dict[str, Licence]:
    """Return the licences by id."""
    return _load("licences", Licence)


@cache
def sources() -> dict[str, Source]:
    """Return the datasets by id, each with a known licence."""
    found = _load("sources", Source)
    for source in found.values():
        if source.licence not in licences():
            raise DeclarationError(f"sources.toml, [{source.id}]: unknown licence {source.licence!r}")
        if unknown := set(source.derived_from) - set(found):
            raise DeclarationError(f"sources.toml, [{source.id}]: unknown datasets {sorted(unknown)}")
    return found


@cache
def indicators() -> dict[str, Indicator]:
    """Return the indicators by id, in the order of the file."""
    found = _load("indicators", Indicator)
    for indicator in found.values():
        if indicator.of and indicator.of not in found:
            raise DeclarationError(f"indicators.toml, [{indicator.id}]: of = {indicator.of!r}")
        if indicator.given_by and indicator.given_by not in sources():
            raise DeclarationError(f"indicators.toml, [{indicator.id}]: given_by = {indicator.given_by!r}")
    return found


@cache
def breaks() -> dict[str, Break]:
    """Return the breaks in series by id."""
    found = _load("breaks", Break)
    for entry in found.values():
        for basis in (entry.basis_before, entry.basis_after):
            if basis and basis not in BASES:
                raise DeclarationError(f"breaks.toml, [{entry.id}]: basis {basis!r}")
    return found


@cache
def participants() -> dict[str, Participant]:
    """Return the participants of the programme by id."""
    return _load("partners", Participant)


@cache
def levers() -> dict[str, Lever]:
    """Return the levers of a scenario by id, in the order in which they stand in an address."""
    return _load("levers", Lever)


@cache
def services() -> dict[str, Service]:
    """Return the public services by id, in the order of age."""
    return _load("services", Service)
