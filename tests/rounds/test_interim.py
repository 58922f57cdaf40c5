"""The interim report: its figures are those of the exhibits; breaks, chance and gaps are said; nothing is a cause."""

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from math import sqrt
from pathlib import Path

import docx as word
import pypdf
import pytest
from typer.testing import CliRunner

from zwk_data.access import LOCAL
from zwk_data.cli.app import app
from zwk_data.documents.model import Bullets, Document, Heading, Paragraph, Rows
from zwk_data.documents.options import NoPlan
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.exhibits.registry import example_plan
from zwk_data.language import GERMAN, Language
from zwk_data.plan.model import Entry, Handlungsfeld, Link, Plan, Progress, Target
from zwk_data.plan.service import Plans
from zwk_data.render.docx import docx
from zwk_data.render.pdf import pdf
from zwk_data.rounds.interim import interim_report
from zwk_data.rounds.interim_parts import shared
from zwk_data.rounds.model import Decision, Item, Meeting
from zwk_data.rounds.service import Meetings
from zwk_data.store import open_store
from zwk_data.workshops.model import Group, Result, Workshop

PARTNERS = ("05758012", "13071107", "15001", "12073")
DAY, AGS = date(2026, 11, 23), "15001"
HOSTILE = '=1+1 #panic("x") $a$ *b* _c_ <w:t> & ' + "Wort" * 60
CAUSE = re.compile(r"bewirk|führt(e|en)? zu|\bdank\b|wegen|zurückzuführen|Erfolg der", re.IGNORECASE)
PLAN = Plan(
    AGS, "Synthetischer Werkstattplan", kind="internal",
    handlungsfelder=(Handlungsfeld("f1", "Feld Eins", order=1), Handlungsfeld("f2", "Feld Zwei", order=2)),
    entries=(
        Entry("a", HOSTILE, "action", status="laufend", end=date(2026, 5, 1), handlungsfelder=("f1", "f2"),
              cost_plan=Decimal(1000), cost_actual=Decimal(400)),
        Entry("b", "Synthetischer Treff", "action", status="umgesetzt", responsible_office="Amt B",
              start=date(2022, 3, 1), end=date(2025, 1, 31), handlungsfelder=("f1",), cost_plan=Decimal(500)),
        Entry("c", "Synthetische Börse", "idea", handlungsfelder=("f2",)),
    ),
    links=(Link("a", "share_65p", "outcome"), Link("b", "births", "output"), Link("c", "foreign_share", "context")),
    targets=(Target("t", "population_total", Decimal(90000), 2030, 2023),),
    progress=(Progress("p1", "b", date(2026, 1, 5), done="früher Stand"), Progress("p2", "b", date(2026, 2, 5),
              done="neuester Stand", cost_actual=Decimal(70)), Progress("p3", "b", date(2027, 1, 1), done="künftig")),
)  # fmt: skip
MEETINGS = (
    Meeting("m1", AGS, "Runde Eins", date(2026, 3, 5), participants=("Amt A", "Amt B"),
            items=tuple(Item(f"i{n}", "Frage?") for n in range(4)), begun="x", closed="y"),
    Meeting("m2", AGS, "Runde Zwei", date(2026, 12, 1)),
)  # fmt: skip
DECISIONS = (
    Decision("m1", "i0", "F?", "adopted", HOSTILE, date(2026, 3, 5), "Amt A", date(2026, 6, 1)),
    Decision("m1", "i1", "F?", "adopted", "Erledigtes.", date(2026, 3, 5), "Amt B", date(2026, 4, 1), state="done",
             state_day=date(2026, 4, 2), remark="liegt vor"),
    Decision("m1", "i2", "F?", "postponed", "Vertagtes.", date(2026, 3, 5), resubmit=date(2026, 9, 1)),
    Decision("m1", "i3", "F?", "adopted", "Künftiges.", date(2026, 3, 5), due=date(2027, 2, 1)),
)  # fmt: skip
WORKSHOPS = (Workshop("w1", AGS, "Synthetische Werkstatt", date(2024, 3, 1), groups=(Group("g1", "Tisch Eins"),)),)
RESULTS = (Result("r1", "w1", "g1", "Idee", votes=5, entry="x"), Result("r2", "w1", "g1", "Befund", "result"))


