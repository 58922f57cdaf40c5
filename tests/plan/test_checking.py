"""What cannot be saved is refused with the field and the reason, in both languages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from zwk_data.language import LANGUAGES, Language
from zwk_data.plan.checking import LONG, MOST, NotUsable, checked, problem_text
from zwk_data.plan.model import (
    Concept,
    Effect,
    Entry,
    Fact,
    Handlungsfeld,
    Link,
    Origin,
    Progress,
    PublicSource,
    Swot,
    Target,
)
from zwk_data.plan.parts import Head

GERMAN, ENGLISH = (Language(code) for code in LANGUAGES)
ENTRY = Entry("muster", "Muster")
EFFECT = Effect("in18", Decimal(1), Decimal(2), Decimal(3), 2027, "Muster", "Muster")
TARGET = Target("t", "share_u18", Decimal(20), 2030)
LINK = Link("muster", "share_u18", "outcome", "up")
PROGRESS = Progress("p", "muster", date(2026, 1, 1))
FIELD = Handlungsfeld("f", "Muster")


def effect(**changed):
    return replace(ENTRY, effects=(replace(EFFECT, **changed),))


REFUSED = [
    (replace(ENTRY, id="2026"), "id", "not_allowed"), (replace(ENTRY, id="a:b"), "id", "not_allowed"),
    (replace(ENTRY, id="x" * 121), "id", "not_allowed"), (replace(ENTRY, id=""), "id", "empty"),
    (Head("Muster", id="zweiter"), "id", "not_allowed"),
    (replace(ENTRY, title=""), "title", "empty"), (replace(ENTRY, title="x" * 301), "title", "too_long"),
    (replace(ENTRY, description="x" * 10_001), "description", "too_long"),
    (replace(ENTRY, success_figure="x" * (LONG + 1)), "success_figure", "too_long"),
    (replace(ENTRY, contact="x" * 501), "contact", "too_long"),
    (replace(ENTRY, partners=tuple(map(str, range(MOST + 1)))), "partners", "too_many"),
    (replace(ENTRY, partners=("V", "V")), "partners", "twice"),
    (replace(ENTRY, title="a\0b"), "title", "signs"), (replace(ENTRY, title="\ud800"), "title", "signs"),
    (replace(ENTRY, title="a\u202eb"), "title", "signs"),
    (replace(ENTRY, start=date(2026, 2, 1), end=date(2026, 1, 31)), "end", "order"),
    (replace(ENTRY, start=date(1, 1, 1)), "start", "range"), (replace(ENTRY, end=date(9999, 1, 1)), "end", "range"),
    (replace(ENTRY, cost_plan=Decimal(-1)), "cost_plan", "range"),
    (replace(ENTRY, cost_plan=Decimal("1e12")), "cost_plan", "range"),
    (replace(ENTRY, cost_actual=Decimal("NaN")), "cost_actual", "range"),
    (replace(ENTRY, cost_actual=Decimal("1e-9")), "cost_actual", "not_allowed"),
    (replace(ENTRY, cost_actual=1.5), "cost_actual", "not_allowed"),
    (replace(ENTRY, funding_share=Decimal(101)), "funding_share", "range"),
    (replace(ENTRY, capacity=Decimal(1_000_001)), "capacity", "range"),
    (replace(ENTRY, service="zoo"), "service", "unknown"), (replace(ENTRY, status="fertig"), "status", "not_allowed"),
    (replace(ENTRY, origin=Origin("exhibit", address="javascript:alert(1)")), "origin.address", "address"),
    (replace(ENTRY, evidence=(PublicSource("s", "M", "ftp://example.org"),)), "evidence.url", "address"),
    (effect(lever="zauber"), "effects.lever", "unknown"), (effect(mid=Decimal(4)), "effects.mid", "order"),
    (effect(end_year=2026), "effects.end_year", "order"), (effect(start_year=1999), "effects.start_year", "range"),
    (effect(reason=""), "effects.reason", "empty"), (effect(high=Decimal("Infinity")), "effects.high", "range"),
    (replace(TARGET, year=1999), "year", "range"), (replace(TARGET, year=2101), "year", "range"),
    (replace(TARGET, base_year=2030), "base_year", "order"), (replace(TARGET, indicator="glueck"), "indicator", "unknown"),
    (replace(TARGET, tolerance=Decimal(-1)), "tolerance", "range"),
    (replace(LINK, indicator="glueck"), "indicator", "unknown"),
    (replace(LINK, role="context"), "expected_direction", "order"), (replace(LINK, lag_years=51), "lag_years", "range"),
    (replace(LINK, entry="a:b"), "id", "not_allowed"),
    (replace(PROGRESS, percent=101), "percent", "range"), (replace(PROGRESS, percent=-1), "percent", "range"),
    (replace(PROGRESS, percent=True), "percent", "not_allowed"),
    (replace(FIELD, headline_indicator="glueck"), "headline_indicator", "unknown"),
    (replace(FIELD, headline_text="Ein Drittel"), "headline_source", "missing"),
    (Fact("f", "M", start=date(2026, 1, 2), end=date(2026, 1, 1)), "end", "order"),
    (Swot("s", "chance", "M", exhibit="//example.org/x"), "exhibit", "address"),
    *((PublicSource("s", "M", url), "url", "address") for url in (
        "www.example.org", "javascript:alert(1)", "https://", "https://a b", "https://user@example.org", "data:text/html,x",
        "https://example.org/\\", "https://[", "file:///etc/passwd")),
    (Concept("c", "M", year=1899), "year", "range"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "field", "problem"), REFUSED, ids=[f"{field}-{n}" for n, (_, field, _) in enumerate(REFUSED)])  # fmt: skip
def test_what_cannot_be_is_refused_with_the_field_and_the_reason_in_both_languages(part, field, problem):
    with pytest.raises(NotUsable) as told:
        checked(part)
    assert (field, problem) in told.value.problems
    assert told.value.fields == (field,)
    [german], [english] = told.value.reasons(GERMAN), told.value.reasons(ENGLISH)
    assert german != english
    assert ": " in german and "{" not in german


@pytest.mark.parametrize("part", [
    ENTRY, TARGET, LINK, PROGRESS, FIELD, effect(), effect(low=Decimal(3), high=Decimal(1)), effect(end_year=2027),
    effect(low=Decimal(0), mid=Decimal(0), high=Decimal(0)), replace(ENTRY, start=date(2026, 1, 1), end=date(2026, 1, 1)),
    replace(LINK, role="context", expected_direction=None), replace(ENTRY, description="Erste Zeile\nzweite\tÄ€😀"),
    replace(ENTRY, title="Wert weiche Tren\u00adnung und 10\u202f% =1+1"), replace(TARGET, value=Decimal("-3.5")),
    PublicSource("s", "M", "https://example.org/a?b=1#c"), Swot("s", "risiko", "M", exhibit="trend?ags=05758012"),
    Swot("s", "risiko", "M", exhibit="/kennzahlen?ags=05758012&time=2026-01-01T10:00"),
])  # fmt: skip
def test_what_can_be_is_not_refused(part):
    assert checked(part) is part


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(NotUsable) as told:
        checked(replace(ENTRY, title="x" * 301, cost_plan=Decimal("1e12"), service="zoo"))
    assert told.value.fields == ("title", "cost_plan", "service")
    assert told.value.reasons(GERMAN) == [
        "Titel: ist zu lang, höchstens 300 Zeichen",
        "Kosten geplant (Euro): liegt nicht zwischen 0 und 100.000.000.000",
        "Einrichtung: ist nicht bekannt",
    ]


def test_years_are_not_written_like_amounts():
    assert problem_text("year", GERMAN, "range", "target") == "Zieljahr: liegt nicht zwischen 2000 und 2100"
    assert problem_text("effects.start_year", GERMAN, "range").endswith("Ab Jahr: liegt nicht zwischen 2000 und 2100")
