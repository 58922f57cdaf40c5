"""No small cell can be read or computed: held against linear algebra, which knows nothing of the rule."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from zwk_data.own_data.columns import Cell
from zwk_data.own_data.consistency import completed, protected

MINIMUM = 3
GROUPS = ((0, 17), (18, 64), (65, -1))


@st.composite
def towns(draw: st.DrawFn) -> list[Cell]:
    """A town and its quarters by sex and age, all sums given; many small numbers."""
    numbers = st.one_of(st.integers(0, 4), st.integers(0, 40))
    count = draw(st.integers(1, 4))
    names = [f"Quartier {letter}" for letter in "ABCD"[:count]]
    groups = GROUPS[: draw(st.integers(2, 3))] if draw(st.booleans()) else ((-1, -1),)
    parts = [Cell(name, "2025-12-31", "population", sex, *group, draw(numbers))
             for name in names for sex in "mf" for group in groups]  # fmt: skip
    whole: dict[tuple[str, tuple[int, int]], int] = {}
    for cell in parts:
        key = (cell.sex, (cell.age_from, cell.age_to))
        whole[key] = whole.get(key, 0) + (cell.value or 0)
    town = [Cell("", "2025-12-31", "population", sex, *group, value) for (sex, group), value in whole.items()]
    return completed([*parts, *(town if draw(st.booleans()) else [])])


def computable(cells: list[Cell]) -> list[Cell]:
    """The secret cells that follow from the shown ones by adding and subtracting, quarters and town included."""
    place = {cell[:6]: number for number, cell in enumerate(cells)}
    rules = []

    def rule(total: tuple[object, ...], parts: list[tuple[object, ...]]) -> None:
        if total in place and parts and all(part in place for part in parts):
            row = np.zeros(len(cells))
            row[place[total]] = -1
            for part in parts:
                row[place[part]] += 1
            rules.append(row)

    areas = sorted({cell.area for cell in cells})
    groups = sorted({(cell.age_from, cell.age_to) for cell in cells})
    ages = [group for group in groups if group != (-1, -1)]
    for area in areas:
        head = (area, "2025-12-31", "population")
        for group in groups:
            rule((*head, "t", *group), [(*head, "m", *group), (*head, "f", *group)])
        for sex in "mft":
            rule((*head, sex, -1, -1), [(*head, sex, *group) for group in ages])
    for cell in cells:
        if cell.area == "":
            rule(cell[:6], [(area, *cell[1:6]) for area in areas if area])
    secret = [number for number, cell in enumerate(cells) if cell.value is None]
    if not rules or not secret:
        return []
    matrix = np.array(rules)[:, secret]
    rank = np.linalg.matrix_rank(matrix)
    units = np.eye(len(secret))
    return [cells[n] for n, unit in zip(secret, units, strict=True)
            if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank]  # fmt: skip


@settings(max_examples=60)
@given(towns())
def test_no_secret_cell_follows_from_the_shown_ones(cells: list[Cell]) -> None:
    safe, small, _ = protected(cells, MINIMUM)
    assert [cell[:6] for cell in safe] == [cell[:6] for cell in sorted(cells)]
    assert not [cell for cell in safe if cell.value is not None and 0 < cell.value < MINIMUM]
    assert small == sum(0 < (cell.value or 0) < MINIMUM for cell in cells)
    assert computable(safe) == []


def test_the_audit_finds_what_subtraction_gives_away() -> None:
    head = ("", "2025-12-31", "population")
    cells = [Cell(*head, "f", -1, -1, None), Cell(*head, "m", -1, -1, 10), Cell(*head, "t", -1, -1, 12)]
    assert [cell.sex for cell in computable(cells)] == ["f"]


def line(values: dict[str, int | None]) -> dict[str, int | None]:
    cells = [Cell("", "2025-12-31", "deaths", sex, -1, -1, value) for sex, value in values.items()]
    return {cell.sex: cell.value for cell in protected(cells, MINIMUM)[0]}


def test_a_single_small_part_takes_the_other_one_with_it() -> None:
    assert line({"m": 2, "f": 10, "t": 12}) == {"m": None, "f": None, "t": 12}


def test_two_ones_are_not_given_away_by_their_sum() -> None:
    assert line({"m": 1, "f": 1, "t": 2}) == {"m": None, "f": None, "t": None}


def test_zero_is_no_small_number() -> None:
    assert line({"m": 0, "f": 7, "t": 7}) == {"m": 0, "f": 7, "t": 7}


def test_a_cell_the_town_kept_secret_stays_secret_and_is_protected() -> None:
    assert line({"m": None, "f": 10, "t": 12}) == {"m": None, "f": None, "t": 12}


def test_the_second_smallest_part_is_taken_not_the_largest() -> None:
    cells = [Cell("", "2025-12-31", "population", "t", *group, value)
             for group, value in (((0, 17), 2), ((18, 64), 900), ((65, -1), 40), ((-1, -1), 942))]  # fmt: skip
    secret = {(cell.age_from, cell.age_to) for cell in protected(cells, MINIMUM)[0] if cell.value is None}
    assert secret == {(0, 17), (65, -1)}
