"""Small cells: which figures have to be secret so that no cell below the minimum can be read or computed.

Cells of 1 to ``minimum`` - 1 persons are secret. A line (men + women = all; ages = total) with one secret part would
give it away, so a second one is made secret: the smallest other part above zero, or where there is none the sum. Parts
that can only be ones (secret parts add up to their number) are treated likewise. In a table of two sexes and their sum
it is then impossible to compute any secret cell: that needs two circles of secret cells joined by a single one, and
three columns hold only one. Between quarters and their town the same holds for pairs: the pattern of secret cells of
one quarter is that of its partner too, and the pattern of the town is that of one pair.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from zwk_data.own_data.columns import ALL_AGES, Group

Key = tuple[str, Group]  # sex and ages
Table = Mapping[Key, int | None]
Hidden = frozenset[Key]


class Line(NamedTuple):
    """Parts that add up to one sum."""

    parts: tuple[Key, ...]
    total: Key


def lines_of(table: Iterable[Key]) -> list[Line]:
    """Return every sum that a table of one area, date and measure holds."""
    keys = set(table)
    groups = sorted({group for _, group in keys})
    ages = [group for group in groups if group != ALL_AGES]
    found = [Line((("m", group), ("f", group)), ("t", group)) for group in groups]
    found += [Line(tuple((sex, group) for group in ages), (sex, ALL_AGES)) for sex in ("m", "f", "t") if ages]
    return [line for line in found if keys.issuperset((*line.parts, line.total))]


def hidden_of(table: Table, minimum: int, already: Iterable[Key] = ()) -> Hidden:
    """Return the cells of one area, date and measure that must be secret, beyond those that are ``already``."""
    hidden = {key for key, value in table.items() if value is None or 0 < value < minimum}
    hidden |= set(already) & set(table)
    lines, changed = lines_of(table), True
    while changed:
        changed = False
        for line in lines:
            if (another := _another(line, table, hidden)) is not None:
                hidden.add(another)
                changed = True
    return frozenset(hidden)


def _another(line: Line, table: Table, hidden: set[Key]) -> Key | None:
    """Return one more cell of the line that has to be secret; None where the line gives nothing away."""
    parts = [key for key in line.parts if key in hidden]
    if not parts and line.total not in hidden:
        return None
    if line.total in hidden:
        if parts:
            return None
    else:
        rest = (table[line.total] or 0) - sum(table[key] or 0 for key in line.parts if key not in hidden)
        if len(parts) >= 2 and rest > len(parts):
            return None
    shown = [key for key in line.parts if key not in hidden]
    persons = sorted((key for key in shown if table[key]), key=lambda key: (table[key] or 0, key))
    return next(iter([*persons, *([line.total] if line.total not in hidden else []), *shown]), None)


def protect(tables: Mapping[str, Table], minimum: int) -> dict[str, Hidden]:
    """Return the secret cells of all areas of one date and measure; the key ``""`` is the whole town.

    Args:
        tables: by area, all with the same age groups (or none).
        minimum: smallest number of persons that is shown.
    """
    hidden = {area: hidden_of(table, minimum) for area, table in tables.items()}
    quarters = [area for area in tables if area]
    if len(quarters) < 2:
        return hidden
    town = hidden.get("", frozenset())
    for group, extra in _partners(quarters, hidden, tables, town):
        together = _same(group, hidden, extra, lambda area, more: hidden_of(tables[area], minimum, more))
        hidden |= dict.fromkeys(group, together) | {area: together & set(tables[area]) for area in group}
    return hidden


def _partners(
    quarters: list[str], hidden: Mapping[str, Hidden], tables: Mapping[str, Table], town: Hidden
) -> list[tuple[list[str], Hidden]]:
    """Return pairs of quarters whose secret cells must be the same, and what the town adds to the first pair."""
    affected = sorted((q for q in quarters if hidden[q]), key=lambda q: (-len(hidden[q]), q))
    if not affected and not town:
        return []
    others = sorted((q for q in quarters if not hidden[q]), key=lambda q: (_size(tables[q]), q))
    if not affected:
        return [(others[:1], town)]
    if len(affected) == 1:
        affected.append(others[0])
    pairs = [affected[start : start + 2] for start in range(0, len(affected) - 1, 2)]
    if len(affected) % 2:
        pairs[-1].append(affected[-1])
    return [(pair, town if number == 0 else frozenset()) for number, pair in enumerate(pairs)]


def _size(table: Table) -> int:
    return sum(value or 0 for value in table.values())


def _same(
    group: list[str], hidden: Mapping[str, Hidden], extra: Hidden, again: Callable[[str, Hidden], Hidden]
) -> Hidden:
    """Return the common pattern of some areas: all their secret cells, and what these make necessary in each."""
    together = frozenset(extra).union(*(hidden[area] for area in group))
    while True:
        grown = together.union(*(again(area, together) for area in group))
        if grown == together:
            return together
        together = grown
