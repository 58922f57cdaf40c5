"""The parts of an interim report that stand on what people keep: measures, decisions, money, participation.

Each is a function that returns blocks, the finding first; what is not known is counted, never left out in silence.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from zwk_data.documents.model import Block, Heading, Paragraph, Rows
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.exhibits.plan_dates import latest_day
from zwk_data.exhibits.plans import is_own, period, stage
from zwk_data.language import NO_VALUE, Language
from zwk_data.plan.baseline import Baseline
from zwk_data.plan.health import is_overdue
from zwk_data.plan.labels import statuses
from zwk_data.plan.model import Entry, Fact, Plan, Progress
from zwk_data.rounds.model import Decision, Meeting
from zwk_data.warehouse.places import Place
from zwk_data.workshops.model import Result, Workshop

MOST_MEETINGS, MOST_WORKSHOPS = 8, 12  # rows of one table
MOST_ENTRIES, LEAST_ENTRIES = 40, 6  # in the tables of all states together, in that of each
MOST_DECISIONS = 30  # by meeting; of older ones those still open
LONGEST = 180  # signs of a text in a cell
SHORT = 90


@dataclass(frozen=True)
class Given:
    """All that a report is made from, as seen on the day it is made."""

    context: Context
    place: Place
    plan: Plan
    start: Baseline | None
    made: date
    decisions: tuple[Decision, ...]
    meetings: tuple[Meeting, ...]
    workshops: tuple[Workshop, ...]
    results: tuple[Result, ...]

    @property
    def language(self) -> Language:
        """The reader's."""
        return self.context.language

    @property
    def text(self) -> Callable[..., str]:
        """Translate a German message."""
        return self.context.language.text

    @cached_property
    def board(self) -> Exhibit:
        """The entries by state, as the exhibit has them."""
        return make(Address.of("plan_board", ags=self.place.ags, day=self.made.isoformat()), self.context)

    @cached_property
    def since(self) -> Exhibit:
        """The indicators since the baseline, as the exhibit has them."""
        day = self.start.day.isoformat() if self.start and self.start.why == "given" else ""
        return make(Address.of("plan_since", ags=self.place.ags, since=day), self.context)

    @cached_property
    def notes(self) -> dict[str, Progress]:
        """The newest note on progress of each entry, up to the day."""
        known = [note for note in self.plan.progress if note.day <= self.made]
        return {note.entry: note for note in sorted(known, key=lambda one: (one.day, one.id))}

    @cached_property
    def overdue(self) -> list[Entry]:
        """Entries that should have ended, the longest overdue first."""
        late = [one for one in self.plan.entries if is_overdue(one, self.made)]
        return sorted(late, key=lambda one: one.end or self.made)

    @property
    def held(self) -> list[Meeting]:
        """Meetings that took place up to the day, the newest first."""
        found = [
            one for one in self.meetings if (one.closed or one.begun) and (one.day is None or one.day <= self.made)
        ]
        return sorted(found, key=lambda one: (one.day or date.min, one.id), reverse=True)


def cut(text: str, longest: int = LONGEST) -> str:
    """Return a text as one line of at most so many signs."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def quoted(title: str, language: Language) -> str:
    """Return a title in the marks of the reader's language, short and without the full stop at its end."""
    return language.text("»{title}«", title=cut(title, SHORT).rstrip("."))


def more_than(count: int, shown: int, language: Language) -> str:
    """Say how many more there are than are named, nothing where all are."""
    return language.text(" und {count} weitere", count=language.number(count - shown)) if count > shown else ""


def dated(day: date | None, language: Language) -> str:
    """Write a day, a dash where there is none."""
    return language.date(day) if day else NO_VALUE


def filled(columns: Sequence[tuple[str, float, Sequence[str]]], keep: int = 1) -> Rows:
    """Return a table of columns (heading, width, cells); one that nothing fills is left out, no cell is empty."""
    kept = [one for place, one in enumerate(columns) if place < keep or any(cell.strip(NO_VALUE) for cell in one[2])]
    rows = zip(*([cell or NO_VALUE for cell in cells] for _, _, cells in kept), strict=True)
    return Rows(tuple(name for name, _, _ in kept), tuple(rows), "", tuple(width for _, width, _ in kept))


def capped(blocks: Iterable[Block], left: int, language: Language) -> list[Block]:
    """Add how many more there are than stand in a table."""
    more = language.text("und {count} weitere", count=language.number(left))
    return [*blocks, *([Paragraph(more, "remark")] if left > 0 else [])]


