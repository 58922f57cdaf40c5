"""Tables and single figures on slides: native tables, boxes of text."""

from typing import Any

from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from zwk_data.exhibits.exhibit import Exhibit, heading
from zwk_data.language import Language
from zwk_data.render.palette import LIGHT
from zwk_data.render.pptx.box import POINT, Box
from zwk_data.render.pptx.writing import A, colour, describe, rule, style, text_box
from zwk_data.render.signs import clean
from zwk_data.render.table_picture import broken, column_texts, columns_shown, widths_of
from zwk_data.render.tabular import is_date, is_number
from zwk_data.render.tiles_picture import below_of, value_of

ROOM = 1488.0  # pixels of the picture whose layout a table on a slide follows
TYPE, LEADING, AIR = 13, 15.5, 7.5  # points: size of type, height of a line, room above and below in a row
PIXELS = 22.0  # size of the same type in that layout
PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
LABEL, VALUE, BELOW = 13, 28, 11  # points in a box of a single figure


def draw_table(slide: Any, exhibit: Exhibit, language: Language, box: Box) -> int:
    """Draw as many rows of the table as there is room for; return how many are left out."""
    columns = columns_shown(exhibit)
    if not columns:
        return 0
    texts = [column_texts(exhibit, column, language) for column in columns]
    heads = [heading(column) for column in columns]
    widths = widths_of([[head, *cells] for head, cells in zip(heads, texts, strict=True)], ROOM)
    rows = list(zip(*texts, strict=True))
    heights = [_height(row, widths) for row in rows]
    shown = _fitting(heights, (box.height / POINT) - _height(heads, widths))
    frame = slide.shapes.add_table(shown + 1, len(columns), box.left, box.top, box.width, 10)
    frame.name = "zwk:table"
    describe(frame, exhibit.alt)
    table = frame.table
    frame._element.find(f".//{{{A}}}tableStyleId").text = PLAIN_STYLE
    table.horz_banding = False
    for position, width in enumerate(widths):
        table.columns[position].width = round(width / sum(widths) * box.width)
    rights = [is_number(exhibit, column) and not is_date(exhibit, column) for column in columns]
    _row(table.rows[0], heads, rights, language, _height(heads, widths), head=True)
    for row, cells, height in zip(list(table.rows)[1:], rows, heights, strict=False):
        _row(row, cells, rights, language, height)
    return len(rows) - shown


def _height(row: Any, widths: list[float]) -> float:
    """Return the height of a row in points."""
    lines = max(len(broken(text, PIXELS, width)) for text, width in zip(row, widths, strict=True))
    return lines * LEADING + AIR


def _fitting(heights: list[float], room: float) -> int:
    total = 0.0
    for number, height in enumerate(heights):
        total += height
        if total > room:
            return max(number, 1)
    return len(heights)


def _row(row: Any, cells: Any, rights: list[bool], language: Language, height: float, *, head: bool = False) -> None:
    row.height = round(height * POINT)
    for cell, text, right in zip(row.cells, cells, rights, strict=True):
        cell.margin_left, cell.margin_right = 0, 8 * POINT
        cell.margin_top = cell.margin_bottom = round(AIR / 2 * POINT)
        cell.vertical_anchor = MSO_ANCHOR.TOP
        paragraph = cell.text_frame.paragraphs[0]
        if right:
            paragraph._p.get_or_add_pPr().set("algn", "r")
        run = paragraph.add_run()
        run.text = clean(text)
        style(run, language, size=TYPE, ink=LIGHT.muted if head else LIGHT.ink, bold=head)
        _border(cell, LIGHT.others[1] if head else LIGHT.grid)


def _border(cell: Any, ink: str) -> None:
    """Draw a thin line below a cell."""
    properties = cell._tc.get_or_add_tcPr()
    line = properties.makeelement(f"{{{A}}}lnB", {"w": str(Pt(0.75))})
    fill = line.makeelement(f"{{{A}}}solidFill", {})
    fill.append(fill.makeelement(f"{{{A}}}srgbClr", {"val": str(colour(ink))}))
    line.append(fill)
    properties.insert(0, line)


def draw_tiles(slide: Any, exhibit: Exhibit, language: Language, box: Box) -> None:
    """Draw single figures side by side, in two lines where there are more than four."""
    rows = exhibit.table.to_dict("records")
    across = len(rows) if len(rows) <= 4 else -(-len(rows) // 2)
    for number, (cell, row) in enumerate(zip(box.grid(len(rows), max(across, 1), 24 * POINT), rows, strict=True), 1):
        rule(slide, (cell.left, cell.top), (cell.right, cell.top), f"zwk:rule:{number}", LIGHT.muted, points=1.5)
        inside = Box(cell.left, cell.top + 6 * POINT, cell.width, cell.height - 6 * POINT)
        _tile(slide, row, inside, exhibit, language, number)


def _tile(slide: Any, row: Any, box: Box, exhibit: Exhibit, language: Language, number: int) -> None:
    heads = [str(row[name]) for name in ("field", exhibit.marks.x) if row.get(name)]
    shape = text_box(slide, box, heads, f"zwk:tile:{number}", language, size=LABEL)
    shape.text_frame.paragraphs[0].runs[0].font.bold = len(heads) > 1
    parts = [(value_of(row, exhibit, language), VALUE, LIGHT.ink, True)]
    parts += [(said, BELOW, LIGHT.muted, False) for said in below_of(row, language)]
    for said, size, ink, bold in parts:
        run = shape.text_frame.add_paragraph().add_run()
        run.text = clean(said)
        style(run, language, size=size, ink=ink, bold=bold)
