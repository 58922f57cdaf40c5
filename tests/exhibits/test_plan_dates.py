"""Dates of the plans as published, seen from a day."""

from datetime import date

import pytest

from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.exhibits.plan_dates import latest_day
from zwk_data.warehouse import Statistics


@pytest.mark.parametrize(
    ("written", "day"),
    [("Ende 2026", date(2026, 12, 31)), ("Juni 2025", date(2025, 6, 30)), ("Sommer 2021", date(2021, 8, 31)),
     ("2021–2024", date(2024, 12, 31)), ("nach dem 21.03.2022", date(2022, 3, 21)), ("bald", None), (None, None)],
)  # fmt: skip
def test_a_vague_date_counts_until_its_last_day(written: str | None, day: date | None) -> None:
    assert latest_day(None, None, written) == day


def test_what_comes_next_stands_first(statistics: Statistics) -> None:
    exhibit = make(Address.of("plan_dates", ags="13071107", day="2026-11-22"), Context(statistics))
    assert (
        exhibit.sentence
        == "Als Nächstes: 5. Zukunftswerkstatt (Ende 2026). Zuletzt veröffentlicht: 4. Zukunftswerkstatt (03.12.2025)."
    )
    assert exhibit.table["state"].tolist()[:2] == ["kommend", "zurückliegend"]


def test_nothing_ahead_is_said(statistics: Statistics) -> None:
    exhibit = make(Address.of("plan_dates", ags="05758012", day="2026-11-22"), Context(statistics))
    assert exhibit.sentence.endswith("ein kommender Termin ist nicht veröffentlicht.")


def test_a_place_without_a_plan_says_so(statistics: Statistics) -> None:
    assert "kein Werkstattplan" in make(Address.of("plan_dates", ags="12060"), Context(statistics)).sentence


def test_a_day_that_is_none_is_refused_in_words(statistics: Statistics) -> None:
    with pytest.raises(AddressError, match="kein Datum"):
        make(Address.of("plan_dates", ags="05758012", day="gestern"), Context(statistics))
