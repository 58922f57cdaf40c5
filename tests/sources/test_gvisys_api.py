"""GV-ISys: editions chosen by the dates inside, both bases, a firewall, files of one's own, and what the register learns."""

import hashlib
import io
import os
from dataclasses import replace
from datetime import date
from unittest import mock

import openpyxl
import pyarrow.parquet as pq
import pytest

from tests.sources import simulator
from tests.sources.reading import lookup, rows
from tests.sources.simulators import gvisys as served
from tests.sources.simulators.gvisys import GEMEINDEN, Gvisys, each, sheet
from zwk_data.sources import gvisys_api, gvisys_workbook, refresh
from zwk_data.sources.archive import Archive
from zwk_data.sources.errors import Incomplete, ParseError
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.refresh import register_of, tidy_of

Q1, Q2, Q3, Q4 = (f"GVAuszugQ/AuszugGV{n}QAktuell.xlsx" for n in (1, 2, 3, 4))
YEARLY = "GVAuszugJ/31122023_Auszug_GV.xlsx"
NEWEST = date(2025, 12, 31)


@pytest.fixture
def server(monkeypatch):
    with simulator.serve(Gvisys()) as running:
        monkeypatch.setenv("ZWK_GVISYS_URL", running.url)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.delenv("ZWK_GVISYS_FILE", raising=False)
        yield running


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


def client(waits=None):
    return Client(Limits(tries=2), sleep=(waits if waits is not None else []).append, jitter=lambda: 0.0)


def refreshed(server, archive, waits=None, **scope):
    known = replace(server.scope(), **scope)
    return refresh.refresh_one(gvisys_api, "gvisys", archive, known, client(waits))


def figures(archive, scope):
    load = archive.last("gvisys")
    return pq.read_table(tidy_of(gvisys_api, load, archive, scope))


def edition(gemeinden=GEMEINDEN, territory=date(2026, 9, 30), day=NEWEST, change=None):
    body = served.workbook(territory, day, gemeinden)
    return change(body) if change else body


# --- asking ----------------------------------------------------------------------------------------------------------


def test_a_good_run_is_accepted_with_the_figures_of_each_date(server, archive):
    outcome = refreshed(server, archive)
    assert outcome.ok, outcome.reason_de
    table = figures(archive, server.scope())
    total, men, women = served.people("05758012", NEWEST)
    found = {"dataset": "gvisys", "measure": "population", "ags": "05758012", "reference_date": NEWEST}
    assert [lookup(table, sex=sex, **found) for sex in "tmf"] == [total, men, women]
    assert lookup(table, ags="05758012", measure="area_km2", reference_date=NEWEST) == 79.15
    assert {r["reference_date"] for r in table.to_pylist()} == {date(y, 12, 31) for y in (2023, 2024, 2025)}
    assert outcome.notes == {"unpopulated_areas": 1}


def test_the_four_quarters_and_the_years_are_asked_for_one_after_the_other(server, archive):
    refreshed(server, archive)
    asked = [question.path.removeprefix("/") for question in server.asked]
    assert asked == [Q1, Q2, Q3, Q4, *(f"GVAuszugJ/3112{year}_Auszug_GV.xlsx" for year in range(2022, 2026))]
    assert server.most_at_once == 1


def test_a_date_comes_from_the_edition_with_the_newest_territory(server, archive):
    fewer = tuple(entry for entry in GEMEINDEN if entry[0] != "13071156")
    server.editions = {Q1: edition(gemeinden=fewer, territory=date(2026, 3, 31), day=date(2024, 12, 31))}
    assert refreshed(server, archive).ok
    table = figures(archive, server.scope())
    assert rows(table, ags="13071156", reference_date=date(2024, 12, 31))  # 30.06.2026 is newer than 31.03.2026


def test_a_kreisfreie_stadt_is_one_place_with_its_kreis_key(server, archive):
    refreshed(server, archive)
    table = figures(archive, server.scope())
    assert rows(table, ags="15001", measure="population") and not rows(table, ags="15001000")


def test_sums_of_people_only_where_the_territory_is_that_of_the_figures(server, archive):
    refreshed(server, archive)
    table = figures(archive, server.scope())
    own = {"ags": "05758", "measure": "population", "sex": "t"}
    members = [served.people(e[0], date(2023, 12, 31))[0] for e in GEMEINDEN if e[0].startswith("05758")]
    assert rows(table, reference_date=date(2023, 12, 31), **own)[0]["value"] == sum(members)
    assert not rows(table, reference_date=NEWEST, **own)
    assert rows(table, ags="05758", measure="area_km2", reference_date=NEWEST)[0]["status"] == "computed"


