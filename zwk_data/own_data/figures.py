"""Stored tables as what a build takes in: observations, quarters as places, and sources with their release."""

from collections.abc import Iterable, Sequence
from datetime import date

import pyarrow as pa

from zwk_data.catalog.tidy import PLACE
from zwk_data.own_data.columns import ALL_AGES, OPEN, Group
from zwk_data.own_data.consistency import Cells, by_area, coarser, grid_name, slug
from zwk_data.own_data.records import BASIS, OwnTable
from zwk_data.sources.rows import Row, to_table

QUARTER = "quartier"


def key_of(ags: str, area: str) -> str:
    """Return the key of a quarter, or of the Gemeinde itself for an empty name."""
    return f"{ags}-{slug(area)}" if area else ags


def observations(table: OwnTable) -> pa.Table:
    """Return a table in the tidy form; single years are added up to the usual groups beside them."""
    rows: list[Row] = []
    for (day, measure, area), cells in by_area(table.cells).items():
        key = key_of(table.ags, area)
        for (sex, group), value, age_set in _graded(cells):
            status = "secret" if value is None else "ok"
            first, last = (0, None) if group == ALL_AGES else (group[0], None if group[1] == OPEN else group[1])
            number = None if value is None else float(value)
            rows.append(Row(table.dataset, measure, key, date.fromisoformat(day), sex, age_set, first, last, BASIS,
                            number, status))  # fmt: skip
    return to_table(rows)


def _graded(cells: Cells) -> Iterable[tuple[tuple[str, Group], int | None, str]]:
    """Yield every cell with its age grid, and those of the coarser grid that they add up to."""
    groups = sorted({group for _, group in cells if group != ALL_AGES})
    name = grid_name(groups) if groups else ""
    for key, cell in cells.items():
        yield key, cell.value, "total" if key[1] == ALL_AGES else name
    grid = coarser(groups) if groups else None
    if grid is None or name in ("five_year", "rdb17"):
        return
    for sex in sorted({sex for sex, group in cells if group != ALL_AGES}):
        for group in grid:
            parts = [cells[sex, part].value for part in groups if _inside(part, group)]
            known = [value for value in parts if value is not None]
            yield (sex, group), sum(known) if len(known) == len(parts) else None, grid_name(grid)


def _inside(part: Group, group: Group) -> bool:
    first, last = group
    return part[0] >= first and (last == OPEN or (part[1] != OPEN and part[1] <= last))


def quarters(found: Sequence[OwnTable], towns: dict[str, dict[str, object]]) -> pa.Table:
    """Return the quarters as places, each once.

    Args:
        found: stored tables.
        towns: the Gemeinden (and kreisfreie Städte) as rows of the register of places, by key.
    """
    places: dict[str, dict[str, object]] = {}
    for table in found:
        town = towns[table.ags]
        for area in table.areas:
            key = key_of(table.ags, area)
            name = f"{area} ({town['name']})"
            own = {"ags": key, "level": QUARTER, "name": name, "name_official": name, "type": "Gebiet"}
            unknown = dict.fromkeys(("degurba", "lon", "lat", "nuts3"))
            places.setdefault(key, {**town, **unknown, **own, "is_own_gemeinde": False})
    rows = [places[key] for key in sorted(places)]
    return pa.Table.from_pylist(rows, schema=PLACE)


def source_rows(found: Sequence[OwnTable]) -> list[tuple[object, ...]]:
    """Return one row of the table ``own_source`` per stored table."""
    return [
        (table.dataset, table.ags, table.release.title, table.release.source, table.release.basis,
         table.release.released_by, table.release.released_on, date.fromisoformat(table.days[0]),
         date.fromisoformat(table.days[-1]), table.saved_at)
        for table in found
    ]  # fmt: skip
