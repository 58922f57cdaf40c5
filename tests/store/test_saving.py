"""Saving, conflicts, repeats, removing, drafts, uses: on both engines."""

import sqlite3
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest

from tests.store import editing
from zwk_data.language import Language
from zwk_data.store import Conflict, NotSaved, Store, StoreError, Use, drop_use, note_use, open_store, uses
from zwk_data.store.errors import TooLarge
from zwk_data.store.values import MAX_BODY

HERFORD = "05758012"


def save(
    store: Store, body: dict, seen: int = 0, *, by: str = "anna", request: str = "", id: str = "a", scope: str = ""
):
    request = request or f"{by} {id} {seen} {body}"
    return store.save("own_data", id, body, seen_version=seen, actor=by, request_id=request, scope=scope)


def remove(store: Store, seen: int, *, erase: bool, by: str = "anna", request: str = "gone") -> None:
    store.remove("own_data", "a", seen_version=seen, actor=by, request_id=request, erase=erase)


def test_a_saved_body_comes_back_with_its_version_who_and_when(store):
    begin = datetime.now(UTC)
    first = save(store, {"title": "Nordstadt Ä", "values": [1, 2.5, None, True], "odd": "\0 \ud800"}, scope=HERFORD)
    second = save(store, {"title": "Nordstadt"}, 1, by="bert")
    assert (first.version, second.version) == (1, 2)
    assert store.get("own_data", "a") == second
    assert second.scope == HERFORD
    assert (second.actor, second.body) == ("bert", {"title": "Nordstadt"})
    assert begin - timedelta(seconds=1) <= first.created_at == second.created_at <= second.updated_at
    assert [change.body for change in store.history("own_data", "a")] == [first.body, second.body]
    assert store.verify().problems == ()


def test_what_is_handed_out_cannot_be_changed_by_mistake(store):
    with pytest.raises(FrozenInstanceError):
        save(store, {"n": 1}).version = 7


def test_of_two_forms_opened_on_the_same_version_the_second_gets_a_conflict_with_all_three_texts(store):
    save(store, {"n": 1})
    save(store, {"n": 2}, 1, by="bert")
    with pytest.raises(Conflict) as refused:
        save(store, {"n": 3}, 1)
    conflict = refused.value
    assert conflict.current == store.get("own_data", "a")
    assert (conflict.seen, conflict.current.body, conflict.yours) == ({"n": 1}, {"n": 2}, {"n": 3})
    assert conflict.actor == "bert"
    assert "bert" in conflict.reason_de
    assert conflict.reason_de.startswith("Nicht gespeichert")
    assert conflict.reason(Language("en")).startswith("Not saved: bert changed the entry")
    assert store.state() == 2


@pytest.mark.parametrize("seen", [0, 2, 7])
def test_any_other_version_than_the_stored_one_is_a_conflict(store, seen):
    save(store, {"n": 1})
    with pytest.raises(Conflict):
        save(store, {"n": 2}, seen)


def test_a_save_of_something_removed_is_a_conflict_that_names_who_removed_it(store):
    save(store, {"n": 1})
    remove(store, 1, erase=False, by="bert")
    with pytest.raises(Conflict) as refused:
        save(store, {"n": 2}, 1)
    assert refused.value.current is None
    assert refused.value.actor == "bert"
    assert "entfernt" in refused.value.reason_de
    with pytest.raises(Conflict) as unknown:
        save(store, {"n": 2}, 1, id="never")
    assert unknown.value.reason_de == "Nicht gespeichert: Diesen Eintrag gibt es nicht."


def test_the_same_request_again_gives_the_first_result_and_saves_nothing(store):
    first = save(store, {"n": 1}, request="form 1")
    save(store, {"n": 2}, 1, by="bert")
    assert save(store, {"n": 1}, request="form 1") == first
    assert store.state() == 2


def test_the_same_request_with_another_text_is_a_conflict_because_the_text_must_not_vanish(store):
    save(store, {"n": 1}, request="form 1")
    with pytest.raises(Conflict) as refused:
        save(store, {"n": 5}, request="form 1")
    assert refused.value.yours == {"n": 5}


@pytest.mark.parametrize("other", [{"by": "bert"}, {"id": "b"}])
def test_a_request_of_something_else_is_refused(store, other):
    save(store, {"n": 1}, request="form 1")
    with pytest.raises(ValueError, match="used before"):
        save(store, {"n": 1}, request="form 1", **other)
    with pytest.raises(ValueError, match="used before"):
        remove(store, 1, erase=True, request="form 1")


