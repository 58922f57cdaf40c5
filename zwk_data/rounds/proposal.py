"""An agenda of three to seven items, proposed by rules; each item says which rule brought it there, and why.

The rules run in a fixed order, and each looks at what is written down and at the figures, on a given day: decisions
submitted again, decisions overdue, measures overdue, targets missed, figures that changed since the last meeting,
measures without news, measures without an office. What is left of three items is filled with the questions that every
round has. No rule ranks a person or an office.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256

from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.exhibits.plan_targets import Judged, judged
from zwk_data.exhibits.registry import known_place
from zwk_data.plan.health import Finding, findings, is_overdue
from zwk_data.plan.model import Entry, Plan
from zwk_data.rounds.model import FEWEST_ITEMS, LONGEST, MOST_ITEMS, Decision, Item
from zwk_data.rounds.since import Change
from zwk_data.warehouse.places import Place

WELCOME, ENDING = 5, 5  # minutes that belong to no item
STEP = 5  # minutes are given in steps of five
NAMED = 2  # entries that a question names; the others are counted
WEEKS = 6  # until a status is to be reported
MISSED = ("below", "above", "neutral")  # verdicts on a target that lies beside its path, told from chance
FIGURES = ("new_period", "revised", "withdrawn", "assumption")


@dataclass(frozen=True)
class Known:
    """What the rules look at: the plan (None: there is none), decisions so far, what changed since the last meeting."""

    place: Place
    day: date
    context: Context
    plan: Plan | None = None
    decisions: tuple[Decision, ...] = ()
    changes: tuple[Change, ...] = ()

    def text(self, message: str, **values: object) -> str:
        """Translate a text."""
        return self.context.language.text(message, **values)

    def when(self, day: date | None) -> str:
        """Write a day."""
        return self.context.language.date(day) if day else ""


def propose(
    ags: str, context: Context, day: date, *, decisions: Iterable[Decision] = (), changes: Iterable[Change] = (),
    minutes: int = 60,
) -> tuple[Item, ...]:  # fmt: skip
    """Propose an agenda.

    Args:
        ags: canonical key of the municipality.
        context: figures, language, and the plans the reader may see.
        day: of the meeting; what is overdue is so on this day.
        decisions: of the municipality so far.
        changes: since its last meeting, as ``since.differences`` gives them.
        minutes: that the meeting lasts.

    Raises:
        AddressError: there is no such place.
    """
    place = known_place(ags, context.data.places, context.language)
    plan = context.plans(place.ags)
    known = Known(place, day, context, plan, tuple(decisions), tuple(changes))
    found: list[Item] = []
    for rule in RULES:
        found += [one for one in rule(known) if one.id not in {other.id for other in found}]
    found = found[:MOST_ITEMS]
    for one in _usual(known):
        if len(found) < FEWEST_ITEMS and one.id not in {other.id for other in found}:
            found.append(one)
    return timed(found, minutes)


def timed(items: Sequence[Item], minutes: int) -> tuple[Item, ...]:
    """Share the minutes of a meeting equally among its items, in steps of five, a little kept for begin and end."""
    if not items:
        return ()
    each = max((minutes - WELCOME - ENDING) // len(items) // STEP * STEP, STEP)
    return tuple(replace(one, minutes=each) for one in items)


def own_item(known_question: str, number: int) -> Item:
    """Return an item of people's own, to be filled in."""
    return Item(_id("own", f"{known_question}:{number}"), known_question)


# --- the rules, in their order ---------------------------------------------------------------------------------------


def _again(known: Known) -> Iterator[Item]:
    """Decisions that were to come before the round again by this day."""
    for one in known.decisions:
        if one.comes_again(known.day):
            why = known.text("Wiedervorlage zum {date}, beschlossen am {on}", date=known.when(one.resubmit),
                             on=known.when(one.on) or known.text("ohne Datum"))  # fmt: skip
            yield _of_decision("again", one, why, known)


def _late(known: Known) -> Iterator[Item]:
    """Decisions that were due before this day and are still open."""
    for one in known.decisions:
        if one.is_overdue(known.day) and not one.comes_again(known.day):
            why = known.text("Beschluss seit {date} überfällig", date=known.when(one.due))
            yield _of_decision("late", one, why, known)


