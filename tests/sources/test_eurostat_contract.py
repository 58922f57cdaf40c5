"""Genuine answers of Eurostat, recorded by others: they are no part of this project, only their folder is named.

Golden values: the recorded answers themselves, added up by hand (Greek regions; trimmed from live answers of 2026).
"""

import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.compute as pc
import pytest

from zwk_data.sources.errors import ParseError
from zwk_data.sources.eurostat_ages import kept
from zwk_data.sources.eurostat_tables import TABLES
from zwk_data.sources.json_stat import opened, parse_json_stat

FOLDER = os.environ.get("ZWK_API_SAMPLES", "")
pytestmark = pytest.mark.skipif(
    not FOLDER, reason="ZWK_API_SAMPLES is not set (recorded answers of providers, not part of the project)"
)


def recorded(name: str) -> bytes:
    return (Path(FOLDER) / "eurostat" / name).read_bytes()


def frame(name: str, **options: Any) -> pd.DataFrame:
    return parse_json_stat(recorded(name), **options).to_pandas()


def test_the_balance_of_greece_comes_back_with_its_flags_and_without_the_empty_year() -> None:
    rows = frame("demo_r_gind3_el5.json")
    greece = rows[(rows["geo"] == "EL") & (rows["indic_de"] == "CNMIGRAT")].set_index("year")
    assert greece["value"].to_dict() == {2023: 29_816, 2024: 54_135, 2025: 49_637}
    assert greece["flag"].to_dict() == {2023: "", 2024: "", 2025: "ep"}
    assert "CNMIGRAT" in TABLES["eurostat_demo_r_gind3"].figures
    assert len(frame("demo_r_gind3_el5.json", keep_missing=False)) == len(
        json.loads(recorded("demo_r_gind3_el5.json"))["value"]
    )


def test_broad_ages_and_sexes_add_up_in_every_region_and_year() -> None:
    rows = frame("demo_r_pjanaggr3_el5.json")
    assert (len(rows), rows["value"].notna().sum()) == (180, 180)
    wide = rows.pivot_table("value", ["geo", "year", "age"], "sex", observed=True)
    assert (wide["T"] == wide["M"] + wide["F"]).all()
    ages = rows.pivot_table("value", ["geo", "year", "sex"], "age", observed=True)
    assert (ages["TOTAL"] == ages["Y_LT15"] + ages["Y15-64"] + ages["Y_GE65"] + ages["UNK"]).all()
    totals = wide["T"]
    assert totals["EL", 2025, "TOTAL"] == 10_372_335
    assert wide["F"]["EL54", 2025, "Y_GE65"] == 49_276


def test_the_codes_of_the_recorded_tables_are_the_declared_ones() -> None:
    for name, dataset in (("demo_r_gind3_el5.json", "eurostat_demo_r_gind3"),
                          ("demo_r_pjanaggr3_el5.json", "eurostat_demo_r_pjanaggr3"),
                          ("demo_r_pjangrp3_el5.EXCERPT_no_values.json", "eurostat_demo_r_pjangrp3")):  # fmt: skip
        document = json.loads(recorded(name))
        table = TABLES[dataset]
        assert {*table.dims, *filter(None, [table.by])} <= set(document["id"])
        if "age" in table.dims:
            codes = list(document["dimension"]["age"]["category"]["index"])
            assert len(kept(codes, table.grid)) == (19 if table.grid == "five_year" else 4)
            assert 3 * len(codes) <= table.positions
        if "unit" in document["id"]:
            assert list(document["dimension"]["unit"]["category"]["index"]) == ["NR"]


def test_the_cells_read_as_a_table_are_those_that_json_gives() -> None:
    for name in ("demo_r_gind3_el5.json", "demo_r_pjanaggr3_el5.json", "prc_hicp_manr_EA_2025-10_2025-12.json"):
        raw = recorded(name)
        assert type(opened(raw)["value"]).__name__ == "Sparse"
        values = json.loads(raw)["value"]
        if "hicp" not in name:  # monthly: refused, never read as years
            table = parse_json_stat(raw, keep_missing=False)
            assert pc.sum(table["value"]).as_py() == pytest.approx(sum(values.values()), abs=1e-6)


def test_months_are_refused() -> None:
    with pytest.raises(ParseError):
        parse_json_stat(recorded("prc_hicp_manr_EA_2025-10_2025-12.json"))