@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "\ud800", "x" * 201])
def test_names_that_one_of_the_engines_could_not_keep_are_refused(store, name):
    with pytest.raises(ValueError):
        save(store, {"n": 1}, id=name)
    with pytest.raises(ValueError):
        store.save("own_data", "a", {}, seen_version=0, actor=name, request_id="r")


def test_a_body_that_is_not_json_or_too_large_is_refused(store):
    for body in ({"n": float("nan")}, {"n": {1, 2}}):
        with pytest.raises(ValueError):
            save(store, body)
    with pytest.raises(TooLarge) as refused:
        save(store, {"text": "x" * MAX_BODY})
    assert isinstance(refused.value, NotSaved)
    assert store.state() == 0


def test_records_are_listed_by_kind_and_municipality(store):
    for id, scope in (("b", HERFORD), ("a", "13071"), ("Ä", HERFORD), ("B", HERFORD)):
        save(store, {}, id=id, scope=scope)
    note_use(store, Use("/x", "meeting", "g1"), actor="anna")
    assert [record.id for record in store.records("own_data")] == ["B", "a", "b", "Ä"]
    assert [record.id for record in store.records("own_data", HERFORD)] == ["B", "b", "Ä"]
    assert store.records("own_data", "nowhere") == []


def test_erased_figures_are_gone_from_the_whole_database_and_the_chain_still_holds(store, url, tmp_path):
    mark = "4711081542"
    save(store, {"figure": mark}, request="first")
    save(store, {"figure": mark, "n": 2}, 1, request="second")
    store.keep_draft("bert", "form", "own_data", "a", {"draft": mark}, version_seen=2)
    remove(store, 2, erase=True)
    assert store.get("own_data", "a") is None
    assert store.draft("bert", "form", "own_data", "a") is None
    history = store.history("own_data", "a")
    assert [(change.action, change.actor, change.body) for change in history] == [
        ("create", "anna", None), ("change", "anna", None), ("erase", "anna", None),
    ]  # fmt: skip
    assert history[0].after
    assert store.verify().problems == ()
    if url.startswith("sqlite"):
        store.close()
        assert mark.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_removed_but_not_erased_the_texts_stay_in_the_history_and_can_be_erased_later(store):
    save(store, {"n": 1})
    remove(store, 1, erase=False)
    remove(store, 1, erase=False)  # the same request again
    assert [change.body for change in store.history("own_data", "a")] == [{"n": 1}, None]
    remove(store, 0, erase=True, request="erase")
    assert [change.body for change in store.history("own_data", "a")] == [None] * 3
    with pytest.raises(Conflict):
        remove(store, 0, erase=True, request="erase again")
    assert store.verify().problems == ()


def test_a_redacted_record_stays_and_its_earlier_texts_are_gone_from_the_whole_database(store, url, tmp_path):
    mark = "4711081543"
    first = save(store, {"figure": mark}, request="first", scope=HERFORD)
    save(store, {"figure": mark, "n": 2}, 1, by="bert", request="second")
    store.keep_draft("bert", "form", "own_data", "a", {"draft": "anders"}, version_seen=2)
    with pytest.raises(Conflict):
        store.redact("own_data", "a", {"n": 2}, seen_version=1, actor="anna", request_id="too early")
    again = [store.redact("own_data", "a", {"n": 2}, seen_version=2, actor="anna", request_id="gone") for _ in range(2)]
    assert again[0] == again[1] == store.get("own_data", "a")
    assert (again[0].version, again[0].scope, again[0].created_at) == (3, HERFORD, first.created_at)
    history = store.history("own_data", "a")
    assert [(change.action, change.actor, change.body) for change in history] == [
        ("create", "anna", None), ("change", "bert", None), ("redact", "anna", {"n": 2}),
    ]  # fmt: skip
    assert [draft.body for draft in store.drafts(None)] == [{"draft": "anders"}]
    with pytest.raises(Conflict):
        save(store, {"figure": mark}, request="first")  # a lost answer asked for again does not bring it back
    save(store, {"n": 3}, 3)
    assert store.verify().problems == ()
    if url.startswith("sqlite"):
        store.close()
        assert mark.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize("seen", [0, 1])
def test_only_what_is_stored_can_be_redacted(store, seen):
    with pytest.raises((ValueError, Conflict)):
        store.redact("own_data", "a", {}, seen_version=seen, actor="anna", request_id="r")
    assert store.state() == 0


