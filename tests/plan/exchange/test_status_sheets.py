"""Status sheets: one per office, filled in, returned together, accepted line by line and once only."""

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from zwk_data.access import LOCAL, NOBODY, Denied
from zwk_data.language import GERMAN
from zwk_data.plan.exchange.preview import preview
from zwk_data.plan.exchange.problems import expected
from zwk_data.plan.exchange.reading import Content, NotReadable, read_here
from zwk_data.plan.exchange.status import NO_OFFICE, StatusSheet, status_sheets
from zwk_data.plan.exchange.status_back import Returned, returned, take_lines
from zwk_data.plan.model import Entry, Plan, Progress
from zwk_data.plan.service import Plans
from zwk_data.render.xlsx import form
from zwk_data.store import Store

AGS, DAY = "05758012", date(2026, 3, 1)
FIRST = {
    "Was getan wurde": "Zwei Treffen,\n=1+1",
    "Stand": "umgesetzt",
    "Ausgegeben (Euro)": 1200.5,
    "Zahl": "14 Plätze",
}
PLAN = Plan(
    AGS, "Probe", kind="internal",
    entries=(
        Entry("a", "=Maßnahme A", "action", status="laufend", responsible_office="Amt für Übung", cost_actual=Decimal(5)),
        Entry("b", "Maßnahme B", "action", responsible_office="amt für übung "),
        Entry("c", "Maßnahme C", "action", responsible_office="Sozialamt"), Entry("d", "Maßnahme D", "action"),
    ),
    progress=(Progress("p1", "a", date(2026, 1, 1), done="Auftakt", planned="Treffen"),),
)  # fmt: skip


@pytest.fixture
def plans(store: Store) -> Plans:
    opened = Plans(store, LOCAL)
    opened.begin(AGS, PLAN, request_id="begin")
    return opened


def sent(plans: Plans, made: date = DAY) -> tuple[StatusSheet, ...]:
    return status_sheets(plans.stored(AGS), ["a", "b", "c", "d"], made=made, place="Probestadt")


def filled(sheet: StatusSheet, rows: Mapping[int, Mapping[str, object]]) -> bytes:
    """The workbook as an office saves it: some cells of some lines filled in."""
    book = openpyxl.load_workbook(io.BytesIO(form(sheet.book)))
    page = book["Sachstand"]
    heads = [cell.value for cell in page[1]]
    for row, cells in rows.items():
        for name, value in cells.items():
            page.cell(row, heads.index(name) + 1).value = value
            if isinstance(value, str):
                page.cell(row, heads.index(name) + 1).data_type = "s"  # typed as text, not as a formula
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def content(raw: bytes) -> Content | NotReadable:
    try:
        return read_here(raw)
    except NotReadable as error:
        return error


def came_back(plans: Plans, *files: bytes) -> Returned:
    return returned([(f"{n}.xlsx", content(raw)) for n, raw in enumerate(files)], plans.stored(AGS), DAY)


def test_every_office_gets_its_own_and_what_has_none_too(plans: Plans) -> None:
    sheets = sent(plans)
    assert [(one.office, one.count, one.file_name) for one in sheets] == [
        ("Amt für Übung", 2, "sachstand-amt-fuer-uebung.xlsx"), ("Sozialamt", 1, "sachstand-sozialamt.xlsx"),
        (NO_OFFICE, 1, "sachstand-ohne-zustaendige-stelle.xlsx"),
    ]  # fmt: skip
    page = openpyxl.load_workbook(io.BytesIO(form(sheets[0].book)))["Sachstand"]
    assert [cell.value for cell in page[2]][:4] == [
        "a",
        "=Maßnahme A",
        "laufend",
        "01.01.2026\ngetan: Auftakt\ngeplant: Treffen",
    ]
    assert page.cell(2, 2).data_type == "s"
    assert "1. =Maßnahme A (Stand bisher: laufend)\n2. Maßnahme B" in sheets[0].mail


def test_returned_lines_become_notes_and_move_the_entry_once_only(plans: Plans) -> None:
    sheets = sent(plans)
    files = [
        filled(sheets[0], {2: FIRST, 3: {"Fortschritt (%)": 40}}),
        filled(sheets[1], {2: {"Was geplant ist": "x"}}),
    ]
    found = came_back(plans, *files)
    assert not found.refused and not found.problems
    assert [(line.entry, line.doubts) for line in found.lines] == [("a", ()), ("b", ()), ("c", ())]
    keys = [line.key for line in found.lines if line.entry != "c"]  # one is declined
    saved, refused = take_lines(plans, AGS, found.lines, keys, request_id="r", language=GERMAN)
    assert len(saved) == 2 and not refused
    plan = plans.stored(AGS).plan
    assert plan.entry("a").status == "umgesetzt" and plan.entry("a").cost_actual == Decimal("1200.5")
    note = next(note for note in plan.progress if note.id == found.lines[0].key)
    assert (note.done, note.day, note.office, note.figure) == (
        FIRST["Was getan wurde"],
        DAY,
        "Amt für Übung",
        "14 Plätze",
    )
    assert len(plan.progress) == 3
    again = came_back(plans, *files)
    assert [one.word for one in again.refused] == ["status_taken"] and [line.entry for line in again.lines] == ["c"]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(plans: Plans) -> None:
    sheet = sent(plans)[0]
    found = came_back(plans, filled(sheet, {2: FIRST, 3: {"Stand": "geplant"}}))
    other = replace(plans.stored(AGS).plan.entry("a"), status="pausiert")
    plans.save(AGS, other, seen_version=1, request_id="other")
    saved, refused = take_lines(
        plans, AGS, found.lines, [line.key for line in found.lines], request_id="r", language=GERMAN
    )
    assert [line.entry for line in saved] == ["b"] and "jemand anderes" in refused[0].reason
    assert plans.stored(AGS).plan.entry("a").status == "pausiert"
    later = came_back(plans, filled(sheet, {2: FIRST}))
    assert later.lines[0].doubts == ("changed",)


