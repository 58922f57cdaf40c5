"""The commands ``deck`` and ``deck-check`` as their users meet them: files, exit codes, and what they say."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from pptx import Presentation
from typer.testing import CliRunner

from zwk_data.cli import app

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = ("time_series?ags=15001,DG&indicator=old_age_ratio_20_65", "key_figures?ags=15001")


@pytest.fixture(autouse=True)
def _built(data_folder):
    """Every test here has the real figures."""


def alone(*words: object) -> subprocess.CompletedProcess[bytes]:
    """Run a command as its users do."""
    return subprocess.run([sys.executable, "-m", "zwk_data", *map(str, words)], cwd=ROOT, env=dict(os.environ),
                          capture_output=True, check=False)  # fmt: skip


def run(*words: object) -> Result:
    """Run a command in this process: a start takes seconds."""
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture(scope="module")
def deck(data_folder, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("cli") / "deck.pptx"
    result = alone("deck", *ADDRESSES, "--out", file, "--title", "Zweite Werkstatt")
    assert (result.returncode, result.stdout) == (0, b"")
    assert "Geschrieben" in result.stderr.decode("utf-8")
    return file


def test_addresses_become_slides_after_a_title(deck):
    titles = [slide.shapes.title.text for slide in Presentation(str(deck)).slides]
    assert titles[0] == "Zweite Werkstatt"
    assert len(titles) == 3
    assert "Dessau-Roßlau" in titles[1]


def test_a_fresh_deck_is_current_and_the_command_ends_well(deck):
    result = run("deck-check", deck)
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["1", "ohne"], ["2", "aktuell"], ["3", "aktuell"]]
    assert "2 aktuell" in result.stderr


def test_a_changed_deck_is_told_and_ends_with_one(deck, tmp_path):
    changed = Presentation(str(deck))
    changed.slides[1].shapes.title.text = "Alles bleibt, wie es ist"
    file, out = tmp_path / "changed.pptx", tmp_path / "refreshed.pptx"
    changed.save(str(file))
    result = run("deck-check", file, "--out", out)
    assert result.exit_code == 1
    assert "Überschrift von Hand geändert" in result.stdout
    assert out.read_bytes() == file.read_bytes()  # nothing is stale
    assert "0 Folien erneuert" in result.stderr


def test_a_proposal_is_written_without_a_browser(tmp_path):
    file = tmp_path / "vorschlag.pptx"
    result = run("deck", "--propose", "Wer kommt, wer geht?", "--ags", "13071107", "--out", file)
    assert result.exit_code == 0, result.stderr
    assert len(Presentation(io.BytesIO(file.read_bytes())).slides) == 10


def test_a_slide_that_cannot_be_made_is_named_and_the_rest_is_written(tmp_path):
    file = tmp_path / "deck.pptx"
    result = run("deck", ADDRESSES[1], "age_groups?ags=1", "--out", file)
    assert result.exit_code == 1
    assert "Folie 2 fehlt: age_groups?ags=1" in result.stderr
    assert len(Presentation(str(file)).slides) == 1


@pytest.mark.parametrize(("words", "expected"), [
    (("deck", "--out", "{file}"), "entweder Adressen"),
    (("deck", ADDRESSES[1], "--propose", "older", "--ags", "15001", "--out", "{file}"), "entweder Adressen"),
    (("deck", "--propose", "older", "--out", "{file}"), "gehören zusammen"),
    (("deck", "--propose", "Wetter", "--ags", "15001", "--out", "{file}"), "Möglich sind"),
    (("deck", ADDRESSES[1], "--lang", "fr", "--out", "{file}"), "Unbekannte Sprache: fr"),
    (("deck", ADDRESSES[1], "--template", "{text}", "--out", "{file}"), "Vorlage"),
    (("deck", "nichts?x=1", "--out", "{file}"), "Keine der Darstellungen"),
    (("deck-check", "{text}"), "keine PowerPoint-Präsentation"),
])  # fmt: skip
def test_wrong_usage_ends_with_two_and_says_what_to_do(tmp_path, words, expected):
    text, file = tmp_path / "text.pptx", tmp_path / "deck.pptx"
    text.write_text("Hallo", encoding="utf-8")
    result = run(*(word.format(text=text, file=file) for word in words))
    assert result.exit_code == 2
    assert expected in result.stderr
    assert not file.exists()
