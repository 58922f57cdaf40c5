"""The papers of a meeting: two pages whatever the agenda, and minutes of what was frozen."""

import io
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pypdf
import pytest

from tests.office import Office
from tests.render.made import course_exhibit, table_exhibit
from zwk_data.documents.model import Bullets, Document, Figure, Heading, PageBreak, Paragraph, Rows
from zwk_data.exhibits import Context
from zwk_data.language import GERMAN, Language
from zwk_data.plan.model import Entry, Plan
from zwk_data.render.docx import docx
from zwk_data.render.pdf import pdf
from zwk_data.rounds.frozen import freeze
from zwk_data.rounds.model import Decision, Item, Meeting, Remark, Shown, Votes
from zwk_data.rounds.papers import MOST_SINCE, minutes, table_paper
from zwk_data.warehouse import Statistics

DAY, HELD = date(2026, 11, 23), date(2026, 12, 1)
PLACES = ("13071107", "05758012", "15001", "12073")
ADDRESSES = (
    "population_line?ags={ags}", "age_pyramid?ags={ags}&compare=DG", "births_deaths?ags={ags}",
    "in_out_migration?ags={ags}", "outlook_line?ags={ags}&scenarios=continue", "migration_by_age?ags={ags}",
    "key_figures?ags={ags}",
)  # fmt: skip
WORDS = (
    "Das Amt legt dem Ausschuss bis Dezember eine Bedarfsplanung", "für die Tagespflege vor und prüft dabei",
    "Grundstücksverkehrsgenehmigungsverfahren,", "ÄMTER, MMMM WWWW", "iiii 2027 sowie", "weitere Synthetik",
)  # fmt: skip
HOSTILE = 'x\n#panic("x")$a$*b*_c_<w:t>&\x00\u200d' + "Wort" * 40
PLAN = Plan("15001", "Testplan", entries=(Entry("a", "Synthetischer Treff"), Entry("b", "Synthetische Börse")))


def words(signs: int, seed: int = 1) -> str:
    """Return a text of exactly so many signs."""
    chance, text = random.Random(seed), ""
    while len(text) < signs:
        text += chance.choice(WORDS) + chance.choice((" ", " ", "\n"))
    return text[: signs - 1] + "x"


def longest(ags: str, count: int) -> Meeting:
    """Return a meeting of so many items in which every text is as long as it may be."""
    items = tuple(
        Item(f"i{n}", f"Punkt{n} " + words(233, n), words(800, n), (ADDRESSES[n].format(ags=ags),), minutes=10,
             why=words(400, n))
        for n in range(count)
    )  # fmt: skip
    return Meeting(
        "m", ags, words(200), HELD, time(14, 30), 60, words(200, 2), tuple(words(200, n) for n in range(40)), items
    )


def usual(ags: str, count: int = 3) -> Meeting:
    items = tuple(
        Item(f"i{n}", f"Frage{n} zum Bestand?", f"Das Amt legt Antwort{n} vor.", (ADDRESSES[n].format(ags=ags),),
             ("a", "weg", "b") if n == 0 else (), 10, f"Grund{n} dafür.")
        for n in range(count)
    )  # fmt: skip
    return Meeting("m", ags, "Managementrunde", HELD, time(14, 30), 60, "Rathaus", ("Bauamt", "Jugendamt"), items)


def mixed(ags: str, seed: int) -> Meeting:
    """Return a meeting of texts of any length."""
    chance, made = random.Random(seed), longest(ags, random.Random(seed).randint(3, 7))
    items = tuple(
        replace(one, proposal=one.proposal[: chance.choice((0, 100, 250, 500))], why=one.why[: chance.choice((0, 90, 300))],
                question=one.question[: chance.choice((40, 120, 240))],
                addresses=(chance.choice(ADDRESSES).format(ags=ags),))
        for one in made.items
    )  # fmt: skip
    return replace(made, title=made.title[:60], place=made.place[:30], participants=made.participants[:4], items=items)


def since(count: int) -> list[str]:
    return [f"Synthetische Änderung {n}: alt → neu" for n in range(count)]


def reader(document: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf(document)))


