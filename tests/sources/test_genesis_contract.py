"""Genuine recorded answers of the GENESIS family (not part of the project) through the project's reader."""

import ast
import base64
import os
import re
from datetime import date
from pathlib import Path

import pytest

from zwk_data.sources import ffcsv, regio_api, zensus_api
from zwk_data.sources.errors import ExtractionTooBig, ServiceError
from zwk_data.sources.genesis_account import Account
from zwk_data.sources.genesis_service import JOB_NAME, Session, code_in, said_in
from zwk_data.sources.genesis_tidy import tidy
from zwk_data.sources.http import Client
from zwk_data.sources.provider import Scope

SAMPLES = os.environ.get("ZWK_API_SAMPLES")
pytestmark = pytest.mark.skipif(
    not SAMPLES, reason="ZWK_API_SAMPLES is not set: the recorded answers of the providers are not part of the project"
)


def bodies(name):
    """Bodies of the answers of a recorded session, in order."""
    text = (Path(SAMPLES) / "genesis" / f"{name}.yaml").read_text(encoding="utf-8")
    for part in text.split("\n- request:")[0:]:
        if packed := re.search(r"      string: !!binary \|\n((?:        .*\n?)+)", part):
            yield base64.b64decode(packed[1])
        elif quoted := re.search(r'      string: (".*?(?<!\\)")\n', part, re.DOTALL):
            yield ast.literal_eval(re.sub(r"\n\s+", " ", quoted[1])).encode()


def observed(name, dataset, table, tmp_path):
    path = tmp_path / "answer.zip"
    path.write_bytes(next(body for body in bodies(name) if body.startswith(b"PK")))
    ffcsv.verify(path.read_bytes())
    with ffcsv.opened(path) as stream:
        return tidy(ffcsv.read(iter([stream])), table, dataset, Scope({}), 2100)


def test_population_of_the_kreise_adds_up_to_the_official_number(tmp_path):
    dataset = "regio_12411_01_01_4"
    table = observed("12411-01-01-4", dataset, regio_api.TABLES[dataset], tmp_path)
    rows = {(row["ags"], row["sex"]): row for row in table.to_pylist()}
    assert [rows["DG", sex]["value"] for sex in "tmf"] == [83_577_140, 41_241_701, 42_335_439]
    assert sum(len(ags) == 5 for ags, sex in rows if sex == "t") == 400
    assert rows["02", "t"]["value"] == rows["02000", "t"]["value"]
    assert {row["reference_date"] for row in rows.values()} == {date(2024, 12, 31)}


def test_inhabitants_of_the_census_add_up(tmp_path):
    table = observed("1000A-0000", "zensus_1000a_0000", zensus_api.TABLES["zensus_1000a_0000"], tmp_path)
    assert table.num_rows == 10_786
    assert sum(table["value"].to_pylist()) == 82_711_282


def envelopes(name):
    import json

    return [json.loads(body) for body in bodies(name) if body.startswith(b"{")]


def test_a_job_is_started_listed_and_delivered():
    found = envelopes("12531-0043")
    assert [code_in(one) for one in found[:3]] == [98, 99, 104]
    assert JOB_NAME.search(said_in(found[1]))[1] == "12531-0043_175879554"
    session = Session(regio_api.SERVICE, Account("u", "p"), Client())
    with pytest.raises(ExtractionTooBig):
        session._good(found[0], "12531-0043")
    results = next(body for body in bodies("12531-0043") if body.startswith(b"PK"))
    ffcsv.verify(results)


def test_a_broken_table_is_an_error_of_the_service():
    session = Session(regio_api.SERVICE, Account("u", "p"), Client())
    with pytest.raises(ServiceError) as raised:
        session._good(envelopes("61111-0021")[0], "61111-0021")
    assert "gestört" in raised.value.reason_de