def report(statistics, plan: Plan | None = PLAN, since: date | None = None, code: str = "de", **more) -> Document:
    context = Context(statistics.named_in(code), Language(code), lambda ags: plan)  # type: ignore[arg-type]
    given = {"decisions": DECISIONS, "meetings": MEETINGS, "workshops": WORKSHOPS, "results": RESULTS} | more
    return interim_report(AGS, context, made=DAY, since=since, **given)


def since_exhibit(statistics, plan: Plan, since: str = "") -> Exhibit:
    return make(Address.of("plan_since", ags=AGS, since=since), Context(statistics, GERMAN, lambda ags: plan))


def rows_below(document: Document, heading: str) -> list[Rows]:
    """Return the tables between a heading and the next one of its level or above."""
    found: list[Rows] = []
    level = 0
    for block in document.blocks:
        if isinstance(block, Heading):
            if level and block.level <= level:
                break
            level = level or (block.level if block.text == heading else 0)
        elif level and isinstance(block, Rows):
            found.append(block)
    return found


def words(document: Document) -> str:
    said = [figure.exhibit.sentence for figure in document.figures]
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph):
            said.append(block.text)
        elif isinstance(block, Bullets):
            said += block.items
        elif isinstance(block, Rows):
            said += [*block.headings, *(cell for row in block.rows for cell in row)]
    return "\n".join(said)


@pytest.mark.parametrize("ags", PARTNERS)
def test_an_example_is_called_one_and_has_the_figures_of_the_exhibits(statistics, ags: str) -> None:
    context = Context(statistics)
    made = interim_report(ags, context, (), (), DAY)
    assert any(isinstance(block, Paragraph) and block.kind == "badge" and "kein Bericht der Kommune" in block.text
               for block in made.blocks)  # fmt: skip
    assert "kein Bericht der Kommune" in made.footer
    exhibit = make(Address.of("plan_since", ags=ags), context)
    [table, *_] = rows_below(made, "Kennzahlen")
    assert [row[0] for row in table.rows] == list(exhibit.table["label"])
    assert [row[-1] for row in table.rows] == list(exhibit.table["said"])
    plan = example_plan(ags)
    assert plan is not None
    last = rows_below(made, "Einträge nach Stand")[0].rows[-1]
    board = make(Address.of("plan_board", ags=ags, day=DAY.isoformat()), context).table
    assert [int(cell) for cell in last[1:]] == [*board["state"].value_counts(sort=False), len(plan.entries)]
    assert all(cell.strip() for block in made.blocks if isinstance(block, Rows) for row in block.rows for cell in row)
    assert not CAUSE.search(words(made))
    pages = pypdf.PdfReader(io.BytesIO(pdf(made))).pages
    assert 3 <= len(pages) <= 7
    assert all("kein Bericht der Kommune" in page.extract_text() for page in pages)
    questions = next(block for block in made.blocks if isinstance(block, Bullets) and block.numbered).items
    assert 3 <= len(questions) <= 5 and all(one.endswith("?") for one in questions)


def test_values_are_those_of_the_series_and_no_change_is_given_across_a_census(statistics) -> None:
    row = since_exhibit(statistics, PLAN, "2021-12-31").table.set_index("id").loc["share_65p"]
    series = make(Address.of("time_series", ags=AGS, indicator="share_65p"), Context(statistics)).table
    by_year = {day.year: value for day, value in zip(series["reference_date"], series["value"], strict=True)}
    assert row["base"] == f"{GERMAN.number(by_year[2021], 1)} % (2021)"
    assert row["observed"] == f"{GERMAN.number(by_year[max(by_year)], 1)} % ({max(by_year)})"
    assert row["found"] == "not_comparable" and row["change"] == "–"
    after = GERMAN.number(by_year[max(by_year)] - by_year[2023], 1, sign=True)
    assert row["said"].startswith(f"nicht vergleichbar: Zensus 2022; seit 2023 {after} Prozentpunkte")
    same = since_exhibit(statistics, PLAN, "2023-12-31").table.set_index("id").loc["share_65p"]
    assert same["change"] == f"{after} Prozentpunkte" and same["found"] in ("higher", "lower", "same")
    exhibit = since_exhibit(statistics, PLAN, "2021-12-31")
    assert [mark.label for mark in exhibit.breaks] == ["Zensus 2022"]