# --- measures --------------------------------------------------------------------------------------------------------


def measures(now: Given) -> list[Block]:
    """Return the measures by state: how many in which Handlungsfeld, then each with office, end and newest note."""
    text, board = now.text, now.board
    words = [*statuses(now.language).values(), text("ohne Angabe")]
    late = int((board.table["overdue"] == text("überfällig")).sum())
    blocks: list[Block] = [Heading(text("Einträge nach Stand")), Paragraph(board.sentence)]
    if late:
        names = [f"{quoted(one.title, now.language)} ({dated(one.end, now.language)})" for one in now.overdue[:5]]
        said = text("Überfällig: {names}", names=", ".join(names))
        blocks.append(Paragraph(said + more_than(late, 5, now.language), "badge"))
    blocks += [_by_field(now, [word for word in words if word in set(board.table["state"])])]
    states = {
        word: [now.plan.entry(str(id)) for id in board.table["id"][board.table["state"] == word]] for word in words
    }
    most = shared([len(entries) for entries in states.values()])
    for word, entries in states.items():
        if entries:
            blocks += [Heading(f"{word[0].upper()}{word[1:]} ({now.language.number(len(entries))})", 2)]
            blocks += _entries(now, entries, most)
    return blocks


def shared(counts: Sequence[int], most: int = MOST_ENTRIES, least: int = LEAST_ENTRIES) -> int:
    """Return how many rows each table may have, so that all have ``most`` together, each at least ``least``."""
    limit = least
    while sum(min(count, limit + 1) for count in counts) <= most and limit < max(counts, default=0):
        limit += 1
    return limit


def _by_field(now: Given, words: Sequence[str]) -> Rows:
    """Count the entries by Handlungsfeld and state, as the board has them; each is counted once in the last row."""
    number, table = now.language.number, now.board.table
    state = dict(zip(table["id"], table["state"], strict=True))

    def row(name: str, entries: Sequence[Entry]) -> tuple[str, ...]:
        counts = Counter(state[one.id] for one in entries)
        return (name, *(number(counts[word]) for word in words), number(len(entries)))

    rows = [row(name, entries) for name, entries in by_field(now)]
    rows.append(row(now.text("Alle, jeder einmal"), now.plan.entries))
    heads = (now.text("Handlungsfeld"), *words, now.text("zusammen"))
    return Rows(heads, tuple(rows), "", (34.0, *[13.0] * (len(heads) - 1)), frozenset(range(1, len(heads))))


def by_field(now: Given) -> list[tuple[str, list[Entry]]]:
    """Return the entries of each Handlungsfeld in their order; an entry in several stands in each."""
    fields = sorted(now.plan.handlungsfelder, key=lambda one: (one.order is None, one.order or 0))
    known = {one.id for one in fields}
    found = [(one.title, [entry for entry in now.plan.entries if one.id in entry.handlungsfelder]) for one in fields]
    rest = [entry for entry in now.plan.entries if not known & set(entry.handlungsfelder)]
    return [*found, *([(now.text("ohne Handlungsfeld"), rest)] if rest else [])]


def _entries(now: Given, entries: Sequence[Entry], most: int) -> list[Block]:
    """Return a table of entries, measures before what has not become one; the rest is counted."""
    text, language, own = now.text, now.language, is_own(now.plan)
    order = {"action": 0, "recommendation": 1, "option": 2, "idea": 3}
    ranked = sorted(entries, key=lambda one: (not is_overdue(one, now.made), order.get(one.stage or "", 4)))
    shown = ranked[:most]
    ends = [_end(one, now) for one in shown]
    table = filled([
        (text("Eintrag"), 40, [cut(one.title) for one in shown]),
        (text("Stufe"), 17, ["" if not (one.stage or one.exists) else stage(one, language, own=own) for one in shown]),
        (text("Zuständig"), 20, [cut(one.responsible_office or "", SHORT) for one in shown]),
        (text("Ende oder Zeitraum"), 20, ends),
        (text("Letzter Sachstand"), 36, [_note(now.notes.get(one.id), language) for one in shown]),
    ])  # fmt: skip
    return capped([table], len(entries) - len(shown), language)


def _end(one: Entry, now: Given) -> str:
    """Return the end, with what is overdue; else the period in words."""
    if is_overdue(one, now.made):
        return now.text("{date}, überfällig", date=dated(one.end, now.language))
    if one.end:
        return now.language.date(one.end)
    return period(one, now.language) if one.start or one.date_text else ""


