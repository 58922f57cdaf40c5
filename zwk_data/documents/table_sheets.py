"""Sheets for group work: one question, one exhibit, room to write, on A4 or A3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zwk_data.documents.model import Block, Document, Figure, Heading, PageBreak, Paragraph, WritingSpace
from zwk_data.exhibits import Address, Context, make

Paper = Literal["a4", "a3"]
PICTURE: dict[Paper, float] = {"a4": 70.0, "a3": 120.0}  # millimetres
ROOM: dict[Paper, float] = {"a4": 63.0, "a3": 117.0}


@dataclass(frozen=True)
class Sheet:
    """What lies on one table: the group's name, its question, the exhibit (an address; empty for none)."""

    group: str
    question: str
    address: str = ""


def table_sheets(
    context: Context, sheets: Sequence[Sheet], title: str, today: date, *, paper: Paper = "a4"
) -> Document:  # fmt: skip
    """Return the sheets of a workshop, one page for each group.

    Raises:
        AddressError: an address does not fit.
        ValueError: there is no sheet.
    """
    text = context.language.text
    blocks: list[Block] = []
    for number, one in enumerate(sheets):
        blocks += [PageBreak()] if number else []
        blocks += [Heading(one.question, 1), Paragraph(one.group, "remark")]
        if one.address:
            blocks.append(Figure(make(Address.parse(one.address), context), PICTURE[paper]))
        blocks.append(WritingSpace(text("Das halten wir fest"), ROOM[paper] if one.address else ROOM[paper] * 2))
    return Document(text("Tischvorlage für Gruppen"), title, "", tuple(blocks), today, context.language, paper)
