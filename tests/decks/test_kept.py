"""Decks kept in the store: by name, with the rights of the municipality, versions, drafts, and what they show noted."""

from uuid import uuid4

import pytest

from zwk_data.access import LOCAL, NOBODY, Denied, Person
from zwk_data.decks.kept import KIND, Decks, used_in
from zwk_data.decks.making import drawable
from zwk_data.decks.model import Deck, NotADeck, Slide
from zwk_data.documents.slides import ExhibitSlide
from zwk_data.exhibits import Context
from zwk_data.store import Conflict, open_store
from zwk_data.store.uses import uses

AGS, OTHER = "13071107", "05758012"
READER, EDITOR = (Person("account", role, {AGS: role}) for role in ("reader", "editor"))


@pytest.fixture
def store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'store.db'}") as opened:
        yield opened


def a_deck(name="Zweite Werkstatt", address="age_groups?ags=15001"):
    return Deck(name, AGS, (Slide("title", "", "Willkommen", ("Neubrandenburg",)), Slide("exhibit", address)))


def save(decks, deck, id="", seen=0):
    return decks.save(id or str(uuid4()), deck, seen_version=seen, request_id=str(uuid4()))


def test_a_saved_deck_comes_back_by_name(store):
    decks = Decks(store, EDITOR)
    first, second = save(decks, a_deck("  Zweite \n Werkstatt ")), save(decks, a_deck("Erste Werkstatt"))
    assert [one.name for one in decks.all(AGS)] == ["Erste Werkstatt", "Zweite Werkstatt"]
    assert decks.one(AGS, first.id).deck.slides == first.deck.slides
    assert (second.version, second.actor) == (1, "editor")


@pytest.mark.parametrize(("person", "may_read", "may_write"), [
    (NOBODY, False, False), (READER, True, False), (EDITOR, True, True), (LOCAL, True, True),
])  # fmt: skip
def test_reading_and_writing_need_the_rights_of_the_municipality(store, person, may_read, may_write):
    kept = save(Decks(store, LOCAL), a_deck())
    decks = Decks(store, person)
    reads = [lambda: decks.all(AGS), lambda: decks.one(AGS, kept.id)]
    writes = [
        lambda: save(decks, a_deck("Neu")), lambda: decks.keep_draft(AGS, "x", {}, seen_version=0),
        lambda: decks.drafts(AGS), lambda: decks.draft(AGS, "x"), lambda: decks.drop_draft(AGS, "x"),
        lambda: decks.note_uses(kept, ()), lambda: decks.remove(kept, request_id=str(uuid4())),
    ]  # fmt: skip
    for calls, allowed in ((reads, may_read), (writes, may_write)):
        for call in calls:
            if allowed:
                call()
            else:
                with pytest.raises(Denied):
                    call()


def test_nobody_reaches_the_deck_of_another_municipality_by_its_id(store):
    kept = save(Decks(store, LOCAL), a_deck())
    elsewhere = Decks(store, Person("account", "x", {OTHER: "editor"}))
    assert elsewhere.one(OTHER, kept.id) is None
    save(elsewhere, Deck("Fremd", OTHER), kept.id)
    assert Decks(store, LOCAL).one(AGS, kept.id).name == "Zweite Werkstatt"


def test_of_two_people_at_once_the_second_hears_of_the_first(store):
    decks = Decks(store, EDITOR)
    kept = save(decks, a_deck())
    save(decks, a_deck("Anders"), kept.id, 1)
    with pytest.raises(Conflict):
        save(decks, a_deck("Wieder anders"), kept.id, 1)
    assert decks.one(AGS, kept.id).name == "Anders"


def test_a_deck_without_a_name_is_not_saved(store):
    with pytest.raises(NotADeck) as refused:
        save(Decks(store, EDITOR), a_deck(" "))
    assert refused.value.fields == ["name"]


def test_an_unfinished_deck_is_kept_for_who_made_it(store):
    decks = Decks(store, EDITOR)
    decks.keep_draft(AGS, "neu", {"name": "halb"}, seen_version=0)
    assert decks.draft(AGS, "neu").body == {"name": "halb"}
    assert [draft.body for draft in decks.drafts(AGS)] == [{"name": "halb"}]
    assert Decks(store, LOCAL).drafts(AGS) == []
    decks.drop_draft(AGS, "neu")
    assert decks.draft(AGS, "neu") is None


def test_what_a_deck_shows_is_noted_until_it_shows_it_no_longer(store, statistics):
    decks, context = Decks(store, EDITOR), Context(statistics)
    kept = save(decks, a_deck())

    def shown(*addresses):
        slides, problems = drawable([Slide("exhibit", address) for address in addresses], context)
        assert not problems
        return [slide for slide in slides if isinstance(slide, ExhibitSlide)]

    decks.note_uses(kept, shown("age_groups?ags=15001", "births_deaths?ags=05758"))
    assert [(use.address, use.used_in) for use in uses(store, AGS)] == [
        ("age_groups?ags=15001", used_in(kept)), ("births_deaths?ags=05758", used_in(kept))]  # fmt: skip
    assert uses(store)[0].data_state == "regio_12411_02_03_4@snapshot"
    decks.note_uses(kept, shown("births_deaths?ags=05758"))
    assert [use.address for use in uses(store)] == ["births_deaths?ags=05758"]
    decks.remove(kept, request_id=str(uuid4()))
    assert uses(store) == []
    assert decks.all(AGS) == []


def test_a_record_nobody_can_read_is_named_and_can_be_removed(store):
    store.save(KIND, f"{AGS}:alt", {"name": "Alt", "ags": AGS, "slides": [{"kind": "hologram"}]}, seen_version=0,
               actor="x", request_id=str(uuid4()), scope=AGS)  # fmt: skip
    decks = Decks(store, EDITOR)
    (found,) = decks.all(AGS)
    assert (found.deck, found.name) == (None, "alt")
    decks.remove(found, request_id=str(uuid4()))
    assert decks.all(AGS) == []
