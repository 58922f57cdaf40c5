"""CSV files are read again with the csv module, as a spreadsheet of the reader's country would read them."""

import csv
import io

from tests.render.made import HOSTILE, table_exhibit
from zwk_data.language import Language
from zwk_data.render.csv import csv as render
from zwk_data.render.tabular import together


def read(code: str) -> tuple[str, list[list[str]]]:
    raw = render(table_exhibit(), Language(code))
    text = raw.decode("utf-8-sig")
    return raw.decode("utf-8"), list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if code == "de" else ","))


def test_german_files_have_semicolon_decimal_comma_byte_order_mark_and_crlf():
    raw, rows = read("de")
    assert raw.startswith("\ufeff") and raw.count("\r\n") == raw.count("\n") - 1  # one line break inside a text
    assert rows[0] == ["Ort", "Wert (je 100)", "Jahr", "Stichtag"]
    assert [row[1] for row in rows[1:7]] == ["1234,5", "-0,2", "", "0,0", "1000000,0", "-3,0"]
    assert rows[1][2:] == ["2019", "31.12.2024"]


def test_english_files_have_comma_point_and_iso_dates():
    _, rows = read("en")
    assert [row[1] for row in rows[1:7]] == ["1234.5", "-0.2", "", "0.0", "1000000.0", "-3.0"]
    assert rows[1][3] == "2024-12-31" and rows[6][3] == ""


def test_hostile_texts_stay_texts_and_numbers_stay_numbers():
    _, rows = read("de")
    assert [row[0] for row in rows[1:6]] == ["'" + text for text in HOSTILE[:5]]
    assert rows[6][0] == HOSTILE[5] and rows[6][1] == "-3,0"
    assert ["Titel", "'=Titel"] in rows


def test_the_table_ends_with_an_empty_line_and_the_sources_follow():
    _, rows = read("de")
    empty = rows.index([])
    said = dict(row for row in rows[empty + 1 :])
    assert empty == 7
    assert said["Quelle"] == "© Amt für Statistik; dl-de/by-2-0" and "govdata.de" in said["Lizenz"]
    assert said["Adresse"] == "demo?ags=05758" and said["Bruch"].startswith("Zensus 2022")
    assert said["Hinweis"].startswith("Kreiswert")


def test_a_column_of_decimals_gives_each_row_its_own():
    exhibit = table_exhibit()
    exhibit.table["value_decimals"] = [0, 2, 1, 3, 0, 1]
    rows = render(exhibit, Language("de")).decode("utf-8-sig").splitlines()
    assert rows[1].split(";")[1] == "1234" and rows[2].split(";")[1] == "-0,25" and rows[4].split(";")[1] == "0,000"


def test_what_sources_have_in_common_is_said_once():
    names = [
        "Amt, Datenbank, Tabelle 1-1", "Eurostat (a), bearbeitet", "Amt, Datenbank, Tabelle 2-2", "stadt.de, Seite",
        "Eurostat (b), bearbeitet", "stadt.de, Beitrag vom 03.06.2025", "© Vereinte Nationen: Aussichten", "Amt, Datenbank, Tabelle 1-1",
    ]  # fmt: skip
    assert together(names, Language("de")) == [
        "Amt, Datenbank, Tabellen 1-1, 2-2", "Eurostat (a, b), bearbeitet", "stadt.de, Seite; Beitrag vom 03.06.2025",
        "© Vereinte Nationen: Aussichten",
    ]  # fmt: skip
    assert together(names[:1], Language("en")) == ["Amt, Datenbank, Table 1-1"]
