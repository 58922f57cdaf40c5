"""The papers of a management round: the Einladung with its Tischvorlage, and the Niederschrift.

The Tischvorlage has two pages, whatever stands on the agenda: it takes the place of the projector when that fails.
The Niederschrift shows what was shown, from what was frozen then; nothing in it is computed anew.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from zwk_data.documents.making import figure
from zwk_data.documents.model import (
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Rows,
    WritingSpace,
)
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.exhibits.registry import Context
from zwk_data.language import Language
from zwk_data.rounds import room
from zwk_data.rounds.frozen import NotFrozen, thaw, title_of
from zwk_data.rounds.model import Decision, Item, Meeting, Outcome, Remark, Shown, Votes

ZONE = ZoneInfo("Europe/Berlin")
MOST_SINCE = 5
PAPER, WORD = 257.0, 262.0  # millimetres of a page that are used: in the PDF, in Word
COMPACT_MORE = 9.0  # millimetres that a page has more with narrower margins
SURE = 1.03  # times the words' height that is reckoned with where a page must not overflow
SHARE = 0.7  # of a picture's height that Word takes where the type is not compact
HEIGHTS = {"pyramid": 64.0, "map": 76.0, "multiples": 70.0}  # millimetres of a picture that shows everything
HEIGHT = 48.0  # of the others
ROWED = ("bars", "balance", "dots", "diverging", "stacked")  # charts with a row for each name
ROW, EDGES = 6.0, 15.0  # millimetres of such a row, and around all of them
LEAST, MOST = {False: 1.15, True: 0.8}, 1.35  # times that height, by whether the type is compact
SHOWN = 1.15  # times that height in the Niederschrift
UNDRAWN = ("table", "tiles")  # charts that are rows on paper: their height is not ours to choose


@dataclass(frozen=True)
class Limits:
    """How much is said, in signs: the reason, an entry of "since", offices, titles of entries, the proposal."""

    why: int = 400
    since: int = 300
    offices: int = 700
    entries: int = 260
    proposal: int = 800


SHORTER = (Limits(), Limits(160, 150, 300, 130), Limits(0, 110, 160, 0), Limits(0, 110, 160, 0, 520))


@dataclass(frozen=True)
class Form:
    """One way to set a Tischvorlage: type, which items have a picture (positions), how many exhibits, how much is said.

    The place of a page break is found for each form.
    """

    compact: bool
    pictures: frozenset[int] = frozenset()
    exhibits: int = 99
    limits: Limits = SHORTER[0]


def table_paper(meeting: Meeting, context: Context, made: date, since: Sequence[str] = ()) -> Document:
    """Return the Einladung with its Tischvorlage: two A4 pages at most.

    The more there is to say, the lower the pictures; then the type is smaller, then pictures give way to their
    sentence, those of later items first; at last reasons, titles and offices are cut, at the very last the proposals.

    Args:
        meeting: with three to seven items.
        context: figures, language, and the plans the reader may see.
        made: the day that is printed.
        since: sentences on what is different from the last meeting, the most important first.
    """
    shown = [_exhibit(item, context) for item in meeting.items]
    blocks, compact, fit = _roomy(meeting, context, shown, since) or _flowing(meeting, context, shown, since)
    text = context.language.text
    return Document(
        _kind(meeting, context), _one_line(meeting.title), _when(meeting, context.language), tuple(blocks), made,
        context.language, footer=f"{text('Tischvorlage')} · {_cut(meeting.title, 80)}", fit=fit, compact=compact,
    )  # fmt: skip


def _kind(meeting: Meeting, context: Context) -> str:
    places, said = context.data.places, context.language.text("Einladung und Tischvorlage")
    return f"{said} · {places[meeting.ags].name}" if meeting.ags in places else said


Found = tuple[list[Block], bool, bool]  # blocks, compact, fit


def _roomy(
    meeting: Meeting, context: Context, shown: Sequence[Block | None], since: Sequence[str]
) -> Found | None:  # fmt: skip
    """Set a Tischvorlage with as many pictures as two pages hold; None where the words alone are too many."""
    drawn = frozenset(number for number, one in enumerate(shown) if isinstance(one, Figure) and one.picture)
    for form in (Form(False, drawn), Form(True, drawn)):
        if (found := _set(meeting, context, shown, since, form)) is not None:
            return found
    form = Form(True)
    best = _set(meeting, context, shown, since, form)
    for number in sorted(drawn) if best is not None else ():
        more = replace(form, pictures=form.pictures | {number})
        if (found := _set(meeting, context, shown, since, more)) is not None:
            form, best = more, found
    return best


def _set(
    meeting: Meeting, context: Context, shown: Sequence[Block | None], since: Sequence[str], form: Form
) -> Found | None:  # fmt: skip
    """Set a Tischvorlage in one form; None where it takes more than two pages."""
    head, items = _parts(meeting, context, shown, since, form)
    ways = [[[*head, *_all(items[:cut])], _all(items[cut:])] for cut in range(len(items), 0, -1)] or [[head, []]]
    scaled = [(_scales(meeting, context, way, form), way) for way in ways]
    scales, pages = max(scaled, key=lambda one: (min(one[0]), sum(one[0])))
    if min(scales) < LEAST[form.compact]:
        return None
    first, second = ([_scaled(block, by) for block in page] for page, by in zip(pages, scales, strict=True))
    return [*first, *([PageBreak(), *second] if second else [])], form.compact, True


def _all(items: Sequence[Sequence[Block]]) -> list[Block]:
    return [block for one in items for block in one]


def _scaled(block: Block, by: float) -> Block:
    return replace(block, height=block.height * by) if isinstance(block, Figure) else block


def _scales(meeting: Meeting, context: Context, pages: Sequence[Sequence[Block]], form: Form) -> tuple[float, ...]:
    """Return how high the pictures of each page can be, as a share of their height; negative: too many words."""
    last = 1 if pages[1] else 0
    more = COMPACT_MORE if form.compact else 0.0
    found = []
    for number, page in enumerate(pages):
        words = room.heights(page, compact=form.compact)
        words += _head_height(meeting, context, form) if number == 0 else 0.0
        words += _sources_height(_all(pages), context) if number == last else 0.0
        drawn = sum(block.height for block in page if isinstance(block, Figure) and block.picture)
        words *= SURE
        left = min(PAPER + more - words, (WORD + more - words) / (1.0 if form.compact else SHARE))
        found.append(min(MOST, left / drawn) if drawn else MOST if left >= 0 else -1.0)
    return tuple(found)


def _head_height(meeting: Meeting, context: Context, form: Form) -> float:
    when = _when(meeting, context.language)
    return room.title(_kind(meeting, context), _one_line(meeting.title), when, compact=form.compact)


def _sources_height(blocks: Sequence[Block], context: Context) -> float:
    lines = [line for block in blocks if isinstance(block, Figure) for line in block.exhibit.sources]
    return room.sources(tuple(dict.fromkeys(lines)), context.language)


def _flowing(meeting: Meeting, context: Context, shown: Sequence[Block | None], since: Sequence[str]) -> Found:
    """Set a Tischvorlage without pictures, its words running on from page to page, cut until two are enough."""
    blocks: list[Block] = []
    forms = [Form(True, limits=limits) for limits in SHORTER]
    forms += [Form(True, exhibits=left, limits=SHORTER[-1]) for left in range(len(shown) - 1, -1, -1)]
    for form in forms:
        head, items = _parts(meeting, context, shown, since, form)
        blocks = [*head, *_all(items)]
        words = room.heights(blocks, compact=True) + _head_height(meeting, context, form)
        if words + _sources_height(blocks, context) <= 2 * WORD:
            break
    return blocks, True, False


def _parts(
    meeting: Meeting, context: Context, shown: Sequence[Block | None], since: Sequence[str], form: Form
) -> tuple[list[Block], list[list[Block]]]:  # fmt: skip
    """Return the head and each item as blocks."""
    language, limits = context.language, form.limits
    head = (
        _invited(meeting, language, limits) + _since(since, language, limits) + [Heading(language.text("Tagesordnung"))]
    )
    if not meeting.items:
        head.append(Paragraph(language.text("Die Tagesordnung ist noch offen.")))
    if any(len(_one_line(item.proposal)) > limits.proposal for item in meeting.items):
        head.append(Paragraph(language.text("Vorschläge, die mit … enden, sind hier gekürzt."), "remark"))
    found = []
    for number, (item, one) in enumerate(zip(meeting.items, shown, strict=True)):
        one = replace(one, picture=number in form.pictures) if isinstance(one, Figure) else one
        one = one if number < form.exhibits else None
        found.append(_item(number + 1, item, one, context, meeting.ags, limits))
    return head, found


def _invited(meeting: Meeting, language: Language, limits: Limits) -> list[Block]:
    named = _listed([_one_line(one) for one in meeting.participants], limits.offices, ", ", language)
    return [Paragraph(language.text("Teilnehmende: {offices}", offices=named), "remark")] if named else []


def _since(since: Sequence[str], language: Language, limits: Limits) -> list[Block]:
    if not since:
        return []
    said = [_cut(one, limits.since) for one in since[:MOST_SINCE]]
    more = len(since) - MOST_SINCE
    said += [language.text("und {count} weitere", count=language.number(more))] if more > 0 else []
    return [Heading(language.text("Seit der letzten Sitzung")), Bullets(tuple(said))]


def _item(
    number: int, item: Item, shown: Block | None, context: Context, ags: str, limits: Limits
) -> list[Block]:  # fmt: skip
    text = context.language.text
    minutes = [_minutes(item.minutes, context.language)] if item.minutes else []
    why = [_cut(item.why, limits.why)] if item.why.strip() and limits.why else []
    found: list[Block] = [Heading(f"{number}. {_one_line(item.question)}", 2)]
    found += [Paragraph(" · ".join([*minutes, *why]), "remark")] if minutes or why else []
    found += [shown] if shown is not None else []
    if item.proposal.strip():
        said = text("Beschlussvorschlag: {proposal}", proposal=_cut(item.proposal, limits.proposal))
        found.append(Paragraph(said, "proposal"))
    named = _listed(_entries(item, context, ags), limits.entries, "; ", context.language) if limits.entries else ""
    return found + ([Paragraph(text("Betrifft: {entries}", entries=named), "remark")] if named else [])


def _exhibit(item: Item, context: Context) -> Block | None:
    """Return the first exhibit of an item that can be made, else why there is none; None without any address."""
    found: Block | None = None
    for address in item.addresses:
        found = figure(address, context)
        if isinstance(found, Figure):
            drawn = found.picture and found.exhibit.marks.chart not in UNDRAWN
            return replace(found, picture=drawn, height=_height(found.exhibit))
    return Paragraph(_cut(found.text, 200), "remark") if isinstance(found, Paragraph) else None


def _height(exhibit: Exhibit) -> float:
    """Return the height in millimetres at which a chart shows everything."""
    marks, table = exhibit.marks, exhibit.table
    if marks.chart not in ROWED:
        return HEIGHTS.get(marks.chart, HEIGHT)
    names = [table[name].nunique() for name in (marks.x, marks.y) if name in table and table[name].dtype.kind == "O"]
    return max(HEIGHT, EDGES + ROW * max(names, default=0))


def _entries(item: Item, context: Context, ags: str) -> list[str]:
    """Return the titles of the entries an item concerns; one that the plan does not know is left out."""
    plan = context.plans(ags) if item.entries else None
    titles = {entry.id: _one_line(entry.title) for entry in plan.entries} if plan else {}
    return [titles[id] for id in item.entries if id in titles]


# --- the Niederschrift ------------------------------------------------------------------------------------------------


def minutes(
    meeting: Meeting, decisions: Sequence[Decision], remarks: Sequence[Remark], shown: Sequence[Shown],
    language: Language, made: date,
) -> Document:  # fmt: skip
    """Return the Niederschrift of a meeting; of one that is not closed a draft that says so.

    Args:
        meeting: as it was held.
        decisions: of this meeting.
        remarks: in the order they were noted.
        shown: in the order they were shown; drawn as they were frozen.
        language: of the reader.
        made: the day that is printed.
    """
    text, known = language.text, {item.id for item in meeting.items}
    blocks = _held(meeting, language)
    blocks += _under(text("Vor der Tagesordnung gezeigt"), _as_shown([one for one in shown if not one.item], language))
    for number, item in enumerate(meeting.items, 1):
        blocks += _minuted(number, item, decisions, remarks, shown, language)
    for decision in (one for one in decisions if one.item not in known):
        blocks += [Heading(_one_line(decision.question)), *_decided(decision, language)]
    others = [one for one in shown if one.item and one.item not in known]
    blocks += _under(text("Außerdem gezeigt"), _as_shown(others, language))
    blocks += _under(text("Weitere Bemerkungen"), _noted([one for one in remarks if one.item not in known]))
    blocks += _all_decisions(meeting, decisions, language)
    blocks.append(WritingSpace(text("Datum und Unterschriften (Sitzungsleitung, Niederschrift)"), 18))
    footer = f"{text('Niederschrift')} · {_cut(meeting.title, 80)}"
    return Document(text("Niederschrift"), _one_line(meeting.title), _when(meeting, language), tuple(blocks), made,
                    language, footer=footer)  # fmt: skip


def _under(words: str, blocks: Sequence[Block]) -> list[Block]:
    return [Heading(words), *blocks] if blocks else []


def _held(meeting: Meeting, language: Language) -> list[Block]:
    """Say who took part and when it began and ended."""
    text, found = language.text, list[Block]()
    if not meeting.closed:
        found.append(Paragraph(text("Entwurf: Die Sitzung ist noch nicht abgeschlossen."), "badge"))
    offices = ", ".join(_one_line(one) for one in meeting.participants)
    found += [Paragraph(text("Teilnehmende: {offices}", offices=offices))] if offices else []
    said = [text("Beginn {time}", time=began) for began in [_clock(meeting.begun, language)] if began]
    said += [text("Ende {time}", time=ended) for ended in [_clock(meeting.closed, language)] if ended]
    return found + ([Paragraph(", ".join(said))] if said else [])


def _minuted(
    number: int, item: Item, decisions: Sequence[Decision], remarks: Sequence[Remark], shown: Sequence[Shown],
    language: Language,
) -> list[Block]:  # fmt: skip
    text = language.text
    found: list[Block] = [Heading(f"{number}. {_one_line(item.question)}")]
    if item.proposal.strip():
        found.append(Paragraph(text("Beschlussvorschlag: {proposal}", proposal=item.proposal.strip())))
    own = [one for one in decisions if one.item == item.id]
    found += [block for one in own for block in _decided(one, language)]
    found += [] if own else [Paragraph(text("Zu diesem Punkt wurde kein Beschluss festgehalten."), "remark")]
    noted = _noted([one for one in remarks if one.item == item.id])
    found += [Heading(text("Bemerkungen"), 2), *noted] if noted else []
    return found + _as_shown([one for one in shown if one.item == item.id], language)


def _decided(decision: Decision, language: Language) -> list[Block]:
    """Say what was decided, by which office, until when, and with which votes."""
    text = language.text
    said = f"{outcomes(language)[decision.outcome]}: {decision.text.strip()}"
    more = [text("zuständig: {office}", office=_one_line(decision.office))] if decision.office.strip() else []
    more += [text("bis {date}", date=language.date(decision.due))] if decision.due else []
    more += [text("Wiedervorlage {date}", date=language.date(decision.resubmit))] if decision.resubmit else []
    more += [votes(decision.votes, language)] if decision.votes else []
    return [Paragraph(said, "proposal"), *([Paragraph(" · ".join(more), "remark")] if more else [])]


def outcomes(language: Language) -> dict[Outcome, str]:
    """Return what becomes of a Beschlussvorschlag, in the reader's words."""
    text = language.text
    return {"adopted": text("Beschlossen wie vorgeschlagen"), "amended": text("Geändert beschlossen"),
            "postponed": text("Vertagt")}  # fmt: skip


