"""The columns of the table of own figures, and the words that stand in them."""

from typing import NamedTuple

AGS, AREA, DAY, MEASURE, SEX, FROM, TO, COUNT = (
    "Ort (AGS)", "Gebiet", "Stichtag", "Merkmal", "Geschlecht", "Alter von", "Alter bis", "Anzahl",
)  # fmt: skip
COLUMNS = (AGS, AREA, DAY, MEASURE, SEX, FROM, TO, COUNT)
MEASURES = {
    "Bevölkerung": "population", "Geburten": "live_births", "Sterbefälle": "deaths", "Zuzüge": "in_migration",
    "Fortzüge": "out_migration",
}  # fmt: skip
MEASURE_NAMES = {measure: name for name, measure in MEASURES.items()}
STOCK = "population"
WITHOUT_AGES = "live_births"  # the age of a newborn is none, that of the mother is another question
SEXES = {"m": "m", "w": "f", "insgesamt": "t"}
SEX_NAMES = {sex: name for name, sex in SEXES.items()}
MAX_BYTES, MAX_UNPACKED, MAX_ROWS = 5 << 20, 50 << 20, 20_000
OLDEST = 120
LARGEST = 10_000_000  # persons in one cell


class Cell(NamedTuple):
    """One figure: ``area`` empty for the whole Gemeinde, ``age_from`` -1 for all ages, ``age_to`` -1 for an open group.

    ``value`` in persons, None where it is secret; ``row`` is the line of the file (0: computed).
    """

    area: str
    day: str  # ISO date
    measure: str
    sex: str
    age_from: int
    age_to: int
    value: int | None
    row: int = 0


ALL_AGES = (-1, -1)
OPEN = -1
Group = tuple[int, int]
