"""Whether the slides of a deck still say what the data say, and a deck in which they do again.

Three states of each slide are compared in the same form: what it remembers, what stands on it, what the data give now.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from zwk_data.decks.aligning import CHARTS, figures_on, our_charts, our_tables
from zwk_data.decks.comparing import Finding, Words, altered, changed, rewritten, withdrawn
from zwk_data.decks.periods import fixed, for_slide, newest, newest_of
from zwk_data.decks.unknowns import unknown
from zwk_data.documents.slides import ExhibitSlide
from zwk_data.exhibits import Address, AddressError, Context, Exhibit, make
from zwk_data.language import LANGUAGES, Language
from zwk_data.render.pptx.memory import Memory, plain
from zwk_data.render.pptx.reading import FoundSlide, found_slides, role_of

log = logging.getLogger(__name__)
Verdict = Literal["current", "outdated", "revised", "withdrawn", "altered", "unknown", "words"]
VERDICTS: tuple[Verdict, ...] = ("withdrawn", "revised", "outdated", "altered", "unknown", "current", "words")
STALE = frozenset({"outdated", "revised", "withdrawn"})
FAILURES = (LookupError, ValueError, TypeError, ArithmeticError, AttributeError)
OF_TODAY = frozenset({"data_status"})  # kinds that count days until today: they differ every day and are no finding


@dataclass(frozen=True)
class SlideReport:
    """What became of one slide (``index`` from 0).

    verdicts: all that hold, the gravest first: ``current`` where nothing is to be said, ``words`` where it has no
    figures; findings: what and why; address: of its exhibit; renewed: the address that would replace it, empty where
    nothing would.
    """

    index: int
    title: str
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...] = ()
    address: str = ""
    renewed: str = ""

    @property
    def verdict(self) -> Verdict:
        """The gravest of its verdicts."""
        return self.verdicts[0]


@dataclass(frozen=True)
class Report:
    """What became of the slides of a deck, in its order."""

    slides: tuple[SlideReport, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many slides have a verdict, be it the gravest or not."""
        return sum(verdict in slide.verdicts for slide in self.slides)

    @property
    def stale(self) -> bool:
        """Whether a slide shows what is not the newest state of the data."""
        return any(STALE & set(slide.verdicts) for slide in self.slides)

    def sentence(self, language: Language) -> str:
        """Say in one sentence how the deck stands."""
        text, words = language.text, names(language)
        counts = [(verdict, self.count(verdict)) for verdict in VERDICTS]
        told = [f"{count} {words[verdict]}" for verdict, count in counts if count and verdict != "words"]
        if not told:
            return text("Die Präsentation hat {count} Folien, keine davon mit Zahlen.", count=len(self.slides))
        return text("{count} Folien; Folien mit Zahlen: {told}.", count=len(self.slides), told=", ".join(told))


def names(language: Language) -> dict[Verdict, str]:
    """Return the verdicts in the reader's language."""
    text = language.text
    return {
        "current": text("aktuell"), "outdated": text("überholt"), "revised": text("revidiert"),
        "withdrawn": text("zurückgezogen"), "altered": text("von Hand geändert"), "unknown": text("unbekannt"),
        "words": text("ohne Zahlen"),
    }  # fmt: skip


Read = Callable[[bytes], Sequence[FoundSlide]]


def check(raw: bytes, context: Context, read: Read = found_slides) -> Report:
    """Compare the slides of a presentation with the data.

    Args:
        raw: a presentation (.pptx), whoever saved it last.
        context: the data, the plans the reader may see, and the reader's language.
        read: how the file is read; ``apart.found_slides`` does it in a process of its own.

    Raises:
        NotAPresentation: the file cannot be read.
    """
    return Report(tuple(_checked(slide, context) for slide in read(raw)))


def refreshed(
    raw: bytes, report: Report, context: Context, *, slides: Iterable[int] | None = None
) -> bytes:  # fmt: skip
    """Return the deck with its slides drawn anew; everything else on them, and headlines of people's own, stay.

    Args:
        raw: the presentation that was checked.
        report: of it.
        context: as for the check.
        slides: indices of the slides to draw; without them those that are outdated or revised.

    Raises:
        NotAPresentation: the file cannot be read.
    """
    from zwk_data.render.pptx import redrawn

    chosen = None if slides is None else set(slides)
    found = {slide.index: slide for slide in found_slides(raw)}
    drawn = {}
    for one in report.slides:
        wanted = bool(one.renewed) and (STALE & set(one.verdicts) if chosen is None else one.index in chosen)
        if wanted and one.index in found:
            drawn[one.index] = _new_slide(one, found[one.index], context)
    return redrawn(raw, drawn, context.language) if drawn else raw


def _new_slide(report: SlideReport, slide: FoundSlide, context: Context) -> ExhibitSlide:
    """Return what replaces the exhibit of a slide; a headline in anybody's own words stays."""
    memory = slide.memory or Memory(report.renewed)
    own = "" if plain(slide.title) in ("", plain(memory.sentence)) else slide.title
    return ExhibitSlide(for_slide(Address.parse(report.renewed), _context(memory, context)), own)


