"""Files as offices send them, and files that mean harm."""

import io
import zipfile
from collections.abc import Sequence

import openpyxl
import pytest

from zwk_data.language import GERMAN
from zwk_data.own_data import template
from zwk_data.own_data.columns import COLUMNS, MAX_BYTES, MAX_ROWS
from zwk_data.own_data.reading import NotReadable, read, read_here

ROW = ["05758012", "Süd", "31.12.2025", "Bevölkerung", "insgesamt", "", "", "12"]


def lines(delimiter: str) -> str:
    return "\r\n".join(delimiter.join(cells) for cells in (COLUMNS, ROW))


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_way_to_write_a_csv_gives_the_same_cells(delimiter: str, encoding: str) -> None:
    found = read_here(lines(delimiter).encode(encoding))
    assert found.headings == COLUMNS
    assert found.lines == ((2, dict(zip(COLUMNS, ROW, strict=True))),)


def test_a_title_above_the_headings_and_empty_lines_below_keep_the_line_numbers() -> None:
    found = read_here(f"Musterstadt\n\n{lines(';')}\n\n;;;;;;;\n{';'.join(ROW)}".encode())
    assert [number for number, _ in found.lines] == [4, 7]


def test_a_workbook_is_read_in_a_process_of_its_own_formulas_as_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.as_workbook(GERMAN, [ROW])))
    book["Daten"]["H3"] = "=SUM(H2:H2)"
    written = io.BytesIO()
    book.save(written)
    found = read(written.getvalue())
    assert found.lines[0][1]["Anzahl"] == "12" and found.lines[1] == (3, found.lines[1][1])
    assert found.lines[1][1]["Anzahl"] == "=SUM(H2:H2)"


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


TYPES = ("[Content_Types].xml", b"<Types/>")
HOSTILE = {
    "bomb": zipped(TYPES, ("xl/worksheets/sheet1.xml", b"0" * (60 << 20))),
    "slip": zipped(TYPES, ("xl/worksheets/sheet1.xml", b"<x/>"), ("../../outside.txt", b"x")),
    "entities": zipped(TYPES, ("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>')),
    "no workbook": zipped(("letter.txt", b"x")),
    "cut": template.as_workbook(GERMAN, [ROW])[:-40],
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "nothing": b"",
    "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "too large": b"x" * (MAX_BYTES + 1),
    "too long": (lines(";") + ("\n" + ";".join(ROW)) * MAX_ROWS).encode(),
    "quotes": (lines(";") + '\n"' + "x" * 200_000).encode(),
}


def workbook_of(rows: Sequence[Sequence[object]]) -> bytes:
    book, written = openpyxl.Workbook(), io.BytesIO()
    for row in (list(COLUMNS), *rows):
        book.active.append(row)
    book.save(written)
    return written.getvalue()


def test_a_broken_number_of_a_workbook_is_no_number_with_thousands() -> None:
    found = read_here(workbook_of([[*ROW[:7], 12.345], [*ROW[:7], 12.0]]))
    assert [cells["Anzahl"] for _, cells in found.lines] == ["12,345", "12"]


def test_rows_beyond_the_bound_are_not_dropped_silently() -> None:
    with pytest.raises(NotReadable, match=r"20\.000"):
        read_here(workbook_of([ROW, *[[None]] * (MAX_ROWS + 100), ROW]))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_or_foreign_file_is_refused_with_a_reason(name: str) -> None:
    with pytest.raises(NotReadable) as refused:
        read(HOSTILE[name])
    assert refused.value.reason_de.endswith(".")


def test_the_instructions_name_every_column() -> None:
    names = [name for name, _ in template.instructions(GERMAN)]
    assert set(COLUMNS) <= set(names)
