"""Whether the figures of a table fit together: groups without gap, sums that hold, one grid for all areas of a date."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from zwk_data.own_data import columns as c
from zwk_data.own_data.columns import ALL_AGES, OPEN, Cell, Group
from zwk_data.own_data.problems import Problem
from zwk_data.own_data.secrecy import Line, lines_of, protect

Area = tuple[str, str, str]  # day, measure, area
Cells = dict[tuple[str, Group], Cell]
TOLERATED = 0.1  # share by which a register may differ from the official population without a word
FIVE = tuple((age, age + 4) for age in range(0, 85, 5)) + ((85, OPEN),)
RDB17 = ((0, 2), (3, 5), (6, 9), (10, 14), (15, 17), (18, 19), (20, 24), (25, 29), (30, 34), (35, 39), (40, 44),
         (45, 49), (50, 54), (55, 59), (60, 64), (65, 74), (75, OPEN))  # fmt: skip
TRANSLITERATED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def slug(name: str) -> str:
    """Return a name as the end of a key: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(TRANSLITERATED))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def by_area(cells: Iterable[Cell]) -> dict[Area, Cells]:
    """Return the figures by date, measure and area, and in there by sex and ages (the first of several)."""
    found: dict[Area, Cells] = {}
    for cell in cells:
        key = (cell.sex, (cell.age_from, cell.age_to))
        found.setdefault((cell.day, cell.measure, cell.area), {}).setdefault(key, cell)
    return found


def contradictions(cells: Sequence[Cell]) -> list[Problem]:
    """Return everything that cannot be right."""
    found, areas = _twice(cells), by_area(cells)
    for area in areas.values():
        grid = _grid_errors(area)
        found += grid or [*_missing_sex(area), *_sums(area)]
    return [*found, *_other_grids(areas)]


def _twice(cells: Sequence[Cell]) -> list[Problem]:
    seen: dict[tuple[object, ...], int] = {}
    found = []
    for cell in cells:
        first = seen.setdefault(cell[:6], cell.row)
        if first != cell.row:
            found.append(Problem(cell.row, c.COUNT, _written(cell.value), "duplicate", {"row": first}))
    return found


def _written(value: int | None) -> str:
    return "•" if value is None else str(value)


def ages_of(area: Cells, sex: str) -> list[Cell]:
    """Return the cells of one sex that are age groups, youngest first."""
    found = [cell for (of, group), cell in area.items() if of == sex and group != ALL_AGES]
    return sorted(found, key=lambda cell: (cell.age_from, cell.age_to if cell.age_to != OPEN else 999))


def _grid_errors(area: Cells) -> list[Problem]:
    grids = {sex: ages_of(area, sex) for sex in ("t", "m", "f") if ages_of(area, sex)}
    found = [problem for cells in grids.values() if (problem := _partition(cells))]
    limits = {sex: [(cell.age_from, cell.age_to) for cell in cells] for sex, cells in grids.items()}
    if not found and len({tuple(groups) for groups in limits.values()}) > 1:
        cell = next(iter(grids.values()))[0]
        found.append(Problem(cell.row, c.FROM, group_name((cell.age_from, cell.age_to)), "ages_sexes"))
    return found


def _partition(cells: Sequence[Cell]) -> Problem | None:
    """Return the first place where the groups of one sex do not follow one another."""

    def told(cell: Cell, kind: str, **values: object) -> Problem:
        return Problem(cell.row, c.FROM, group_name((cell.age_from, cell.age_to)), kind, values)

    if cells[0].age_from != 0:
        return told(cells[0], "ages_start")
    for before, after in pairwise(cells):
        follows = before.age_to + 1
        if before.age_to == OPEN or after.age_from < follows:
            wanted = "–" if before.age_to == OPEN else str(follows)
            return told(after, "ages_overlap", before=group_name((before.age_from, before.age_to)), next=wanted)
        if after.age_from > follows:
            return told(after, "ages_gap", before=group_name((before.age_from, before.age_to)), next=follows)
    return told(cells[-1], "ages_open") if cells[-1].age_to != OPEN else None


