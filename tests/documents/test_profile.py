"""The Kommunalprofil: four pages for every place, and the commands that write it."""

import io
from datetime import date
from pathlib import Path

import pypdf
import pytest
from typer.testing import CliRunner

from zwk_data.cli.app import app
from zwk_data.documents.handout import handout
from zwk_data.documents.model import Figure, Paragraph
from zwk_data.documents.profile import profile
from zwk_data.exhibits import AddressError, Context
from zwk_data.render.pdf import pdf
from zwk_data.warehouse import Statistics

DAY = date(2026, 11, 23)


@pytest.mark.parametrize("ags", ["13071107", "15001", "05758012", "12073", "13076121"])
def test_a_profile_has_exactly_four_pages(statistics: Statistics, ags: str) -> None:
    made = profile(Context(statistics), ags, DAY)
    pages = pypdf.PdfReader(io.BytesIO(pdf(made))).pages
    assert len(pages) == 4
    heads = ("Lage", "Altersstruktur", "Bewegungen", "Ausblick und Plan")
    assert all(head in page.extract_text() for head, page in zip(heads, pages, strict=True))


def test_a_place_without_own_ages_says_whose_figures_are_shown(statistics: Statistics) -> None:
    made = profile(Context(statistics), "13076121", DAY)
    kinds = {note.kind for figure in made.figures for note in figure.exhibit.notes}
    assert "kreis_value" in kinds


def test_an_unknown_place_is_refused(statistics: Statistics) -> None:
    with pytest.raises(AddressError):
        profile(Context(statistics), "99999999", DAY)


def test_a_handout_names_what_cannot_be_made_and_keeps_the_order(statistics: Statistics) -> None:
    made = handout(Context(statistics), ["age_groups?ags=15001", "nothing?ags=15001"], "", DAY)
    assert [type(block) for block in made.blocks] == [Figure, Paragraph]
    assert isinstance(made.blocks[1], Paragraph) and "nothing" in made.blocks[1].text


@pytest.mark.usefixtures("data_folder")
def test_the_command_writes_the_format_of_the_ending_and_refuses_others(tmp_path: Path) -> None:
    words = ["document", "handout", "age_groups?ags=15001", "--day", "2026-11-23", "--out"]
    for ending, start in ((".pdf", b"%PDF"), (".docx", b"PK")):
        file = tmp_path / f"handout{ending}"
        assert CliRunner().invoke(app, [*words, str(file)]).exit_code == 0
        assert file.read_bytes().startswith(start)
    assert CliRunner().invoke(app, [*words, str(tmp_path / "handout.odt")]).exit_code == 2