def text_of(document: Document) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader(document).pages).split())


def pictures(document: Document) -> int:
    return sum(figure.picture for figure in document.figures)


def said(document: Document, kind: str) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph) and block.kind == kind]


# --- the Tischvorlage ---


@pytest.mark.parametrize("ags", PLACES)
def test_seven_items_of_the_longest_texts_take_two_pages(statistics: Statistics, ags: str) -> None:
    made = table_paper(longest(ags, 7), Context(statistics), DAY, [words(300)] * 9)
    text = text_of(made)
    assert len(reader(made).pages) == 2
    assert all(f"{n + 1}. Punkt{n} " in text for n in range(7))
    assert len(said(made, "proposal")) == 7
    assert "Vorschläge, die mit … enden, sind hier gekürzt." in said(made, "remark")


@pytest.mark.parametrize("seed", range(12))
def test_texts_of_any_length_take_two_pages_at_most(statistics: Statistics, seed: int) -> None:
    made = table_paper(mixed(PLACES[seed % 4], seed), Context(statistics), DAY, since(seed))
    assert len(reader(made).pages) <= 2
    assert sum(isinstance(block, PageBreak) for block in made.blocks) <= 1


def test_word_takes_two_pages_as_well(statistics: Statistics, office: Office, tmp_path: Path) -> None:
    papers = [table_paper(one, Context(statistics), DAY, since(9)) for ags in PLACES[::2] for one in
              (longest(ags, 7), longest(ags, 3), usual(ags, 3), usual(ags, 7))]  # fmt: skip
    files = [tmp_path / f"{number}.docx" for number in range(len(papers))]
    for file, paper in zip(files, papers, strict=True):
        file.write_bytes(docx(paper))
    printed = office.convert(files, "pdf", tmp_path / "out")
    assert {len(pypdf.PdfReader(file).pages) for file in printed} <= {1, 2}


def test_the_pdf_is_tagged(statistics: Statistics) -> None:
    found = reader(table_paper(usual("15001"), Context(statistics), DAY))
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("de") and found.metadata.title == "Managementrunde"


def test_a_usual_agenda_has_everything_in_it(statistics: Statistics) -> None:
    context = Context(statistics, GERMAN, lambda ags: PLAN)
    made = table_paper(usual("15001"), context, DAY, since(8))
    text = text_of(made)
    assert pictures(made) == len(made.figures) == 3
    for part in ("Dienstag, 01.12.2026, 14:30 Uhr · 60 Minuten · Rathaus", "Dessau-Roßlau", "Teilnehmende: Bauamt, Jugendamt",
                 "Betrifft: Synthetischer Treff; Synthetische Börse", "10 Minuten · Grund1 dafür.",
                 "Beschlussvorschlag: Das Amt legt Antwort2 vor.", "1. Frage0 zum Bestand?"):  # fmt: skip
        assert part in text, part
    (changes,) = [block.items for block in made.blocks if isinstance(block, Bullets)]
    assert changes == (*since(MOST_SINCE), "und 3 weitere")


def test_pictures_give_way_before_words_do(statistics: Statistics) -> None:
    context = Context(statistics)
    few, many = (table_paper(usual("15001", count), context, DAY) for count in (3, 7))
    assert pictures(few) == 3 and 0 < pictures(many) < 7
    assert len(many.figures) == 7 and len(said(many, "proposal")) == 7
    assert not any("…" in words for words in said(many, "proposal"))


def test_the_first_address_that_gives_something_is_shown(statistics: Statistics) -> None:
    items = (
        Item("a", "Erste?", addresses=("nothing?ags=15001", "births_deaths?ags=15001", "age_groups?ags=15001")),
        Item("b", "Zweite?", addresses=("nothing?ags=15001",)), Item("c", "Dritte?"),
    )  # fmt: skip
    made = table_paper(replace(usual("15001"), items=items), Context(statistics), DAY)
    assert [figure.exhibit.address.kind for figure in made.figures] == ["births_deaths"]
    assert any("nothing" in one for one in said(made, "remark"))