def group_name(group: Group) -> str:
    """Write an age group as its limits: ``0–4``, ``85+``; nothing for all ages."""
    first, last = group
    if group == ALL_AGES:
        return ""
    return f"{first}+" if last == OPEN else f"{first}–{last}"


def _missing_sex(area: Cells) -> list[Problem]:
    """Return for each sex the first group in which the other one is missing."""
    found = []
    for one, other in (("m", "f"), ("f", "m")):
        alone = [cell for (sex, group), cell in area.items() if sex == one and (other, group) not in area]
        missing = {"sex": c.SEX_NAMES[other]}
        found += [Problem(cell.row, c.SEX, c.SEX_NAMES[one], "sex_missing", missing) for cell in alone[:1]]
    return found


def _sums(area: Cells) -> list[Problem]:
    found = []
    for line in lines_of(area):
        parts, total = [area[key] for key in line.parts], area[line.total]
        if total.value is None:
            continue
        added = sum(cell.value or 0 for cell in parts)
        whole = all(cell.value is not None for cell in parts)
        by_sex = line.parts[0][0] != line.total[0]
        if whole and added != total.value:
            found.append(_sum_error("sexes_sum" if by_sex else "ages_sum", total, added, parts))
        elif added > total.value:
            found.append(_sum_error("ages_above", total, added, parts))
    return found


def _sum_error(kind: str, total: Cell, added: int, parts: Sequence[Cell] = ()) -> Problem:
    row = total.row or max((cell.row for cell in parts), default=0)
    return Problem(row, c.COUNT, _written(total.value), kind, {"sum": added, "found": total.value})


def _other_grids(areas: dict[Area, Cells]) -> list[Problem]:
    """Return the areas of a date and measure whose age groups differ from those of the first one."""
    first: dict[tuple[str, str], tuple[set[Group], str]] = {}
    found = []
    for (day, measure, name), area in areas.items():
        groups = {group for _, group in area if group != ALL_AGES}
        if not groups:
            continue
        grid, where = first.setdefault((day, measure), (groups, name))
        if grid != groups:
            row = min(cell.row for cell in area.values())
            found.append(Problem(row, c.FROM, name, "ages_areas", {"area": where or "–"}))
    return found


def completed(cells: Sequence[Cell]) -> list[Cell]:
    """Add the sums that are not given: of men and women, and of the ages; a sum with a secret part is secret."""
    found: list[Cell] = []
    for (day, measure, name), area in by_area(cells).items():
        groups = sorted({group for _, group in area})
        ages = [group for group in groups if group != ALL_AGES]
        whole = dict(area)
        for group in groups:
            _add(whole, Line((("m", group), ("f", group)), ("t", group)), (name, day, measure))
        for sex in ("m", "f", "t"):
            _add(whole, Line(tuple((sex, group) for group in ages), (sex, ALL_AGES)), (name, day, measure))
        _add(whole, Line((("m", ALL_AGES), ("f", ALL_AGES)), ("t", ALL_AGES)), (name, day, measure))
        found += whole.values()
    return sorted(found, key=lambda cell: cell[:6])


def _add(area: Cells, line: Line, where: tuple[str, str, str]) -> None:
    if line.total in area or not line.parts or not all(key in area for key in line.parts):
        return
    values = [area[key].value for key in line.parts]
    known = [value for value in values if value is not None]
    sex, group = line.total
    area[line.total] = Cell(*where, sex, *group, sum(known) if len(known) == len(values) else None)


def disclosures(cells: Sequence[Cell], minimum: int) -> list[Problem]:
    """Return where subtracting would show a small number of persons: another detail, a small rest beside the quarters.

    Args:
        cells: complete figures.
        minimum: smallest number of persons that is shown.
    """
    areas, found = by_area(cells), []
    for day, measure in dict.fromkeys(key[:2] for key in areas):
        tables = {key[2]: area for key, area in areas.items() if key[:2] == (day, measure)}
        first, *others = tables
        for name in others:
            if set(tables[name]) != set(tables[first]):
                row = max(cell.row for cell in tables[name].values())
                found.append(Problem(row, c.AREA, name, "detail_areas", {"area": first or "–"}))
        if "" in tables and others:
            found += _small_rests(tables, minimum)
    return found


