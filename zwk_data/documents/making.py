"""What all documents share: exhibits by address, and a plain word where there is none."""

from collections.abc import Sequence
from dataclasses import replace

from zwk_data.documents.model import Block, Figure, Heading, Paragraph, SideBySide, figures
from zwk_data.exhibits.exhibit import BADGES, Address, AddressError, Exhibit, Note
from zwk_data.exhibits.registry import Context, make


def figure(
    address: str, context: Context, *, height: float = 75.0, with_table: bool = False, picture: bool = True
) -> Figure | Paragraph:  # fmt: skip
    """Return the figure of an address, or a remark that says in the reader's language why there is none.

    Args:
        address: of an exhibit, as behind "Weitergeben".
        context: figures, language, plans the reader may see.
        height: of the picture in millimetres.
        with_table: whether the figures stand below the picture.
        picture: whether there is one; without it (or without figures) the sentence stands alone.
    """
    try:
        made = make(Address.parse(address), context)
        return Figure(made, height, with_table, picture and not _says_only_that_there_is_nothing(made))
    except AddressError as error:
        return Paragraph(str(error), "remark")


def _says_only_that_there_is_nothing(exhibit: Exhibit) -> bool:
    return list(exhibit.table.columns) == ["place", "state"] and len(exhibit.table) == 1


def badge_once(blocks: Sequence[Block]) -> list[Block]:
    """Say a remark that all figures of a page need once, below its first heading, in place of at each of them."""
    found = list(figures(blocks))
    if len(found) < 2:
        return list(blocks)
    common = [note for note in found[0].exhibit.notes if note.kind in BADGES
              and all(note in one.exhibit.notes for one in found)]  # fmt: skip
    said: list[Block] = [Paragraph(note.text, "badge") for note in common]
    after = 1 if isinstance(blocks[0], Heading) else 0
    return [*blocks[:after], *said, *(_without(block, common) for block in blocks[after:])]


def _without(block: Block, notes: Sequence[Note]) -> Block:
    if isinstance(block, SideBySide):
        return SideBySide(_bare(block.left, notes), _bare(block.right, notes))
    return _bare(block, notes) if isinstance(block, Figure) else block


def _bare(one: Figure, notes: Sequence[Note]) -> Figure:
    kept = tuple(note for note in one.exhibit.notes if note not in notes)
    return replace(one, exhibit=replace(one.exhibit, notes=kept))
