"""A handout: any selection of exhibits under a title, in the order chosen, the sources at the end."""

from collections.abc import Sequence
from datetime import date

from zwk_data.documents.making import figure
from zwk_data.documents.model import Block, Document
from zwk_data.exhibits.registry import Context


def handout(context: Context, addresses: Sequence[str], title: str, today: date) -> Document:
    """Return the handout of some exhibits; one that cannot be made is named with the reason, the others stand.

    Args:
        context: figures, language, plans the reader may see.
        addresses: of the exhibits, in the order in which they stand.
        title: of the handout; without one, its kind.
        today: the day that is printed.

    Raises:
        ValueError: there is no address.
    """
    text = context.language.text
    blocks: tuple[Block, ...] = tuple(figure(address, context) for address in addresses)
    shown = title.strip() or text("Handzettel")
    return Document(text("Handzettel"), shown, context.language.date(today), blocks, today, context.language)
