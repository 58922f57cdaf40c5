"""The GENESIS web service: one client for Regionaldatenbank, GENESIS-Online and the census database.

POST only; the account travels in headers of the client and nowhere else. An answer is a zip or an envelope in JSON,
whatever its HTTP status and content type: success with 200 may be an error, and 404 a wrong password. Without first
and last year the service gives the newest period only, so both are always sent.

What is too large for a direct answer (code 98) becomes a job in the background, which only a user with password may
start; else the question is split: by year, then by Land, then digit by digit of the regional key, so that no place can
fall between the parts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.sources import ffcsv
from zwk_data.sources.archive import Download
from zwk_data.sources.destatis import LAENDER
from zwk_data.sources.errors import EmptyAnswer, ExtractionTooBig, Incomplete, NoAccess, ParseError
from zwk_data.sources.genesis_account import account
from zwk_data.sources.genesis_service import Service, Session
from zwk_data.sources.genesis_tidy import Table, tidy
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Part, Question, Scope

NAME_OF_LAND = {key: name for name, key in LAENDER.items()}
KREISE_ALL_SINCE = 2021  # no Kreis of today is younger
RECENT = 2022
LEAST_RECENT, LEAST_BEFORE, LEAST_SAID = 0.98, 0.85, 0.85  # of today's places
LEAST_KREISE_SAID = 0.98  # more than these eight Kreise without a figure are no reform
LONGEST_PREFIX = 8


@dataclass(frozen=True)
class Database:
    """The tables of one GENESIS database; the methods are those of ``provider.Provider``."""

    service: Service
    of_dataset: Mapping[str, Table] = field(default_factory=dict)

    def datasets(self) -> tuple[str, ...]:
        """Return the tables that can be asked for."""
        return tuple(self.of_dataset)

    def unavailable_de(self) -> str:
        """Return which account is missing and where it can be had; empty where one is set."""
        try:
            return "" if account(self.service.name).complete else self.service.missing_de()
        except NoAccess as error:
            return error.reason_de

    def questions(self, dataset: str, scope: Scope, client: Client) -> list[Question]:
        """Return one question per span of years, of large tables one per year and Land, oldest year first.

        The last year is asked of the service, so that a year that is announced cannot be missing unnoticed. Flows are
        asked for from their first year on, whatever ``scope.since`` says: only earlier years tell a zero of this year
        from a place that did not exist, and a load replaces a date whole.
        """
        table, session = self.of_dataset[dataset], Session.of(self.service, client)
        session.sign_in()
        first, last = session.period(table.code)
        wanted = scope.first_year(table.since) if table.stock else table.since
        first, last = max(wanted, first), min(last, table.until or last)
        limit = self.service.direct_cells
        prefixes = sorted(NAME_OF_LAND) if table.cells > limit else [""]
        years = spans(first, last, max(1, limit // table.cells))
        return [self._question(dataset, span, prefix, scope) for span in years for prefix in prefixes]

    def _question(self, dataset: str, span: tuple[int, int], prefix: str, scope: Scope) -> Question:
        table = self.of_dataset[dataset]
        years = f"{span[0]}" if span[0] == span[1] else f"{span[0]}–{span[1]}"
        places = _places(table, prefix, scope) if prefix else table.regions
        return Question(
            dataset, self.service.url("data/tablefile"), parameters(table.code, span, prefix), "POST",
            cells=places * table.positions * (span[1] - span[0] + 1),
            label_de=f"{NAME_OF_LAND[prefix]}, {years}" if prefix else years,
        )  # fmt: skip

    def ask(self, question: Question, client: Client, scope: Scope) -> list[Download]:
        """Settle one question directly, by a job, or in parts. Raises a SourceError."""
        session = Session.of(self.service, client)
        try:
            return [session.tablefile(question)]
        except ExtractionTooBig:
            job = session.start(question) if session.account.can_run_jobs else None
            return [session.result(question, job)] if job else in_parts(session, question, self._known(question, scope))

    def _known(self, question: Question, scope: Scope) -> frozenset[str]:
        """Keys of today's places that the table of a question lists."""
        level = self.of_dataset[question.dataset].level
        levels = ("gemeinde", "kreis") if level == "gemeinde" else (level,)
        return frozenset(ags for ags in scope.current if scope.level_of.get(ags) in levels)

    def tables(self, dataset: str, parts: Sequence[Part], scope: Scope) -> Iterator[pa.Table]:
        """Yield the observations: of stocks a table per span of years, of flows one in all.

        A flow of zero in one year is told from a place that did not exist by its other years.
        """
        table = self.of_dataset[dataset]
        if not parts:
            raise Incomplete("no answers", "Die Lieferung enthält keine Werte.")
        first, newest = min(_span(part)[0] for part in parts), max(_span(part)[1] for part in parts)
        length = max(1, self.service.direct_cells // table.cells) if table.stock else newest - first + 1
        for span in spans(first, newest, length):  # as asked for, however an answer came in parts
            some = [part for part in parts if span[0] <= _span(part)[0] <= span[1]]
            yield tidy(_flat(some, span, labels=bool(table.labels)), table, dataset, scope, newest)

    def check(self, dataset: str, table: pa.Table, scope: Scope) -> None:
        """Refuse a date that lacks places of today; raises Incomplete."""
        check(self.of_dataset[dataset], table, scope)


# --- what is asked ---------------------------------------------------------------------------------------------------


def parameters(code: str, span: tuple[int, int], prefix: str) -> tuple[tuple[str, str], ...]:
    """Return the parameters of ``data/tablefile``; what is not used must be sent empty."""
    return (
        ("name", code), ("area", "all"), ("compress", "false"), ("startyear", str(span[0])), ("endyear", str(span[1])),
        ("timeslices", ""), ("regionalvariable", ""), ("regionalkey", f"{prefix}*" if prefix else ""),
        ("format", "ffcsv"), ("job", "false"), ("stand", ""), ("language", "de"), ("quality", "on"),
    )  # fmt: skip


def spans(first: int, last: int, length: int) -> list[tuple[int, int]]:
    """Return spans of at most so many years, both ends included."""
    return [(year, min(year + length - 1, last)) for year in range(first, last + 1, length)]


def _places(table: Table, prefix: str, scope: Scope) -> int:
    """Places of a Land in a table: its share of those the register knows, a sixteenth where it knows none."""
    levels = ("gemeinde", "kreis") if table.level == "gemeinde" else (table.level,)
    known = [ags for ags, level in scope.level_of.items() if level in levels]
    share = sum(ags.startswith(prefix) for ags in known) / len(known) if known else 1 / len(NAME_OF_LAND)
    return math.ceil(table.regions * share)


def parts_of(question: Question) -> list[Question]:
    """Split what is too large: into years, then Länder, then by the next digit of the regional key.

    Raises:
        ExtractionTooBig: a single Gemeinde and year cannot be split.
    """
    params = dict(question.params)
    first, last = int(params["startyear"]), int(params["endyear"])
    if first < last:
        return [_with(question, startyear=str(year), endyear=str(year)) for year in range(first, last + 1)]
    prefix = params["regionalkey"].rstrip("*")
    if len(prefix) >= LONGEST_PREFIX:
        raise ExtractionTooBig(f"{params['name']} {prefix}")
    if not prefix:
        return [_with(question, regionalkey=f"{land}*") for land in sorted(NAME_OF_LAND)]
    return [_with(question, regionalkey=f"{prefix}{digit}*") for digit in range(10)]


def _with(question: Question, **changed: str) -> Question:
    params = tuple((name, changed.get(name, value)) for name, value in question.params)
    return Question(question.dataset, question.url, params, question.method, label_de=question.label_de)


def in_parts(session: Session, question: Question, known: frozenset[str] = frozenset()) -> list[Download]:
    """Ask for the parts of a question; one without any known place may be empty, but not all. Raises a SourceError.

    "Nothing found" where the register has places is refused: it would take these away unnoticed.
    """
    found: list[Download] = []
    for part in parts_of(question):
        try:
            found.append(session.tablefile(part))
        except EmptyAnswer:
            prefix = dict(part.params)["regionalkey"].rstrip("*")
            if lost := sorted(ags for ags in known if ags.startswith(prefix)):
                raise Incomplete(
                    f"nothing for {prefix or 'all'}, where {len(lost)} places are known",
                    f"Für {len(lost)} Orte (zuerst {lost[0]}) hat die Quelle nichts geliefert.",
                ) from None
        except ExtractionTooBig:
            found += in_parts(session, part, known)
    if not found:
        raise EmptyAnswer(dict(question.params)["name"])
    return found


# --- what came -------------------------------------------------------------------------------------------------------


def _span(part: Part) -> tuple[int, int]:
    params = dict(part.sidecar.params)
    return int(params["startyear"]), int(params["endyear"])


def _streams(parts: Sequence[Part]) -> Iterator[BinaryIO]:
    for part in parts:
        with ffcsv.opened(part.path) as stream:
            yield stream


def _flat(parts: Sequence[Part], span: tuple[int, int], *, labels: bool) -> ffcsv.Flat:
    flat = ffcsv.read(_streams(parts), labels=labels)
    _check_years(flat, span)
    return flat


def _check_years(flat: ffcsv.Flat, span: tuple[int, int]) -> None:
    """Refuse other years than asked for: by default the service gives the newest period only."""
    found = {int(word[:4]) for word in flat.time.words if word[:4].isdigit()}
    if strange := sorted(found - set(range(span[0], span[1] + 1))):
        raise ParseError(f"years {strange} instead of {span}", "Die Quelle hat andere Jahre geliefert als angefragt.")
    if missing := sorted(set(range(span[0], span[1] + 1)) - found):
        raise Incomplete(f"no values for {missing}", f"In der Lieferung fehlt das Jahr {missing[-1]}.")


def check(table: Table, observations: pa.Table, scope: Scope) -> None:
    """Refuse a date that lacks places of today, and for Kreise since the last reform even a single one.

    A row without value counts as well, but most must say something: a secret figure is a figure. Raises Incomplete.
    """
    current = {ags for ags in scope.current if scope.level_of.get(ags) == table.level}
    if not current:
        return
    narrow = observations.select(["ags", "reference_date", "status"])
    here = narrow.filter(pc.is_in(narrow["ags"], pa.array(sorted(current))))
    enough = (LEAST_SAID if table.level == "gemeinde" else LEAST_KREISE_SAID) * len(current)
    listed, said = _places_by_date(here), _places_by_date(here.filter(pc.field("status") != "not_available"))
    for day in sorted(pc.unique(observations["reference_date"]).to_pylist()):
        found = listed.get(day, 0)
        if found < least(table, day.year) * len(current) or said.get(day, 0) < enough:
            found = min(found, said.get(day, 0))
            raise Incomplete(
                f"{found} of {len(current)} places on {day}",
                f"Zum {day:%d.%m.%Y} liegen {found} statt {len(current)} Orte vor.",
            )


def _places_by_date(observations: pa.Table) -> dict[date, int]:
    pairs = observations.group_by(["reference_date", "ags"]).aggregate([])
    counted = pairs.group_by("reference_date").aggregate([("ags", "count")])
    return dict(zip(counted["reference_date"].to_pylist(), counted["ags_count"].to_pylist(), strict=True))


def least(table: Table, year: int) -> float:
    """Return which share of today's places a date must list; earlier, some did not exist."""
    if table.level == "gemeinde":
        return LEAST_RECENT if year >= RECENT else LEAST_BEFORE
    return 1.0 if year >= KREISE_ALL_SINCE else LEAST_RECENT
