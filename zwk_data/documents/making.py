"""What all documents share: exhibits by address, and a plain word where there is none."""

from zwk_data.documents.model import Figure, Paragraph
from zwk_data.exhibits.exhibit import Address, AddressError
from zwk_data.exhibits.registry import Context, make


def figure(address: str, context: Context, *, height: float = 75.0, with_table: bool = False) -> Figure | Paragraph:
    """Return the figure of an address, or a remark that says in the reader's language why there is none.

    Args:
        address: of an exhibit, as behind "Weitergeben".
        context: figures, language, plans the reader may see.
        height: of the picture in millimetres.
        with_table: whether the figures stand below the picture.
    """
    try:
        return Figure(make(Address.parse(address), context), height, with_table)
    except AddressError as error:
        return Paragraph(str(error), "remark")
