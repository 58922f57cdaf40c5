"""``role``: the first admin is made on the command line; names, keys and the last admin are checked."""

import pytest
from typer.testing import CliRunner

from zwk_data.access import Person
from zwk_data.access.accounts import account_of, ask
from zwk_data.cli.app import app
from zwk_data.store import open_store

ONE, TWO = (account_of("https://anmeldung.example", name) for name in "ab")


@pytest.fixture
def run(data_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    return lambda *words: CliRunner().invoke(app, ["role", *words])


def test_the_first_admin_is_made_and_listed_and_stays(run):
    assert run("grant", ONE, "admin").exit_code == 0
    assert f"{ONE}  *      admin" in run("list").stdout
    refused = run("revoke", ONE)
    assert refused.exit_code == 1
    assert "Es muss mindestens eine Person geben" in refused.output
    assert run("grant", TWO, "admin").exit_code == 0
    assert run("revoke", ONE).exit_code == 0
    assert run("list").stdout.count("admin") == 1


def test_a_key_of_a_city_becomes_that_of_its_kreis_and_an_unknown_one_is_named(run):
    assert run("grant", ONE, "editor", "--ags", "15001000").exit_code == 0
    assert "15001" in run("list", ONE).stdout
    assert "15001000" not in run("list", ONE).stdout
    unknown = run("grant", ONE, "editor", "--ags", "99999999")
    assert (unknown.exit_code, "Ort unbekannt: 99999999" in unknown.output) == (2, True)


def test_a_name_stands_for_the_one_account_that_asked_with_it(run):
    with open_store() as store:
        ask(store, Person("account", ONE, {}, "amt@muster.example"), "05758012")
    assert "(angefragt)" in run("list").stdout
    assert run("grant", "amt@muster.example", "reader", "--ags", "05758012").exit_code == 0
    assert run("list", ONE).stdout.count("reader") == 1
    with open_store() as store:
        ask(store, Person("account", TWO, {}, "amt@muster.example"), "05758012")
    assert run("grant", "amt@muster.example", "admin").exit_code == 2
    assert run("grant", ONE, "owner").exit_code == 2
