"""The four example plans, and every kind of mistake a plan file can make."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from zwk_data.catalog.declarations import indicators, participants
from zwk_data.plan.examples import EXAMPLES, NOTE, load_example, read_plan
from zwk_data.plan.model import Concept, Entry, Fact, Mention, Origin, Plan
from zwk_data.plan.reading import PlanError

PARTNERS = {place.id: place.ags for place in participants().values() if place.partner}

VALID = """
ags = "05758012"
title = "Plan"
source_note = "Beispiel aus öffentlichen Quellen, Stand 2025."
as_of = 2025-01-31

[[sources]]
id = "seite"
name = "Seite"

[[handlungsfelder]]
id = "wohnen"
title = "Wohnen"
headline_indicator = "share_u18"
headline_text = "Eine Zahl"
headline_source = "seite"

[[goals]]
id = "ziel"
title = "Ziel"
handlungsfeld = "wohnen"

[[tools]]
id = "werkzeug"
title = "Werkzeug"
toolbox_theme = "Wohnen"

[[concepts]]
id = "konzept"
title = "Konzept"
year = 2024

[[entries]]
id = "treff"
title = "Treff"
stage = "action"
themes = ["Wohnen"]
audience = ["politik"]
exists = true
place = "Haus"
mentions = [{ concept = "konzept", page = "12", says = "ein Treff" }]
origin = { kind = "workshop", text = "Gruppe 1", day = 2024-01-31 }
status = "geplant"
partners = ["Verein"]
start = 2024-01-01
end = 2024-12-31
cost_plan = 1000
evidence = ["seite"]
handlungsfelder = ["wohnen"]
goals = ["ziel"]
tools = ["werkzeug"]

[[links]]
entry = "treff"
indicator = "share_u18"
role = "outcome"
expected_direction = "up"
rationale = "Soll beitragen zu Begegnung."