def _of_decision(rule: str, one: Decision, why: str, known: Known) -> Item:
    question = known.text("Was ist aus dem Beschluss geworden: »{text}«?", text=_short(one.text))
    office = one.office or known.text("Die zuständige Stelle")
    proposal = known.text("{office} berichtet; der Beschluss wird als erledigt vermerkt, geändert oder mit neuem "
                          "Termin fortgeführt.", office=office)  # fmt: skip
    entries = (one.entry,) if one.entry else ()
    addresses = _fitting(known, *([f"plan_entry?ags={{ags}}&entry={one.entry}"] if one.entry else []),
                         "plan_timeline?ags={ags}")  # fmt: skip
    return Item(_id(rule, one.id), question, proposal, addresses, entries, why=why, resubmitted=one.id)


def _overdue(known: Known) -> Iterator[Item]:
    """Entries whose end has passed without being done."""
    late = [one for one in _entries(known) if is_overdue(one, known.day)]
    if not late:
        return
    why = known.text("{count} Maßnahmen sind über ihr Ende hinaus offen, die älteste seit {date}", count=len(late),
                     date=known.when(min(one.end for one in late if one.end)))  # fmt: skip
    yield Item(
        _id("overdue", *(one.id for one in late)),
        known.text("Wie geht es mit den überfälligen Maßnahmen weiter: {names}?", names=_names(late, known)),
        known.text("Die zuständigen Ämter nennen für jede Maßnahme bis {date} einen neuen Termin oder schlagen ihr "
                   "Ende vor.", date=known.when(known.day + timedelta(weeks=WEEKS))),
        _fitting(known, "plan_timeline?ags={ags}", "plan_board?ags={ags}"), tuple(one.id for one in late), why=why,
    )  # fmt: skip


def _missed(known: Known) -> Iterator[Item]:
    """Targets whose newest figure lies beside the path, beyond tolerance and chance."""
    for one in _judged(known):
        if one.found not in MISSED or one.path is None or one.last is None or one.tone == "with":
            continue
        name, decimals = one.indicator.label(known.context.language.code), one.indicator.decimals
        say = known.context.language.number
        why = known.text(
            "Ziel für {year}: Zuletzt {value} statt {path} auf dem Pfad", year=one.target.year,
            value=say(float(one.last["value"]), decimals), path=say(one.path, decimals))  # fmt: skip
        linked = [link.entry for link in (known.plan.links if known.plan else ())
                  if link.indicator == one.indicator.id]  # fmt: skip
        yield Item(
            _id("missed", one.target.id),
            known.text("Halten wir am Ziel für »{name}« fest, und was ändern wir dafür?", name=name),
            known.text("Das Ziel bleibt bestehen; die zuständigen Ämter legen zur nächsten Sitzung vor, was geändert "
                       "wird."),
            _fitting(known, f"plan_target?ags={{ags}}&aim={one.target.id}"), tuple(dict.fromkeys(linked)), why=why,
        )  # fmt: skip


def _figures(known: Known) -> Iterator[Item]:
    """Figures shown last time that are newer, revised or withdrawn now: one item for each exhibit, at most two."""
    told: dict[str, list[Change]] = {}
    for one in known.changes:
        if one.kind in FIGURES and one.address:
            told.setdefault(one.address, []).append(one)
    for address, changes in [*told.items()][:2]:
        title = changes[0].what.split(",")[0]
        yield Item(
            _id("figures", address, changes[0].new),
            known.text("Was bedeuten die neuen Zahlen für uns: {title}?", title=_short(title)),
            known.text("Die Runde nimmt die Zahlen zur Kenntnis; Ziele und Maßnahmen bleiben unverändert."),
            _fitting(known, address), (), why=_cut(changes[0].sentence, "why"),
        )  # fmt: skip


def _quiet(known: Known) -> Iterator[Item]:
    """Entries under way of which nothing was reported for a year."""
    yield from _of_rule(
        known, "quiet", known.text("Seit über einem Jahr ohne Bericht: {count}"),
        known.text("Wie steht es um die Maßnahmen ohne Bericht: {names}?"),
        known.text("Die zuständigen Ämter melden den Stand bis {date}."),
    )  # fmt: skip


def _no_office(known: Known) -> Iterator[Item]:
    """Entries that nobody is responsible for."""
    yield from _of_rule(
        known, "no_office", known.text("Ohne zuständiges Amt: {count}"),
        known.text("Wer übernimmt die Maßnahmen ohne zuständiges Amt: {names}?"),
        known.text("Für jede Maßnahme wird ein Amt benannt; es meldet bis {date} den nächsten Schritt."),
    )  # fmt: skip