@pytest.mark.parametrize(
    ("ags", "indicator", "year", "expected"),
    [
        ("12073", "births", 2021, "lower"), ("15001", "births", 2022, "not_distinguishable"),
        ("15001", "deaths", 2020, "higher"), ("12073", "deaths", 2023, "not_distinguishable"),
    ],
)  # fmt: skip
def test_counts_of_events_cross_a_census_and_are_tested_against_chance(
    statistics, ags: str, indicator: str, year: int, expected: str
) -> None:
    plan = Plan(ags, "T", entries=(Entry("e", "E"),), links=(Link("e", indicator, "outcome"),))
    since = Address.of("plan_since", ags=ags, since=f"{year}-12-31")
    row = make(since, Context(statistics, GERMAN, lambda key: plan)).table.iloc[0]
    rows = statistics.values([indicator], [ags])
    count = dict(zip(rows["year"], rows["value"], strict=True))
    apart = (count[2024] - count[year]) / sqrt(count[2024] + count[year])  # normal, of two Poisson counts
    rough = "not_distinguishable" if abs(apart) < 1.96 else "higher" if apart > 0 else "lower"
    assert row["found"] == rough == expected
    assert row["change"].startswith(GERMAN.number(count[2024] - count[year], 0, sign=True))
    assert ("nicht von Zufall zu unterscheiden" in row["said"]) == (expected == "not_distinguishable")


def test_what_cannot_be_said_is_said(statistics) -> None:
    early = since_exhibit(statistics, PLAN, "2026-01-01")
    assert set(early.table["found"]) == {"too_early", "no_figures"}
    assert "sie stünden in" in early.table.set_index("id").loc["foreign_share", "said"]
    no_start = replace(PLAN, targets=(), entries=(Entry("c", "Ohne Tag", "idea"),), links=(PLAN.links[0],), progress=())
    made = report(statistics, no_start, decisions=(), meetings=(), workshops=(), results=())
    said = words(made)
    assert "Der Plan nennt keinen Anfang" in said and "ohne Ausgangspunkt" in said
    assert "Beschlüsse der Managementrunde sind hier nicht festgehalten." in said
    assert "Zu keinem der 1 Einträge stehen Kosten; eine Summe gibt es nicht." in said
    bare = since_exhibit(statistics, replace(no_start, links=()))
    assert "kein Eintrag mit einer Kennzahl verknüpft" in bare.sentence


def test_a_town_shows_its_kreis_by_name_and_at_each_value(statistics) -> None:
    exhibit = make(Address.of("plan_since", ags="05758012"), Context(statistics))
    assert [note.kind for note in exhibit.notes][0] == "kreis_value"
    assert all(value == "–" or value.endswith(", Kreis)") for value in exhibit.table["observed"])


def test_decisions_stand_by_meeting_with_what_became_of_them(statistics) -> None:
    made = report(statistics)
    assert "Beschlüsse: 4, Sitzungen: 1; 1 erledigt, 2 offen, 1 überfällig." in words(made)
    [table] = rows_below(made, "Runde Eins, 05.03.2026")
    states = [row[3] for row in table.rows]
    assert states == ["überfällig", "offen, vertagt", "offen", "erledigt, 02.04.2026"]
    assert table.rows[0][0].startswith("=1+1") and len(table.rows[0][0]) <= 180
    assert table.rows[3][1:] == ("Amt B", "01.04.2026", "erledigt, 02.04.2026", "liegt vor")
    ahead = rows_below(made, "Wie es weitergeht")[0].rows
    assert [(row[0], row[2]) for row in ahead] == [("01.12.2026", "Sitzung"), ("01.02.2027", "Beschluss fällig")]


