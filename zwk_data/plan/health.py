"""What in a plan needs care: rules over entries, links and targets, in a fixed order and with a reason for each.

No rule ranks anybody: findings stand in the order of the rules, and inside one in the order of the plan. The day they
are seen from is always given (``day``).
"""

import calendar
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from zwk_data.plan.model import Entry, Link, Plan, Status

ENDED: frozenset[Status] = frozenset({"umgesetzt", "verstetigt", "verworfen"})
CLOSED: frozenset[Status] = frozenset({"umgesetzt", "verworfen"})  # nothing more is expected of these
UNDER_WAY: frozenset[Status] = frozenset({"geplant", "laufend", "pausiert"})
QUIET_DAYS = 365  # without a note on progress, while under way
SECURED_YEARS = 2
# Official figures of a year come out about nine to eighteen months after its end.
FIRST_MONTHS, LAST_MONTHS = 9, 18
RULES = (
    "no_office", "no_status", "no_indicator", "overdue", "quiet", "not_detectable", "not_before", "secured",
    "no_base",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """What a rule found: at which part (id of an entry or a target), and the day or years it turns on."""

    rule: str
    part: str
    day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class Known:
    """What the rules cannot see in the plan: entries whose effect could not be seen, targets without a first value."""

    undetectable: Collection[str] = ()
    without_base: Collection[str] = ()
    notes: Mapping[str, date] = field(default_factory=dict)  # newest note on progress, by entry


def is_overdue(entry: Entry, day: date) -> bool:
    """Tell whether an entry should have ended before a day and is neither done, kept up nor dropped; exact ends only.

    An entry without a status is not overdue: nothing is known of it.
    """
    return entry.end is not None and entry.end < day and entry.status is not None and entry.status not in ENDED


def is_carried(entry: Entry) -> bool:
    """Tell whether somebody should carry an entry: an action, or whatever is planned or under way."""
    return entry.status not in CLOSED and (entry.stage == "action" or entry.status in UNDER_WAY)


def findings(plan: Plan, day: date, known: Known | None = None) -> tuple[Finding, ...]:
    """Return what needs care, seen on a day, in the order of ``RULES`` and of the plan."""
    given = known or Known()
    seen = Known(given.undetectable, given.without_base, {**_newest_notes(plan), **given.notes})
    return tuple(found for rule in RULES for found in FINDERS[rule](plan, day, seen))


def _newest_notes(plan: Plan) -> dict[str, date]:
    newest: dict[str, date] = {}
    for note in plan.progress:
        newest[note.entry] = max(note.day, newest.get(note.entry, note.day))
    return newest


def _of_entries(rule: str, applies: Callable[[Entry], bool], plan: Plan) -> Iterator[Finding]:
    return (Finding(rule, entry.id) for entry in plan.entries if applies(entry))


def _no_office(plan: Plan, day: date, known: Known) -> Iterable[Finding]:
    return _of_entries("no_office", lambda entry: is_carried(entry) and not entry.responsible_office, plan)


def _no_status(plan: Plan, day: date, known: Known) -> Iterable[Finding]:
    return _of_entries("no_status", lambda entry: is_carried(entry) and entry.status is None, plan)


def _no_indicator(plan: Plan, day: date, known: Known) -> Iterable[Finding]:
    linked = {link.entry for link in plan.links}
    return _of_entries(
        "no_indicator", lambda entry: is_carried(entry) and entry.id not in linked and not entry.no_indicator, plan
    )


def _overdue(plan: Plan, day: date, known: Known) -> Iterable[Finding]:
    return (Finding("overdue", entry.id, entry.end) for entry in plan.entries if is_overdue(entry, day))


def _quiet(plan: Plan, day: date, known: Known) -> Iterator[Finding]:
    """Find what is under way without a note for a year; before the first note the start counts."""
    for entry in plan.entries:
        last = known.notes.get(entry.id) or entry.start
        if entry.status == "laufend" and (last is None or last < day - timedelta(days=QUIET_DAYS)):
            yield Finding("quiet", entry.id, last)


def _not_detectable(plan: Plan, day: date, known: Known) -> Iterable[Finding]:
    return _of_entries("not_detectable", lambda entry: entry.id in known.undetectable, plan)


def _not_before(plan: Plan, day: date, known: Known) -> Iterator[Finding]:
    """Find entries whose effect no official figure can show yet: the day from which one may, and the latest."""
    lags = _lags(plan.links)
    for entry in plan.entries:
        if entry.id not in lags or entry.start is None or entry.status in CLOSED:
            continue
        first, last = published(entry.start.year + lags[entry.id])
        if last > day:
            yield Finding("not_before", entry.id, first, last)


def _lags(links: Iterable[Link]) -> dict[str, int]:
    """Return by entry after how many years the first of its indicators should move; frames expect nothing."""
    lags: dict[str, int] = {}
    for link in links:
        if link.role != "context":
            lags[link.entry] = min(link.lag_years or 0, lags.get(link.entry, 99))
    return lags


def published(year: int) -> tuple[date, date]:
    """Return the first and the last day on which official figures of 31 December of a year usually come out."""
    return _month_end(year, FIRST_MONTHS), _month_end(year, LAST_MONTHS)


def _month_end(year: int, months: int) -> date:
    year, month = year + 1 + (months - 1) // 12, (months - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])


def _secured(plan: Plan, day: date, known: Known) -> Iterator[Finding]:
    limit = date(day.year + SECURED_YEARS, day.month, min(day.day, 28))
    for entry in plan.entries:
        if entry.secured_until is not None and entry.secured_until <= limit and entry.status not in CLOSED:
            yield Finding("secured", entry.id, entry.secured_until)


def _no_base(plan: Plan, day: date, known: Known) -> Iterable[Finding]:
    return (Finding("no_base", target.id) for target in plan.targets if target.id in known.without_base)


FINDERS: Mapping[str, Callable[[Plan, date, Known], Iterable[Finding]]] = MappingProxyType({
    "no_office": _no_office, "no_status": _no_status, "no_indicator": _no_indicator, "overdue": _overdue,
    "quiet": _quiet, "not_detectable": _not_detectable, "not_before": _not_before, "secured": _secured,
    "no_base": _no_base,
})  # fmt: skip