def test_the_same_editions_again_are_no_new_load(server, archive):
    refreshed(server, archive)
    again = refreshed(server, archive)
    assert again.ok and again.unchanged and again.load == 1


def test_no_edition_at_the_known_addresses_is_told(server, archive):
    server.reply = lambda asked: simulator.Reply(b"", status=404)
    assert "nicht an der bekannten Adresse" in refreshed(server, archive).reason_de


def test_the_firewall_is_waited_for_and_then_named(server, archive):
    waits: list[float] = []
    server.faults = [simulator.html(403)] * 9
    outcome = refreshed(server, archive, waits)
    assert "ZWK_GVISYS_FILE" in outcome.reason_de and waits == list(gvisys_api.REFUSED_WAITS)
    server.faults = [simulator.html(403)] * 2
    assert refreshed(server, archive).ok


def test_a_file_of_ones_own_is_taken_and_nothing_is_asked(server, archive, tmp_path, monkeypatch):
    path = tmp_path / "AuszugGV3QAktuell.xlsx"
    path.write_bytes(edition())
    monkeypatch.setenv("ZWK_GVISYS_FILE", str(path))
    assert refreshed(server, archive).ok and server.asked == []
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    assert archive.last("gvisys").parts[0].params == (("file", path.name), ("sha256", checksum))


def test_another_file_of_the_same_name_is_read_and_not_the_one_of_an_unfinished_refresh(
    server, archive, tmp_path, monkeypatch
):
    old, new = tmp_path / "a" / "GV.xlsx", tmp_path / "b" / "GV.xlsx"
    for path, territory in ((old, date(2026, 6, 30)), (new, date(2026, 9, 30))):
        path.parent.mkdir()
        path.write_bytes(edition(territory=territory))
    monkeypatch.setenv("ZWK_GVISYS_FILE", str(old))
    [question] = gvisys_api.questions("gvisys", server.scope(), client())
    kept = [archive.keep(one, 1) for one in gvisys_api.ask(question, client(), server.scope())]
    archive.pend("gvisys", refresh.question_mark(question, gvisys_api.PARSER_VERSION), kept)
    monkeypatch.setenv("ZWK_GVISYS_FILE", str(new))
    assert refreshed(server, archive).ok
    [part] = archive.last("gvisys").parts
    assert archive.open(part).read_bytes() == new.read_bytes()


def test_two_files_of_the_same_name_are_both_read(server, archive, tmp_path, monkeypatch):
    days = (date(2023, 12, 31), NEWEST)
    paths = [tmp_path / str(day.year) / "GV.xlsx" for day in days]
    for path, day in zip(paths, days, strict=True):
        path.parent.mkdir()
        path.write_bytes(edition(day=day))
    monkeypatch.setenv("ZWK_GVISYS_FILE", os.pathsep.join(map(str, paths)))
    assert refreshed(server, archive).ok
    assert [archive.open(part).read_bytes() for part in archive.last("gvisys").parts] == [
        path.read_bytes() for path in paths
    ]


def test_a_missing_file_of_ones_own_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("ZWK_GVISYS_FILE", str(tmp_path / "weg.xlsx"))
    assert "weg.xlsx" in gvisys_api.unavailable_de()


# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "total", "text", "basis"),
    [
        (date(2022, 12, 31), 84_358_845, "", "census2011"),
        (date(2023, 12, 31), 84_669_326, "", "census2011"),
        (date(2023, 12, 31), 83_456_045, "", "census2022"),
        (date(2024, 12, 31), 83_577_140, "", "census2022"),
        (date(2023, 12, 31), 84_669_326, "auf Grundlage des Zensus 2022", "census2022"),
        (date(2024, 12, 31), 83_577_140, "Zensus 2011, nicht Zensus 2022", "census2022"),
    ],
)
def test_the_basis_follows_the_date_the_sum_or_the_words_of_the_edition(day, total, text, basis):
    people = gvisys_workbook.Record("05758012", "Herford", "Stadt", total, None, None, 1.0)
    assert gvisys_api.basis_of(gvisys_workbook.Edition(day, day, {}, [people], text)) == basis


def test_a_kreis_that_changed_since_the_figures_has_no_sum_of_area():
    assert "16061" in gvisys_api._reformed_between(date(2022, 12, 31), date(2024, 6, 30))
    assert gvisys_api._reformed_between(date(2024, 12, 31), date(2026, 6, 30)) == []


