"""Hostile and broken uploads, each with the message it must end with; made here, all recognisably synthetic."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl

from tests.plan.exchange.big_plan import AGS
from zwk_data.plan.exchange import files
from zwk_data.plan.exchange.book import book_of
from zwk_data.plan.model import Entry, Goal, Handlungsfeld, Plan
from zwk_data.render.xlsx import form

SMALL = Plan(
    AGS, "Probe", None, None, (Handlungsfeld("feld1", "Feld eins"),), (Goal("ziel1", "Ziel eins", "feld1"),), (), (),
    (Entry("massnahme1", "Maßnahme eins", "action", handlungsfelder=("feld1",)), Entry("massnahme2", "Maßnahme zwei")),
    kind="internal",
)  # fmt: skip
SHEETS = ("Einträge", "Handlungsfelder", "Ziele")
SHEET = "xl/worksheets/sheet1.xml"  # Einträge


@cache
def good() -> bytes:
    """Three sheets of a small plan: opening all of them again and again would take half a minute."""
    book = book_of(SMALL)
    return form(replace(book, sheets=tuple(one for one in book.sheets if one.name in SHEETS)))


def edited(change: Callable[[Any], object]) -> bytes:
    """The good workbook as somebody left it."""
    book = openpyxl.load_workbook(io.BytesIO(good()))
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cell(heading: str, value: object, row: int = 2, sheet: str = "Einträge") -> bytes:
    def change(book: Any) -> None:
        head = [one.value for one in book[sheet][1]]
        at = next(place for place, one in enumerate(head, 1) if str(one).removesuffix(" *") == heading)
        book[sheet].cell(row, at).value = value

    return edited(change)


def repacked(replaced: dict[str, bytes] | None = None, added: dict[str, bytes] | None = None) -> bytes:
    """The good workbook with members replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (replaced or {}).get(name, old.read(name)))
        for name, raw in (added or {}).items():
            new.writestr(name, raw)
    return file.getvalue()


def member(name: str = SHEET) -> str:
    with zipfile.ZipFile(io.BytesIO(good())) as book:
        return book.read(name).decode()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    return file.getvalue()


def entity_bomb() -> bytes:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(8)
    )
    return repacked({SHEET: re.sub(r"(<\?xml[^>]*\?>)", rf"\1{bomb}]>", member(), count=1).encode()})


def external_entity() -> bytes:
    said = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///nowhere">]>'
    return repacked({SHEET: re.sub(r"(<\?xml[^>]*\?>)", rf"\1{said}", member(), count=1).encode()})


def encrypted() -> bytes:
    raw = bytearray(good())
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        raw[at + 8] |= 1
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(raw)


def billion_rows() -> bytes:
    text = re.sub(r'<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1000000000"/>', member())
    row = '<row r="1000000000"><c r="A1000000000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return repacked({SHEET: text.replace("</sheetData>", row).encode()})


def many_rows() -> bytes:
    lines = "\r\n".join(f";Maßnahme {n}" for n in range(6_000))
    return f"Kennung;Titel\r\n{lines}\r\n".encode()


def plan_json(change: Callable[[dict[str, Any]], object]) -> bytes:
    content = json.loads(files.as_json(SMALL))
    change(content)
    return json.dumps(content).encode()


def entry_json(**fields: object) -> bytes:
    return plan_json(lambda content: content["parts"]["entry"][0].update(fields))


def hide(book: Any) -> None:
    book["Einträge"].sheet_state = "hidden"


def merge(book: Any) -> None:
    book["Einträge"].merge_cells("B2:B3")


