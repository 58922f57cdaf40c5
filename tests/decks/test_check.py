"""The deck check on seeded cases: every stale item is found and called what it is, and nothing else is reported.

Figures are changed in a copy of the real database; what is made up is so recognisably. Every deck is checked as we made
it and once more after LibreOffice saved it again.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.decks.seeded import (
    EXHIBITS,
    OLD_AGE,
    Later,
    a_year_more,
    copied,
    deck_of,
    newer_loads,
    opened,
    points,
    reordered,
    saved,
    tables,
)
from zwk_data.decks import apart
from zwk_data.decks.check import SlideReport, check, names, refreshed
from zwk_data.exhibits import Context
from zwk_data.exhibits.registry import example_plan
from zwk_data.language import GERMAN, LANGUAGES, Language
from zwk_data.render.pptx.reading import FoundSlide, NotAPresentation, found_slides

WAYS = ("made", "libreoffice")
FIRST = 2  # index of the first slide with an exhibit
AGES = "basis <> 'register' AND age_set <> 'total'"
EACH = range(FIRST, FIRST + 12)  # one slide of each kind of chart
BOX = (Inches(1), Inches(1), Inches(6), Inches(4))
OWN = "Worüber wir reden müssen"


@dataclass
class Decks:
    """The same deck fresh and altered by hand, by name, each as we made it and as LibreOffice saved it again."""

    raw: dict[tuple[str, str], bytes]
    slides: dict[tuple[str, str], list[FoundSlide]]
    changed: dict[str, dict[int, tuple[str, str]]]  # by deck and slide: what stood there, what stands there now

    def slide(self, address: str, way: str, deck: str = "fresh") -> FoundSlide:
        return self.slides[deck, way][FIRST + EXHIBITS.index(address)]


@pytest.fixture(scope="module")
def now(statistics) -> Context:
    return Context(statistics)


@pytest.fixture(scope="module")
def later(statistics, data_folder, tmp_path_factory) -> Iterator[Later]:
    opened = Later(statistics, tmp_path_factory.mktemp("later"), data_folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def decks(now, office, tmp_path_factory) -> Decks:
    """Made once: the fresh deck, and decks in which somebody changed numbers, headlines and labels."""
    fresh = deck_of(EXHIBITS, now)
    made, changed = {"fresh": fresh}, {}
    for name, alter in (("numbers 1", number), ("numbers 2", number), ("headlines", headline),
                        ("labels", label)):  # fmt: skip
        made[name], changed[name] = altered(fresh, alter, random.Random(name))
    folder = tmp_path_factory.mktemp("decks")
    files = [folder / f"{name}.pptx" for name in made]
    for file in files:
        file.write_bytes(made[file.stem])
    again = office.convert(files, "pptx", folder / "again")
    raw = {(name, "made"): deck for name, deck in made.items()}
    raw |= {(file.stem, "libreoffice"): file.read_bytes() for file in again}
    return Decks(raw, {key: found_slides(deck) for key, deck in raw.items()}, changed)


def altered(raw, alter, chance) -> tuple[bytes, dict[int, tuple[str, str]]]:
    """Change one thing on every slide that has such a thing."""
    deck, changed = opened(raw), {}
    for index, slide in enumerate(deck.slides):
        if index >= FIRST and (done := alter(slide, chance)):
            changed[index] = done
    return saved(deck), changed


def number(slide, chance):
    """Write another number into a chart, a table or a tile."""
    if values := [point for point in points(slide) if abs(float(point.text)) > 0.5]:
        point = chance.choice(values)
        old, point.text = float(point.text), str(float(point.text) * 1.5 + 3)
        return str(old), point.text
    runs = [cell.text_frame.paragraphs[0].runs[0] for table in tables(slide) for row in list(table.rows)[1:]
            for cell in row.cells if any(sign.isdigit() for sign in cell.text)]  # fmt: skip
    runs += [run for shape in slide.shapes if shape.name.startswith("zwk:tile:")
             for run in shape.text_frame.paragraphs[1].runs]  # fmt: skip
    if not runs:
        return None
    run = chance.choice(runs)
    old = run.text
    run.text = old.translate(str.maketrans("0123456789", "7894561230"))
    return old, run.text


def headline(slide, chance):
    old = slide.shapes.title.text
    slide.shapes.title.text = old.replace("0", "1") if "0" in old and chance.random() < 0.5 else f"{OWN}: {old}"
    return old, slide.shapes.title.text


def label(slide, chance):
    found = [shape.text_frame.paragraphs[0].runs[0] for shape in slide.shapes
             if shape.name.startswith("zwk:label:") and any(sign.isdigit() for sign in shape.text_frame.text)]  # fmt: skip
    if not found:
        return None
    run = chance.choice(found)
    old = run.text
    run.text = old.translate(str.maketrans("0123456789", "7894561230"))
    return old, run.text


def one(slide: FoundSlide, context: Context) -> SlideReport:
    return check(b"", context, lambda _: [slide]).slides[0]


def told(report: SlideReport) -> list[str]:
    return [f"{report.address}: {finding.status}: {finding.sentence}" for finding in report.findings]


# --- nothing has changed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_fresh_deck_of_every_kind_raises_no_alarm(decks, now, way):
    report = check(decks.raw["fresh", way], now)
    assert [told(slide) for slide in report.slides if slide.findings] == []
    assert [slide.verdict for slide in report.slides] == ["words"] * FIRST + ["current"] * len(EXHIBITS)
    assert not report.stale


@pytest.mark.parametrize("way", WAYS)
def test_newer_loads_with_the_same_figures_raise_no_alarm(decks, later, way):
    with later.state(newer_loads()) as data:
        found = [told(one(slide, Context(data))) for slide in decks.slides["fresh", way]]
    assert found == [[]] * (FIRST + len(EXHIBITS))


def test_headlines_in_own_words_raise_no_alarm(now):
    raw = deck_of(EXHIBITS[:3], now, [OWN, "", "Zwei\nZeilen  mit   Lücken"])
    assert [slide.verdict for slide in check(raw, now).slides[FIRST:]] == ["current"] * 3


def test_a_deck_in_english_is_compared_in_english(statistics, now):
    raw = deck_of(("key_figures?ags=15001", EXHIBITS[0], "age_groups?ags=15001"),
                  Context(statistics.named_in("en"), Language("en")))  # fmt: skip
    assert [told(slide) for slide in check(raw, now).slides if slide.findings] == []


# --- a newer period --------------------------------------------------------------------------------------------------

# What a year more of observed figures does not touch: projections (their start is computed by the build), five-year
# cohorts, plans, and periods that were chosen although newer ones were there.
UNTOUCHED = ("outlook_certainty", "outlook_pyramid", "outlook_services", "outlook_groups", "cohorts", "plan_",
             "data_status", "age_pyramid?ags=15001&year=2019", "choropleth?ags=12073&day=2019")  # fmt: skip


@pytest.fixture(scope="module")
def after_a_year(later, decks) -> dict[tuple[str, str], SlideReport]:
    """What the check says of each slide after a year of new figures came in."""
    with later.state(*a_year_more(), newer_loads()) as data:
        return {(address, way): one(decks.slide(address, way), Context(data)) for address in EXHIBITS for way in WAYS}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("address", EXHIBITS)
def test_a_newer_period_is_reported_and_nothing_else(after_a_year, address, way):
    found = after_a_year[address, way]
    expected = ("current",) if address.startswith(UNTOUCHED) else ("outdated",)
    assert found.verdicts == expected, told(found)
    if expected == ("outdated",):
        assert "2025" in " ".join(told(found))
        assert found.renewed


def test_a_slide_that_named_the_newest_day_is_renewed_for_the_day_that_is_newest_now(after_a_year):
    pyramid = after_a_year["age_pyramid?ags=12073&year=2024", "made"]
    map_ = after_a_year["choropleth?ags=12073&day=2024&indicator=share_65p&scope=kreis-12", "made"]
    assert pyramid.renewed == "age_pyramid?ags=12073"
    assert "day=2025" in map_.renewed


# --- revisions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Revision:
    """One figure changed in the data: where it is seen, how it is changed, what must be said of it."""

    address: str
    statement: str
    said: tuple[str, ...]  # all of it stands in one finding


def set_indicator(table: str, where: str, value: str) -> str:
    return f"UPDATE {table} SET value = {value} WHERE {where}"


def revisions() -> Iterator[Revision]:
    """Figures of every table, chosen by chance."""
    chance = random.Random(6)
    line, many = EXHIBITS[0], EXHIBITS[2]
    for year in chance.sample(range(2013, 2022), 6):
        where = f"indicator = '{OLD_AGE}' AND ags = '15001' AND year(reference_date) = {year}"
        yield Revision(line, set_indicator("indicator_value", where, "value + 1.7"), (f"31.12.{year}", "Dessau-Roßlau"))
    for ags, name in (("12073", "Uckermark"), ("05758", "Herford"), ("15001", "Dessau-Roßlau")):
        for year in chance.sample(range(2013, 2022), 3):
            where = f"indicator = '{OLD_AGE}' AND ags = '{ags}' AND year(reference_date) = {year}"
            yield Revision(many, set_indicator("indicator_value", where, "value - 0.8"), (f"31.12.{year}", name))
        where = f"indicator = '{OLD_AGE}' AND ags = '{ags}' AND reference_date = '2024-12-31'"
        yield Revision(EXHIBITS[1], set_indicator("indicator_value", where, "value + 0.3"), (name,))
        yield Revision(many, set_indicator("indicator_value", where, "value + 0.3"), ("31.12.2024", name))
    for year in chance.sample(range(2014, 2021), 4):
        where = f"indicator = 'births' AND ags = '05758' AND year(reference_date) = {year}"
        yield Revision("time_series?ags=05758,05&indicator=births", set_indicator("indicator_value", where, "1234"),
                       (f"31.12.{year}", "1.234"))  # fmt: skip
    for ags, name in (("16054", "Suhl"), ("09162", "München"), ("05758", "Herford"), ("12073", "Uckermark")):
        where = f"ags = '{ags}' AND reference_date = '2024-12-31' AND level = 'kreis' AND indicator = '{OLD_AGE}'"
        yield Revision(_map("15001", OLD_AGE), set_indicator("level_value", where, "99.9"), (name, "99,9"))
    for ags, name in (("12060", "Barnim"), ("12054", "Potsdam"), ("12073", "Uckermark"), ("12061", "Dahme-Spreewald")):
        where = f"ags = '{ags}' AND reference_date = '2024-12-31' AND level = 'kreis' AND indicator = 'share_65p'"
        yield Revision(_map("12073", "share_65p"), set_indicator("level_value", where, "88.8"), (name, "88,8"))
    yield from of_observations(chance)


def _map(ags: str, indicator: str) -> str:
    return next(address for address in EXHIBITS if address.startswith(f"choropleth?ags={ags}&day=2024")
                and f"indicator={indicator}&" in address)  # fmt: skip


def of_observations(chance) -> Iterator[Revision]:
    for age in chance.sample((3, 6, 10, 15, 18, 20, 30, 40, 50), 5):
        where = (
            f"measure = 'population' AND reference_date = '2024-12-31' AND sex = 'm' AND age_from = {age} AND {AGES}"
        )
        for ags, address in (("12073", "age_pyramid?ags=12073&year=2024"), ("15001", EXHIBITS[3])):
            yield Revision(address, set_indicator("current_observation", f"ags = '{ags}' AND {where}", "value * 1.3"),
                           ("Männer", f"{age}–"))  # fmt: skip
    for year in chance.sample(range(2014, 2021), 3):
        where = f"measure = 'live_births' AND ags = '05758' AND year(reference_date) = {year}"
        yield Revision("births_deaths?ags=05758", set_indicator("current_observation", where, "value + 77"),
                       (f"31.12.{year}",))  # fmt: skip
    for measure, said in (("live_births", "Geburten"), ("deaths", "Sterbefälle")):
        where = f"measure = '{measure}' AND ags = '15001' AND reference_date = '2024-12-31'"
        yield Revision(EXHIBITS[5], set_indicator("current_observation", where, "value + 55"), (said,))
    for age in (0, 18, 25, 30):
        where = f"measure = 'in_migration' AND ags = '15001' AND reference_date = '2024-12-31' AND age_from = {age}"
        yield Revision(
            EXHIBITS[6], set_indicator("current_observation", f"{where} AND {AGES}", "value + 60"), ("Zuzüge",)
        )
    where = "indicator = 'population_total' AND ags = '15001' AND reference_date = '2024-12-31'"
    yield Revision("key_figures?ags=15001", set_indicator("indicator_value", where, "70001"), ("Bevölkerung", "70.001"))


REVISIONS = list(revisions())


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda one: f"{one.address.partition('?')[0]}-{'-'.join(one.said)}")
def test_a_revised_figure_is_named_with_place_and_date_before_and_after(decks, later, revision):
    with later.state(revision.statement, newer_loads()) as data:
        found = {way: one(decks.slide(revision.address, way), Context(data)) for way in WAYS}
    for way, report in found.items():
        assert report.verdicts == ("revised",), (way, told(report))
        named = [finding for finding in report.findings if all(word in finding.sentence for word in revision.said)]
        assert named, (way, told(report))
        assert all(finding.old != finding.new for finding in named)
        assert report.renewed


def test_a_revision_before_the_newest_period_is_told_apart_from_the_newer_period(decks, later, statistics):
    values = statistics.values([OLD_AGE], ["15001"])
    before = values[values["year"] == 2019].iloc[0]["value"]
    where = f"indicator = '{OLD_AGE}' AND ags = '15001' AND reference_date = '2019-12-31'"
    revised = set_indicator("indicator_value", where, "60.4")
    with later.state(revised, *a_year_more(), newer_loads()) as data:
        report = one(decks.slide(EXHIBITS[0], "made"), Context(data))
    assert report.verdicts == ("revised", "outdated")
    (finding,) = (finding for finding in report.findings if finding.status == "revised")
    assert finding.what == "Dessau-Roßlau · Basis Zensus 2011, 31.12.2019"
    assert (finding.old, finding.new) == (GERMAN.number(before, 1), "60,4")


# --- withdrawn -------------------------------------------------------------------------------------------------------


def withdrawals() -> Iterator[Revision]:
    chance = random.Random(7)
    gone = "UPDATE {} SET value = NULL, status = 'secret' WHERE {}"
    for year in chance.sample(range(2013, 2021), 4):
        where = f"indicator = '{OLD_AGE}' AND ags = '15001' AND year(reference_date) = {year}"
        yield Revision(EXHIBITS[0], gone.format("indicator_value", where), (f"31.12.{year}", "Dessau-Roßlau"))
        yield Revision(EXHIBITS[2], gone.format("indicator_value", where), (f"31.12.{year}", "Dessau-Roßlau"))
    for ags, name in (("16054", "Suhl"), ("05758", "Herford"), ("09162", "München")):
        where = f"indicator = '{OLD_AGE}' AND ags = '{ags}' AND reference_date = '2024-12-31'"
        yield Revision(_map("15001", OLD_AGE), gone.format("level_value", where), (name,))
    for address, statement in (
        (EXHIBITS[0], f"DELETE FROM indicator_value WHERE indicator = '{OLD_AGE}' AND ags = '15001'"),
        ("time_series?ags=05758,05&indicator=births", "DELETE FROM indicator_value WHERE indicator = 'births'"),
        (_map("15001", OLD_AGE), f"DELETE FROM level_value WHERE indicator = '{OLD_AGE}'"),
        (_map("12073", "share_65p"), "DELETE FROM level_value WHERE indicator = 'share_65p'"),
        (EXHIBITS[3], f"DELETE FROM current_observation WHERE measure = 'population' AND {AGES}"),
        (EXHIBITS[4], f"DELETE FROM current_observation WHERE measure = 'population' AND {AGES}"),
        (EXHIBITS[6], "DELETE FROM current_observation WHERE measure = 'in_migration'"),
        ("in_out_migration?ags=15001", "DELETE FROM current_observation WHERE measure = 'in_migration'"),
        ("births_deaths?ags=05758", "DELETE FROM current_observation WHERE measure = 'deaths'"),
        ("outlook_line?ags=15001&scenarios=continue", "DELETE FROM projection_place WHERE ags = '15001'"),
        ("outlook_services?ags=15001&scenario=continue", "DELETE FROM projection_place WHERE ags = '15001'"),
        *((address, "DELETE FROM place WHERE ags IN ('15001', '12073', '05758')") for address in EXHIBITS[:7]),
    ):  # fmt: skip
        yield Revision(address, statement, ())


@pytest.mark.parametrize("case", list(withdrawals()), ids=lambda one: f"{one.address.partition('?')[0]}-{one.said}")
def test_what_the_data_give_no_longer_is_withdrawn(decks, later, case):
    with later.state(case.statement, newer_loads()) as data:
        found = {way: one(decks.slide(case.address, way), Context(data)) for way in WAYS}
    for way, report in found.items():
        assert report.verdict == "withdrawn", (way, told(report))
        withdrawn = [finding for finding in report.findings if finding.status == "withdrawn"]
        assert any(all(word in finding.sentence for word in case.said) for finding in withdrawn), told(report)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("address", [address for address in EXHIBITS if address.startswith("plan_")])
def test_a_plan_that_this_reader_may_no_longer_see_is_withdrawn(decks, statistics, address, way):
    report = one(decks.slide(address, way), Context(statistics, plans=lambda ags: None))
    assert report.verdicts == ("withdrawn",)
    assert report.renewed == ""


def test_a_plan_that_went_on_is_reported_as_changed(decks, statistics):
    from dataclasses import replace

    def shorter(ags):
        plan = example_plan(ags)
        return plan and replace(plan, entries=plan.entries[1:])

    report = one(decks.slide("plan_entries?ags=13071107", "made"), Context(statistics, plans=shorter))
    assert set(report.verdicts) <= {"revised", "withdrawn"}
    assert report.findings


# --- changed by hand -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("deck", ["numbers 1", "numbers 2"])
def test_each_number_changed_by_hand_is_found_and_no_other(decks, now, deck, way):
    report, changed = check(decks.raw[deck, way], now), decks.changed[deck]
    assert len(changed) > 22
    for slide in report.slides:
        found = [finding for finding in slide.findings if finding.status == "altered"]
        assert len(found) == (slide.index in changed), (slide.index, changed.get(slide.index), told(slide))
        assert slide.verdicts == (("altered",) if found else ("words" if slide.index < FIRST else "current",))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("deck", "figure"), [("headlines", "headline"), ("labels", "text")])
def test_each_headline_and_label_changed_by_hand_is_found_and_no_other(decks, now, deck, figure, way):
    report, changed = check(decks.raw[deck, way], now), decks.changed[deck]
    assert len(changed) >= {"headlines": len(EXHIBITS), "labels": 8}[deck]
    for slide in report.slides:
        found = [finding.figure for finding in slide.findings]
        assert found == ([figure] if slide.index in changed else []), told(slide)


def test_a_number_changed_by_hand_and_revised_in_the_data_is_both(decks, later):
    changed = decks.changed["numbers 1"]
    index = FIRST + EXHIBITS.index("time_series?ags=05758,05&indicator=births")
    assert index in changed
    statement = "UPDATE indicator_value SET value = value + 5 WHERE indicator = 'births' AND ags = '05758'"
    with later.state(statement, newer_loads()) as data:
        report = one(decks.slides["numbers 1", "made"][index], Context(data))
    assert report.verdicts == ("revised", "altered")


# --- the deck went its way -------------------------------------------------------------------------------------------


def test_slides_in_another_order_are_told_by_their_memory(decks, now):
    order = list(range(FIRST + len(EXHIBITS)))
    random.Random(1).shuffle(order)
    report = check(reordered(decks.raw["numbers 1", "made"], order), now)
    found = [order[slide.index] for slide in report.slides if "altered" in slide.verdicts]
    assert sorted(found) == sorted(decks.changed["numbers 1"])
    assert [slide.address.partition("?")[0] for slide in report.slides] == [
        "" if number < FIRST else EXHIBITS[number - FIRST].partition("?")[0] for number in order
    ]


def test_slides_copied_into_another_deck_keep_their_memory(decks, now, later):
    numbers = [number for number in EACH if number in decks.changed["numbers 2"] or number % 2]
    raw = copied(decks.raw["numbers 2", "made"], numbers)
    found = [numbers[slide.index - 1] for slide in check(raw, now).slides if "altered" in slide.verdicts]
    assert found == [number for number in numbers if number in decks.changed["numbers 2"]]
    with later.state(*a_year_more(), newer_loads()) as data:
        again = check(raw, Context(data))
    outdated = [numbers[slide.index - 1] for slide in again.slides if "outdated" in slide.verdicts]
    assert outdated == [number for number in numbers if not EXHIBITS[number - FIRST].startswith(UNTOUCHED)]


# --- slides of somebody else -----------------------------------------------------------------------------------------

SAID = ("23,4 % sind älter als 65", "Die Stadt hat 63.989 Menschen", "38,2 je 100", "minus 4 Prozent", "+12 %")
WORDS = ("Runde 2", "23.11.2026", "Zukunft 2035", "Neubrandenburg im Wandel", "bis 21 Uhr", "Tel. 0395 555")


def foreign(add) -> list[FoundSlide]:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Etwas anderes"
    add(slide)
    return found_slides(saved(deck))


def add_chart(slide):
    data = CategoryChartData()
    data.categories, _ = ["2023", "2024"], data.add_series("Haushalt", [1, 2])
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data)


def add_table(slide):
    slide.shapes.add_table(2, 2, *BOX).table.cell(1, 1).text = "17"


@pytest.mark.parametrize("text", SAID)
def test_a_figure_in_a_foreign_text_is_unknown(now, text):
    (slide,) = foreign(lambda slide: setattr(slide.shapes.add_textbox(*BOX).text_frame, "text", text))
    assert one(slide, now).verdicts == ("unknown",)


@pytest.mark.parametrize("text", WORDS)
def test_a_day_a_year_or_a_count_is_no_unknown_figure(now, text):
    (slide,) = foreign(lambda slide: setattr(slide.shapes.add_textbox(*BOX).text_frame, "text", text))
    assert one(slide, now).verdicts == ("words",)


@pytest.mark.parametrize("add", [add_chart, add_table])
def test_a_foreign_chart_or_table_is_unknown_also_on_a_slide_of_ours(now, decks, add):
    (slide,) = foreign(add)
    assert one(slide, now).verdicts == ("unknown",)
    deck = opened(reordered(decks.raw["fresh", "made"], EACH))
    for index in (0, EXHIBITS.index("plan_entries?ags=13071107")):
        add(deck.slides[index])
    mixed = check(saved(deck), now)
    assert [slide.index for slide in mixed.slides if slide.findings] == [
        0, EXHIBITS.index("plan_entries?ags=13071107")]  # fmt: skip
    assert {slide.verdicts for slide in mixed.slides if slide.findings} == {("unknown",)}


def test_a_damaged_memory_is_unknown(now, decks):
    deck = opened(reordered(decks.raw["fresh", "made"], [FIRST]))
    frame = deck.slides[0].notes_slide.notes_text_frame
    frame.text = frame.text[:-20]
    report = check(saved(deck), now).slides[0]
    assert report.verdict == "unknown"
    assert "Gedächtnis" in report.findings[0].sentence


# --- refreshed -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_a_refreshed_deck_says_what_the_data_say_and_keeps_what_people_wrote(decks, later, way):
    deck = opened(reordered(decks.raw["headlines", way], EACH))
    note = deck.slides[0].shapes.add_textbox(*BOX)
    note.text_frame.text = "Bitte hier länger sprechen"
    raw = saved(deck)
    with later.state(*a_year_more(), newer_loads()) as data:
        context = Context(data)
        before = check(raw, context)
        fresh = refreshed(raw, before, context)
        after = check(fresh, context)
    assert before.count("outdated") == 9
    assert not after.stale, [told(slide) for slide in after.slides if slide.findings]
    for old, new in zip(opened(raw).slides, opened(fresh).slides, strict=True):
        assert " ".join(new.shapes.title.text.split()) == " ".join(old.shapes.title.text.split())
        said = [
            shape.text_frame.text[:20]
            for shape in new.shapes
            if shape.has_text_frame and len(shape.text_frame.text) > 40 and not shape.name.startswith("zwk:tile")
        ]
        assert len(said) == len(set(said))  # neither subtitle nor source line stands there twice, once as it was
    assert "Bitte hier länger sprechen" in [
        shape.text_frame.text for shape in opened(fresh).slides[0].shapes if shape.has_text_frame
    ]


def test_a_deck_without_stale_slides_is_handed_back_as_it_is(decks, now):
    raw = decks.raw["fresh", "made"]
    assert refreshed(raw, check(raw, now), now) == raw


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_report_says_in_one_sentence_how_the_deck_stands(decks, statistics, code):
    report = check(b"", Context(statistics, Language(code)), lambda _: decks.slides["numbers 1", "made"][:8])
    said = report.sentence(Language(code))
    assert f"{sum(index < 8 for index in decks.changed['numbers 1'])} {names(Language(code))['altered']}" in said


def test_a_deck_read_in_a_process_of_its_own_is_the_same(decks):
    raw = reordered(decks.raw["fresh", "made"], EACH)
    assert apart.found_slides(raw) == found_slides(raw)


def test_a_broken_file_is_refused_by_the_process_of_its_own_with_the_same_reason():
    from tests.render.pptx.test_reading import REFUSED

    raw, word = REFUSED["no XML where some should be"]
    with pytest.raises(NotAPresentation) as refused:
        apart.found_slides(raw)
    assert refused.value.word == word
    assert refused.value.reason(GERMAN).startswith("Die Präsentation ist beschädigt")
