"""Out and in again: the same plan, cell by cell and byte by byte, and nothing in it becomes a formula."""

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from tests.plan.exchange.big_plan import AGS, big_plan
from zwk_data.access import LOCAL
from zwk_data.catalog.declarations import participants
from zwk_data.language import GERMAN
from zwk_data.plan.examples import load_example
from zwk_data.plan.exchange import files
from zwk_data.plan.exchange.book import book_of
from zwk_data.plan.exchange.columns import PAGES
from zwk_data.plan.exchange.preview import Preview, preview, take
from zwk_data.plan.exchange.reading import read, read_here
from zwk_data.plan.model import Plan
from zwk_data.plan.parts import kind_of, parts_of, plan_from
from zwk_data.plan.service import Plans, Stored, Version
from zwk_data.render.xlsx import form
from zwk_data.store import Store

EXAMPLES = {place.ags: plan for place in participants().values() if (plan := load_example(place.ags))}
PLANS = {**EXAMPLES, "300 actions": big_plan()}
FORMATS: dict[str, Callable[[Plan], bytes]] = {
    "xlsx": lambda plan: form(book_of(plan)), "csv": files.as_zip, "json": files.as_json,
}  # fmt: skip


def kept(plan: Plan) -> Stored:
    """Return a plan as if it were stored; an empty one as one that has not been begun."""
    versions = {(kind_of(part), part.id): Version(1, "x", datetime(2026, 1, 1)) for part in parts_of(plan)}
    return Stored(plan, versions if plan.title else {})


def stops(found: Preview) -> list[object]:
    return [problem for problem in found.problems if problem.stops]


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_exported_and_imported_is_exported_the_same(name: str, kind: str) -> None:
    plan = PLANS[name]
    raw = FORMATS[kind](plan)
    found = preview(read_here(raw), kept(Plan(plan.ags, "")))
    again = plan_from(plan.ags, [item.part for item in found.items])
    assert not found.problems and all(item.new for item in found.items)
    assert FORMATS[kind](again) == raw
    assert parts_of(again) == parts_of(plan)


@pytest.mark.parametrize("kind", ["xlsx"])
def test_a_plan_read_into_itself_changes_nothing(kind: str) -> None:
    plan = big_plan()
    found = preview(read_here(FORMATS[kind](plan)), kept(plan))
    assert found.empty and not found.problems
    assert found.unchanged["Einträge"] == 300


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert all(render(EXAMPLES["13071107"]) == render(EXAMPLES["13071107"]) for render in FORMATS.values())


def test_no_text_of_the_workbook_is_a_formula_or_a_link_and_values_keep_their_kind() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form(book_of(big_plan()))))
    assert book.sheetnames[: len(PAGES)] == [page.name for page in PAGES]
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)
    sheet = book["Einträge"]
    heads = [cell.value for cell in sheet[1]]
    first = dict(zip(heads, (cell.value for cell in sheet[2]), strict=True))
    assert first["Titel *"] == "=Maßnahme 0 äöüß [Test]"
    assert first["Von"] == datetime(2024, 1, 15) and first["Kosten geplant (Euro)"] == 12345.67
    assert sheet.freeze_panes == "C2" and len(first["Beschreibung"]) > 9_000
    words = next(one for one in sheet.data_validations.dataValidation if "D2" in str(one.sqref))
    target, area = words.formula1.lstrip("=").split("!")
    assert [cell.value for (cell,) in book[target][area.replace("$", "")]][2] == "laufend"
    assert book["Listen"].sheet_state == "hidden"


def test_no_cell_of_the_csv_begins_as_a_formula_does() -> None:
    with zipfile.ZipFile(io.BytesIO(files.as_zip(big_plan()))) as archive:
        tables = [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    cells = [
        cell for table in tables for row in csv.reader(io.StringIO(table, newline=""), delimiter=";") for cell in row
    ]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not cell[1:2].isdigit()]
    assert "'=1+1\n+49 30 123\n-1+1\n@SUM(A1)" in cells


def test_an_import_begins_a_plan_and_its_export_is_the_file(store: Store) -> None:
    plan = big_plan()
    some = {entry.id for entry in plan.entries[:10]}
    plan = replace(plan, entries=plan.entries[:10], links=plan.links[:10],
                   progress=tuple(note for note in plan.progress if note.entry in some))  # fmt: skip
    plans, raw = Plans(store, LOCAL), files.as_json(plan)
    found = preview(read(raw), plans.stored(AGS))
    done = take(plans, found, {item.key for item in found.items}, (), request_id="r1", language=GERMAN)
    assert not done.refused and len(done.saved) == len(found.items)
    assert files.as_json(plans.stored(AGS).plan) == raw
    again = take(plans, found, {item.key for item in found.items}, (), request_id="r1", language=GERMAN)
    assert not again.refused  # the same answer again is the same save
    assert all(version.number == 1 for version in plans.stored(AGS).versions.values())
