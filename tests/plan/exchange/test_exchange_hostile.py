"""Every hostile or broken file ends with its message, within bounded time, and what is odd only is read."""

import time
from decimal import Decimal

import pytest

from tests.plan.exchange.hostile import CASES, HARMLESS, SMALL
from tests.plan.exchange.test_exchange_round_trip import kept
from zwk_data.language import GERMAN
from zwk_data.plan.exchange.preview import preview
from zwk_data.plan.exchange.problems import expected
from zwk_data.plan.exchange.reading import MAX_BYTES, NotReadable, read, read_here

SECONDS = 8.0
# Read in the process of its own too: what could take memory or time.
APART = ("zip bomb", "a billion rows", "5 MB and more")


def outcome(raw: bytes, apart: bool) -> str:
    """What the reader is told: the refusal with a mark in front, or all problems."""
    try:
        if not apart and len(raw) > MAX_BYTES:
            apart = True  # the limit stands in front of the process
        content = read(raw) if apart else read_here(raw)
        found = preview(content, kept(SMALL))
    except NotReadable as error:
        assert error.reason() != error.word, "a word without a text"
        return "!" + error.reason()
    return "\n".join(f"{one.sheet} {one.row} {one.column}: {expected(one, GERMAN)}" for one in found.problems)


@pytest.mark.parametrize("name", CASES)
def test_every_hostile_file_ends_with_its_message(name: str) -> None:
    make, message = CASES[name]
    raw = make()
    before = time.monotonic()
    said = outcome(raw, name in APART)
    assert time.monotonic() - before < SECONDS
    assert said.startswith("!") == message.startswith("!")
    assert message.lstrip("!") in said and bool(said) == bool(message)


def test_there_are_fifty_of_them() -> None:
    assert len(CASES) >= 50


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_odd_is_read(name: str) -> None:
    found = preview(read_here(HARMLESS[name]()), kept(SMALL))
    (item,) = found.items
    assert item.part.title == "Ämter" and item.part.cost_plan == Decimal("1.5")  # type: ignore[union-attr]
    assert not [problem for problem in found.problems if problem.stops]


def test_one_bad_row_keeps_no_other_from_being_taken_over() -> None:
    raw = b"Kennung;Titel;Stand\r\n;Neue eins;geplant\r\n;Neue zwei;fertig\r\n;Neue drei;laufend\r\n"
    found = preview(read_here(raw), kept(SMALL))
    assert [item.title for item in found.items] == ["Neue eins", "Neue drei"]
    (problem,) = [problem for problem in found.problems if problem.stops]
    assert (problem.sheet, problem.row, problem.column, problem.found) == ("Einträge", 3, "Stand", "fertig")
    assert [one.key[1] for one in found.missing] == ["massnahme1", "massnahme2"]


def test_a_part_in_a_row_with_an_error_is_not_offered_for_removal() -> None:
    found = preview(read_here(b"Kennung;Titel;Stand\r\nmassnahme1;Eins;fertig\r\n"), kept(SMALL))
    assert not found.items and [one.key[1] for one in found.missing] == ["massnahme2"]