def _note(note: Progress | None, language: Language) -> str:
    if note is None:
        return ""
    words = note.done or note.planned or note.figure or (statuses(language)[note.status] if note.status else "")
    percent = language.percent(note.percent, 0) if note.percent is not None else ""
    said = ", ".join(part for part in (percent, cut(words)) if part)
    return f"{language.date(note.day)}: {said}" if said else language.date(note.day)


# --- decisions -------------------------------------------------------------------------------------------------------


def decided(now: Given) -> str:
    """Say in one sentence what became of the decisions."""
    text, number, found = now.text, now.language.number, now.decisions
    if not found:
        return text("Beschlüsse der Managementrunde sind hier nicht festgehalten.")
    states = Counter(state_of(one, now.made) for one in found)
    parts = [f"{number(states[name])} {word}" for name, word in state_words(now.language).items() if states[name]]
    meetings = len({one.meeting for one in found})
    return text("Beschlüsse: {count}, Sitzungen: {meetings}; {parts}.", count=number(len(found)),
                meetings=number(meetings), parts=", ".join(parts))  # fmt: skip


def state_words(language: Language) -> dict[str, str]:
    """Return the words for what became of a decision."""
    text = language.text
    return {"done": text("erledigt"), "open": text("offen"), "overdue": text("überfällig"),
            "dropped": text("nicht weiter verfolgt")}  # fmt: skip


def state_of(one: Decision, day: date) -> str:
    """Return the state of a decision on a day: ``overdue`` for an open one after it was due."""
    return "overdue" if one.is_overdue(day) else one.state


def decision_blocks(now: Given) -> list[Block]:
    """Return the decisions by meeting, the newest first; of older meetings what is still open."""
    blocks: list[Block] = [Heading(now.text("Beschlüsse und was aus ihnen wurde")), Paragraph(decided(now))]
    groups: dict[str, list[Decision]] = {}
    for one in sorted(now.decisions, key=lambda one: one.on or date.min, reverse=True):
        groups.setdefault(one.meeting, []).append(one)
    names, shown = {one.id: one.title for one in now.meetings}, 0
    older: list[Decision] = []
    for id, group in groups.items():
        if shown and shown + len(group) > MOST_DECISIONS:
            older += group
            continue
        title = cut(names.get(id, ""), SHORT) or now.text("Sitzung")
        day = f", {now.language.date(group[0].on)}" if group[0].on else ""
        blocks += [Heading(title + day, 2), _group(now, group)]
        shown += len(group)
    return [*blocks, *_older(now, older)]


def _older(now: Given, older: Sequence[Decision]) -> list[Block]:
    """Return what is still open of older decisions, the longest overdue first; the rest is counted."""
    if not older:
        return []
    still = sorted((one for one in older if one.state == "open"), key=lambda one: (one.due or date.max, one.id))
    shown = still[:MOST_DECISIONS]
    head: list[Block] = [Heading(now.text("Ältere Beschlüsse, noch offen"), 2), _group(now, shown)] if shown else []
    return capped(head, len(older) - len(shown), now.language)


def _group(now: Given, group: Sequence[Decision]) -> Rows:
    text, words = now.text, state_words(now.language)
    order = ("overdue", "open", "done", "dropped")
    shown = sorted(group, key=lambda one: order.index(state_of(one, now.made)))
    return filled([
        (text("Beschluss"), 46, [cut(one.text) for one in shown]),
        (text("Zuständig"), 20, [cut(one.office, SHORT) for one in shown]),
        (text("Fällig"), 17, [dated(one.due, now.language) for one in shown]),
        (text("Stand"), 18, [_state(one, now.made, words, now.language) for one in shown]),
        (text("Bemerkung"), 28, [cut(one.remark) for one in shown]),
    ])  # fmt: skip


def _state(one: Decision, day: date, words: dict[str, str], language: Language) -> str:
    word = words[state_of(one, day)]
    if one.state == "open" and one.outcome == "postponed":
        word = language.text("{state}, vertagt", state=word)
    return f"{word}, {language.date(one.state_day)}" if one.state != "open" and one.state_day else word


# --- money -----------------------------------------------------------------------------------------------------------


def spent(one: Entry, notes: dict[str, Progress]) -> Decimal | None:
    """Return what an entry has cost so far: as it stands there, else as the newest note says."""
    note = notes.get(one.id)
    return one.cost_actual if one.cost_actual is not None else note.cost_actual if note else None


