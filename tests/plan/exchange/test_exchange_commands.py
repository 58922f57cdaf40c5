"""``plan export`` and ``plan import`` on the command line, and the tab Austausch."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.app_pages import opened
from zwk_data.cli import app
from zwk_data.store import open_store

AGS = "05758012"
PAGE = "pages/action/werkstattplan.py"


@pytest.mark.parametrize("kind", ["xlsx"])
def test_a_plan_goes_out_and_in_again_on_the_command_line(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    first, again = tmp_path / f"first.{kind}", tmp_path / f"again.{kind}"
    run = CliRunner()
    assert run.invoke(app, ["plan", "export", "--ags", AGS, "--format", kind, "--out", str(first)]).exit_code == 0
    dry = run.invoke(app, ["plan", "import", str(first), "--ags", AGS, "--dry-run"])
    assert dry.exit_code == 0 and "neu" in dry.output and "Übernommen" not in dry.output
    done = run.invoke(app, ["plan", "import", str(first), "--ags", AGS])
    assert done.exit_code == 0 and "Übernommen: 31" in done.output
    assert run.invoke(app, ["plan", "export", "--ags", AGS, "--format", kind, "--out", str(again)]).exit_code == 0
    assert again.read_bytes() == first.read_bytes()


def test_a_plan_is_kept_by_the_canonical_key_and_for_known_places_only(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("ZWK_DATABASE_URL", url)
    file, run = tmp_path / "x.csv", CliRunner()
    file.write_text("Titel;Stand\nMuster;geplant\n", encoding="utf-8")
    unknown = run.invoke(app, ["plan", "import", str(file), "--ags", "99999999"])
    assert unknown.exit_code == 2 and "Ort unbekannt" in unknown.output
    assert run.invoke(app, ["plan", "import", str(file), "--ags", "15001000"]).exit_code == 0
    with open_store(url) as store:
        assert {record.scope for record in store.records("plan_entry")} == {"15001"}
    out = tmp_path / "x.json"
    assert (
        run.invoke(app, ["plan", "export", "--ags", "15001000", "--format", "json", "--out", str(out)]).exit_code == 0
    )
    assert "Muster" in out.read_text(encoding="utf-8")


def test_the_command_line_says_what_is_wrong_with_a_file(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    file = tmp_path / "x.csv"
    file.write_text("Titel;Stand\nA;fertig\n", encoding="utf-8")
    said = CliRunner().invoke(app, ["plan", "import", str(file), "--ags", AGS, "--dry-run"])
    assert said.exit_code == 1 and "Einträge 2 Stand: »fertig« Eines von: Idee" in said.output


@pytest.mark.parametrize(("access", "uploads", "downloads"), [("local", 1, 4), ("", 0, 4)])
def test_who_may_not_edit_is_offered_no_upload(
    data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, access: str, uploads: int, downloads: int
) -> None:
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path / 'store.sqlite'}")
    monkeypatch.setenv("ZWK_ACCESS", access)
    at = opened(PAGE, ags=AGS, part="exchange")
    assert not at.exception
    assert len(at.get("file_uploader")) == uploads and len(at.get("download_button")) == downloads