def test_what_is_not_known_yet_is_no_fault(statistics: Statistics) -> None:
    made = table_paper(Meeting("m", "99999999", "Runde"), Context(statistics), DAY)
    assert made.subtitle == "Termin offen · 60 Minuten"
    assert "Die Tagesordnung ist noch offen." in text_of(made)


def test_hostile_texts_stay_texts(statistics: Statistics) -> None:
    items = tuple(replace(one, question=HOSTILE, proposal=HOSTILE, why=HOSTILE) for one in usual("15001").items)
    meeting = replace(usual("15001"), title=HOSTILE, place=HOSTILE, participants=(HOSTILE,), items=items)
    made = table_paper(meeting, Context(statistics), DAY, [HOSTILE])
    assert '#panic("x")$a$*b*_c_<w:t>&' in re.sub("[„“”]", '"', text_of(made).replace(" ", ""))
    assert len(reader(made).pages) <= 2 and pdf(made) == pdf(made) and docx(made) == docx(made)


def test_in_english_nothing_is_german(statistics: Statistics) -> None:
    english = Context(statistics.named_in("en"), Language("en"))
    text = text_of(table_paper(usual("15001"), english, DAY, since(7)))
    for part in ("Invitation and table paper", "Tuesday, 1 Dec 2026, 14:30", "Agenda", "Proposed decision:", "and 2 more",
                 "Since the last meeting", "Participants:"):  # fmt: skip
        assert part in text, part
    assert not re.search("Uhr|Beschluss|Tagesordnung|Teilnehmende|weitere|Sitzung|Quelle:", text)


# --- the Niederschrift ---

AT = "2026-12-01T13:42:00.000+00:00"
FROZEN = freeze(replace(course_exhibit(), sentence="Synthetischer Satz von damals."))
BESIDE = freeze(replace(course_exhibit(), sentence="Synthetischer Satz von nebenan."))
ASSUMED = freeze(replace(table_exhibit(), sentence="Synthetisch angenommen wird nichts."))
CLOSED = replace(usual("15001", 4), begun="2026-12-01T13:31:00+00:00", closed="2026-12-01T14:28:00+00:00")
DECISIONS = (
    Decision("m", "i1", "Frage1?", "amended", "Geändert:\nzweite Zeile.", HELD, "Jugendamt", date(2027, 1, 31)),
    Decision("m", "i0", "Frage0?", "adopted", "Wie vorgelegt.", HELD, "Bauamt", date(2027, 3, 31), date(2027, 4, 6), Votes(7, 1, 2)),
    Decision("m", "i2", "Frage2?", "postponed", "Später.", HELD, resubmit=date(2027, 2, 2)),
)  # fmt: skip
REMARKS = (Remark("r1", "m", "i0", "Notiz zum ersten Punkt"), Remark("r2", "m", "", "Notiz zu keinem Punkt"))


def held(
    shown: Sequence[Shown] = (), decisions: Sequence[Decision] = DECISIONS, meeting: Meeting = CLOSED,
    language: Language = GERMAN,
) -> Document:  # fmt: skip
    return minutes(meeting, decisions, REMARKS, shown, language, HELD)


def test_minutes_say_what_was_decided_by_whom_and_until_when() -> None:
    text = text_of(held())
    for part in ("Beginn 14:31 Uhr, Ende 15:28 Uhr", "Beschlossen wie vorgeschlagen: Wie vorgelegt.",
                 "zuständig: Bauamt · bis 31.03.2027 · Wiedervorlage 06.04.2027 · 7 Ja, 1 Nein, Enthaltungen: 2",
                 "Geändert beschlossen: Geändert: zweite Zeile.", "Vertagt: Später.", "Notiz zum ersten Punkt",
                 "Weitere Bemerkungen • Notiz zu keinem Punkt", "Beschlussvorschlag: Das Amt legt Antwort3 vor.",
                 "Datum und Unterschriften"):  # fmt: skip
        assert part in text, part
    assert text.count("Zu diesem Punkt wurde kein Beschluss festgehalten.") == 1
    assert "Entwurf" not in text


