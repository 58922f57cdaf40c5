"""The pages Überblick, Datenstand and Methoden as a reader sees them."""

from pathlib import Path

import pytest

from tests.app_pages import opened


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073", "13076121", "DG"])
def test_the_overview_opens_with_one_sentence(data_folder: Path, ags: str) -> None:
    at = opened("pages/situation/overview.py", ags=ags)
    assert not at.exception
    assert at.header[0].value.startswith("Am 31. Dezember 20")


def test_dates_of_a_plan_are_shown_only_where_there_is_one(data_folder: Path) -> None:
    with_plan = opened("pages/situation/overview.py", ags="13071107")
    without = opened("pages/situation/overview.py", ags="12060")
    assert any("5. Zukunftswerkstatt" in head.value for head in with_plan.subheader)
    assert not any("Werkstattplan" in head.value for head in without.subheader)


@pytest.mark.parametrize("part", ["current", "terms", "loads"])
def test_the_state_of_the_data_has_three_views(data_folder: Path, part: str) -> None:
    at = opened("pages/data/status.py", part=part)
    assert not at.exception
    assert len([head for head in at.subheader if head.value != "Zahlen abrufen"]) == 1
    assert "refresh" in at.code[0].value


@pytest.mark.parametrize(
    "part", ["available", "declared", "rules", "breaks", "corrections", "ages", "projection", "objections"]
)
def test_methods_have_one_part_at_a_time(data_folder: Path, part: str) -> None:
    at = opened("pages/data/methods.py", part=part, q="a")
    assert not at.exception
    assert at.subheader
    assert not at.warning


def test_a_wrong_part_is_named_and_the_first_one_shown(data_folder: Path) -> None:
    at = opened("pages/data/methods.py", part="unsinn")
    assert not at.exception
    assert any("unsinn" in warning.value for warning in at.warning)
