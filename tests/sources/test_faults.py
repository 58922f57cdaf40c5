"""Every fault against every provider: the right figures, or the old ones and the reason. docs/faults.md is the table."""

from functools import cache
from pathlib import Path

import pytest

from tests.sources.faults import CONTENT, OLD, TRANSPORT
from tests.sources.matrix import (
    TABLE,
    WORDS,
    WRONG,
    allowed,
    cells,
    how_it_ends,
    impossible,
    label,
)
from tests.sources.simulators import ALL


@cache
def table() -> dict[tuple[str, str], str]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    names = [cell.strip() for cell in lines[0].split("|")[2:-1]]
    rows = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:-1]] for line in lines[1:]}
    return {(name, fault): row[names.index(name)] for name in names for fault, row in rows.items()}


def test_the_table_has_a_cell_for_every_fault_and_provider():
    assert set(table()) == {(name, label(fault)) for name, fault in cells()}
    assert all(table().values())


def test_at_least_forty_faults_are_named():
    assert len(TRANSPORT) + len(CONTENT) >= 40


@pytest.mark.parametrize(("name", "fault"), list(cells()))
def test_a_fault_ends_in_the_right_figures_or_in_the_old_ones_and_a_reason(name: str, fault: str, tmp_path: Path):
    simulator = ALL[name]
    if reason := impossible(simulator, fault):
        assert table()[name, label(fault)] == f"–: {reason}"
        return
    assert fault in TRANSPORT or fault in simulator.mutations, f"{name} neither makes {fault} nor says why it cannot"
    end = how_it_ends(simulator, fault, tmp_path)
    assert not end.startswith(WRONG), end
    assert end in allowed(fault)
    assert table()[name, label(fault)] == WORDS[end]


# The first dataset stands for its provider in the table; these few faults are held against all others too.
EVERYWHERE = ("cut_close", "dropped_column", "lost_places", "thousandfold")
OTHERS = [(name, dataset) for name, simulator in ALL.items() for dataset in simulator.datasets[1:]]


@pytest.mark.parametrize(("name", "dataset"), OTHERS)
def test_no_other_dataset_of_a_provider_takes_what_is_cut_or_distorted(name: str, dataset: str, tmp_path: Path):
    ends = {fault: how_it_ends(ALL[name], fault, tmp_path / fault, dataset) for fault in EVERYWHERE}
    assert {fault: end for fault, end in ends.items() if end.startswith(WRONG)} == {}
    assert ends["cut_close"] == OLD
