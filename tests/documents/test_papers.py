"""Papers of a plan, the Demografie-Check and sheets for tables: triggers, figures, cells, hostile texts, pages."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx as word
import pypdf
import pytest
from typer.testing import CliRunner

from zwk_data.cli.app import app
from zwk_data.documents.demography_check import Criteria, Project, demography_check, due, groups_of
from zwk_data.documents.model import Block, Document, Heading, Rows
from zwk_data.documents.options import NoPlan, options_paper, recommendations_paper
from zwk_data.documents.table_sheets import Paper, Sheet, table_sheets
from zwk_data.exhibits import Address, Context, make
from zwk_data.language import GERMAN, Language
from zwk_data.plan.model import Entry, Link, Plan
from zwk_data.render.docx import docx
from zwk_data.render.pdf import pdf
from zwk_data.warehouse import Statistics

DAY = date(2026, 11, 23)
AGS = "15001"
HOSTILE = '=1+1 #panic("x") $a$ *b* _c_ <w:t> & ' + "Wort" * 40
PLAN = Plan(AGS, "Testplan", entries=(
    Entry("a", "Synthetischer Treff", "action", audience=("kommune", "politik"), exists=True, place="Testhaus"),
    Entry("b", "Synthetische Börse", "idea", audience=("politik",)),
    Entry("c", HOSTILE, "recommendation", HOSTILE, reason="Testgrund"),
    Entry("d", "Synthetisch offen"), Entry("e", "Synthetisch verworfen", "idea", status="verworfen"),
), links=(Link("c", "share_65p", "context"),))  # fmt: skip


def context(statistics: Statistics, plan: Plan | None = PLAN) -> Context:
    return Context(statistics, GERMAN, lambda ags: plan if ags == AGS else None)


def tables(document: Document) -> list[Rows]:
    return [block for block in document.blocks if isinstance(block, Rows)]


def pages(document: Document) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf(document))).pages]


def found_in(pages: list[str], sentence: str) -> list[str]:
    """Return the words of the pages from where the sentence begins, as many as it has."""
    words = " ".join(pages).split()
    first = words.index("Dessau-Roßlau:")
    return words[first : first + len(sentence.split())]


@pytest.mark.parametrize(
    ("binds", "cost", "expected"),
    [
        (None, None, None), (9, None, False), (10, None, True), (None, 99_999, False), (1, 100_000, True),
        (9, 99_999, False),
    ],
)  # fmt: skip
def test_a_check_is_due_from_each_limit_on_and_unknown_without_figures(
    binds: int | None, cost: int | None, expected: bool | None
) -> None:
    project = Project("Test", None, binds, None if cost is None else Decimal(cost))
    assert due(project, Criteria()) is expected
    assert due(project, Criteria(None, None)) is None


def test_the_annex_shows_the_figures_of_the_exhibit_on_one_page_however_many_groups(statistics: Statistics) -> None:
    now = context(statistics)
    groups = groups_of(now, AGS)
    project = Project("Ein synthetisches Vorhaben mit einem Namen, der über zwei Zeilen reicht", "Amt", 25, Decimal(1))
    made = demography_check(now, AGS, project, groups, DAY)
    whole = make(Address.parse(f"outlook_groups?ags={AGS}&scenarios=continue&year=2035"), now)
    shown = made.figures[0].exhibit
    assert len(groups) == len(shown.table) >= 5
    expected = whole.table[whole.table["group"].isin(groups)].reset_index(drop=True)
    assert shown.table.equals(expected)
    (text,) = pages(made)
    for row in expected.to_dict("records"):
        assert all(GERMAN.number(float(row[name])) in text for name in ("now", "low", "high"))
    assert all(cell.strip() for table in tables(made) for row in table.rows for cell in row)


def test_a_group_that_does_not_exist_is_refused(statistics: Statistics) -> None:
    with pytest.raises(ValueError, match="Riesen"):
        demography_check(context(statistics), AGS, Project("Test"), ["Riesen"], DAY)


def test_every_entry_stands_once_with_its_other_audiences_and_no_cell_is_empty(statistics: Statistics) -> None:
    made = options_paper(context(statistics), AGS, DAY)
    cells = [cell for table in tables(made) for row in table.rows for cell in row]
    assert all(cell.strip() for cell in cells)
    assert "Synthetischer Treff (auch: Politik)" in cells
    for entry in PLAN.entries:
        named = sum(cell == entry.title or cell.startswith((f"{entry.title}:", f"{entry.title} (")) for cell in cells)
        assert named == (0 if entry.status == "verworfen" else 1), entry.id
    alone = next(table for table in tables(made) if "Synthetische Börse" in table.rows[0])
    assert len(alone.headings) == 2, "columns that no entry fills are left out"


def test_the_figures_behind_a_recommendation_have_their_source(statistics: Statistics) -> None:
    made = recommendations_paper(context(statistics), AGS, DAY)
    assert made.figures and made.sources
    assert made.figures[0].exhibit.sentence.split() == found_in(pages(made), made.figures[0].exhibit.sentence)


def test_without_plan_or_recommendation_the_reader_is_told(statistics: Statistics) -> None:
    with pytest.raises(NoPlan, match="noch keinen Plan"):
        options_paper(context(statistics, None), AGS, DAY)
    with pytest.raises(NoPlan, match="keine Empfehlung"):
        recommendations_paper(context(statistics, Plan(AGS, "Leer", entries=PLAN.entries[:2])), AGS, DAY)


def test_hostile_texts_stay_texts_in_pdf_and_word(statistics: Statistics) -> None:
    made = recommendations_paper(context(statistics), AGS, DAY)
    reader = pypdf.PdfReader(io.BytesIO(pdf(made)))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert '=1+1#panic("x")$a$*b*_c_<w:t>&' in text.replace("“", '"').replace("”", '"').replace("„", '"')
    assert not any("/Annots" in page for page in reader.pages)
    raw = docx(made)
    assert raw == docx(made) and pdf(made) == pdf(made)
    found = word.Document(io.BytesIO(raw))
    assert any(paragraph.text == HOSTILE for paragraph in found.paragraphs)
    assert not found.element.xpath(".//w:hyperlink")


def test_an_english_paper_has_no_german_headings(statistics: Statistics) -> None:
    english = Context(statistics.named_in("en"), Language("en"), lambda ags: PLAN)
    groups = groups_of(english, AGS)
    for made in (options_paper(english, AGS, DAY), demography_check(english, AGS, Project("Test"), groups[:2], DAY)):
        german = [options_paper(context(statistics), AGS, DAY), demography_check(context(statistics), AGS,
                  Project("Test"), (), DAY)]  # fmt: skip
        words = {one for paper in german for one in headings(paper.blocks)}
        assert not words & set(headings(made.blocks))
        assert made.kind not in {paper.kind for paper in german}


def headings(blocks: tuple[Block, ...]) -> list[str]:
    return [block.text for block in blocks if isinstance(block, Heading)]


@pytest.mark.parametrize("paper", ["a4", "a3"])
@pytest.mark.parametrize("landscape", [False, True])
def test_each_group_has_one_sheet(statistics: Statistics, paper: Paper, *, landscape: bool) -> None:
    sheets = [Sheet("Gruppe 1", "Was hält hier?", f"migration_by_age?ags={AGS}"), Sheet("Gruppe 2", "Was fehlt?")]
    made = table_sheets(context(statistics), sheets, "Test", DAY, paper=paper, landscape=landscape)
    found = pypdf.PdfReader(io.BytesIO(pdf(made))).pages
    assert [("Was hält hier?" in page.extract_text(), "Was fehlt?" in page.extract_text()) for page in found] == [
        (True, False), (False, True),
    ]  # fmt: skip
    wide, high = found[0].mediabox.width, found[0].mediabox.height
    assert (wide > high) is landscape
    assert round(float(min(wide, high))) == {"a4": 595, "a3": 842}[paper]


def test_no_sheet_is_no_document(statistics: Statistics) -> None:
    with pytest.raises(ValueError, match="no sheet"):
        table_sheets(context(statistics), [], "Test", DAY)


@pytest.mark.usefixtures("data_folder")
def test_the_commands_write_the_papers_and_say_in_words_what_is_wrong(tmp_path: Path) -> None:
    file = str(tmp_path / "paper.pdf")
    last = ["--day", "2026-11-23", "--out", file]
    run = CliRunner().invoke
    for words in (
        ["options", AGS], ["recommendations", AGS], ["check", AGS, "--title", "Test", "--binds", "12"],
        ["sheets", f"Was hält hier?=migration_by_age?ags={AGS}", "Was fehlt?", "--paper", "a3", "--landscape"],
    ):  # fmt: skip
        assert run(app, ["document", *words, *last]).exit_code == 0, words
        assert Path(file).read_bytes().startswith(b"%PDF")
    wrong = {
        "keinen Plan": ["options", "13076121"], "unbekannt: Riesen": ["check", AGS, "--title", "T", "--group", "Riesen"],
        "a4 und a3": ["sheets", "Frage?", "--paper", "a5"], "nothing": ["sheets", "Frage?=nothing?ags=15001"],
        "Vorhaben": ["check", AGS, "--title", " "],
    }  # fmt: skip
    for said, words in wrong.items():
        done = run(app, ["document", *words, *last])
        assert done.exit_code == 2, words
        assert said in done.output, words
