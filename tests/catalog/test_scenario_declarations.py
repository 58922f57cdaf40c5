"""Levers and services: complete in both languages, limits that can be, ages that stand in the label."""

import re

import pytest

from zwk_data.catalog import DeclarationError, Lever, Service, levers, services


@pytest.mark.parametrize("lever", levers().values(), ids=lambda lever: lever.id)
def test_a_lever_says_what_it_does_and_within_what(lever):
    for text in (lever.label_de, lever.label_en, lever.explanation_de, lever.explanation_en):
        assert text.strip()
    assert re.fullmatch(r"[a-z]+[0-9]*", lever.id), "no separator of the address"
    for part in lever.parts:
        assert part.label_de
        assert part.label_en
        assert part.unit
        assert part.low < part.high
        assert part.step > 0
    assert [part.optional for part in lever.parts] == sorted(part.optional for part in lever.parts), (
        "optional ones last"
    )
    if lever.single:
        assert (lever.parts[0].low, lever.parts[0].high) == (lever.low, lever.high)


@pytest.mark.parametrize(
    "lever", [lever for lever in levers().values() if lever.kind in ("in", "out")], ids=lambda lever: lever.id
)
def test_the_ages_of_a_lever_of_moves_are_those_of_its_name(lever):
    assert lever.id == f"{lever.kind}{lever.age_from}"
    ages = {int(number) for number in re.findall(r"\d+", lever.label_en)}
    assert ages == {lever.age_from, lever.age_to} - {None}


def test_groups_of_moves_leave_no_age_out():
    for kind in ("in", "out"):
        groups = [(lever.age_from, lever.age_to) for lever in levers().values() if lever.kind == kind]
        assert groups[0][0] == 0
        assert groups[-1][1] is None
        assert all(last + 1 == first for (_, last), (first, _) in zip(groups, groups[1:], strict=False))


@pytest.mark.parametrize("service", services().values(), ids=lambda service: service.id)
def test_the_ages_of_a_service_stand_in_its_label(service):
    for label in (service.label("de"), service.label("en")):
        numbers = [int(number) for number in re.findall(r"\d+", label)]
        expected = [service.age_from, service.age_to] if service.age_from else [service.age_to + 1]
        assert numbers == [age for age in expected if age is not None]
    assert service.capacity == bool(service.unit("de"))
    assert service.capacity == bool(service.unit("en"))


def test_a_mistake_in_a_declaration_names_it():
    texts = {"label_de": "a", "label_en": "a", "explanation_de": "a", "explanation_en": "a", "unit": "persons"}
    with pytest.raises(DeclarationError, match=r"\[x\]: kind"):
        Lever.from_entry("levers", "x", {**texts, "kind": "magic", "low": 0.0, "high": 1.0})
    with pytest.raises(DeclarationError, match=r"\[x\]: limits"):
        Lever.from_entry("levers", "x", {**texts, "kind": "births", "low": 1.0, "high": 1.0})
    with pytest.raises(DeclarationError, match=r"\[y\]: ages"):
        Service("y", "a", "a", 5, 4)
    with pytest.raises(DeclarationError, match=r"\[y\]: a capacity"):
        Service("y", "a", "a", 5, 6, capacity=True)
