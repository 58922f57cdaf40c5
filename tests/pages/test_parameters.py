"""No parameter of any page ever ends in a stack trace: property test over the real pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.app_pages import ROOT, pages

KNOWN = [
    "ags",
    "compare",
    "indicator",
    "year",
    "years",
    "form",
    "view",
    "scope",
    "scheme",
    "classes",
    "present",
    "slide",
    "lang",
    "sex",
]
NASTY = [
    "", "0", "-1", "99999999", "05758012", "15001000", "DE", "DG", "13076121", "16056", "16063", "02000", "11", "NULL",
    "' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "%00", "🙂", "a" * 5000, "1e9", "２０２４", "2024,2023",
    "kreis,land,DG", "partner,aehnlich", "-", ",", ",,,", "05758012," * 20, "nan", "population_total", "foreign_share",
]  # fmt: skip
values = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
parameters = st.dictionaries(st.one_of(st.sampled_from(KNOWN), st.text(min_size=1, max_size=8)), values, max_size=5)


def run(file: str, query: dict[str, str]) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    at.run()
    return at if file == pages()[0][0] else at.switch_page(file).run()


@pytest.mark.parametrize("file", [file for file, _, _ in pages()])
@given(query=parameters)
@settings(max_examples=12)
def test_any_parameters_give_a_page_without_a_stack_trace(data_folder, file: str, query: dict[str, str]) -> None:
    at = run(file, query)
    assert not at.exception, (query, at.exception[0].stack_trace)


@pytest.mark.parametrize("ags", ["99999999", "nichts", "<b>"])
def test_an_unknown_place_is_named_and_the_page_goes_on(data_folder, ags: str) -> None:
    at = run(pages()[0][0], {"ags": ags})
    assert any(ags[:10] in warning.value for warning in at.warning)
    assert at.subheader or at.header
