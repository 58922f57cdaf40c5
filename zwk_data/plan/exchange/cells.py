"""One cell of an exchanged sheet: from a value of the plan to what is written, and back from what somebody typed.

What can be read in one way only is read (a comma or a point for decimals, upper and lower case); anything else raises
``Wrong``. An empty cell is None or an empty tuple.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from zwk_data.plan.checking import longest
from zwk_data.plan.exchange.columns import Field
from zwk_data.plan.exchange.names import BRACKETS, Names, Wrong, flat
from zwk_data.plan.exchange.words import WORDS
from zwk_data.plan.model import PublicSource
from zwk_data.plan.parts import new_id
from zwk_data.sheets import Value

LONGEST = 20_000  # signs of any cell; single fields allow less (``plan.checking``)
LARGEST = Decimal(10) ** 12
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]|_x00[01][0-9A-Fa-f]_"
)
GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
ISO_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})( 00:00:00)?")
THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d{1,12})?")
NUMBER = re.compile(r"\d{1,30}([.,]\d{1,12})?(e[+-]?\d{1,2})?")
YES = {"ja": True, "nein": False, "true": True, "false": False, "wahr": True, "falsch": False, "x": True}
FIRST_YEAR, LAST_YEAR = 1900, 2150


def clean(text: str) -> str:
    """Return a text as a cell holds it: LF between lines, nothing unprintable, no blanks around."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")).strip()


# --- out -------------------------------------------------------------------------------------------------------------


def written(field: Field, value: Any, names: Names) -> Value:
    """Return what stands in the cell for a value of the plan."""
    if value is None or value == ():
        return None
    if field.codec == "yes":
        return WORDS["yes"]["yes" if value else "no"]
    if field.codec == "word":
        return WORDS[field.of].get(value, str(value))
    if field.codec == "words":
        return "\n".join(WORDS[field.of].get(one, str(one)) for one in value)
    if field.codec in ("ref", "refs"):
        return "\n".join(names.of(field.of, one) for one in ((value,) if field.codec == "ref" else value))
    if field.codec in ("source", "sources"):
        return "\n".join(source_line(one) for one in ((value,) if field.codec == "source" else value))
    if field.codec == "lines":
        return "\n".join(flat(clean(one)) for one in value)
    return clean(value) if isinstance(value, str) else value


def source_line(source: PublicSource) -> str:
    """Return a source in one line: ``Name | Adresse [Kennung]``."""
    url = f" | {flat(source.url)}" if source.url else ""
    return f"{flat(clean(source.name))}{url} [{source.id}]"


# --- in --------------------------------------------------------------------------------------------------------------


def read(field: Field, text: str, names: Names, sources: Mapping[str, PublicSource]) -> Any:
    """Return the value that a cell means.

    Raises:
        Wrong: it means none.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()
    if CONTROL.search(text):
        raise Wrong("control")
    if len(text) > LONGEST:
        raise Wrong("too_long", most=LONGEST, length=len(text))
    several = field.codec in ("lines", "words", "refs", "sources")
    if not text:
        return () if several else None
    if field.codec in ("source", "sources"):
        read_sources = tuple(_source(line, sources) for line in _lines(text))
        return _once(read_sources) if several else read_sources[0]
    if several:
        return _once(_several(field, text, names))
    return _one(field, text, names)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def _several(field: Field, text: str, names: Names) -> tuple[Any, ...]:
    if field.codec == "lines":
        return tuple(_lines(text))
    found: list[Any] = []
    for line in _lines(text):
        try:
            found.append(_one(field, line, names))
        except Wrong:
            if ";" not in line:
                raise
            found += [_one(field, part.strip(), names) for part in line.split(";") if part.strip()]
    return tuple(found)


def _one(field: Field, text: str, names: Names) -> Any:
    if field.codec in ("ref", "refs"):
        return names.find(field.of, text)
    reader = READERS.get(field.codec)
    if reader:
        return reader(text)
    if field.codec in ("word", "words"):
        return _word(WORDS[field.of], text)
    most = longest(field.name.rpartition(".")[2])
    if len(text) > most:
        raise Wrong("too_long", most=most, length=len(text))
    return text if field.codec == "long" else flat(text)


def _word(words: Mapping[str, str], text: str) -> str:
    plain = flat(text).casefold()
    for value, word in words.items():
        if plain in (word.casefold(), value.casefold()):
            return value
    raise Wrong("word", words=", ".join(words.values()))


def _yes(text: str) -> bool:
    if text.casefold() not in YES:
        raise Wrong("word", words=", ".join(WORDS["yes"].values()))
    return YES[text.casefold()]


def _day(text: str) -> date:
    try:
        if match := GERMAN_DAY.fullmatch(text):
            found = date(int(match[3]), int(match[2]), int(match[1]))
        elif match := ISO_DAY.fullmatch(text):
            found = date.fromisoformat(match[1])
        else:
            raise Wrong("day")
    except ValueError as error:
        raise Wrong("day") from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Wrong("day")
    return found


def _decimal(text: str) -> Decimal:
    """Read 1.234,56 and 1234.56; the sign is dealt with before."""
    plain = re.sub(r"\s*(€|EUR|%)$", "", text).replace("\u00a0", "").replace("\u202f", "").replace(" ", "").lower()
    if not plain.isascii():
        raise Wrong("number")
    if THOUSANDS.fullmatch(plain):
        plain = plain.replace(".", "")
    elif not NUMBER.fullmatch(plain):
        raise Wrong("number")
    try:
        value = Decimal(plain.replace(",", "."))
    except InvalidOperation as error:
        raise Wrong("number") from error
    if value >= LARGEST:
        raise Wrong("large")
    return value


def _signed(text: str) -> Decimal:
    sign = text[:1]
    value = _decimal(text[1:].strip() if sign in "+-−" else text)
    return -value if sign in "-−" else value


def _amount(text: str) -> Decimal:
    value = _signed(text)
    if value < 0:
        raise Wrong("negative")
    return value


def _whole(text: str) -> int:
    value = _amount(text)
    if value != value.to_integral_value() or value > 10_000:
        raise Wrong("whole")
    return int(value)


def _year(text: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Wrong("year")
    return int(text)


def _share(text: str) -> Decimal:
    value = _amount(text)
    if value > 100:
        raise Wrong("percent")
    return value


def _percent(text: str) -> int:
    value = _share(text)
    if value != value.to_integral_value():
        raise Wrong("percent")
    return int(value)


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"]{3,2000}", text):
        raise Wrong("address")
    return text


READERS: Mapping[str, Callable[[str], Any]] = {
    "yes": _yes, "day": _day, "number": _signed, "signed": _signed, "amount": _amount, "whole": _whole, "year": _year,
    "percent": _percent, "share": _share, "address": _address,
}  # fmt: skip


def _source(line: str, known: Mapping[str, PublicSource]) -> PublicSource:
    """Read ``Name | Adresse [Kennung]``; the name or the id alone where the source is known."""
    match = BRACKETS.fullmatch(line)
    said, id = (match[1].strip(), match[2]) if match else (line, "")
    name, bar, url = said.rpartition(" | ")
    if not bar or not url.startswith("http"):
        name, url = said, ""
    same = next((one for one in known.values() if flat(one.name).casefold() == name.casefold()), None)
    id = id or (name if name in known else same.id if same else "")
    if id in known and (not name or name == id or (not url and not match)):
        return known[id]
    if not name:
        raise Wrong("source")
    if len(name) > longest("name"):
        raise Wrong("too_long", most=longest("name"), length=len(name))
    return PublicSource(id or new_id("source"), name, _address(url) if url else None)