def _of_rule(known: Known, rule: str, why: str, question: str, proposal: str) -> Iterator[Item]:
    if known.plan is None or known.plan.kind == "example":  # what is published names few offices and no reports
        return
    hit = {one.part for one in _health(known) if one.rule == rule}
    found = [one for one in _entries(known) if one.id in hit]
    if found:
        yield Item(
            _id(rule, *(one.id for one in found)), _cut(question.format(names=_names(found, known)), "question"),
            proposal.format(date=known.when(known.day + timedelta(weeks=WEEKS))),
            _fitting(known, "plan_health?ags={ags}", "plan_board?ags={ags}"), tuple(one.id for one in found),
            why=why.format(count=len(found)),
        )  # fmt: skip


def _usual(known: Known) -> Iterator[Item]:
    """The questions every round has; they fill an agenda that the rules leave shorter than three items."""
    text, why = known.text, known.text("Feste Frage jeder Runde")
    yield Item(
        _id("where"), text("Wo stehen wir, und was hat sich bei uns verändert?"),
        text("Die Runde nimmt die Lage zur Kenntnis und benennt, was sie bis zur nächsten Sitzung klären lässt."),
        _fitting(known, "population_line?ags={ags}", "key_figures?ags={ags}"), (), why=why,
    )  # fmt: skip
    yield Item(
        _id("movements"), text("Wer kommt, wer geht, und was können wir beeinflussen?"),
        text("Die Runde legt fest, welche Gruppe sie in den nächsten Monaten in den Blick nimmt."),
        _fitting(known, "migration_by_age?ags={ags}", "in_out_migration?ags={ags}"), (), why=why,
    )  # fmt: skip
    yield Item(
        _id("next"), text("Was nehmen wir uns bis zur nächsten Sitzung vor?"),
        text("Jedes Amt benennt einen nächsten Schritt mit Termin."),
        _fitting(known, "plan_timeline?ags={ags}", "plan_board?ags={ags}", "outlook_line?ags={ags}&scenarios=continue",
                 "balance?ags={ags}"), (), why=why,
    )  # fmt: skip
    yield Item(_id("plan"), text("Welches Handlungsfeld gehen wir als Nächstes an?"),
               text("Die Runde wählt ein Handlungsfeld und benennt, wer es vorbereitet."),
               _fitting(known, "plan_fields?ags={ags}", "age_groups?ags={ags}"), (), why=why)  # fmt: skip


RULES: tuple[Callable[[Known], Iterable[Item]], ...] = (_again, _late, _overdue, _missed, _figures, _quiet, _no_office)


# --- what rules share ------------------------------------------------------------------------------------------------


def _entries(known: Known) -> tuple[Entry, ...]:
    return known.plan.entries if known.plan else ()


def _health(known: Known) -> tuple[Finding, ...]:
    return findings(known.plan, known.day) if known.plan else ()


def _judged(known: Known) -> list[Judged]:
    targets = known.plan.targets if known.plan else ()
    return [judged(known.context, known.place, one) for one in targets]


def _names(entries: Sequence[Entry], known: Known) -> str:
    named = "; ".join(_short(one.title, 40) for one in entries[:NAMED])
    rest = len(entries) - NAMED
    return named if rest <= 0 else known.text("{names} und {count} weitere", names=named, count=rest)


def _short(text: str, most: int = 120) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def _cut(text: str, name: str) -> str:
    return _short(text, LONGEST[name])


def _fitting(known: Known, *patterns: str) -> tuple[str, ...]:
    """Return the first address that shows something for the place, as a tuple of one; none where none does."""
    for pattern in patterns:
        try:
            made = make(Address.parse(pattern.replace("{ags}", known.place.ags)), known.context)
        except AddressError:
            continue
        if not _is_empty(made):
            return (str(made.address),)
    return ()


def _is_empty(made: Exhibit) -> bool:
    return made.table.empty or [column.key for column in made.columns] == ["place", "state"]


def _id(rule: str, *parts: str) -> str:
    """Return a name that the same finding has in every proposal."""
    return f"{rule}-{sha256('|'.join(parts).encode()).hexdigest()[:8]}"