def _checked(slide: FoundSlide, context: Context) -> SlideReport:
    memory = slide.memory
    if memory is None:
        findings = tuple(unknown(slide, slide.charts, slide.tables, context.language))
        return _report(slide, findings, words=not findings)
    words = words_of(memory, context)
    here = figures_on(slide, memory)
    findings = (*_headline(slide, memory, context.language), *altered(memory, here, words),
                *rewritten(slide, memory, context.language), *_strange(slide, memory, context))  # fmt: skip
    told, renewed = news_of(memory, context, words, here or {})
    return replace(_report(slide, (*told, *findings)), address=memory.address, renewed=renewed)


def _report(slide: FoundSlide, findings: tuple[Finding, ...], *, words: bool = False) -> SlideReport:
    held: set[Verdict] = {one.status for one in findings}
    verdicts: list[Verdict] = [verdict for verdict in VERDICTS if verdict in held]
    return SlideReport(slide.index, slide.title, tuple(verdicts or ["words" if words else "current"]), findings)


def _strange(slide: FoundSlide, memory: Memory, context: Context) -> list[Finding]:
    """Return charts and tables that somebody added to a slide of ours."""
    charted = memory.chart in CHARTS  # only then a chart without a name can be ours, otherwise only a table
    charts = [one for one in slide.charts if one not in our_charts(slide) or not (charted or role_of(one.shape))]
    tables = [one for one in slide.tables if one not in our_tables(slide) or (charted and not role_of(one.shape))]
    return unknown(replace(slide, shapes=(), title=""), charts, tables, context.language)


def _headline(slide: FoundSlide, memory: Memory, language: Language) -> list[Finding]:
    if not memory.headline or plain(slide.title) == plain(memory.headline):
        return []
    old, new = memory.headline, slide.title
    said = language.text("Überschrift von Hand geändert; die Aussage der Daten lautete: »{old}«", old=memory.sentence)
    return [Finding("altered", "headline", language.text("Überschrift"), old, new, said)]


def words_of(memory: Memory, context: Context) -> Words:
    """Return what writes the keys and figures of a memory for the reader."""
    return Words(memory, context.language, lambda ags: _place_name(ags, context))


def news_of(
    memory: Memory, context: Context, words: Words, here: Mapping[str, str]
) -> tuple[list[Finding], str]:  # fmt: skip
    """Return what the data say differently from a memory now, and the address that shows it (empty: none does).

    ``here``: the figures where it was shown, which stand for the remembered ones where those are only digests.
    """
    own = _context(memory, context)
    try:
        address = Address.parse(memory.address)
        if address.as_of is not None or address.kind in OF_TODAY:
            return [], ""  # shows the state of a day on purpose
        now = make(address, own)
    except AddressError as error:
        return [withdrawn(memory, str(error), words)], ""
    except FAILURES:  # one slide must not keep the others from being checked
        log.exception("%s cannot be made", memory.address)
        return [withdrawn(memory, words.language.text("Sie lässt sich aus ihnen nicht bilden."), words)], ""
    later = _later_period(address, now, memory, own, words)
    findings = [*later[0], *changed(memory, now, own.language, words, here)]
    gone = not findings or any(one.status == "withdrawn" and one.what == memory.title for one in findings)
    return findings, "" if gone else later[1] or memory.address


def _later_period(
    address: Address, now: Exhibit, memory: Memory, context: Context, words: Words
) -> tuple[list[Finding], str]:  # fmt: skip
    """Return that an address names a period which was the newest when the slide was made, and is no longer."""
    if not fixed(address) or not memory.newest:
        return [], ""
    day = newest_of(address, now, context)
    then = memory.newest_then or _newest_then(memory, context)
    if not day > then or memory.newest != then:
        return [], ""
    said = words.language.text("Es gibt neuere Zahlen: bis {new}; auf der Folie bis {old}.",
                               new=words.day(day), old=words.day(memory.newest))  # fmt: skip
    finding = Finding("outdated", "chart", memory.title, words.day(memory.newest), words.day(day), said)
    return [finding], str(newest(address, context))


def _newest_then(memory: Memory, context: Context) -> str:
    """Return which day was the newest where the slide does not remember it: with the same loads still the shown one.

    With newer loads since then, too: a slide that says nothing else is taken to have shown the newest figures.
    """
    loads = {str(load["dataset"]): str(load["load_id"]) for load in context.data.newest_loads}
    same = all(loads.get(dataset, load) == load for dataset, load in memory.loads)
    return "9999-12-31" if same else memory.newest


def _context(memory: Memory, context: Context) -> Context:
    """Return the context in the language of the slide."""
    if memory.language == context.language.code or memory.language not in LANGUAGES:
        return context
    language = Language(memory.language)
    return replace(context, language=language, data=context.data.named_in(memory.language))


def _place_name(ags: str, context: Context) -> str:
    try:
        return context.data.places.resolve(ags).name
    except LookupError:
        return ags