def votes(found: Votes, language: Language) -> str:
    """Write votes: ``7 Ja, 1 Nein, 2 Enthaltungen``."""
    number, text = language.number, language.text
    return text("{yes} Ja, {no} Nein, Enthaltungen: {abstained}", yes=number(found.yes), no=number(found.no),
                abstained=number(found.abstained))  # fmt: skip


def _noted(remarks: Sequence[Remark]) -> list[Block]:
    return [Bullets(tuple(one.text.strip() for one in remarks))] if remarks else []


def _as_shown(shown: Iterable[Shown], language: Language) -> list[Block]:
    """Return exhibits as they were frozen; what was opened beside the agenda comes last, under its own heading."""
    found = list(shown)
    blocks = [block for one in found if not one.aside for block in _thawed(one, language)]
    asides = [block for one in found if one.aside for block in _thawed(one, language)]
    return blocks + ([Heading(language.text("Zusätzlich geöffnet"), 2), *asides] if asides else [])


def _thawed(shown: Shown, language: Language) -> list[Block]:
    text = language.text
    try:
        exhibit = thaw(shown.exhibit)
    except NotFrozen:
        named = title_of(shown.exhibit)
        said = text("Was hier gezeigt wurde, lässt sich nicht mehr lesen: {title}", title=named or text("ohne Angabe"))
        return [Paragraph(said, "remark")]
    found: list[Block] = [Figure(exhibit, _height(exhibit) * SHOWN)]
    if at := _clock(shown.at, language):
        found.append(Paragraph(text("Gezeigt um {time}.", time=at), "remark"))
    if shown.assumptions:
        try:
            found.append(Figure(thaw(shown.assumptions), picture=False))
        except NotFrozen:
            found.append(Paragraph(text("Die Annahmen dazu lassen sich nicht mehr lesen."), "remark"))
    return found


