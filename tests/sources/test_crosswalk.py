"""Recoding of dissolved Kreise: totals stay, mergers are summed, divided ones stay missing, rates are left alone."""

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.reading import lookup, rows
from zwk_data.sources import crosswalk
from zwk_data.sources.crosswalk import Link
from zwk_data.sources.rows import Row, to_table

TODAY = date(2026, 11, 22)
# The columns that the derivation reads, in the layout of the BBSR's file; 09999 and 09998 are invented.
BBSR = """jahr,ags_alt,name_alt,schluessel_flaeche,schluessel_bev,flaeche_km2_alt,bev_tsd_alt,ags_2020,name_2020,teil_bev_tsd
2014,03152,Göttingen,1.0,1.0,1117.68,250.2,03159,Göttingen,250.2
2014,03156,Osterode am Harz,1.0,1.0,636.0,73.9,03159,Göttingen,73.9
2014,09999,A,0.4,0.3333333333333333,1.0,3.0,09998,B,1.0
2014,09999,A,0.6,0.6666666666666666,1.0,3.0,09999,A,2.0
2014,09998,B,1.0,1.0,1.0,3.0,09998,B,3.0
2014,01001,KS Flensburg,1.0,1.0,56.7,89.0,01001,"Flensburg, Stadt",89.0
2015,03152,Göttingen,1.0,1.0,1117.68,250.2,03159,Göttingen,250.2
2015,03156,Osterode am Harz,1.0,1.0,636.0,73.9,03159,Göttingen,73.9
""".encode()


def row(ags, value, year=2010, measure="population", status="ok", group=("total", 0, None), sex="t"):
    return Row("d", measure, ags, date(year, 12, 31), sex, *group, "pre2011", value, status)


def current(*found):
    return crosswalk.to_current(to_table(found), TODAY)


def test_a_merger_is_the_sum_of_its_parts_under_the_key_of_today():
    table = current(row("03152", 250.0), row("03156", 70.0), row("01001", 5.0))
    assert [(r["ags"], r["value"], r["status"]) for r in table.to_pylist()] == [
        ("01001", 5.0, "ok"), ("03159", 320.0, "computed"),
    ]  # fmt: skip
    assert table.schema.metadata[crosswalk.CONVERTED] == b"1"


def test_the_key_of_today_without_a_figure_makes_room_for_the_sum():
    table = current(row("03152", 250.0), row("03156", 70.0), row("03159", None, status="not_available"))
    assert [(r["ags"], r["value"]) for r in table.to_pylist()] == [("03159", 320.0)]


def test_a_figure_that_the_provider_gives_for_the_key_of_today_stays():
    table = current(row("03152", 250.0), row("03156", 70.0), row("03159", 321.0))
    assert [(r["value"], r["status"]) for r in table.to_pylist()] == [(321.0, "ok")]


def test_after_the_reform_nothing_is_touched():
    assert current(row("03159", 320.0, 2017)).to_pylist() == to_table([row("03159", 320.0, 2017)]).to_pylist()


@pytest.mark.parametrize("status", ["secret", "later", "missing"])
def test_a_sum_with_a_part_without_value_has_none_and_says_why(status):
    (found,) = current(row("03152", 250.0), row("03156", None, status=status)).to_pylist()
    assert (found["ags"], found["value"], found["status"]) == ("03159", None, status)


@pytest.mark.parametrize(("parts", "reason"), [(("secret", "secret"), "secret"), (("not_available", "later"), "later")])
def test_a_sum_whose_parts_all_lack_a_value_is_kept_with_the_gravest_reason(parts, reason):
    table = current(*(row(ags, None, status=status) for ags, status in zip(("03152", "03156"), parts, strict=True)))
    assert [(r["ags"], r["value"], r["status"]) for r in table.to_pylist()] == [("03159", None, reason)]


def test_a_sum_whose_part_is_absent_is_missing():
    (found,) = current(row("03152", 250.0)).to_pylist()
    assert (found["ags"], found["value"], found["status"]) == ("03159", None, "missing")


