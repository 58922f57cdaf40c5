"""What a slide remembers: that it comes back as it was, that damage is not believed, and that it stays short."""

import string
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.kinds import ADDRESSES
from tests.render.made import course_exhibit, stacked_exhibit, table_exhibit
from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.exhibit import Column, Marks
from zwk_data.language import GERMAN
from zwk_data.render.pptx import memory
from zwk_data.render.pptx.memory import Memory, cells_of, key, line, newest_day, read, rows_of, written

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)


def kept(made):
    """What comes back of an exhibit after its line stood in the notes."""
    return read(f"Adresse: x\n{line(made)}\n")


@pytest.mark.parametrize("chart", ADDRESSES)
def test_the_figures_of_every_kind_of_chart_come_back(statistics, chart):
    made = make(Address.parse(ADDRESSES[chart]), Context(statistics))
    found = kept(made)
    assert found.cells == cells_of(made)
    assert len(found.cells) >= 4
    assert (found.address, found.chart, found.sentence) == (str(made.address), made.marks.chart, made.sentence)
    assert found.headline == made.sentence
    assert found.loads == tuple((source.dataset, source.vintage) for source in made.sources)


def test_figures_are_written_at_the_precision_that_is_shown(statistics):
    made = make(Address.parse(ADDRESSES["line"]), Context(statistics))
    value = statistics.frame(
        "SELECT value FROM indicator_value WHERE indicator = 'old_age_ratio_20_65' AND ags = '15001' AND basis ="
        " 'census2022' AND reference_date = '2024-12-31'"
    )["value"][0]
    assert cells_of(made)["Dessau-Roßlau · Basis Zensus 2022|2024-12-31"] == f"{value:.1f}"


def test_a_missing_figure_is_empty_and_minus_zero_is_zero():
    made = table_exhibit("bars")
    values = pd.DataFrame({"place": ["a", "b"], "value": [-0.04, 1.25]})
    made = replace(made, table=values, columns=(Column("place", "Ort"), Column("value", "Wert", "", 1)),
                   marks=Marks("bars", x="place", y="value"))  # fmt: skip
    assert cells_of(made) == {"Wert|a": "0.0", "Wert|b": "1.2"}
    assert "" in cells_of(course_exhibit()).values()


def test_the_newest_day_is_that_of_the_figures_and_of_projections_that_they_start_from(statistics):
    context = Context(statistics)
    days = {chart: newest_day(make(Address.parse(text), context)) for chart, text in ADDRESSES.items()}
    expected = dict.fromkeys(ADDRESSES, "2024-12-31") | {"timeline": "", "table": ""}
    assert days == expected
    assert newest_day(course_exhibit()) == "2024-12-31"


def test_words_of_ones_own_are_remembered_beside_the_sentence():
    found = read(line(stacked_exhibit(), GERMAN, "Unsere Überschrift"))
    assert (found.headline, found.sentence) == ("Unsere Überschrift", "Die meisten leben schon hier.")


@given(st.dictionaries(TEXTS, TEXTS, max_size=30), TEXTS, TEXTS)
def test_any_text_comes_back_as_it_was(cells, address, headline):
    given_one = Memory(address, "de", (("d", "d@1"),), "Titel", "Satz", headline, "bars", cells, (), "2024-12-31", "")
    assert read(written(given_one)) == given_one


@given(st.integers(0, 400), st.sampled_from(string.ascii_letters + string.digits + "-_."))
def test_a_line_with_one_sign_changed_is_not_believed(place, sign):
    whole = line(stacked_exhibit())
    at = len(memory.MARK) + place % (len(whole) - len(memory.MARK))
    if whole[at] != sign:
        assert read(whole[:at] + sign + whole[at + 1 :]) is None


def test_a_line_that_was_broken_by_another_program_is_read_all_the_same():
    whole = line(stacked_exhibit())
    broken = "\n".join(whole[at : at + 70] for at in range(0, len(whole), 70))
    assert read(broken.replace("zwk\n1", "zwk1")).cells == cells_of(stacked_exhibit())


def test_what_unpacks_to_a_mountain_is_no_memory():
    hostile = written(Memory("a", cells={"x": "0" * (memory.LARGEST + 1)}))
    assert len(hostile) < memory.LONGEST_LINE
    assert read(hostile) is None


def many(count: int):
    rows = pd.DataFrame({"place": [f"Ort {n * 7919 % 100003}" for n in range(count)],
                         "value": [(n * 48271 % 99991) / 7 for n in range(count)]})  # fmt: skip
    return replace(table_exhibit(), table=rows, columns=(Column("place", "Ort"), Column("value", "Wert", "", 3)))


def test_a_large_table_is_remembered_by_short_digests_of_its_rows():
    made = many(2000)
    found = kept(made)
    assert found.cells == {}
    rows = rows_of("table", cells_of(made))
    assert [memory.digest(name, cells) for name, cells in rows.items()] == list(found.digests)
    assert len(line(made)) < 2 * memory.LONGEST_LINE
    other = rows_of("table", {**cells_of(made), key("Ort 7919", "Wert"): "1,000"})["Ort 7919"]
    assert memory.digest("Ort 7919", other) not in found.digests


def test_the_line_of_a_map_of_all_kreise_stays_short(statistics):
    made = make(Address.parse(ADDRESSES["map"]), Context(statistics))
    assert len(cells_of(made)) == 400
    assert len(line(made)) < 4000


def test_equal_exhibits_give_the_same_line():
    assert line(course_exhibit()) == line(course_exhibit())
