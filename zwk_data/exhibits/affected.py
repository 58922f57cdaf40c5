"""Which exhibits show another figure after new loads: the hook for slides, decks and agendas that were made before.

Pure: two states of the data and some addresses in, what changed in words out. Who keeps the addresses is not asked.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit
from zwk_data.exhibits.registry import Context, make
from zwk_data.language import GERMAN, Language
from zwk_data.warehouse.queries import Statistics

States = Callable[[str], tuple[Statistics, Statistics]]  # id of a load -> figures before and after it
Cell = tuple[str, str]  # which row (its texts and dates), which column
Made = Exhibit | str  # what an address shows, or why it shows nothing


@dataclass(frozen=True)
class Affected:
    """An address that shows something else than before; ``sentence`` says in the reader's language what."""

    address: Address
    sentence: str
    figures: int  # printed figures that changed, came or went


def affected(
    addresses: Iterable[Address], before: Statistics, after: Statistics, language: Language = GERMAN
) -> list[Affected]:
    """Return the addresses whose printed figures or sentence differ between two states of the data.

    A difference below the printed decimals is none: nobody who looks at the slide could see it. An address that names
    a state of its own (``as_of``) shows that state for ever and is never affected.

    Args:
        addresses: what was shown, each once.
        before: the figures as they were.
        after: the figures as they are now.
        language: of the sentences.
    """
    found = []
    for address in addresses:
        if "as_of" in dict(address.parameters):
            continue
        old, new = (_made(address, Context(data.named_in(language.code), language)) for data in (before, after))
        if change := difference(old, new, language):
            found.append(Affected(address, *change))
    return found


def affected_by(load_id: str, addresses: Sequence[Address], states: States) -> list[Affected]:
    """Return the addresses that one load changed; ``states`` opens the figures before and after it."""
    before, after = states(load_id)
    return affected(addresses, before, after)


def around(data: Statistics) -> States:
    """Return how the states around a load are opened: all loads before it, and those with it.

    Raises:
        KeyError: there is no such load (when it is asked for).
        NoSuchState: it is one of the first figures; nothing was known before it.
    """

    def opened(load_id: str) -> tuple[Statistics, Statistics]:
        from zwk_data.warehouse.asof import open_around

        return open_around(data, load_id)

    return opened


def _made(address: Address, context: Context) -> Made:
    try:
        return make(address, context)
    except AddressError as error:
        return str(error)


def difference(old: Made, new: Made, language: Language = GERMAN) -> tuple[str, int] | None:
    """Return what changed between two makings of one address as a sentence and a number of figures; None if nothing."""
    text = language.text
    if isinstance(old, str) or isinstance(new, str):
        if isinstance(old, str) and isinstance(new, str):
            return None
        if isinstance(new, str):
            return text("Diese Darstellung gibt es nicht mehr: {reason}", reason=new), 0
        return text("Diese Darstellung gibt es erst jetzt."), 0
    was, now = printed(old, language), printed(new, language)
    changed = [cell for cell in was if cell in now and was[cell] != now[cell]]
    came, went = len(now.keys() - was.keys()), len(was.keys() - now.keys())
    if not (changed or came or went):
        return _said(old, new, language)
    parts = _parts(changed, came, went, language)
    if changed:
        row, column = first = changed[0]
        parts[0] += " " + text("(zuerst {what}: {now} statt {was})", now=now[first], was=was[first],
                               what=", ".join(part for part in (row, column) if part))  # fmt: skip
    return text("Geändert: {parts}.", parts="; ".join(parts)), len(changed) + came + went


def _parts(changed: Sequence[Cell], came: int, went: int, language: Language) -> list[str]:
    text = language.text
    return [
        message
        for number, message in (
            (len(changed), text("geänderte Angaben: {count}", count=len(changed))),
            (came, text("neue Angaben: {count}", count=came)),
            (went, text("nicht mehr gezeigte Angaben: {count}", count=went)),
        )
        if number
    ]


def _said(old: Exhibit, new: Exhibit, language: Language) -> tuple[str, int] | None:
    if old.sentence == new.sentence:
        return None
    return language.text("Der Satz lautet jetzt: {sentence}", sentence=new.sentence), 0


def printed(made: Exhibit, language: Language = GERMAN) -> dict[Cell, str]:
    """Return what the table of an exhibit prints, by row (its texts and dates) and heading.

    Rows with the same texts are told apart by their order.
    """
    named = [column for column in made.columns if not _is_figure(made.table, column)]
    figures = [column for column in made.columns if _is_figure(made.table, column)]
    seen: dict[str, int] = {}
    cells: dict[Cell, str] = {}
    for row in made.table.to_dict("records"):
        name = ", ".join(word for column in named if (word := _word(row[column.key], language)))
        seen[name] = seen.get(name, 0) + 1
        key = name if seen[name] == 1 else f"{name} ({seen[name]})"
        if not figures:
            cells[(key, "")] = key
        for column in figures:
            cells[(key, column.label)] = language.number(row[column.key], column.decimals or 0, sign=column.sign)
    return cells


def _is_figure(table: pd.DataFrame, column: Column) -> bool:
    return column.decimals is not None and pd.api.types.is_numeric_dtype(table[column.key])


def _word(value: object, language: Language) -> str:
    if isinstance(value, pd.Timestamp):
        return language.date(value.date())
    return "" if value is None or value != value else str(value)