def test_a_record_made_again_goes_on_counting_so_that_an_old_form_cannot_hit_it(store):
    save(store, {"n": 1})
    remove(store, 1, erase=True)
    assert save(store, {"n": 9}, request="again").version == 3
    with pytest.raises(Conflict):
        save(store, {"n": 2}, 1)
    assert store.verify().problems == ()


def test_a_draft_survives_a_reconnect_is_overwritten_freely_and_goes_with_the_save(store, url):
    for text in ("halb", "halb fertig"):
        store.keep_draft("anna", "form", "own_data", "a", {"title": text}, version_seen=0)
    store.keep_draft("bert", "form", "own_data", "a", {"title": "anders"}, version_seen=0)
    with open_store(url) as later:
        kept = later.draft("anna", "form", "own_data", "a")
        assert (kept.body, kept.version_seen) == ({"title": "halb fertig"}, 0)
        assert later.drafts("anna") == [kept]
    save(store, {"title": "fertig"})
    assert store.drafts("anna") == []
    assert len(store.drafts("bert")) == 1
    store.drop_draft("bert", "form", "own_data", "a")
    store.drop_draft("bert", "form", "own_data", "a")
    assert store.drafts("bert") == []
    assert store.state() == 1


def test_a_refused_save_keeps_the_draft(store):
    save(store, {"n": 1})
    store.keep_draft("anna", "form", "own_data", "a", {"n": 2}, version_seen=0)
    with pytest.raises(Conflict):
        save(store, {"n": 2})
    assert store.draft("anna", "form", "own_data", "a").body == {"n": 2}


def test_uses_of_exhibits_are_noted_once_renewed_and_dropped(store):
    for state in ("g1", "g1", "g2"):
        note_use(store, Use("/exhibit?ags=05758", "meeting-1", state), actor="anna", scope="05758")
    note_use(store, Use("/exhibit?ags=05758", "meeting-2", "g2"), actor="anna", scope="13071")
    assert uses(store, "05758") == [Use("/exhibit?ags=05758", "meeting-1", "g2")]
    drop_use(store, "/exhibit?ags=05758", "meeting-1", actor="bert")
    assert uses(store) == [Use("/exhibit?ags=05758", "meeting-2", "g2")]
    assert store.state() == 4


def test_changes_after_a_state_are_what_a_cache_has_missed(store):
    save(store, {"n": 1})
    state = store.state()
    assert store.changes(state) == []
    save(store, {"n": 2}, 1)
    assert [(change.seq, change.body) for change in store.changes(state)] == [(2, {"n": 2})]
    assert len(store.changes(limit=1)) == 1


@pytest.mark.parametrize("address", ["mysql://x:secret@y/z", "sqlite://", "sqlite:///:memory:", "no address: secret"])
def test_other_databases_are_refused_in_german_without_showing_the_address(address):
    with pytest.raises(StoreError) as refused:
        open_store(address)
    assert "ZWK_DATABASE_URL" in refused.value.reason_de
    assert "secret" not in str(refused.value)


def test_by_default_the_store_lies_in_the_data_folder_but_not_among_what_is_generated(tmp_path, monkeypatch):
    monkeypatch.delenv("ZWK_DATABASE_URL", raising=False)
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path / "own place"))
    with open_store() as store:
        save(store, {"n": 1})
    [mode] = (
        sqlite3.connect(tmp_path / "own place" / "store" / "store.sqlite").execute("PRAGMA journal_mode").fetchone()
    )
    assert mode == "delete"  # TRUNCATE is a setting of each connection; what must not be in the file is WAL


def test_twenty_editors_in_four_processes_lose_nothing_and_double_nothing(url):
    result = editing.in_processes(url, processes=4, threads=5, saves=3, think=(0.005, 0.05))
    assert result["failures"] == []
    assert (result["saves"], result["lost"], result["doubled"]) == (60, 0, 0)
    assert result["audit"] == result["saves"]
    assert result["conflicts"] > 0
    assert result["problems"] == []


def test_the_same_editors_do_lose_edits_where_the_last_one_wins(tmp_path):
    """Or the test above could not fail."""
    url = f"sqlite:///{tmp_path / 'careless.sqlite'}"
    assert editing.in_processes(url, processes=2, threads=5, saves=4, careful=False, think=(0.005, 0.05))["lost"] > 0