def drop(heading: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        sheet = book["Einträge"]
        sheet.delete_cols(next(n for n, one in enumerate(sheet[1], 1) if str(one.value).removesuffix(" *") == heading))

    return change


def rename(heading: str, other: str) -> bytes:
    return cell(heading, other, row=1)


CSV = "Kennung;Titel;Stand;Kosten geplant (Euro);Von;Bis;Handlungsfelder\r\n"

# name: (the file, what must be said; refused whole where it begins with "!")
CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "!Die Datei ist leer."),
    "only blanks": (lambda: b" \r\n\t", "!Die Datei ist leer."),
    "zip bomb": (lambda: zipped({"Einträge.csv": b"0" * (70 << 20)}), "!mehr, als ein Plan braucht"),
    "xlsx bomb": (lambda: repacked(added={"xl/media/x.bin": b"0" * (60 << 20)}), "!mehr, als ein Plan braucht"),
    "many members": (lambda: zipped({f"{n}.csv": b"x" for n in range(300)}), "!mehr, als ein Plan braucht"),
    "entity bomb": (entity_bomb, "!was in keine Tabelle gehört"),
    "external entity": (external_entity, "!was in keine Tabelle gehört"),
    "nested zip": (lambda: zipped({"Einträge.csv": zipped({"x.csv": b"x"})}), "!was in keine Tabelle gehört"),
    "path traversal": (lambda: zipped({"../Einträge.csv": CSV.encode()}), "!was in keine Tabelle gehört"),
    "absolute path": (lambda: zipped({"/Einträge.csv": CSV.encode()}), "!was in keine Tabelle gehört"),
    "backslash path": (lambda: zipped({"..\\Einträge.csv": CSV.encode()}), "!was in keine Tabelle gehört"),
    "truncated workbook": (lambda: good()[: len(good()) // 2], "!unvollständig oder beschädigt"),
    "damaged member": (lambda: good()[:300] + b"XXXX" + good()[304:], "!unvollständig oder beschädigt"),
    "behind the end": (lambda: good() + b"stuck on", "!unvollständig oder beschädigt"),
    "encrypted": (encrypted, "!mit einem Kennwort geschützt"),
    "encrypted by Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
                           "!mit einem Kennwort geschützt"),
    "old Excel": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "!eine alte Excel-Datei"),
    "macros": (lambda: repacked(added={"xl/vbaProject.bin": b"Sub AutoOpen()"}), "!enthält Makros"),
    "external links": (lambda: repacked(added={"xl/externalLinks/externalLink1.xml": b"<x/>"}), "!Verweise auf andere"),
    "html named xlsx": (lambda: b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table>", "!eine Internetseite"),
    "xml": (lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "!eine Internetseite"),
    "pdf": (lambda: b"%PDF-1.7 ...", "!beschädigt oder keine Tabelle"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n\x00\x00", "!beschädigt oder keine Tabelle"),
    "zip without tables": (lambda: zipped({"liesmich.txt": b"x"}), "!kein ZIP mit CSV"),
    "null bytes": (lambda: CSV.encode() + b";Ma\x00ssnahme\r\n", "!beschädigt oder keine Tabelle"),
    "any text": (lambda: "Sehr geehrte Damen und Herren,\r\n\r\nanbei …".encode(), "!kein Blatt der Vorlage"),
    "5 MB and more": (lambda: CSV.encode() + b"x" * (5 << 20), "!größer als 5 MB"),
    "6,000 rows": (many_rows, "!mehr als 5.000 Zeilen"),
    "a billion rows": (billion_rows, ""),  # what lies beyond the last row of any workbook does not exist
    "row far below": (lambda: edited(lambda book: book["Einträge"].cell(9_000, 2, "x")), "!mehr als 5.000 Zeilen"),
    "formula": (lambda: cell("Beschreibung", "=1+1"), "statt einer Formel"),
    "dde": (lambda: cell("Beschreibung", "=cmd|'/C calc'!A0"), "statt einer Formel"),
    "hyperlink formula": (lambda: cell("Titel", '=HYPERLINK("http://example.org","x")'), "statt einer Formel"),
    "error value": (lambda: cell("Kosten geplant (Euro)", "#REF!"), "statt einer Formel"),
    "id twice": (lambda: cell("Kennung", "massnahme1", row=3), "steht schon in Zeile 2"),
    "id of nonsense": (lambda: cell("Kennung", "../1"), "Eine Kennung aus Buchstaben"),
    "goal under itself": (lambda: cell("Handlungsfeld", "Ziel eins [ziel1]", sheet="Ziele"), "von etwas, das es gibt"),
    "unknown field of action": (lambda: cell("Handlungsfelder", "Feld einz"), "Ähnlich: Feld eins [feld1]"),
    "unknown status": (lambda: cell("Stand", "fast fertig"), "Eines von: Idee, geplant, laufend"),
    "date as number": (lambda: cell("Von", 45_657), "Ein Tag wie 31.12.2026."),
    "date as text": (lambda: cell("Von", "Anfang März"), "Ein Tag wie 31.12.2026."),
    "no such day": (lambda: cell("Von", "31.02.2026"), "Ein Tag wie 31.12.2026."),
    "end before start": (lambda: CSV.encode() + b";A;;;01.02.2026;01.01.2026;\r\n", "passt nicht zu den anderen"),
    "negative cost": (lambda: cell("Kosten geplant (Euro)", -1), "Eine Zahl ab 0."),
    "cost as text": (lambda: cell("Kosten geplant (Euro)", "rund 5 Mio."), "Eine Zahl wie 1.234,5"),
    "huge cost": (lambda: cell("Kosten geplant (Euro)", 1e15), "Eine Zahl unter einer Billion."),
    "percent over 100": (lambda: cell("Förderquote (%)", 101), "Eine Zahl von 0 bis 100."),
    "100,000 characters": (lambda: CSV.encode() + b";" + b"x" * 100_000 + b";;;;;\r\n", "es sind 100000"),
    "control characters": (lambda: CSV.encode() + b";Ma\x07ssnahme;;;;;\r\n", "Text ohne Steuerzeichen"),
    "escaped control character": (lambda: cell("Titel", "Ma_x0007_ssnahme"), "Text ohne Steuerzeichen"),
    "text turned round": (lambda: CSV.encode() + ";Ma\u202exslx.exe;;;;;\r\n".encode(), "Text ohne Steuerzeichen"),
    "no title": (lambda: CSV.encode() + b"neu1;;geplant;;;;\r\n", "muss ausgefüllt sein"),
    "wrong sheet name": (lambda: edited(lambda book: setattr(book["Einträge"], "title", "Eintraege")),
                         "kennt die Vorlage nicht; es wird nicht gelesen. Ähnlich: Einträge."),
    "missing title column": (lambda: edited(drop("Titel")), "ohne sie wird das Blatt nicht gelesen"),
    "missing other column": (lambda: edited(drop("Stand")), "was dort gespeichert ist, bleibt"),
    "renamed column": (lambda: rename("Beschreibung", "Beschreibungen"), "nicht gelesen. Ähnlich: Beschreibung."),
    "column twice": (lambda: rename("Zielgruppe", "Titel"), "darf nur einmal vorkommen; das Blatt"),
    "headings gone": (lambda: edited(lambda book: book["Einträge"].delete_rows(1)), "fehlen die Überschriften"),
    "hidden sheet": (lambda: edited(hide), "ausgeblendet"),
    "merged cells": (lambda: edited(merge), "muss ausgefüllt sein"),
    "ragged rows": (lambda: CSV.encode() + b"a1;A;geplant;1;;;;zu;viel\r\n", "mehr Zellen als Überschriften"),
    "quote bomb": (lambda: CSV.encode() + b';"' + b'""' * 200_000 + b"\r\n", "!Anführungszeichen nicht geschlossen"),
    "quote left open": (lambda: CSV.encode() + b';"offen\r\n' + b"b;B;;;;;\r\n" * 3,
                        "!Anführungszeichen nicht geschlossen"),
    "json of nothing": (lambda: b"{}", "!kein Werkstattplan dieses Formats"),
    "json list": (lambda: b"[]", "!kein Werkstattplan dieses Formats"),
    "json of a later version": (lambda: plan_json(lambda content: content.update(version=2)), "!dieses Formats"),
    "json cut": (lambda: files.as_json(SMALL)[:-20], "!fehlerhaft"),
    "json nesting bomb": (lambda: b'{"parts":' + b"[" * 500_000, "!zu tief geschachtelt"),
    "json NaN": (lambda: b'{"format": "werkstattplan", "version": NaN}', "!NaN oder Infinity"),
    "json Infinity": (lambda: entry_json(cost_plan=float("inf")), "!NaN oder Infinity"),
    "json names twice": (lambda: b'{"format": "x", "format": "y"}', "!zweimal vor"),
    "json endless number": (lambda: b'{"version": ' + b"9" * 10_000 + b"}", "!fehlerhaft"),
    "json parts no list": (lambda: plan_json(lambda content: content["parts"].update(entry={"id": "x"})), "Eine Liste"),
    "json part no object": (lambda: plan_json(lambda content: content["parts"].update(entry=["x"])), "Ein Teil des Plans"),
    "json wrong type": (lambda: entry_json(title=7), "lässt sich so nicht speichern"),
    "json list for text": (lambda: entry_json(description=["a"]), "lässt sich so nicht speichern"),
    "json unknown status": (lambda: entry_json(status="fertig"), "lässt sich so nicht speichern"),
    "json negative cost": (lambda: entry_json(cost_plan="-1"), "liegt"),
    "json no title": (lambda: plan_json(lambda content: content["parts"]["entry"][0].pop("title")), "fehlt"),
    "json unknown field": (lambda: entry_json(passwort="x"), "Dieses Feld kennt das Format nicht"),
    "json unknown part": (lambda: plan_json(lambda content: content["parts"].update(user=[])), "Diesen Teil kennt"),
    "json id twice": (lambda: plan_json(lambda content: content["parts"]["entry"].append(content["parts"]["entry"][0])),
                      "steht schon in Zeile 1"),
    "json field of action of nobody": (lambda: entry_json(handlungsfelder=["nirgends"]), "von etwas, das es gibt"),
    "json script address": (lambda: plan_json(lambda content: content["parts"].update(
        source=[{"id": "s1", "name": "Q", "url": "javascript:alert(1)"}])), "keine Adresse"),
    "json of another town": (lambda: plan_json(lambda content: content.update(ags="15001")), "einem anderen Ort"),
}  # fmt: skip

# What looks odd and is read all the same: text stays text, encodings are told apart.
HARMLESS: dict[str, Callable[[], bytes]] = {
    "utf-16": lambda: (CSV + "neu1;Ämter;geplant;1,5;;;\r\n").encode("utf-16"),
    "latin1": lambda: (CSV + "neu1;Ämter;geplant;1,5;;;\r\n").encode("latin-1"),
    "bom": lambda: (CSV + "neu1;Ämter;geplant;1,5;;;\r\n").encode("utf-8-sig"),
    "comma": lambda: (CSV + "neu1;Ämter;geplant;1.5;;;\r\n").replace(";", ",").encode(),
    "lines above": lambda: ("Unser Plan\r\n\r\n" + CSV + "neu1;Ämter;geplant;1,50 €;;;\r\n").encode(),
}
