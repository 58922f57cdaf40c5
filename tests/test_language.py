"""The reader's language: every text has its English, numbers and dates as that reader writes them."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zwk_data.language import Language

ROOT = Path(__file__).resolve().parents[1]
GERMAN, ENGLISH = Language("de"), Language("en")


def test_every_german_text_has_an_english_one_with_the_same_placeholders() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "messages.py"), "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "german", "english"),
    [
        (66985, 0, False, "66.985", "66,985"),
        (0.4, 1, True, "+0,4", "+0.4"),
        (-4.72, 1, False, "−4,7", "−4.7"),
        (-0.04, 1, True, "0,0", "0.0"),
        (None, 1, False, "–", "–"),
        (float("nan"), 0, False, "–", "–"),
    ],
)
def test_numbers_are_written_as_the_reader_writes_them(value, decimals, sign, german, english) -> None:
    assert GERMAN.number(value, decimals, sign=sign) == german
    assert ENGLISH.number(value, decimals, sign=sign) == english


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_a_written_number_reads_back_to_the_rounded_value(value: float, decimals: int) -> None:
    text = GERMAN.number(value, decimals)
    back = float(text.replace(".", "").replace(",", ".").replace("−", "-"))
    assert abs(back - value) <= 0.5 * 10**-decimals + abs(value) * 1e-12


def test_dates_and_millions() -> None:
    assert GERMAN.date(date(2024, 12, 31)) == "31.12.2024"
    assert ENGLISH.date(date(2024, 12, 31)) == "31 Dec 2024"
    assert GERMAN.compact(1_200_000) == "1,2\xa0Mio."
