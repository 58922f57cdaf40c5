"""From when on a plan is looked back at."""

from datetime import date
from decimal import Decimal

import pytest

from zwk_data.plan.baseline import Baseline, baseline
from zwk_data.plan.model import Entry, Fact, Plan, Target

OLD = Entry("old", "Besteht", start=date(1999, 5, 1), exists=True)
LATE = Entry("late", "Später", start=date(2024, 2, 1))
WORDS = Entry("words", "In Worten", date_text="2019–2021")


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Plan("15001", "T", entries=(OLD, LATE, WORDS)), Baseline(date(2024, 2, 1), "start", "Später")),
        (Plan("15001", "T", entries=(OLD, WORDS)), Baseline(date(2019, 1, 1), "written", "In Worten")),
        (Plan("15001", "T", entries=(LATE,), targets=(Target("t", "births", Decimal(1), 2030, 2022),)),
         Baseline(date(2022, 12, 31), "target", "births")),
        (Plan("15001", "T", entries=(LATE,), facts=(
            Fact("a", "Ohne Stufe", start=date(2010, 1, 1)),
            Fact("b", "Auftakt", start=date(2023, 3, 1), stage="kick_off"))),
         Baseline(date(2023, 3, 1), "start", "Auftakt")),
        (Plan("15001", "T", entries=(OLD,)), None),
    ],
)  # fmt: skip
def test_it_is_the_earliest_start_or_target_base_year_of_what_is_not_there_already(
    plan: Plan, expected: Baseline | None
) -> None:
    assert baseline(plan) == expected
    assert baseline(plan, date(2020, 6, 1)) == Baseline(date(2020, 6, 1))


@pytest.mark.parametrize(
    ("day", "year"), [(date(2022, 12, 31), 2022), (date(2022, 12, 30), 2021), (date(2022, 1, 1), 2021)]
)
def test_its_figures_are_of_the_last_year_end_before(day: date, year: int) -> None:
    assert Baseline(day).year == year
