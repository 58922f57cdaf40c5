"""Texts from outside stay texts: read by a parser of Markdown, they are what they were."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app_pages import opened
from ui.literal import link, literal

PICTURE = "![x](https://example.org/x.png)"
printable = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=60)


@given(text=printable)
def test_no_mark_of_markdown_stays_without_its_backslash(text: str):
    written = literal(text)
    assert written.replace("\\\\", "").count("\\") == sum(text.count(mark) for mark in "`*_[]$~")
    assert "".join(_unescaped(written)) == text


def _unescaped(text: str):
    letters = iter(text)
    for letter in letters:
        yield next(letters) if letter == "\\" else letter


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "data:text/html,x", " https://example.org"])
def test_only_addresses_of_the_web_become_links(url: str):
    assert link("CC BY", url) == "CC BY"


def test_an_address_cannot_end_its_link_early():
    assert link("a]b", "https://example.org/a) ![x](y") == r"[a\]b](https://example.org/a%29%20!%5Bx%5D%28y)"
    assert link("CC BY", "https://example.org/by/4.0/?a=1%20b") == "[CC BY](https://example.org/by/4.0/?a=1%20b)"


@pytest.mark.parametrize(
    ("file", "query"),
    [
        ("pages/situation/overview.py", {"ags": PICTURE}),
        ("pages/situation/overview.py", {"compare": PICTURE}),
        ("pages/data/methods.py", {"q": PICTURE}),
        ("pages/situation/map.py", {"indicator": PICTURE, "year": PICTURE}),
        ("pages/action/werkstattplan.py", {"entry": PICTURE}),
    ],
)
def test_a_link_brings_no_picture_of_another_host_onto_the_page(data_folder, file: str, query: dict[str, str]):
    at = opened(file, **query)
    shown = [*at.markdown, *at.warning, *at.caption, *at.subheader, *at.header, *at.title, *at.info]
    assert any("example.org" in unescape(element.value) for element in shown)
    assert not any(PICTURE in element.value for element in shown)