def test_what_needs_a_decision_is_named_first(statistics) -> None:
    made = report(statistics)
    asked = next(block for block in made.blocks if isinstance(block, Bullets) and block.numbered).items
    beginnings = ["Überfällige Beschlüsse (1)", "Überfällige Einträge (1)", "Zielwerte neben dem Pfad (1)",
                  "Zur Wiedervorlage (1): »Vertagtes«"]  # fmt: skip
    assert [one[: len(begin)] for one, begin in zip(asked, beginnings, strict=False)] == beginnings


def test_a_decision_before_the_baseline_counts_only_while_it_is_open(statistics) -> None:
    said = words(report(statistics, since=date(2026, 4, 1)))
    assert "Beschlüsse: 3, Sitzungen: 1; 2 offen, 1 überfällig." in said and "Erledigtes." not in said


def test_entries_have_office_end_and_the_newest_note_that_is_not_of_the_future(statistics) -> None:
    made = report(statistics)
    [row] = rows_below(made, "Umgesetzt (1)")[0].rows
    assert row == ("Synthetischer Treff", "Maßnahme", "Amt B", "31.01.2025", "05.02.2026: neuester Stand")
    assert "01.05.2026, überfällig" in rows_below(made, "Laufend (1)")[0].rows[0]
    counted = rows_below(made, "Einträge nach Stand")[0]
    assert counted.rows == (("Feld Eins", "1", "1", "0", "2"), ("Feld Zwei", "1", "0", "1", "2"),
                            ("Alle, jeder einmal", "1", "1", "1", "3"))  # fmt: skip


def test_a_sum_of_some_entries_is_never_called_the_whole(statistics) -> None:
    made = report(statistics)
    assert ("Geplant sind 1.500 Euro bei 2 von 3 Einträgen; die übrigen 1 sagen dazu nichts. Ausgegeben sind 470 Euro "
            "bei 2 von 3 Einträgen") in words(made)  # fmt: skip
    [table] = rows_below(made, "Geld: geplant und ausgegeben")
    assert table.rows == (
        ("Feld Eins", "2", "1.500", "0", "470", "0"), ("Feld Zwei", "2", "1.000", "1", "400", "1"),
        ("Alle, jeder einmal", "3", "1.500", "1", "470", "1"),
    )  # fmt: skip
    full = replace(PLAN, entries=PLAN.entries[:2])
    assert "Geplant sind 1.500 Euro bei allen 2 Einträgen." in words(report(statistics, full))


def test_participation_is_counted_by_workshop_meeting_and_office(statistics) -> None:
    made = report(statistics)
    assert ("Werkstätten: 1; Ergebnisse: 2, davon im Plan: 1. Vergeben wurden 5 Stimmen. "
            "Sitzungen der Managementrunde: 1.") in words(made)  # fmt: skip
    assert rows_below(made, "Werkstätten")[0].rows[0][1:] == ("01.03.2024", "Tisch Eins", "2", "1", "5")
    assert rows_below(made, "Sitzungen")[0].rows[0] == ("Runde Eins", "05.03.2026", "Amt A, Amt B", "4", "4")


