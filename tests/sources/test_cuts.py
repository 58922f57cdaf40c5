"""Every answer of every provider, cut at many places in four transports: none may become figures."""

import os
from pathlib import Path

import pytest

from tests.sources.faults import FOREVER
from tests.sources.matrix import GERMAN_SENTENCE, ONCE, refreshed, running
from tests.sources.simulator import TRANSPORTS
from tests.sources.simulators import ALL
from zwk_data.sources.archive import Archive

CUTS = int(os.environ.get("ZWK_CUTS", "40"))  # places at which an answer is cut; 100 before a release


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
