"""Loads of a bundle through the same gate as loads of a provider, dataset by dataset.

The order of loads is their sequence here, never the clock of another computer; but a load that was retrieved before the
newest one here would replace newer figures by older ones, and is refused; so is one that bears a date in the future,
which would keep all that follow out. What is here already is left as it is (only damaged bytes are replaced), so taking
a bundle twice, or going on after a stop, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from zwk_data.sources.archive import Archive, Attempt, Load, now
from zwk_data.sources.bundle import Bundle, adopt
from zwk_data.sources.errors import SourceError
from zwk_data.sources.provider import Outcome, Provider, Scope
from zwk_data.sources.refresh import named_faults, take

OLDER_DE = (
    "Der Abruf in der Datei ist vom {theirs} und damit älter als der hier vorhandene vom {ours}; "
    "es bleibt bei den neueren Zahlen."
)
AHEAD_DE = (
    "Der Abruf in der Datei trägt ein Datum in der Zukunft ({theirs}) und wurde nicht übernommen; bitte prüfen Sie die "
    "Uhren beider Rechner."
)
AHEAD = timedelta(days=1)  # what clocks may differ by


def take_loads(provider: Provider, dataset: str, bundle: Bundle, archive: Archive, scope: Scope) -> Outcome:
    """Accept what is new of one dataset, oldest first; the outcome names all new loads in ``notes["loads"]``."""
    loads = [load for load in bundle.loads if load.dataset == dataset]
    outcome, new = _nothing_new(dataset, loads, archive), []
    for load in loads:
        known = _is_known(load, archive)
        if not known and (_is_ahead(load) or _older_than(load, archive)):
            continue
        try:
            with named_faults():
                adopt(bundle, load, archive)  # a known one too: its bytes may be damaged here
        except SourceError as error:
            outcome = _not_taken(dataset, archive, error)
            break
        if known:
            continue
        outcome = take(provider, dataset, load.parts, archive, scope)
        if not outcome.ok:
            break
        if not outcome.unchanged and outcome.load is not None:
            new.append(outcome.load)
    if new and outcome.unchanged:  # the last of several brought nothing new, an earlier one did
        outcome = replace(outcome, unchanged=False)
    return replace(outcome, notes={**outcome.notes, "loads": tuple(new)})


def _nothing_new(dataset: str, loads: Sequence[Load], archive: Archive) -> Outcome:
    """Return the outcome where no load is taken: all are here already, or the newest is older than what is here."""
    last, ahead = archive.last(dataset), [load for load in loads if _is_ahead(load)]
    here = last.sequence if last else None
    if ahead and not _is_known(loads[-1], archive):
        reason = AHEAD_DE.format(theirs=_day(ahead[-1].retrieved_at))
        return Outcome(dataset, False, load=here, reason_de=reason, detail="ahead of now")
    if last is None or any(_is_known(load, archive) for load in loads[-1:]):
        return Outcome(dataset, True, load=here, unchanged=True)
    reason = OLDER_DE.format(theirs=_day(loads[-1].retrieved_at), ours=_day(last.retrieved_at))
    return Outcome(dataset, False, load=last.sequence, reason_de=reason, detail="older than the newest load")


def _not_taken(dataset: str, archive: Archive, error: SourceError) -> Outcome:
    """Say that the bytes of a load could not be copied; the loads that are here stay in force."""
    last = archive.last(dataset)
    archive.note(Attempt(dataset, datetime.now(UTC).isoformat(timespec="seconds"), False, error.reason_de, str(error)))
    return Outcome(dataset, False, load=last.sequence if last else None, reason_de=error.reason_de, detail=str(error))


def _is_known(load: Load, archive: Archive) -> bool:
    """Tell whether this load is here: the same bytes retrieved at the same times, or the bytes of the newest load."""
    accepted = archive.accepted(load.dataset)
    return any(_answers(load) == _answers(one) for one in accepted) or any(
        [part.sha256 for part in load.parts] == [part.sha256 for part in one.parts] for one in accepted[-1:]
    )


def _answers(load: Load) -> list[tuple[str, str]]:
    return [(part.sha256, part.retrieved_at) for part in load.parts]


def _older_than(load: Load, archive: Archive) -> bool:
    """Tell whether a load is older than the newest one here; one that a clock put into the future is no measure."""
    found = [one for one in archive.accepted(load.dataset) if not _is_ahead(one)]
    return bool(found) and datetime.fromisoformat(load.retrieved_at) < datetime.fromisoformat(found[-1].retrieved_at)


def _is_ahead(load: Load) -> bool:
    return datetime.fromisoformat(load.retrieved_at) > now() + AHEAD


def _day(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%d.%m.%Y}"
