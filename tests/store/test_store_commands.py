"""The commands of the store: exit codes, German messages, a backup that comes back."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from zwk_data.cli import app
from zwk_data.store import open_store
from zwk_data.store.errors import NotEmpty


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.delenv("ZWK_DATABASE_URL", raising=False)
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path / "data"))
    return lambda *words: CliRunner().invoke(app, ["store", *words])


def test_backup_and_restore_bring_back_what_was_written(run, tmp_path):
    path = tmp_path / "data" / "store" / "store.sqlite"
    with open_store(f"sqlite:///{path}") as store:
        store.save("own_data", "a", {"n": 1}, seen_version=0, actor="anna", request_id="1")
        head = store.verify().head
    made = run("backup")
    assert (made.exit_code, made.stderr) == (0, "Gesichert und geprüft: 1 Einträge, 1 Änderungen.\n")
    copy = made.stdout.strip()
    assert Path(copy).parent == path.parent / "backups"
    refused = run("restore", copy)
    assert (refused.exit_code, refused.stderr.strip()) == (1, NotEmpty.reason_de)
    forced = run("restore", copy, "--force")
    assert forced.exit_code == 0, forced.stderr
    assert Path(forced.stdout.strip()).exists()
    assert run("verify").stdout.strip() == head
    assert [line.split() for line in run("status").stdout.splitlines()] == [
        ["name", "value"], ["place", str(path)], ["changes", "1"], ["own_data", "1"],
    ]  # fmt: skip


def test_a_database_out_of_reach_is_named_in_german_without_the_password(run, monkeypatch):
    monkeypatch.setenv("ZWK_DATABASE_URL", "postgresql://user:secret@127.0.0.1:9/nothing")
    gone = run("status")
    assert (gone.exit_code, gone.stdout) == (1, "")
    assert gone.stderr == "Der Speicher für Eingaben ist zurzeit nicht erreichbar.\n"


def test_what_is_no_backup_is_refused(run, tmp_path):
    (tmp_path / "text").write_text("no backup")
    refused = run("restore", str(tmp_path / "text"))
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Nicht wiederhergestellt")
