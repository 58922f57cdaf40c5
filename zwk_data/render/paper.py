"""What a figure of a document consists of, before it becomes Word or PDF: texts, picture or rows, remarks, source."""

from dataclasses import dataclass

from zwk_data.documents.model import Figure, Rows
from zwk_data.exhibits.exhibit import Exhibit, SourceLine, heading
from zwk_data.language import Language
from zwk_data.render.canvas import REMARKED
from zwk_data.render.image import chart_svg
from zwk_data.render.table_picture import column_texts, columns_shown
from zwk_data.render.tabular import is_date, is_number
from zwk_data.render.tiles_picture import below_of, value_of

PIXELS = 6.2  # of a chart for each millimetre: type of 22 pixels is then read as 10 points
EDGE = 3.0  # characters that the edges of a column take
MOST_ROWS = 40  # of a table in a document


@dataclass(frozen=True)
class Tile:
    """One single figure: what it is, the value, what stands below."""

    label: str
    value: str
    below: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    """One figure. Either ``svg`` or ``tiles`` or ``rows`` shows something; all are empty where nothing is there.

    Attributes:
        said: the sentence of the exhibit, the headline of the figure.
        under: title, measure and date.
        badges: remarks without which it would be misread.
        alt: the alternative text.
        svg: of the chart, drawn for ``width`` × ``height`` millimetres.
        notes: remarks and breaks.
        source: the short source line.
        left_out: rows of the table that found no room.
    """

    said: str
    under: str
    badges: tuple[str, ...]
    alt: str
    svg: str
    width: float
    height: float
    tiles: tuple[Tile, ...]
    rows: Rows | None
    notes: str
    source: str
    left_out: int = 0


def content(figure: Figure, width: float, language: Language, sources: tuple[SourceLine, ...]) -> Content:
    """Return what a figure consists of at a width in millimetres; ``sources`` are those of the whole document."""
    found = figure.exhibit
    shown = figure.picture
    svg = chart_svg(found, language, width * PIXELS, figure.height * PIXELS) or "" if shown else ""
    tiles = _tiles(found, language) if shown and found.marks.chart == "tiles" else ()
    rows = rows_of(found, language) if figure.with_table or (shown and not (svg or tiles)) else None
    said = [note.text for note in found.notes if note.kind not in REMARKED]
    said += [f"{mark.label}: {mark.reason}" for mark in found.breaks]
    left_out = max(len(found.table) - MOST_ROWS, 0) if rows else 0
    return Content(
        found.sentence, " · ".join(part for part in (found.title, found.subtitle) if part),
        tuple(note.text for note in found.notes if note.kind in REMARKED), found.alt, svg, width, figure.height, tiles,
        rows, " ".join(said), _numbers(found, sources, language), left_out,
    )  # fmt: skip


def rows_of(exhibit: Exhibit, language: Language) -> Rows | None:
    """Return the table of an exhibit as the reader writes it, None where it says nothing."""
    columns = columns_shown(exhibit)
    if not columns or exhibit.table.empty:
        return None
    texts = [column_texts(exhibit, column, language)[:MOST_ROWS] for column in columns]
    numbers = {n for n, one in enumerate(columns) if is_number(exhibit, one) and not is_date(exhibit, one)}
    words = [[*cells, *heading(one).split()] for one, cells in zip(columns, texts, strict=True)]
    widths = tuple(EDGE + max(4.0, min(26.0, max(map(len, found)))) for found in words)
    return Rows(tuple(map(heading, columns)), tuple(zip(*texts, strict=True)), exhibit.alt, widths, frozenset(numbers))


def _tiles(exhibit: Exhibit, language: Language) -> tuple[Tile, ...]:
    return tuple(
        Tile(" · ".join(str(row[name]) for name in ("field", exhibit.marks.x) if row.get(name)),
             value_of(row, exhibit, language), tuple(below_of(row, language)))
        for row in exhibit.table.to_dict("records")
    )  # fmt: skip


def source_lines_of(sources: tuple[SourceLine, ...], language: Language) -> tuple[str, ...]:
    """Return the sources of a document, numbered as its figures name them, then each licence in full, then the day."""
    said = []
    for number, source in enumerate(sources, 1):
        changed = language.text("bearbeitet")
        words = source.short if not source.changed or changed in source.short else f"{source.short}, {changed}"
        said.append(f"[{number}] {words}: {source.title} ({source.licence_short}).")
    terms = dict.fromkeys((one.licence_short, _licence(one)) for one in sources if one.licence_short != _licence(one))
    said += [f"{short}: {full}" for short, full in terms]
    if newest := max((one.retrieved for one in sources if one.retrieved), default=None):
        said.append(language.text("Übernommen am {date}.", date=language.date(newest)))
    return tuple(said)


def _licence(source: SourceLine) -> str:
    return f"{source.licence}, {source.licence_url}" if source.licence_url else source.licence


def _numbers(exhibit: Exhibit, sources: tuple[SourceLine, ...], language: Language) -> str:
    """Name the sources of a figure by their numbers in the list at the end."""
    found = sorted({sources.index(one) + 1 for one in exhibit.sources})
    return language.text("Quelle: {sources}.", sources=" ".join(f"[{number}]" for number in found))
