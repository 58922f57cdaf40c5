"""Every field and every word of a plan has a name in both languages."""

from dataclasses import fields
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from zwk_data.language import LANGUAGES, Language
from zwk_data.plan import labels, model
from zwk_data.plan.parts import PARTS

INNER = {
    "effect": model.Effect, "mention": model.Mention, "origin": model.Origin, "step": model.Step,
    "source": model.PublicSource,
}  # fmt: skip
KINDS = {**{kind: cls for kind, (cls, _) in PARTS.items()}, **INNER}
GERMAN, ENGLISH = (Language(code) for code in LANGUAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_name(kind):
    for field in fields(KINDS[kind]):
        name = labels.field_name(field.name, GERMAN, kind)
        assert name != field.name and name[0].isupper()
        assert labels.field_name(field.name, ENGLISH, kind) != field.name


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_a_closed_vocabulary_has_a_name(kind):
    hints = get_type_hints(KINDS[kind])
    for field in fields(KINDS[kind]):
        known = {word for option in _options(hints[field.name]) for word in get_args(option)}
        assert set(labels.words_of(field.name, GERMAN, kind)) == known, field.name


def _options(hint):
    """The Literals inside a hint such as ``tuple[Literal[...], ...] | None``."""
    return [hint] if get_origin(hint) is Literal else [one for inner in get_args(hint) for one in _options(inner)]


def test_a_field_inside_another_is_named_with_it():
    assert labels.field_name("effects.low", GERMAN) == "Erwarteter Beitrag – Niedrig"
    assert labels.field_name("effects.2.low", GERMAN) == "Erwarteter Beitrag – Niedrig"
    assert labels.field_name("origin.text", ENGLISH) == "Origin – From where"


def test_a_field_may_have_another_name_in_another_kind_of_part():
    assert (labels.field_name("year", GERMAN), labels.field_name("year", GERMAN, "target")) == ("Jahr", "Zieljahr")
    assert labels.words_of("stage", GERMAN, "fact")["kick_off"] == "Kick-off"


def test_all_kinds_of_parts_have_a_name():
    assert set(labels.parts(GERMAN)) == set(PARTS)


def test_an_unknown_field_is_said_as_it_is():
    assert labels.field_name("odd", GERMAN) == "odd"
