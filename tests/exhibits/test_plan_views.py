"""A plan by state, over time, by target and rule: a plan of 300 invented entries, and the examples with little in them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from time import perf_counter

import pytest

from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.language import Language
from zwk_data.plan.health import Known, findings, is_overdue, published
from zwk_data.plan.model import Entry, Fact, Handlungsfeld, Link, Plan, Progress, Swot, Target
from zwk_data.plan.targets import edge, expected, tone, verdict
from zwk_data.render.bands import bars
from zwk_data.render.csv import csv
from zwk_data.render.image import png
from zwk_data.render.plotly import figure
from zwk_data.render.plotly.base import Style
from zwk_data.render.xlsx import workbook

PARTNERS = ("05758012", "13071107", "15001", "12073")
DAY = date(2026, 11, 22)
KINDS = (
    "plan_stages", "plan_board", "plan_timeline", "plan_targets", "plan_health", "plan_swot", "plan_indicators",
)  # fmt: skip
STATES = ("idee", "geplant", "laufend", "umgesetzt", "verstetigt", "pausiert", "verworfen", None)


def invented(count: int = 300) -> Plan:
    """Return a plan whose entries are numbers in a row."""
    fields = tuple(Handlungsfeld(f"f{number}", f"Feld {number}", order=number) for number in range(3))
    starts = [date(2024, 1, 1) + timedelta(days=9 * number % 1000) for number in range(count)]
    entries = tuple(
        Entry(
            f"e{number}", f"Erfundener Eintrag {number}", "action", status=STATES[number % 8],  # type: ignore[arg-type]
            start=start, end=start + timedelta(days=400), handlungsfelder=(f"f{number % 3}",),
            responsible_office=f"Amt {number % 4}" if number % 5 else None,
        )
        for number, start in enumerate(starts)
    )  # fmt: skip
    vague = Entry("vague", "Erfundener Eintrag ohne Tag", date_text="Sommer 2026")
    return Plan(
        "15001", "Erfundener Plan", handlungsfelder=fields, entries=(*entries, vague), kind="internal",
        facts=(Fact("kick", "Auftakt", start=date(2025, 1, 9), stage="kick_off"),
               Fact("next", "Bilanz", date_text="Ende 2027", stage="zwischenbilanz")),
    )  # fmt: skip


def shown(statistics, plan: Plan, kind: str, language: str = "de", **parameters: str) -> Exhibit:
    return make(Address.of(kind, ags=plan.ags, **parameters), Context(statistics, Language(language), lambda ags: plan))


@pytest.mark.parametrize("ags", PARTNERS)
def test_examples_with_hardly_a_field_filled_in_give_every_view(statistics, ags: str):
    for kind in KINDS:
        found = make(Address.of(kind, ags=ags), Context(statistics, Language("en" if ags == "13071107" else "de")))
        said = "proposal" if kind == "plan_indicators" else "example"
        assert found.sources and said in {note.kind for note in found.notes}


def test_a_plan_of_300_entries_is_quick_and_leaves_as_picture_table_and_figure(statistics):
    plan = invented()
    shown(statistics, plan, "plan_board")
    for kind in ("plan_board", "plan_timeline", "plan_health"):
        begun = perf_counter()
        found = shown(statistics, plan, kind, day=DAY.isoformat())
        assert perf_counter() - begun < 2
        assert png(found, Language("de"))[:4] == b"\x89PNG"
        assert workbook(found, Language("de"))[:2] == b"PK" and b"Erfundener Eintrag 298" in csv(found, Language("de"))


def test_an_own_plan_is_of_the_municipality_and_what_is_missing_is_open(statistics):
    found = shown(statistics, replace(invented(3), as_of=date(2026, 5, 4)), "plan_entries")
    assert found.notes[0].text.startswith("Angaben der Kommune, Stand 04.05.2026.")
    assert found.sources[0].licence_short == "Angaben der Kommune"
    assert set(found.table["target"]) == {"offen"} and "veröffentlicht:" not in " ".join(found.table["summary"])


def test_stages_follow_the_programme_and_say_which_have_no_date(statistics):
    found = shown(statistics, invented(1), "plan_stages", day=DAY.isoformat())
    assert list(found.table["mark"]) == ["reached", "open", "open", "open", "ahead", "open"]
    assert found.sentence == "Dessau-Roßlau hat die Stufe Kick-off erreicht (09.01.2025)."


def test_the_board_has_the_states_in_their_order_and_what_is_overdue_first(statistics):
    plan = invented(40)
    table = shown(statistics, plan, "plan_board", day=DAY.isoformat()).table
    assert list(dict.fromkeys(table["state"])) == [
        "Idee", "geplant", "laufend", "umgesetzt", "verstetigt", "pausiert", "verworfen", "ohne Angabe"]  # fmt: skip
    late = table[table["overdue"] == "überfällig"]
    expected_late = {entry.id for entry in plan.entries if is_overdue(entry, DAY)}
    assert set(late["id"]) == expected_late and expected_late
    running = table[table["state"] == "laufend"]["overdue"].tolist()
    assert running == sorted(running, reverse=True)


def test_the_board_of_one_office_and_field_has_only_its_entries(statistics):
    plan = invented(40)
    table = shown(statistics, plan, "plan_board", office="Amt 1", field="f2").table
    assert set(table["office"]) == {"Amt 1"} and set(table["field"]) == {"Feld 2"}
    assert not shown(statistics, plan, "plan_board", office="-").table["office"].any()


def test_what_is_done_kept_up_dropped_or_without_a_state_is_never_overdue():
    past = {state: is_overdue(Entry("e", "t", status=state, end=date(2026, 1, 1)), DAY) for state in STATES}
    assert [state for state, late in past.items() if late] == ["idee", "geplant", "laufend", "pausiert"]


def test_the_timeline_keeps_what_is_nearest_to_the_day_and_never_draws_a_vague_date(statistics):
    found = shown(statistics, invented(), "plan_timeline", day=DAY.isoformat())
    rows, hidden = bars(found, 12)
    drawn = [bar for bar in rows if not bar.is_heading]
    assert len(rows) <= 12 and hidden == 300 - len(drawn)
    assert all(bar.start <= DAY <= bar.end for bar in drawn)
    assert not any("ohne Tag" in bar.words for bar in bars(found)[0])
    assert figure(found, Style(font_size=26, height=690)).layout.height == 690


def test_rules_find_what_they_say_in_their_order():
    entries = (
        Entry("bare", "t", "action"),
        Entry("late", "t", "action", status="laufend", responsible_office="Amt", end=date(2026, 1, 1),
              start=date(2025, 1, 1), no_indicator="Sinn"),
        Entry("room", "t", exists=True, secured_until=date(2027, 6, 30)),
        Entry("idea", "t", "idea"),
        Entry("done", "t", "action", status="umgesetzt", end=date(2020, 1, 1)),
    )  # fmt: skip
    plan = Plan("15001", "p", entries=entries, targets=(Target("aim", "mean_age", Decimal(50), 2030),),
                links=(Link("late", "mean_age", "outcome", lag_years=2),))  # fmt: skip
    found = [(one.rule, one.part) for one in findings(plan, DAY, Known({"bare"}, {"aim"}))]
    assert found == [
        ("no_office", "bare"), ("no_status", "bare"), ("no_indicator", "bare"), ("overdue", "late"), ("quiet", "late"),
        ("not_detectable", "bare"), ("not_before", "late"), ("secured", "room"), ("no_base", "aim")]  # fmt: skip
    heard = replace(plan, progress=(Progress("p", "late", date(2026, 9, 1)),))
    assert "quiet" not in {one.rule for one in findings(heard, DAY)}


def test_official_figures_come_nine_to_eighteen_months_after_their_year():
    assert published(2025) == (date(2026, 9, 30), date(2027, 6, 30))


def test_a_path_has_equal_steps_and_stays_at_its_target():
    assert [expected(2020, 10.0, 2024, 18.0, year) for year in (2020, 2022, 2024, 2030)] == [10.0, 14.0, 18.0, 18.0]
    with pytest.raises(ValueError, match="no path"):
        expected(2024, 1.0, 2024, 2.0, 2024)


@pytest.mark.parametrize(
    ("value", "polarity", "by_chance", "said", "colour"),
    [
        (10.4, "up", False, "on", ""), (12.0, "up", False, "above", "with"), (12.0, "down", False, "above", "against"),
        (8.0, "up", False, "below", "against"), (8.0, "up", True, "not_distinguishable", ""),
        (8.0, "none", False, "neutral", ""),
    ],
)  # fmt: skip
def test_colour_only_with_a_direction_and_a_difference_beyond_chance(value, polarity, by_chance, said, colour):
    found = verdict(value, 10.0, 0.5, polarity, by_chance=by_chance)
    assert (found, tone(found, polarity)) == (said, colour)
    assert (edge(10.0, value, 0.5) is None) == (said == "on")


def test_targets_beside_real_figures_never_cross_the_census(statistics):
    aims = (
        Target("births", "births_per_1000", Decimal("6.3"), 2030, 2023),
        Target("many", "births_per_1000", Decimal("60"), 2030, 2023),
        Target("census", "population_total", Decimal(76000), 2030, 2019),
        Target("bare", "mean_age", Decimal(50), 2030),
        Target("none", "foreign_share", Decimal(9), 2030, 2022),
    )
    plan = replace(invented(1), targets=aims)
    table = shown(statistics, plan, "plan_targets").table.set_index("id")
    assert list(table["verdict"]) == [
        "nicht unterscheidbar", "neutral, unter dem Pfad", "nicht vergleichbar", "ohne Ausgangswert", "keine Zahlen"]  # fmt: skip
    assert not table.loc[["births", "census", "bare", "none"], "tone"].any()
    assert "ab 2023" in table.loc["census", "offer"] and table.loc["census", "path"] == ""
    course = shown(statistics, plan, "plan_target", aim="census").table
    assert (course["basis"] == "projection").sum() == 1
    path = shown(statistics, plan, "plan_target", aim="births").table
    assert list(path[path["basis"] == "projection"]["day"].dt.year) == list(range(2023, 2031))


def test_swot_statements_carry_their_live_proof_or_say_that_there_is_none(statistics):
    swot = (
        Swot("s", "schwaeche", "Älter", "time_series?ags=15001&indicator=mean_age", "balance?ags=15001"),
        Swot("t", "staerke", "Vereine"), Swot("u", "risiko", "Kreis", "plan_swot?ags=15001"),
        Swot("v", "chance", "Kaputt", "time_series?ags=00000&indicator=mean_age"),
    )  # fmt: skip
    table = shown(statistics, replace(invented(1), swot=swot), "plan_swot").table.set_index("id")
    assert list(table["quadrant"]) == ["Stärke", "Schwäche", "Chance", "Risiko"]
    assert "50,1 Jahre" in table.loc["s", "proof"] and "−660" in table.loc["s", "counter"]
    assert list(table.loc[["t", "u", "v"], "proof"]) == ["ohne Beleg", "Beleg nicht lesbar", "Beleg nicht lesbar"]
