"""The reader's language: texts from the gettext catalogues, numbers and dates as that reader writes them.

German is the source language of every text; ``locale/<language>/LC_MESSAGES/zwk.po`` translates it. The catalogues are
read as they are, so no compiled file has to be kept in step.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal

LANGUAGES = {"de": "Deutsch", "en": "English"}
LOCALE = Path(__file__).resolve().parent.parent / "locale"
MINUS = "\u2212"
NO_VALUE = "–"


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = LOCALE / language / "LC_MESSAGES" / "zwk.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}


@lru_cache(maxsize=1 << 16)  # bounded: limits of classes come from outside
def _decimal(value: float, decimals: int, language: str, sign: bool, grouping: bool) -> str:
    pattern = ("#,##0" if grouping else "0") + ("." + "0" * decimals if decimals else "")
    rounded = round(value, decimals) + 0.0  # adding zero turns -0.0 into 0.0: no "−0,0"
    text = format_decimal(abs(rounded), format=pattern, locale=language)
    if rounded < 0:
        return MINUS + text
    return "+" + text if sign and rounded > 0 else text


@dataclass(frozen=True)
class Language:
    """One reader's language; ``code`` is ``de`` or ``en``."""

    code: str = "de"

    def text(self, message: str, **values: object) -> str:
        """Translate a German message and fill its ``{placeholders}``."""
        translated = _catalogue(self.code).get(message, message) if self.code != "de" else message
        return translated.format(**values) if values else translated

    def number(self, value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
        """Write a number with ``decimals`` places: ``66.985``, ``+0,4``; a missing one as a dash."""
        if value is None or value != value:
            return NO_VALUE
        return _decimal(float(value), decimals, self.code, sign, True)

    def measured(self, number: str, unit: str) -> str:
        """Put a unit behind a written number: ``38,2 je 100``, ``21,4 %``; in English ``21.4%``."""
        return f"{number}%" if unit == "%" and self.code == "en" else f"{number} {unit}".strip()

    def percent(self, value: float | None, decimals: int = 1, *, sign: bool = False) -> str:
        """Write a percentage: ``+0,4 %``, in English ``+0.4%``."""
        return self.measured(self.number(value, decimals, sign=sign), "%")

    def compact(self, value: float) -> str:
        """Write a large number in short: ``1,2 Mio.``."""
        return str(format_compact_decimal(value, locale=self.code, fraction_digits=1))

    def weekday(self, day: date) -> str:
        """Write the day of the week: ``Dienstag``."""
        return str(format_date(day, "EEEE", locale=self.code))

    def date(self, day: date) -> str:
        """Write a date: ``31.12.2024`` or ``31 Dec 2024``."""
        return str(format_date(day, "dd.MM.yyyy" if self.code == "de" else "d MMM yyyy", locale=self.code))


GERMAN = Language("de")