def test_groups_open_ones_too_are_summed_each_for_itself():
    ages = [("rdb17", 0, 2), ("rdb17", 75, None)]
    table = current(*(row(ags, value, group=g) for g in ages for ags, value in (("03152", 2.0), ("03156", 1.0))))
    assert [(r["age_from"], r["age_to"], r["value"]) for r in table.to_pylist()] == [(0, 2, 3.0), (75, None, 3.0)]


def test_a_renamed_kreis_keeps_its_figures_under_the_new_key():
    assert lookup(current(row("15363", 140.0, 2000)), ags="15090") == 140.0  # Stendal


def test_rates_and_mid_year_dates_are_never_recoded():
    census = row("03152", 9.0)._replace(reference_date=date(2011, 5, 9))
    table = current(row("03152", 8.5, measure="crude_birth_rate"), census)
    assert {r["ags"] for r in table.to_pylist()} == {"03152"}


def test_a_kreis_with_a_piece_of_a_divided_one_has_no_value_before():
    table = current(
        row("13052", 80.0), row("13055", 80.0), row("13056", 60.0), row("13002", 65.0)
    )  # Demmin was divided
    assert not rows(table, ags="13071")


def test_a_day_before_the_territory_of_the_links_is_refused():
    with pytest.raises(ValueError, match="2020"):
        crosswalk.to_current(to_table([row("03152", 1.0)]), date(2015, 1, 1))


def test_every_old_key_is_divided_whole():
    weights = defaultdict(float)
    for link in crosswalk.links():
        for year in range(link.first, link.last + 1):
            weights[year, link.old] += link.weight
    assert len(weights) > 1000
    assert all(abs(weight - 1) < 3e-6 for weight in weights.values())


def test_the_links_follow_from_the_file_of_the_bbsr():
    lines = [line for line in crosswalk.derived(BBSR).splitlines() if not line.startswith("#")]
    assert lines == [
        "first,last,old,new,weight",
        "2014,2015,03152,03159,1.0",
        "2014,2015,03156,03159,1.0",
        "2014,2014,09998,09998,1.0",
        "2014,2014,09999,09998,0.333333",
        "2014,2014,09999,09999,0.666667",
    ]


def test_the_committed_links_name_source_and_licence():
    head = crosswalk.FILE.read_text(encoding="utf-8").splitlines()[:5]
    assert any("BBSR" in line for line in head) and any("licence to be confirmed" in line for line in head)


# --- any reform ----------------------------------------------------------------------------------------------------------

KEYS = [f"{n:05d}" for n in range(90001, 90007)]  # no Land 90: recognisably invented


@st.composite
def reforms(draw):
    """Merge, split, rename and re-use of keys at will: each old key is divided among one to three new ones."""
    found = []
    for old in KEYS:
        targets = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
        shares = [draw(st.integers(1, 9)) for _ in targets]
        found += [Link(2010, 2010, old, new, share / sum(shares)) for new, share in zip(targets, shares, strict=True)]
    return found


@given(reforms(), st.lists(st.integers(0, 4_000_000), min_size=len(KEYS), max_size=len(KEYS)))
def test_the_total_is_the_same_before_and_after_any_reform(linked, values):
    before = to_table([row(ags, float(value)) for ags, value in zip(KEYS, values, strict=True)])
    after = crosswalk.recoded(before, linked).to_pylist()
    assert sum(r["value"] for r in after) == pytest.approx(sum(values), abs=1e-6)
    assert {r["ags"] for r in after} == {link.new for link in linked}
    assert {r["status"] for r in after} == {"computed"}


@given(reforms(), st.sets(st.sampled_from(KEYS), min_size=1))
def test_no_part_without_a_value_counts_as_zero(linked, secret):
    before = to_table([row(k, None, status="secret") if k in secret else row(k, 7.0) for k in KEYS])
    after = {r["ags"]: r for r in crosswalk.recoded(before, linked).to_pylist()}
    touched = {link.new for link in linked if link.old in secret}
    assert all(after[new]["status"] == "secret" for new in touched)
    assert all(after[link.new]["status"] == "computed" for link in linked if link.new not in touched)