def test_a_long_list_is_capped_with_its_count_but_no_open_decision_is_lost(statistics) -> None:
    many = [replace(DECISIONS[n % 2], meeting=f"k{n // 5:02d}", item=f"i{n}", text=f"Beschluss Nr. {n}",
                    on=date(2024, 1, 1 + n // 5)) for n in range(100)]  # fmt: skip
    entries = tuple(replace(PLAN.entries[n % 3], id=f"x{n}", title=f"Eintrag Nr. {n}") for n in range(90))
    made = report(statistics, replace(PLAN, entries=entries, links=(), progress=()), decisions=many)
    tables = rows_below(made, "Beschlüsse und was aus ihnen wurde")
    shown = {row[0] for table in tables for row in table.rows}
    assert shown >= {one.text for one in many if one.state == "open" and one.on and one.on.day > 14}
    assert len(rows_below(made, "Ältere Beschlüsse, noch offen")[0].rows) == 30
    assert sum(len(table.rows) for table in tables) + counted(made, "Ältere Beschlüsse, noch offen") == 100
    for heading in ("Laufend (30)", "Umgesetzt (30)", "Ohne Angabe (30)"):
        assert len(rows_below(made, heading)[0].rows) + counted(made, heading) == 30
    assert shared([3, 30]) == 30 and shared([100, 100]) == 20 and shared([50] * 8) == 6 and shared([]) == 6


def counted(document: Document, heading: str) -> int:
    """Return the number in the remark that closes the tables below a heading."""
    blocks = list(document.blocks)
    first = next(place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.text == heading)
    after = next(block for block in blocks[first + 1 :] if isinstance(block, Paragraph))
    found = re.fullmatch(r"und (\d+) weitere", after.text)
    assert found is not None
    return int(found[1])


def test_hostile_texts_stay_texts_and_the_same_report_gives_the_same_bytes(statistics) -> None:
    made = report(statistics)
    reader = pypdf.PdfReader(io.BytesIO(pdf(made)))
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert '=1+1#panic("x")$a$*b*_c_<w:t>&' in text.replace("“", '"').replace("”", '"').replace("„", '"')
    assert not any("/Annots" in page for page in reader.pages) and len(reader.pages) <= 7
    raw = docx(made)
    assert raw == docx(report(statistics))
    found = word.Document(io.BytesIO(raw))
    assert not found.element.xpath(".//w:hyperlink") and len(found.tables) > 8
    assert "Beispiel" not in made.footer


def test_an_english_report_has_no_german_headings(statistics) -> None:
    german, english = report(statistics), report(statistics, code="en")
    headings = [{block.text for block in made.blocks if isinstance(block, Heading)} for made in (german, english)]
    assert not {one for one in headings[0] & headings[1] if not one.startswith("Runde")}
    tables = [{head for block in made.blocks if isinstance(block, Rows) for head in block.headings}
              for made in (german, english)]  # fmt: skip
    assert not tables[0] & tables[1]
    assert not re.search(r"\b(und|nicht|Einträge|Beschlüsse|seit)\b", words(english).replace(HOSTILE, ""))


def test_without_plan_or_with_a_baseline_ahead_there_is_no_report(statistics) -> None:
    for plan in (None, replace(PLAN, entries=())):
        with pytest.raises(NoPlan, match="noch keinen Plan"):
            report(statistics, plan)
    with pytest.raises(ValueError, match="lies after"):
        report(statistics, since=date(2026, 11, 24))


@pytest.mark.usefixtures("data_folder")
def test_the_command_reads_plan_meetings_and_decisions_of_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZWK_DATABASE_URL", f"sqlite:///{tmp_path}/store.db")
    with open_store() as store:
        Plans(store, LOCAL).begin(AGS, PLAN, request_id="plan")
        meetings = Meetings(store, LOCAL)
        meetings.save(AGS, replace(MEETINGS[0], closed=""), seen_version=0, request_id="m")
        meetings.save(AGS, DECISIONS[1], seen_version=0, request_id="d")
    run, file = CliRunner().invoke, tmp_path / "report.docx"
    last = ["--day", "2026-11-23", "--out", str(file)]
    done = run(app, ["document", "interim", AGS, "--since", "2023-12-31", *last])
    assert done.exit_code == 0, done.output
    said = "\n".join(paragraph.text for paragraph in word.Document(str(file)).paragraphs)
    assert "Beschlüsse: 1, Sitzungen: 1; 1 erledigt." in said and "Interner Arbeitsstand" in said
    wrong = {"keinen Plan": ["13076121"], "liegt nach dem Tag": [AGS, "--since", "2027-01-01"]}
    for reason, words_given in wrong.items():
        done = run(app, ["document", "interim", *words_given, *last])
        assert done.exit_code == 2 and reason in done.output, done.output
