"""Whatever stands in a plan, a file or an address: as HTML it stays text."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
import streamlit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ui.bar_table import bar_table
from ui.plain_table import plain_table
from ui.plan_body import plan_body
from ui.tiles import tiles
from ui.view import View
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.language import GERMAN
from zwk_data.render.palette import LIGHT

DRAWN = {
    "key_figures?ags=05758012": tiles,
    "field_figures?ags=05758012": tiles,
    "plan_fields?ags=13071107": plan_body,
    "plan_entries?ags=13071107&field=wohnen": plan_body,
    "plan_entry?ags=13071107&entry=bleibe_studie": plan_body,
    "plan_indicator?ags=13071107&indicator=share_75p": plan_body,
    "plan_facts?ags=13071107": plan_body,
    "comparison_table?ags=15001,12073&indicators=population_total,share_65p": bar_table,
}
HOSTILE = [
    "<evil>",
    '"><evil x="',
    "'><evil>",
    "https://x/'\"><evil>",
    "javascript:evil()",
    "&lt;evil&gt;",
    "</li></ul><evil>",
]
hostile = st.builds(
    "".join, st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=5)), min_size=1, max_size=4)
).filter(bool)


class Elements(HTMLParser):
    """Notes the elements and the names of attributes, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs)}
        self.links += [value or "" for name, value in attrs if name == "href"]


def elements(drawn: list[str]) -> Elements:
    parser = Elements()
    for html in drawn:
        parser.feed(html)
    return parser


def with_texts(exhibit: Exhibit, text: str) -> Exhibit:
    """The same exhibit with every text of its table, its headings and its description replaced."""
    table = exhibit.table.map(lambda cell: text if isinstance(cell, str) and cell else cell)
    columns = tuple(replace(column, label=text, unit=text) for column in exhibit.columns)
    return replace(exhibit, table=table, columns=columns, alt=text)


@pytest.mark.parametrize("address", DRAWN)
@given(text=hostile)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_becomes_an_element_an_attribute_or_a_script(statistics, monkeypatch, address: str, text: str) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(streamlit, "html", lambda html, **_: drawn.append(html))
    place = statistics.places["13071107"]
    now = View(place, (), (), GERMAN, False, LIGHT)
    exhibit = make(Address.parse(address), Context(statistics))
    DRAWN[address](exhibit, now)
    ours = elements(drawn).found | {"a", "href", "title", "target", "rel", "h4", "br", "small", "abbr"}
    drawn.clear()
    DRAWN[address](with_texts(exhibit, text), now)
    seen = elements(drawn)
    assert drawn and seen.found <= ours
    assert all(link.startswith(("https://", "http://")) for link in seen.links)


@given(head=hostile, cell=hostile)
def test_a_short_table_holds_only_cells(head: str, cell: str) -> None:
    drawn: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streamlit, "html", lambda html, **_: drawn.append(html))
        plain_table({head: [cell], "Zahl": [cell]}, {"Zahl"}, cell)
    wanted = {"table", "thead", "tbody", "tr", "th", "td", "class", "scope", "aria-label", "data-label"}
    assert elements(drawn).found <= wanted


def test_this_test_would_see_an_element_that_slipped_in() -> None:
    assert "evil" in elements([f"<p>{HOSTILE[0]}</p>"]).found