def _all_decisions(meeting: Meeting, decisions: Sequence[Decision], language: Language) -> list[Block]:
    """Return the table of all decisions; the wording stands above in full."""
    text = language.text
    numbers = {item.id: str(number) for number, item in enumerate(meeting.items, 1)}
    found: list[Block] = [Heading(text("Alle Beschlüsse"))]
    if not decisions:
        return [*found, Paragraph(text("Es wurde kein Beschluss festgehalten."))]
    day: Callable[[date | None], str] = lambda one: language.date(one) if one else "–"  # noqa: E731
    rows = tuple(
        (numbers.get(one.item, "–"), _cut(_in_table(one, language), 240), _one_line(one.office) or "–", day(one.due),
         day(one.resubmit))
        for one in sorted(decisions, key=lambda one: int(numbers.get(one.item, "99")))
    )  # fmt: skip
    heads = (text("Nr."), text("Beschluss"), text("Amt"), text("fällig bis"), text("Wiedervorlage"))
    return [*found, Rows(heads, rows, widths=(6, 50, 20, 14, 17))]


def _in_table(decision: Decision, language: Language) -> str:
    first = f"{outcomes(language)['postponed']}: " if decision.outcome == "postponed" else ""
    return first + _one_line(decision.text)


# --- words ------------------------------------------------------------------------------------------------------------