def paid(now: Given) -> str:
    """Say in one sentence what is known of money; a sum of some entries is never called the whole."""
    text, number, entries = now.text, now.language.number, now.plan.entries
    plans = [one.cost_plan for one in entries if one.cost_plan is not None]
    costs = [cost for one in entries if (cost := spent(one, now.notes)) is not None]
    if not plans and not costs:
        return text("Zu keinem der {count} Einträge stehen Kosten; eine Summe gibt es nicht.",
                    count=number(len(entries)))  # fmt: skip
    return " ".join((
        _summed(now, plans, text("Geplant sind {sum} bei allen {count} Einträgen."), text(
            "Geplant sind {sum} bei {known} von {count} Einträgen; die übrigen {rest} sagen dazu nichts."),
            text("Geplante Kosten stehen bei keinem Eintrag.")),
        _summed(now, costs, text("Ausgegeben sind {sum} bei allen {count} Einträgen."), text(
            "Ausgegeben sind {sum} bei {known} von {count} Einträgen; die übrigen {rest} sagen dazu nichts."),
            text("Bisherige Kosten stehen bei keinem Eintrag.")),
    ))  # fmt: skip


def _summed(now: Given, sums: Sequence[Decimal], whole: str, part: str, none: str) -> str:
    count, number = len(now.plan.entries), now.language.number
    if not sums:
        return none
    words = {"sum": euro(sum(sums, Decimal(0)), now.language), "count": number(count), "known": number(len(sums)),
             "rest": number(count - len(sums))}  # fmt: skip
    return (whole if len(sums) == count else part).format(**words)


def euro(value: Decimal, language: Language) -> str:
    """Write an amount in whole euros."""
    return language.text("{sum} Euro", sum=language.number(float(value)))


def money(now: Given) -> list[Block]:
    """Return planned and spent money by Handlungsfeld, with how many entries say nothing."""
    text = now.text
    blocks: list[Block] = [Heading(text("Geld: geplant und ausgegeben")), Paragraph(paid(now))]
    known = [one for one in now.plan.entries if one.cost_plan is not None or spent(one, now.notes) is not None]
    if not known:
        return blocks
    rows = [_money(now, name, entries) for name, entries in by_field(now)]
    rows.append(_money(now, text("Alle, jeder einmal"), now.plan.entries))
    heads = (text("Handlungsfeld"), text("Einträge"), text("geplant (Euro)"), text("ohne Angabe"),
             text("ausgegeben (Euro)"), text("ohne Angabe"))  # fmt: skip
    blocks.append(Rows(heads, tuple(rows), "", (34, 15, 18, 15, 20, 15), frozenset(range(1, 6))))
    both = [(one.cost_plan, cost) for one in known if one.cost_plan is not None
            and (cost := spent(one, now.notes)) is not None]  # fmt: skip
    if both:
        planned, used = (sum((pair[side] for pair in both), Decimal(0)) for side in (0, 1))
        blocks.append(Paragraph(text(
            "Wo beides steht ({count} Einträge), sind von {planned} bisher {used} ausgegeben.",
            count=now.language.number(len(both)), planned=euro(planned, now.language), used=euro(used, now.language),
        )))  # fmt: skip
    blocks.append(Paragraph(text(
        "Ein Eintrag in mehreren Handlungsfeldern zählt in jedem; die letzte Zeile zählt ihn einmal. Eine Summe gilt "
        "nur für die Einträge mit Angabe."), "remark"))  # fmt: skip
    return blocks


def _money(now: Given, name: str, entries: Sequence[Entry]) -> tuple[str, ...]:
    number = now.language.number
    plans = [one.cost_plan for one in entries if one.cost_plan is not None]
    costs = [cost for one in entries if (cost := spent(one, now.notes)) is not None]
    cells = [
        cell
        for sums in (plans, costs)
        for cell in (number(float(sum(sums, Decimal(0)))) if sums else NO_VALUE, number(len(entries) - len(sums)))
    ]
    return (name, number(len(entries)), *cells)


# --- participation ---------------------------------------------------------------------------------------------------


