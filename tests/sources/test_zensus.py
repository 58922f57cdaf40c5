from datetime import date

import pytest

from tests.sources.reading import excerpt, lookup, rows
from zwk_data.sources import zensus
from zwk_data.sources.rows import FormatError, dropped_of

RAW = excerpt("municipalities/zensus2022_1000A-0000_ffcsv.csv")


def test_the_regional_key_of_twelve_digits_becomes_the_canonical_key():
    table = zensus.parse(RAW)
    assert lookup(table, ags="13071107") == 59_794
    assert rows(table, ags="15001") and not rows(table, ags="15001000")


def test_persons_of_every_kind_are_not_taken_for_inhabitants():
    table = zensus.parse(RAW)
    assert not rows(table, ags="DG") and dropped_of(table) == {"cells_of_another_count": 1}


def test_the_reference_date_is_the_census_day_and_the_basis_its_own():
    found = zensus.parse(RAW).to_pylist()
    assert {r["reference_date"] for r in found} == {date(2022, 5, 15)}
    assert {r["basis"] for r in found} == {"census2022"}


def test_names_are_given_by_gemeinde():
    assert zensus.gemeinde_names(RAW)["05758012"] == "Herford, Hansestadt"


def test_another_layout_is_refused():
    with pytest.raises(FormatError):
        zensus.parse(b"a;b\n1;2\n")
