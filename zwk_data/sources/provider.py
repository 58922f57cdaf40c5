"""What every provider's module offers, so that one refresh serves them all.

A provider is a module with ``NAME_DE``, ``PARSER_VERSION`` and the functions of ``Provider``. It says what it would
ask, settles one question (waiting, splitting, background jobs included) over the house's one ``Client``, and turns the
archived answers into tidy tables. It keeps no state, writes no file and knows nothing of the database.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from zwk_data.sources.archive import Download, Sidecar
from zwk_data.sources.http import Client, Params, Request


@dataclass(frozen=True)
class Question:
    """One request that a dataset needs; it carries no credentials.

    ``cells`` is an upper bound of the values the answer can hold (0: not known before), ``label_de`` what is asked for
    in words ("Nordrhein-Westfalen, 2022–2024"). A ``large`` answer is streamed into a file.
    """

    dataset: str
    url: str
    params: Params = ()
    method: str = "GET"
    content: str = ""
    cells: int = 0
    label_de: str = ""
    large: bool = False
    may_be_empty: bool = False

    def request(self, into: Path | None = None) -> Request:
        """Return what is sent."""
        return Request(self.url, tuple(self.params), self.method, self.content, into)


@dataclass(frozen=True)
class Scope:
    """What is known about places and time when a provider is asked or an answer is read.

    Attributes:
        ags_of: key of the Kreis by NUTS 3 code (2016, 2021 and 2024 codes).
        level_of: level (germany, land, kreis, gemeinde) by canonical key, for all places of the register.
        current: canonical keys of the current set.
        population: newest known official total by canonical key, in persons.
        today: date of the refresh.
        since: first year wanted; None for all that the contract names.
        folder: where a large answer may be streamed to.
    """

    ags_of: Mapping[str, str]
    level_of: Mapping[str, str] = field(default_factory=dict)
    current: frozenset[str] = frozenset()
    population: Mapping[str, float] = field(default_factory=dict)
    today: date = date(2026, 1, 1)
    since: int | None = None
    folder: Path | None = None

    def first_year(self, earliest: int) -> int:
        """Return the first year to ask for: the contract's or, where the operator wants less, that one."""
        return max(earliest, self.since or earliest)


@dataclass(frozen=True)
class Part:
    """One archived answer; ``path`` holds the verified bytes."""

    sidecar: Sidecar
    path: Path

    def read(self) -> bytes:
        """Return the bytes; a large answer is better opened from ``path``."""
        return self.path.read_bytes()


@dataclass(frozen=True)
class Outcome:
    """What became of one dataset: a new load, the same figures as before, or the kept old state and the reason."""

    dataset: str
    ok: bool
    rows: int = 0
    load: int | None = None  # sequence number now in force; None where there was never one
    unchanged: bool = False  # the provider gave the same figures as last time; no load was added
    reason_de: str = ""
    detail: str = ""  # for the log, English
    notes: Mapping[str, Any] = field(default_factory=dict)  # what was dropped or converted, by reason


class Provider(Protocol):
    """A module of ``zwk_data.sources`` that can be asked.

    One provider keeps the register of places and has a function more:
    ``register(dataset, parts, scope) -> pa.Table | None`` returns a newer edition of it (``places.EDITION``). The gate,
    the providers asked after it and every build know its places. A provider of what is no table of figures
    (boundaries) has ``install(dataset, parts, scope)`` in place of ``tables`` and ``check``: it puts the verified
    answers in place and returns ``content`` (names what is in place) and ``rows``. Its loads are no part of a build.
    """

    NAME_DE: str
    PARSER_VERSION: int

    def datasets(self) -> tuple[str, ...]:
        """Return the ids of the datasets in ``sources.toml`` that can be asked for."""

    def unavailable_de(self) -> str:
        """Return why nothing can be asked at present (no account), in German; empty where all is well."""

    def questions(self, dataset: str, scope: Scope, client: Client) -> Sequence[Question]:
        """Return what has to be asked; may look into the provider's catalogue first. Raises a SourceError."""

    def ask(self, question: Question, client: Client, scope: Scope) -> Sequence[Download]:
        """Settle one question: complete, verified answers of the provider. Raises a SourceError.

        A cut, empty or foreign answer is an error here, never a shorter result.
        """

    def tables(self, dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
        """Yield tidy tables (``OBSERVATION``) that are complete by reference date, one after the other.

        One table in all is the rule; a table per year keeps memory flat where a year has hundreds of thousands of
        rows. Metadata of the schema may carry counts of what was left out (``rows.DROPPED``). Raises a SourceError.
        """

    def check(self, dataset: str, table: pa.Table, scope: Scope) -> None:
        """Refuse a table that cannot be the whole of its dates; raises Incomplete or Implausible."""
