"""No parameter of any page ever ends in a stack trace: property test over the real pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.app_pages import opened, pages

KNOWN = [
    "ages", "ags", "classes", "cohorts", "compare", "display", "end", "entry", "field", "group", "indicator", "indicators",
    "lang", "limits", "linked", "map", "measure", "mix", "moves", "outline", "part", "present", "q", "review", "scale", "scheme",
    "scope", "sex", "slide", "span", "start", "target", "year", "need_indicator", "need_value", "need_year",
    "effect_indicator",
]  # fmt: skip
NASTY = [
    "", "0", "-1", "99999999", "05758012", "15001000", "DE", "DG", "13076121", "16056", "16063", "02000", "11", "NULL",
    "' OR 1=1 --", "<script>alert(1)</script>", "../../etc/passwd", "%00", "🙂", "a" * 5000, "1e9", "２０２４", "2024,2023",
    "kreis,land,DG", "kreis,land,DG,partner,aehnlich", "5;4;3", "1,2,1e308", "2022-05-15", "own", "-", ",", ",,,", "05758012," * 20, "nan", "population_total", "foreign_share",
]  # fmt: skip
values = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
parameters = st.dictionaries(st.one_of(st.sampled_from(KNOWN), st.text(min_size=1, max_size=8)), values, max_size=5)


@pytest.mark.parametrize("file", [file for file, _, _ in pages()])
@given(query=parameters)
@settings(max_examples=12)
def test_any_parameters_give_a_page_without_a_stack_trace(data_folder, file: str, query: dict[str, str]) -> None:
    opened(file, **query)


@pytest.mark.parametrize("ags", ["99999999", "nichts", "<b>"])
def test_an_unknown_place_is_named_and_the_page_goes_on(data_folder, ags: str) -> None:
    at = opened(pages()[0][0], ags=ags)
    assert any(ags[:10] in warning.value for warning in at.warning)
    assert at.subheader or at.header
