"""Sheets for group work: one question, one exhibit, room to write, on A4 or A3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zwk_data.documents.model import Block, Document, Figure, Heading, PageBreak, Paragraph, WritingSpace
from zwk_data.exhibits import Address, Context, make

Paper = Literal["a4", "a3"]
# Millimetres of the picture and of the room to write, by paper and whether it lies; a longer sentence makes both lower.
SIZES: dict[tuple[Paper, bool], tuple[float, float]] = {
    ("a4", False): (80.0, 72.0), ("a4", True): (58.0, 36.0), ("a3", False): (150.0, 162.0), ("a3", True): (105.0, 90.0),
}  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """What lies on one table: the group's name, its question, the exhibit (an address; empty for none)."""

    group: str
    question: str
    address: str = ""


def table_sheets(
    context: Context, sheets: Sequence[Sheet], title: str, today: date, *, paper: Paper = "a4", landscape: bool = False
) -> Document:  # fmt: skip
    """Return the sheets of a workshop, one page for each group.

    Raises:
        AddressError: an address does not fit.
        ValueError: there is no sheet.
    """
    if not sheets:
        raise ValueError("no sheet")
    text, (picture, room) = context.language.text, SIZES[paper, landscape]
    blocks: list[Block] = []
    for number, one in enumerate(sheets):
        blocks += [PageBreak()] if number else []
        blocks += [Heading(one.question, 1), Paragraph(one.group, "remark")]
        if one.address:
            blocks.append(Figure(make(Address.parse(one.address), context), picture))
        blocks.append(WritingSpace(text("Das halten wir fest"), room if one.address else room + picture))
    return Document(
        text("Tischvorlage für Gruppen"), title, "", tuple(blocks), today, context.language, paper, landscape, fit=True
    )