def _when(meeting: Meeting, language: Language) -> str:
    """Say day, time, length and place."""
    day = f"{language.weekday(meeting.day)}, {language.date(meeting.day)}" if meeting.day else ""
    at = language.text("{time} Uhr", time=f"{meeting.at:%H:%M}") if meeting.at else ""
    found = [", ".join(part for part in (day, at) if part) or language.text("Termin offen")]
    return " · ".join(
        [*found, _minutes(meeting.minutes, language), *([_one_line(meeting.place)] if meeting.place else [])]
    )


def _minutes(count: int, language: Language) -> str:
    return language.text("{count} Minuten", count=language.number(count))


def _clock(point: str, language: Language) -> str:
    """Return the local time of day of a point in time (ISO, UTC), nothing where there is none."""
    try:
        found = datetime.fromisoformat(point)
    except ValueError:
        return ""
    local = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(ZONE)
    return language.text("{time} Uhr", time=f"{local:%H:%M}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, most: int) -> str:
    """Return a text in one line of at most so many signs, parted between words where that is possible."""
    whole = _one_line(text)
    if len(whole) <= most:
        return whole
    kept = whole[: most - 1]
    at = kept.rfind(" ")
    return (kept[:at] if at > most * 0.7 else kept).rstrip(" ,;.:") + "…"


def _listed(names: Sequence[str], most: int, between: str, language: Language) -> str:
    """Return names one after the other in at most about so many signs; the others are counted."""
    kept: list[str] = []
    for name in names:
        if kept and len(between.join([*kept, name])) > most:
            break
        kept.append(_cut(name, most))
    more = len(names) - len(kept)
    said = [language.text("und {count} weitere", count=language.number(more))] if more else []
    return between.join([*kept, *said])