def test_one_table_has_all_decisions_in_the_order_of_the_agenda() -> None:
    other = replace(DECISIONS[0], item="gone", text="w" * 4000, due=None)
    made = held(decisions=(*DECISIONS, other))
    (table,) = [block for block in made.blocks if isinstance(block, Rows)]
    assert [row[0] for row in table.rows] == ["1", "2", "3", "–"]
    assert table.rows[0] == ("1", "Wie vorgelegt.", "Bauamt", "31.03.2027", "06.04.2027")
    assert table.rows[2] == ("3", "Vertagt: Später.", "–", "–", "02.02.2027")
    assert len(table.rows[3][1]) <= 240
    assert any("w" * 4000 in one for one in said(made, "proposal")), "in full above"


def test_exhibits_are_those_that_were_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zwk_data.exhibits.registry.KINDS", {})  # nothing can be computed
    made = held([
        Shown("m", "i0", AT, FROZEN, assumptions=ASSUMED), Shown("m", "i0", AT, BESIDE, aside=True), Shown("m", "", AT, FROZEN),
        Shown("m", "gone", AT, FROZEN),
    ])  # fmt: skip
    assert [freeze(figure.exhibit) for figure in made.figures] == [FROZEN, FROZEN, ASSUMED, BESIDE, FROZEN]
    assert [figure.picture for figure in made.figures] == [True, True, False, True, True]
    heads = [block.text for block in made.blocks if isinstance(block, Heading)]
    assert heads[0] == "Vor der Tagesordnung gezeigt" and "Außerdem gezeigt" in heads
    order = [block for block in made.blocks if isinstance(block, Heading | Figure)]
    beside = next(n for n, one in enumerate(order) if isinstance(one, Figure) and freeze(one.exhibit) == BESIDE)
    assert order[beside - 1] == Heading("Zusätzlich geöffnet", 2)
    text = text_of(made)
    assert text.count("Gezeigt um 14:42 Uhr.") == 4 and "Quellen und Lizenzen" in text


@pytest.mark.parametrize(
    "kept", ["{}", '{"version": 99, "title": "Altes Bild"}', FROZEN.replace('"rows":', '"rows_":')]
)
def test_what_cannot_be_read_any_more_is_a_remark(kept: dict) -> None:
    made = held([Shown("m", "i0", AT, kept), Shown("m", "i1", "", FROZEN, assumptions=kept)])
    assert len(made.figures) == 1
    assert sum("nicht mehr lesen" in one for one in said(made, "remark")) == 2
    assert pdf(made)


def test_minutes_of_a_meeting_that_goes_on_are_a_draft() -> None:
    made = held(decisions=(), meeting=usual("15001"))
    assert said(made, "badge") == ["Entwurf: Die Sitzung ist noch nicht abgeschlossen."]
    assert "Es wurde kein Beschluss festgehalten." in said(made, "plain")


def test_minutes_hold_hostile_and_long_texts_in_pdf_and_word(office: Office, tmp_path: Path) -> None:
    items = tuple(replace(one, question=HOSTILE, proposal=HOSTILE) for one in CLOSED.items)
    decisions = [replace(one, text=(HOSTILE * 40)[:4000], office=HOSTILE[:200]) for one in DECISIONS]
    made = minutes(replace(CLOSED, items=items), decisions, [Remark("r", "m", "i0", HOSTILE)],
                   [Shown("m", "i0", AT, FROZEN)], GERMAN, HELD)  # fmt: skip
    assert "#panic" in text_of(made) and pdf(made) == pdf(made)
    file = tmp_path / "minutes.docx"
    file.write_bytes(docx(made))
    (printed,) = office.convert([file], "pdf", tmp_path / "out")
    assert "Synthetischer Satz von damals." in " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(printed).pages).split()
    )


def test_english_minutes_have_no_german_words() -> None:
    text = text_of(held(language=Language("en"), meeting=replace(CLOSED, items=(), title="Round", place="Hall")))
    assert (
        "All decisions" in text and "Adopted with changes" in text and "7 in favour, 1 against, 2 abstentions" in text
    )
    assert not re.search("Beschluss|Wiedervorlage|zuständig|Niederschrift|Bemerkung|Uhr", text)
