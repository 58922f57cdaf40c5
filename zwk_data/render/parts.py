"""The parts a number is made of, in their order and colours: solid what is certain, hollow what is assumed.

Options of the marks: ``parts`` names their columns from the most certain to the most assumed, ``part_names`` the
words. Order and words say the same as the colours.
"""

from dataclasses import dataclass

from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.language import Language
from zwk_data.render.palette import Palette

SOLID, HOLLOW = "■", "□"


@dataclass(frozen=True)
class Part:
    """One part: its column and words, its colour, and the line around it where the colour is too pale alone."""

    column: str
    name: str
    colour: str
    line: str
    sign: str  # colour of the mark beside the words
    mark: str


def parts_of(exhibit: Exhibit, palette: Palette, columns: str = "parts") -> list[Part]:
    """Return the parts of an exhibit, at most three; none where it is not split.

    Args:
        exhibit: with the options described above.
        palette: of the appearance.
        columns: the option with the columns (a pyramid has one for each side).
    """
    found, names = _option(exhibit, columns), _option(exhibit, "part_names")
    last = len(palette.parts) - 1
    return [
        Part(column, name, colour, palette.focus if number == last else "",
             palette.focus if number == last else colour, HOLLOW if number == last else SOLID)
        for number, (column, name, colour) in enumerate(zip(found, names, palette.parts, strict=False))
    ]  # fmt: skip


def end_number(exhibit: Exhibit, part: Part, language: Language) -> str:
    """Return the last value of a part as it is written beside it: as the option ``ends`` says, else in full."""
    said = exhibit.marks.options.get("ends")
    if isinstance(said, dict) and part.column in said:
        return str(said[part.column])
    decimals = next((one.decimals for one in exhibit.columns if one.key == part.column), 0)
    return language.number(float(exhibit.table[part.column].iloc[-1]), decimals or 0)


def _option(exhibit: Exhibit, name: str) -> list[str]:
    found = exhibit.marks.options.get(name, ())
    return [str(entry) for entry in found] if isinstance(found, list | tuple) else []
