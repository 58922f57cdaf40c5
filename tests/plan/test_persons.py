"""A name is found in every text that is kept, and afterwards in none; the plan goes on and the audit still holds."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from zwk_data.access import LOCAL, NOBODY, Denied, Person, accounts
from zwk_data.cli import app
from zwk_data.plan import persons
from zwk_data.plan.checking import NotUsable
from zwk_data.plan.model import Concept, Entry, Mention, Plan, Progress
from zwk_data.plan.persons import GONE
from zwk_data.plan.service import Plans
from zwk_data.store import Store, open_store

AGS, OTHER = "05758012", "13071107"
NAME = "Mara Beispiel"  # nobody
ENTRY = Entry(
    "treff", "Treff (Muster)", description=f"Gespräch mit {NAME} und Team", responsible_office="Sozialamt (Muster)",
    partners=("Verein", NAME, "mara  beispiel"), mentions=(Mention("konzept", says="nach MARA BEISPIEL"),),
    contact=NAME,
)  # fmt: skip
PLAN = Plan(
    AGS, "Plan (Muster)", concepts=(Concept("konzept", "Konzept"),),
    entries=(ENTRY, Entry("anderer", "Anderer", contact="Amt 50"), Entry("marabeispiel", "Marabeispiele")),
    progress=(Progress("p", "treff", date(2026, 1, 1), done=f"{NAME}\nhat gesprochen"),),
)  # fmt: skip


def new() -> str:
    return str(uuid4())


@pytest.fixture
def plans(store: Store) -> Plans:
    """A plan with the name in entries, a published copy, history, something removed, drafts and another place."""
    plans = Plans(store, LOCAL)
    plans.begin(AGS, PLAN, request_id=new())
    plans.publish(AGS, "entry", "treff", request_id=new())
    plans.save(AGS, replace(PLAN.entries[1], note=f"Anruf von {NAME}"), seen_version=1, request_id=new())
    plans.save(AGS, PLAN.entries[1], seen_version=2, request_id=new())
    plans.save(AGS, Entry("weg", f"Idee von {NAME}"), seen_version=0, request_id=new())
    plans.remove(AGS, "entry", "weg", seen_version=1, request_id=new())
    plans.keep_draft(AGS, "entry", "neu", {"title": f"mit {NAME}", "rest": "bleibt"}, seen_version=0)
    plans.keep_draft(AGS, "entry", "treff", {"title": "anderes"}, seen_version=1)
    plans.save(OTHER, Entry("treff", f"Bei {NAME}"), seen_version=0, request_id=new())
    store.save("scenario", "s", {"name": f"Annahme {NAME}", "values": [1, 1, 2]}, seen_version=0, actor="x",
               request_id=new(), scope=AGS)  # fmt: skip
    accounts.ask(store, Person("account", "konto-" + "a" * 20, {}, NAME), AGS)
    return plans


def test_all_about_a_name_is_found_where_it_stands(plans, store):
    found = persons.find(store, LOCAL, NAME, AGS)
    assert {(one.where, one.id.removeprefix(f"{AGS}:"), one.field) for one in found} == {
        *(("now", "treff", field) for field in ("description", "partners.1", "partners.2", "mentions.0.says", "contact")),
        *(("now", "entry:treff", f"value.{field}") for field in (
            "description", "partners.1", "partners.2", "mentions.0.says")),
        ("now", "p", "done"), ("history", "anderer", "note"), ("history", "weg", "title"), ("draft", "neu", "title"),
        ("now", "s", "name"),
    }  # fmt: skip
    everywhere = persons.find(store, LOCAL, NAME)
    assert {(one.kind, one.id) for one in everywhere} - {(one.kind, one.id) for one in found} == {
        ("plan_entry", f"{OTHER}:treff"), ("account", "konto-" + "a" * 20),
    }  # fmt: skip


def test_an_export_is_json_with_who_wrote_it_when(plans, store):
    made = json.loads(json.dumps(persons.export(store, LOCAL, NAME, OTHER)))
    [one] = made["found"]
    assert (one["text"], one["where"], one["actor"]) == (f"Bei {NAME}", "now", LOCAL.actor)
    assert one["at"].startswith("20")
    assert persons.export(store, LOCAL, "Nie Geschrieben")["found"] == []


def test_an_erased_name_is_gone_from_every_text_and_the_plan_goes_on(plans, store, tmp_path):
    before = plans.plan(AGS)
    done = persons.erase(store, LOCAL, NAME)
    assert (done.left, persons.find(store, LOCAL, NAME)) == ((), [])
    assert (done.records, done.removed, done.drafts) == (7, 1, 1)
    after = plans.plan(AGS)
    assert not plans.stored(AGS).unreadable
    assert after.entry("treff") == replace(
        ENTRY, description=f"Gespräch mit {GONE} und Team", partners=("Verein", GONE), contact=None,
        mentions=(Mention("konzept", says=f"nach {GONE}"),),
    )  # fmt: skip
    assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]
    assert after.entry("marabeispiel") == before.entry("marabeispiel")
    assert plans.published(AGS).entry("treff").partners == ("Verein", GONE)
    assert store.get("scenario", "s").body == {"name": f"Annahme {GONE}", "values": [1, 1, 2]}
    assert {draft.id: draft.body for draft in plans.drafts(AGS)} == {
        f"{AGS}:neu": {"title": f"mit {GONE}", "rest": "bleibt"}, f"{AGS}:treff": {"title": "anderes"},
    }  # fmt: skip
    assert [change.action for change in plans.history(AGS, "entry", "anderer")] == [
        "create", "change", "change", "redact",
    ]  # fmt: skip
    assert store.verify().problems == ()
    plans.save(AGS, replace(after.entry("treff"), title="Weiter"), seen_version=2, request_id=new())
    store.close()
    assert NAME.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())


def test_erasing_in_one_municipality_leaves_the_others_alone_and_again_does_nothing(plans, store):
    persons.erase(store, LOCAL, NAME, AGS)
    assert [one.scope for one in persons.find(store, LOCAL, NAME) if one.kind == "plan_entry"] == [OTHER]
    state = store.state()
    assert persons.erase(store, LOCAL, NAME, AGS) == persons.Erased(0, 0, 0, ())
    assert store.state() == state


@pytest.mark.parametrize("spelling", ["mara beispiel", " Mara\u00a0Beispiel ", "MARA  BEISPIEL"])
def test_case_and_blanks_do_not_hide_a_name(plans, store, spelling):
    assert len(persons.find(store, LOCAL, spelling, AGS)) == 14


def test_accents_are_found_however_they_are_typed(store):
    Plans(store, LOCAL).save(AGS, Entry("a", "Zoe\u0308 Mu\u0308ller hilft"), seen_version=0, request_id=new())
    assert len(persons.find(store, LOCAL, "Zoë Müller")) == 1
    assert persons.erase(store, LOCAL, "Zoë Müller").left == ()


@pytest.mark.parametrize("name", ["", "  ", "ab", "A. B.", "2026"])
def test_what_is_too_short_for_a_name_is_refused(store, name):
    with pytest.raises(NotUsable):
        persons.erase(store, LOCAL, name)


@pytest.mark.parametrize("ags", ["", AGS])
@pytest.mark.parametrize("person", [
    NOBODY, *(Person("account", "k", {AGS: role}) for role in ("reader", "editor", "decider")),
    Person("account", "k", {OTHER: "admin"}),
])  # fmt: skip
def test_only_who_may_erase_finds_exports_and_erases(plans, store, person, ags):
    state = store.state()
    for call in (persons.find, persons.export, persons.erase):
        with pytest.raises(Denied):
            call(store, person, NAME, ags)
    assert store.state() == state


def test_an_admin_of_one_municipality_erases_there_and_not_everywhere(plans, store):
    admin = Person("account", "konto-muster", {AGS: "admin"})
    with pytest.raises(Denied):
        persons.find(store, admin, NAME)
    assert persons.erase(store, admin, NAME, AGS).left == ()


def test_a_name_is_found_in_a_municipality_by_any_of_its_keys(data_folder, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'cli.sqlite'}")
    with open_store() as store:
        Plans(store, LOCAL).save("15001", ENTRY, seen_version=0, request_id=new())
    shown = CliRunner().invoke(app, ["person", "export", NAME, "--ags", "15001000"])
    assert shown.exit_code == 0 and len(json.loads(shown.stdout)["found"]) == 5


def test_the_operator_exports_and_erases_on_the_command_line(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'cli.sqlite'}")
    run = lambda *words, **named: CliRunner().invoke(app, ["person", *words], **named)  # noqa: E731
    with open_store() as store:
        Plans(store, LOCAL).save(AGS, ENTRY, seen_version=0, request_id=new())
    shown = run("export", NAME)
    assert shown.exit_code == 0, shown.stderr
    assert {one["field"] for one in json.loads(shown.stdout)["found"]} >= {"contact", "description"}
    assert shown.stderr.strip() == "Gefunden: 5 Texte."
    assert run("erase", NAME, input="n\n").exit_code == 1
    assert len(json.loads(run("export", NAME).stdout)["found"]) == 5
    done = run("erase", NAME, "--yes")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        0,
        "Bereinigt: 1 Einträge, 0 entfernte Einträge, 0 Entwürfe.",
    )
    assert json.loads(run("export", NAME).stdout)["found"] == []
    assert run("erase", "ab").exit_code == 2