def took_part(now: Given) -> str:
    """Say in one sentence how many workshops and meetings there were, and what came of the workshops."""
    text, number = now.text, now.language.number
    ideas = [one for one in now.results if one.kind == "idea"]
    carried = sum(bool(one.entry) for one in now.results)
    said = []
    if now.workshops:
        said.append(text("Werkstätten: {count}; Ergebnisse: {results}, davon im Plan: {carried}.",
                         count=number(len(now.workshops)), results=number(len(now.results)),
                         carried=number(carried)))  # fmt: skip
    elif facts := workshop_facts(now):
        said.append(text("Zukunftswerkstätten mit Termin im Plan: {count}; was einzelne Gruppen festhielten, ist hier "
                         "nicht vermerkt.", count=number(len(facts))))  # fmt: skip
    else:
        said.append(text("Werkstätten sind hier nicht festgehalten."))
    if ideas and (votes := sum(one.votes for one in now.results)):
        said.append(text("Vergeben wurden {votes} Stimmen.", votes=number(votes)))
    said.append(text("Sitzungen der Managementrunde: {count}.", count=number(len(now.held))) if now.held
                else text("Sitzungen der Managementrunde sind hier nicht festgehalten."))  # fmt: skip
    return " ".join(said)


def workshop_facts(now: Given) -> list[Fact]:
    """Return the events of the plan at the stage of the Zukunftswerkstatt, without those still to come."""
    found = [one for one in now.plan.facts if one.stage == "zukunftswerkstatt"]
    return [one for one in found if (latest_day(one.start, one.end, one.date_text) or date.min) <= now.made]


def participation(now: Given) -> list[Block]:
    """Return workshops, meetings and which offices took part."""
    text = now.text
    blocks: list[Block] = [Heading(text("Beteiligung")), Paragraph(took_part(now))]
    if now.workshops:
        blocks += [Heading(text("Werkstätten"), 2), *_workshops(now)]
    elif facts := workshop_facts(now)[:MOST_WORKSHOPS]:
        blocks.append(filled([
            (text("Werkstatt"), 60, [cut(one.title) for one in facts]),
            (text("Wann"), 30, [period(one, now.language, own=is_own(now.plan)) for one in facts]),
            (text("Ort"), 30, [cut(one.place or "", SHORT) for one in facts]),
        ], keep=2))  # fmt: skip
    if now.held:
        blocks += [Heading(text("Sitzungen"), 2), *_meetings(now)]
    from_workshops = sum(one.origin is not None and one.origin.kind == "workshop" for one in now.plan.entries)
    if from_workshops:
        blocks.append(Paragraph(text("Einträge mit einer Werkstatt als Herkunft: {count} von {all}.",
                                     count=now.language.number(from_workshops),
                                     all=now.language.number(len(now.plan.entries)))))  # fmt: skip
    return blocks


def _workshops(now: Given) -> list[Block]:
    text, number = now.text, now.language.number
    ranked = sorted(now.workshops, key=lambda one: (one.day or date.min, one.id), reverse=True)
    shown = ranked[:MOST_WORKSHOPS]
    results = {one.id: [found for found in now.results if found.workshop == one.id] for one in shown}
    votes = [sum(found.votes for found in results[one.id]) for one in shown]
    table = filled([
        (text("Werkstatt"), 34, [cut(one.title, SHORT) for one in shown]),
        (text("Tag"), 18, [dated(one.day, now.language) for one in shown]),
        (text("Gruppen"), 36, [cut(", ".join(group.name for group in one.groups)) for one in shown]),
        (text("Ergebnisse"), 18, [number(len(results[one.id])) for one in shown]),
        (text("davon im Plan"), 14, [number(sum(bool(found.entry) for found in results[one.id])) for one in shown]),
        (text("Stimmen"), 15, [number(count) if count else "" for count in votes]),
    ])  # fmt: skip
    return capped([table], len(ranked) - len(shown), now.language)


def _meetings(now: Given) -> list[Block]:
    text, number = now.text, now.language.number
    shown = now.held[:MOST_MEETINGS]
    counts = Counter(one.meeting for one in now.decisions)
    table = filled([
        (text("Sitzung"), 30, [cut(one.title, SHORT) for one in shown]),
        (text("Tag"), 18, [dated(one.day, now.language) for one in shown]),
        (text("Beteiligte Stellen"), 44, [cut(", ".join(one.participants)) for one in shown]),
        (text("Punkte"), 13, [number(len(one.items)) for one in shown]),
        (text("Beschlüsse"), 18, [number(counts[one.id]) for one in shown]),
    ])  # fmt: skip
    offices = list(dict.fromkeys(name for one in now.held for name in one.participants))
    said = [Paragraph(text("Beteiligt waren {count} Stellen: {names}.", count=number(len(offices)),
                           names=cut(", ".join(offices), 400)))] if offices else []  # fmt: skip
    return [*capped([table], len(now.held) - len(shown), now.language), *said]
