"""Every fault against every provider: the right figures, or the old ones and the reason. docs/faults.md is the table."""

import os
from functools import cache
from pathlib import Path

import pytest

from tests.sources.faults import CONTENT, FOREVER, TRANSPORT
from tests.sources.matrix import (
    GERMAN_SENTENCE,
    ONCE,
    TABLE,
    WORDS,
    WRONG,
    allowed,
    cells,
    how_it_ends,
    impossible,
    label,
    refreshed,
    running,
)
from tests.sources.simulator import TRANSPORTS
from tests.sources.simulators import ALL
from zwk_data.sources.archive import Archive

CUTS = int(os.environ.get("ZWK_CUTS", "100"))  # places at which an answer is cut


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


@pytest.mark.parametrize("name", list(ALL))
@pytest.mark.parametrize("transport", list(TRANSPORTS))
def test_no_answer_cut_anywhere_is_accepted(name: str, transport: str, tmp_path: Path):
    """Length announced, chunks, end of the connection, gzip: no stump may become figures."""
    with running(ALL[name]) as server:
        scope, accepted = server.scope(), []
        for place in range(CUTS):
            server.faults = [TRANSPORTS[transport](place / CUTS)] * FOREVER
            outcome = refreshed(server, Archive(tmp_path / str(place)), scope, ONCE)
            assert outcome.ok or GERMAN_SENTENCE.match(outcome.reason_de)
            if outcome.ok:
                accepted.append(place)
        assert accepted == []