def test_a_gemeinde_whose_people_an_edition_lost_is_missing_and_stays_a_place(server, archive):
    def lost(row):
        if row[7].value == "Hiddenhausen":
            for cell in row[9:12]:
                cell.value = 0

    server.editions = {Q3: edition(change=each(lost))}
    assert refreshed(server, archive).ok
    found = rows(figures(archive, server.scope()), ags="05758016", measure="population", reference_date=NEWEST)
    assert [(r["value"], r["status"]) for r in found] == [(None, "missing")] * 3
    assert "05758016" in register_of(gvisys_api, archive.last("gvisys"), archive)["ags"].to_pylist()


@pytest.mark.parametrize("sign", [".", "...", "…", "x", "/"])
def test_a_sign_is_no_number_and_leaves_no_sum(sign):
    def marked(row):
        if row[7].value == "Hiddenhausen":
            row[9].value = sign

    day = date(2023, 12, 31)
    found = gvisys_workbook.read(edition(territory=day, day=day, change=each(marked)))
    table = gvisys_api._table(found, "gvisys")
    (herford,) = rows(table, ags="05758", measure="population", sex="t")
    assert herford["value"] is None and herford["status"] == gvisys_workbook.MARKERS[sign]


def test_a_workbook_without_its_footer_is_not_whole():
    def cut(found):
        last = max(row[0].row for row in found.iter_rows() if row[0].value == "60")
        found.delete_rows(last + 1, 20)

    with pytest.raises(Incomplete, match="footer"):
        gvisys_workbook.read(edition(change=sheet(cut)))


def test_a_cell_in_a_far_row_does_not_hold_the_reader_up():
    far = sheet(lambda found: found.__setitem__("A1048576", "weit"))
    assert gvisys_workbook.read(edition(change=far)).day == NEWEST


def test_another_sheet_is_refused():
    book = openpyxl.Workbook()
    book.active["A1"] = "Satzart"
    into = io.BytesIO()
    book.save(into)
    with pytest.raises(ParseError):
        gvisys_workbook.read(into.getvalue())


# --- what the register learns ----------------------------------------------------------------------------------------

# A merger: Rödinghausen is dissolved, the key 05758099 is new (invented), Hiddenhausen is renamed.
NEW = ("05758099", "Neue Gemeinde, Stadt", "63", 36.27, "8,479015", "52,253282", "03")
REFORMED = tuple(
    NEW if e[0] == "05758028" else (e[0], "Hiddenhausen am Wald", *e[2:]) if e[0] == "05758016" else e
    for e in GEMEINDEN
)


def test_a_new_gemeinde_is_known_to_the_gate_and_kept_in_the_register(server, archive):
    server.editions = {Q3: edition(gemeinden=REFORMED)}
    people = {key: value for key, value in server.scope().population.items() if key != "05758"}
    outcome = refreshed(server, archive, population=people)
    assert outcome.ok, outcome.reason_de
    newer = register_of(gvisys_api, archive.last("gvisys"), archive)
    assert {"05758099", "05758"} <= set(newer["ags"].to_pylist())


def test_a_renaming_alone_makes_a_new_load(server, archive):
    refreshed(server, archive)
    renamed = tuple((e[0], "Hiddenhausen am Wald", *e[2:]) if e[0] == "05758016" else e for e in GEMEINDEN)
    server.editions = {Q3: edition(gemeinden=renamed)}
    outcome = refreshed(server, archive)
    assert outcome.ok and not outcome.unchanged and outcome.load == 2


def test_an_unknown_kreis_is_refused_and_asks_for_a_new_release(server, archive):
    server.mutate = Gvisys.mutations["unknown_place"]
    outcome = refreshed(server, archive)
    assert not outcome.ok and "05799 Erfunden" in outcome.reason_de and "neue Programmversion" in outcome.reason_de


def test_an_edition_older_than_the_embedded_register_teaches_nothing(server, archive, tmp_path, monkeypatch):
    path = tmp_path / "alt.xlsx"
    path.write_bytes(edition(territory=date(2019, 12, 31), day=date(2019, 12, 31)))
    with mock.patch.dict("os.environ", {"ZWK_GVISYS_FILE": str(path)}):
        assert refreshed(server, archive).ok
    assert register_of(gvisys_api, archive.last("gvisys"), archive) is None