def _small_rests(tables: dict[str, Cells], minimum: int) -> list[Problem]:
    """Return the figures of the town that leave fewer persons than the minimum beside all its quarters."""
    found = []
    for key, town in tables[""].items():
        parts = [area[key] for name, area in tables.items() if name and key in area]
        added = sum(part.value or 0 for part in parts)
        known = parts and all(part.value is not None for part in parts)
        if known and town.value is not None and 0 < town.value - added < minimum:
            found.append(_sum_error("areas_rest", town, added, parts))
    return found


def protected(cells: Sequence[Cell], minimum: int) -> tuple[list[Cell], int, int]:
    """Make small cells secret.

    Returns:
        The cells, how many were below the minimum, and how many more are secret to protect them.
    """
    small = secondary = 0
    found: list[Cell] = []
    areas = by_area(cells)
    for date_measure in dict.fromkeys(key[:2] for key in areas):
        tables = {key[2]: area for key, area in areas.items() if key[:2] == date_measure}
        hidden = protect({name: {k: cell.value for k, cell in area.items()} for name, area in tables.items()}, minimum)
        for name, area in tables.items():
            for key, cell in area.items():
                if key not in hidden[name] or cell.value is None:
                    found.append(cell)
                    continue
                small, secondary = (small + 1, secondary) if 0 < cell.value < minimum else (small, secondary + 1)
                found.append(cell._replace(value=None))
    return sorted(found, key=lambda cell: cell[:6]), small, secondary


def grid_name(groups: Iterable[Group]) -> str:
    """Return which age grid of the figures some groups are: single years, five years, or a town's own."""
    wanted = sorted(groups)
    if all(last in (first, OPEN) for first, last in wanted):
        return "single"
    if wanted == sorted(FIVE):
        return "five_year"
    return "rdb17" if wanted == sorted(RDB17) else "own"


def doubts(cells: Sequence[Cell], official: Callable[[int], float | None]) -> list[Problem]:
    """Return what is unusual: far from the official figure, another day than a year's end, an unusual grid."""
    found: list[Problem] = []
    areas = by_area(cells)
    for (day, measure, name), area in areas.items():
        total = area.get(("t", ALL_AGES))
        row = min((cell.row for cell in area.values() if cell.row), default=0)
        if total and total.value is not None and not name and measure == c.STOCK:
            found += _far(total.value, official(int(day[:4])), row)
        if not day.endswith("-12-31") and not name:
            found.append(Problem(row, c.DAY, day, "not_year_end"))
        groups = {group for _, group in area if group != ALL_AGES}
        if groups and coarser(groups) is None:
            found.append(Problem(row, c.FROM, name, "own_grid"))
    return [*found, *_quarters_above(areas)]


def coarser(groups: Iterable[Group]) -> tuple[Group, ...] | None:
    """Return the grid of the figures that some groups add up to without being cut; None where there is none."""
    starts = {first for first, _ in groups}
    return next((grid for grid in (FIVE, RDB17) if {first for first, _ in grid} <= starts), None)


def _far(value: int, official: float | None, row: int) -> list[Problem]:
    if not official or abs(value / official - 1) <= TOLERATED:
        return []
    return [Problem(row, c.COUNT, str(value), "official", {"official": f"{official:.0f}"})]


def _quarters_above(areas: dict[Area, Cells]) -> list[Problem]:
    """Return where the quarters hold more people than their town."""
    found = []
    for day, measure in dict.fromkeys(key[:2] for key in areas):
        totals = {key[2]: area.get(("t", ALL_AGES)) for key, area in areas.items() if key[:2] == (day, measure)}
        town = totals.pop("", None)
        added = sum(cell.value or 0 for cell in totals.values() if cell)
        if town and town.value is not None and added > town.value:
            found.append(_sum_error("areas_above", town, added))
    return found