def test_a_line_of_an_entry_that_was_removed_since_is_refused_and_leaves_no_note(plans: Plans) -> None:
    found = came_back(plans, filled(sent(plans)[0], {2: {"Was getan wurde": "Muster"}, 3: {"Stand": "geplant"}}))
    plans.remove(AGS, "entry", "a", seen_version=1, request_id="gone")
    before = set(plans.stored(AGS).versions)
    saved, refused = take_lines(
        plans, AGS, found.lines, [line.key for line in found.lines], request_id="r", language=GERMAN
    )
    assert [line.entry for line in saved] == ["b"] and "nicht mehr" in refused[0].reason
    assert set(plans.stored(AGS).versions) - before == {("progress", saved[0].key)}


def test_foreign_hostile_doubled_and_old_files_are_refused_each_and_the_others_go_through(plans: Plans) -> None:
    older, newer = sent(plans, date(2026, 1, 5)), sent(plans, date(2026, 2, 5))
    taken = came_back(plans, filled(newer[1], {2: {"Was getan wurde": "neu"}}))
    take_lines(plans, AGS, taken.lines, [line.key for line in taken.lines], request_id="r", language=GERMAN)
    good = filled(newer[0], {2: FIRST})
    marks = {**newer[2].book.marks, "Ort": "15001"}
    elsewhere = replace(newer[2], book=replace(newer[2].book, marks=marks))
    form_of_later = replace(newer[2], book=replace(newer[2].book, marks={**newer[2].book.marks, "Fassung": "9"}))
    found = came_back(
        plans, b"<html></html>", good, good, filled(older[1], {2: {"Was getan wurde": "alt"}}),
        filled(elsewhere, {2: FIRST}), filled(form_of_later, {2: FIRST}), filled(newer[2], {}), b"Titel;x\r\na;b\r\n",
    )  # fmt: skip
    assert [(one.file, one.word) for one in found.refused] == [
        ("0.xlsx", "html"), ("2.xlsx", "status_again"), ("3.xlsx", "status_old"), ("4.xlsx", "status_place"),
        ("5.xlsx", "status_version"), ("6.xlsx", "status_blank"), ("7.xlsx", "other_form"),
    ]  # fmt: skip
    assert all(one.reason(GERMAN) != one.word for one in found.refused)
    assert [line.entry for line in found.lines] == ["a"]


def test_a_line_with_an_error_is_named_and_keeps_no_other_back(plans: Plans) -> None:
    sheet = sent(plans)[0]
    wrong = {"Was getan wurde": "x", "Stand": "fertig", "Datum": date(2027, 1, 1), "Ausgegeben (Euro)": -3}
    found = came_back(
        plans, filled(sheet, {2: wrong, 3: {"Stand": "geplant"}, 4: {"Kennung": "zz", "Stand": "geplant"}})
    )
    said = [(one.row, one.column, expected(one, GERMAN)) for one in found.problems]
    assert said == [
        (2, "Stand", "Eines von: Idee, geplant, laufend, umgesetzt, verstetigt, pausiert, verworfen."),
        (2, "Ausgegeben (Euro)", "Eine Zahl ab 0."), (2, "Datum", "Ein Tag, der nicht in der Zukunft liegt."),
        (4, "Kennung", "Diese Maßnahme gibt es nicht mehr, oder sie stand nicht in diesem Bogen."),
    ]  # fmt: skip
    assert [line.entry for line in found.lines] == ["b"]


def test_a_status_sheet_is_no_plan_and_who_may_not_edit_takes_nothing_over(plans: Plans, store: Store) -> None:
    raw = filled(sent(plans)[0], {2: FIRST})
    with pytest.raises(NotReadable, match="plan_not_status"):
        preview(read_here(raw), plans.stored(AGS))
    found = came_back(plans, raw)
    with pytest.raises(Denied):
        take_lines(Plans(store, NOBODY), AGS, found.lines, [found.lines[0].key], request_id="r", language=GERMAN)