[[facts]]
id = "auftakt"
title = "Auftakt"
evidence = ["seite"]
"""

MISTAKES = {
    "an unknown field of an entry": ('title = "Treff"', 'title = "Treff"\nkosten = 1', "'treff': unknown field kosten"),
    "an unknown field of the plan": ('title = "Plan"', 'title = "Plan"\nstadt = "x"', "unknown field stadt"),
    "an entry without a title": ('title = "Treff"', "", "'treff': missing field title"),
    "an entry without an id": ('id = "treff"', "", "'number 1': missing field id"),
    "an id twice": ("[[links]]", '[[entries]]\nid = "treff"\ntitle = "B"\n\n[[links]]', "'treff': the id occurs twice"),
    "an id with capitals": ('id = "auftakt"', 'id = "Auf Takt"', "an id has small letters"),
    "a stage outside the vocabulary": ('stage = "action"', 'stage = "measure"', "'treff', stage: 'measure' is not"),
    "a status outside the vocabulary": ('status = "geplant"', 'status = "fertig"', "'treff', status: 'fertig' is not"),
    "a theme outside the vocabulary": ('toolbox_theme = "Wohnen"', 'toolbox_theme = "Bauen"', "'Bauen' is not"),
    "a role outside the vocabulary": ('role = "outcome"', 'role = "cause"', "role: 'cause' is not"),
    "a direction outside the vocabulary": ('direction = "up"', 'direction = "more"', "'more' is not"),
    "an empty text": ('title = "Treff"', 'title = " "', "'treff', title: empty text"),
    "a date as text": ("start = 2024-01-01", 'start = "2024-01-01"', "'treff', start: '2024-01-01' is not"),
    "a date with a time": ("start = 2024-01-01", "start = 2024-01-01T08:00:00", "'treff', start"),
    "a text instead of a list": ('partners = ["Verein"]', 'partners = "Verein"', "'treff', partners: 'Verein' is not"),
    "a list with something else": ('partners = ["Verein"]', "partners = [1]", "'treff', partners"),
    "a name twice in a list": ('partners = ["Verein"]', 'partners = ["Verein", "Verein"]', "partners: named twice"),
    "an end before the start": ("end = 2024-12-31", "end = 2023-12-31", "'treff': ends 2023-12-31 before"),
    "negative money": ("cost_plan = 1000", "cost_plan = -1", "'treff', cost_plan: -1 is no amount"),
    "money that is no number": ("cost_plan = 1000", "cost_plan = nan", "'treff', cost_plan: NaN is no amount"),
    "money as truth": ("cost_plan = 1000", "cost_plan = true", "'treff', cost_plan: True is not"),
    "an entry without a source": ('cost_plan = 1000\nevidence = ["seite"]', "", "'treff': no public source"),
    "a fact without a source": (
        'title = "Auftakt"\nevidence = ["seite"]',
        'title = "A"',
        "'auftakt': no public source",
    ),
    "an unknown source": (
        '1000\nevidence = ["seite"]',
        '1000\nevidence = ["blatt"]',
        "'treff': unknown source 'blatt'",
    ),
    "an unknown headline source": ('_source = "seite"', '_source = "blatt"', "'wohnen': unknown source 'blatt'"),
    "a headline text without a source": ('headline_source = "seite"', "", "headline_text without headline_source"),
    "an unknown Handlungsfeld": (
        'handlungsfelder = ["wohnen"]',
        'handlungsfelder = ["x"]',
        "handlungsfelder: unknown x",
    ),
    "an unknown goal": ('goals = ["ziel"]', 'goals = ["x"]', "'treff', goals: unknown x"),
    "an unknown tool": ('tools = ["werkzeug"]', 'tools = ["x"]', "'treff', tools: unknown x"),
    "a goal of no Handlungsfeld": (
        'handlungsfeld = "wohnen"',
        'handlungsfeld = "x"',
        "'ziel', handlungsfeld: unknown x",
    ),
    "an unknown concept": ('{ concept = "konzept"', '{ concept = "x"', "'treff', mentions: unknown x"),
    "an unknown field of a concept": ("year = 2024", "jahr = 2024", "concepts, 'konzept': unknown field jahr"),
    "a page as a number": ('page = "12"', "page = 12", "'treff', mentions, page: 12 is not"),
    "a mention as text": ('[{ concept = "konzept", page = "12", says = "ein Treff" }]', '["konzept"]', "'treff', ment"),
    "an unknown kind of origin": ('kind = "workshop"', 'kind = "idee"', "'treff', origin, kind: 'idee' is not"),
    "an audience outside the vocabulary": (
        'audience = ["politik"]',
        'audience = ["alle"]',
        "audience: ('alle',) is not",
    ),
    "a theme of an entry outside the vocabulary": ('themes = ["Wohnen"]', 'themes = ["Bauen"]', "'treff', themes"),
    "existence as text": ("exists = true", 'exists = "ja"', "'treff', exists: 'ja' is not"),
    "a link from no entry": ('entry = "treff"', 'entry = "x"', "'x' to 'share_u18': unknown x"),
    "a link to no indicator": (
        'indicator = "share_u18"\nrole',
        'indicator = "x"\nrole',
        "'treff', indicator: unknown x",
    ),
    "no such headline indicator": (
        'headline_indicator = "share_u18"',
        'headline_indicator = "x"',
        "'wohnen', headline_i",
    ),
    "a link that is no proposal": ('role = "outcome"', 'role = "outcome"\nproposed = false', "is a proposal"),
    "a rationale that claims more": ("Soll beitragen zu Begegnung.", "Sorgt für Begegnung.", "rationale begins with"),
    "a context with a direction": ('role = "outcome"', 'role = "context"', "context expects no direction"),
    "a note that hides the example": ("Beispiel aus öffentlichen", "Plan aus öffentlichen", "an example needs as_of"),
    "no date of the newest fact": ("as_of = 2025-01-31", "", "an example needs as_of"),
    "a table instead of a list": ("[[facts]]", "[facts]", "facts: must be a list of tables"),
    "no TOML": ("[[facts]]", "[[facts]", "herford.toml: "),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "herford.toml"
    path.write_text(text, encoding="utf-8")
    return path


def told(plan: Plan) -> tuple[Entry | Fact, ...]:
    return (*plan.entries, *plan.facts)


def texts(plan: Plan) -> list[str]:
    items = (*plan.handlungsfelder, *plan.goals, *plan.tools, *plan.entries, *plan.links, *plan.facts, *plan.concepts)
    items = (*items, *(mention for entry in plan.entries for mention in entry.mentions))
    items = (*items, *(entry.origin for entry in plan.entries if entry.origin))
    values = (value for item in items for value in vars(item).values())
    return [value for value in (*values, plan.title, plan.source_note) if isinstance(value, str)]


@pytest.fixture(params=sorted(PARTNERS))
def plan(request: pytest.FixtureRequest) -> Plan:
    found = load_example(PARTNERS[request.param], indicators())
    assert found is not None
    return found


def test_each_of_the_four_partners_has_an_example_and_nobody_else() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.toml")} == set(PARTNERS)
    assert len(PARTNERS) == 4


def test_an_example_says_what_it_is_and_how_old_it_is(plan: Plan) -> None:
    assert plan.source_note is not None
    assert plan.source_note.startswith(NOTE + "2025")
    assert plan.as_of is not None
    assert f"{plan.as_of:%d.%m.%Y}" in plan.source_note
    assert "Kein amtlicher Plan" in plan.source_note


def test_no_date_is_newer_than_the_newest_fact(plan: Plan) -> None:
    assert plan.as_of is not None
    days = [day for item in told(plan) for day in (item.start, item.end) if day]
    assert all(day <= plan.as_of for day in days)


def test_every_entry_and_every_fact_names_a_public_source(plan: Plan) -> None:
    assert all(item.evidence for item in told(plan))


def test_every_source_is_used(plan: Plan) -> None:
    used = {source for item in told(plan) for source in item.evidence}
    used |= {field.headline_source for field in plan.handlungsfelder if field.headline_source}
    assert used == set(plan.sources)


def test_every_action_is_linked_to_an_indicator_and_every_handlungsfeld_has_a_headline(plan: Plan) -> None:
    actions = {entry.id for entry in plan.entries if entry.stage == "action"}
    assert actions <= {link.entry for link in plan.links}
    assert all(field.headline_indicator for field in plan.handlungsfelder)


def test_no_action_is_shown_as_the_cause_of_a_number(plan: Plan) -> None:
    forbidden = re.compile(r"bewirk|because of|verursach|führt zu|dank |sorgt dafür", re.IGNORECASE)
    assert not [text for text in texts(plan) if forbidden.search(text)]
    assert all(link.proposed and (link.rationale or "").startswith("Soll beitragen zu") for link in plan.links)


def test_every_concept_is_named_by_an_entry_and_no_page_is_made_up(plan: Plan) -> None:
    named = {mention.concept for entry in plan.entries for mention in entry.mentions}
    assert named == {concept.id for concept in plan.concepts}
    assert not [mention.page for entry in plan.entries for mention in entry.mentions if mention.page]


def test_what_exists_says_where_and_that_the_sorting_is_a_proposal(plan: Plan) -> None:
    assert all(entry.place for entry in plan.entries if entry.exists)
    assert any(entry.exists for entry in plan.entries) and any(entry.themes for entry in plan.entries)
    assert "Themen, Adressaten und Verknüpfungen sind ein Vorschlag dieses Projekts" in (plan.source_note or "")


def test_no_unpublished_cost_or_status_is_filled_in(plan: Plan) -> None:
    assert all(entry.cost_plan is None and entry.status is None for entry in plan.entries)


def test_nobody_is_addressed_by_name(plan: Plan) -> None:
    assert not [text for text in texts(plan) if re.search(r"\b(Herr|Frau|Dr\.|Prof\.)(?=\s[A-ZÄÖÜ])", text)]


def test_one_measure_stands_under_three_tools_of_the_public_plan_of_neubrandenburg() -> None:
    plan = load_example("13071107")
    assert plan is not None
    assert plan.entry("perspektivwechsel").tools == ("stadtmarketing", "zusammenarbeit_marketing", "wir_verwaltung")


def test_the_headline_of_work_in_neubrandenburg_is_the_published_one_with_its_source() -> None:
    plan = load_example("13071107")
    assert plan is not None
    arbeit = next(field for field in plan.handlungsfelder if field.id == "arbeit")
    assert arbeit.headline_indicator == "labour_replacement"
    assert "etwa 65" in (arbeit.headline_text or "")
    assert arbeit.headline_source is not None
    assert arbeit.headline_source.url


@pytest.mark.parametrize("ags", ["02000", "05758", "", "x", "../herford"])
def test_a_place_without_an_example_has_no_plan(ags: str) -> None:
    assert load_example(ags) is None


def test_a_correct_file_is_read_in_full(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, VALID), {"share_u18"})
    entry = plan.entry("treff")
    assert (entry.start, entry.end) == (date(2024, 1, 1), date(2024, 12, 31))
    assert entry.cost_plan == Decimal(1000)
    assert entry.evidence == plan.sources
    assert plan.links[0].proposed
    assert entry.mentions == (Mention("konzept", "12", "ein Treff"),) and plan.concepts == (
        Concept("konzept", "Konzept", None, 2024),
    )
    assert entry.origin == Origin("workshop", "Gruppe 1", day=date(2024, 1, 31)) and entry.exists


def test_money_keeps_its_cents(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, VALID.replace("cost_plan = 1000", "cost_plan = 1000.10")))
    assert plan.entry("treff").cost_plan == Decimal("1000.10")


def test_a_plan_of_nothing_but_its_head_is_a_plan(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, VALID.split("[[sources]]")[0]))
    assert plan.entries == ()


def test_without_the_known_indicators_a_link_is_not_checked_against_them(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, VALID.replace("share_u18", "not_yet_declared")))
    assert plan.links[0].indicator == "not_yet_declared"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_an_error_that_names_file_and_entry(mistake: str, tmp_path: Path) -> None:
    right, wrong, message = MISTAKES[mistake]
    assert right in VALID
    with pytest.raises(PlanError) as raised:
        read_plan(written(tmp_path, VALID.replace(right, wrong, 1)), {"share_u18"})
    assert str(raised.value).startswith("herford.toml")
    assert message in str(raised.value)


def test_a_pair_linked_twice_is_an_error(tmp_path: Path) -> None:
    link = VALID[VALID.index("[[links]]") : VALID.index("[[facts]]")]
    with pytest.raises(PlanError, match="'treff' to 'share_u18': linked twice"):
        read_plan(written(tmp_path, VALID + link))


def test_a_file_of_another_place_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, VALID.replace("05758012", "13071107"))
    with pytest.raises(PlanError, match="ags is 13071107, but the file belongs to 05758012"):
        load_example("05758012", folder=tmp_path)
