"""The catalogue: what its files say, and that a mistake in one is found when it is read."""

import re
from datetime import date

import pytest

from zwk_data.catalog import DeclarationError, Indicator, Term, breaks, indicators, licences, participants, sources
from zwk_data.catalog import declarations as module
from zwk_data.catalog.tidy import BASES, MEASURES

INDICATORS = list(indicators().values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("population", Term("population")),
        ("-deaths", Term("deaths", sign=-1)),
        ("population[65+]", Term("population", age_from=65)),
        ("population[f 20-39]", Term("population", "f", 20, 39)),
        ("-out_migration[m 0-17]", Term("out_migration", "m", 0, 17, -1)),
    ],
)
def test_a_term_is_read_with_sign_sex_and_both_ages(text, expected):
    assert Term.parse(text) == expected


@pytest.mark.parametrize("text", ["", "people", "population[65]", "population[x 1-2]", "population [65+]", "--deaths"])
def test_another_form_of_a_term_is_refused_with_its_text(text):
    with pytest.raises(DeclarationError, match="is not a term"):
        Term.parse(text)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda entry: entry.id)
def test_an_indicator_has_what_its_kind_needs(indicator):
    assert indicator.label_de
    assert indicator.label_en
    assert indicator.formula_de
    if indicator.kind == "declared":
        assert indicator.needs, "the table that would give it"
    if indicator.kind in ("sum", "ratio"):
        assert indicator.numerator
        assert bool(indicator.denominator) == (indicator.kind == "ratio")
    if indicator.kind in ("change", "index"):
        assert indicators()[indicator.of].kind == "sum", "a change of a stock"
        assert bool(indicator.years) != bool(indicator.base_year)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda entry: entry.id)
def test_ages_in_the_name_are_the_ages_of_the_terms(indicator):
    """``share_18_24`` counts 18 to 24; ``share_u18`` everyone below 18; ``share_65p`` 65 and older."""
    match = re.search(r"_(u(?P<below>\d+)|(?P<low>\d+)(?:p|_(?P<high>\d+)))(_per_1000)?$", indicator.id)
    if match is None or not indicator.numerator or "ratio" in indicator.id or "dependency" in indicator.id:
        return
    term = indicator.numerator_terms[0]
    if match["below"]:
        assert (term.age_from, term.age_to) == (0, int(match["below"]) - 1)
    else:
        assert term.age_from == int(match["low"])
        assert term.age_to == (int(match["high"]) if match["high"] else None)


def test_the_number_of_indicators_that_the_embedded_figures_give():
    available = [entry for entry in INDICATORS if entry.available]
    print(f"{len(available)} computed, {len(INDICATORS) - len(available)} declared")
    assert len(available) >= 60
    assert {"population_total", "median_age", "old_age_ratio_20_65", "net_migration_residual"} <= {
        e.id for e in available
    }


def test_every_available_indicator_has_values(statistics):
    found = set(statistics.frame("SELECT DISTINCT indicator FROM indicator_value WHERE value IS NOT NULL")["indicator"])
    assert {entry.id for entry in INDICATORS if entry.available} == found


def test_every_dataset_has_a_licence_an_attribution_and_an_address():
    for source in sources().values():
        assert source.licence in licences(), source.id
        assert source.attribution, source.id
        assert source.url.startswith("https://"), source.id
        assert not source.changed or source.change_de, source.id


def test_every_break_names_its_reason_and_its_source_in_both_languages():
    for entry in breaks().values():
        assert entry.reason_de, entry.id
        assert entry.reason_en, entry.id
        assert entry.source, entry.id
        assert set(entry.measures) <= set(MEASURES), entry.id
        assert isinstance(entry.first_date, date), entry.id
    assert {entry.basis_after for entry in breaks().values() if entry.basis_after} <= set(BASES)


def test_the_scope_of_a_break_are_known_kreise(statistics):
    for entry in breaks().values():
        assert all(ags in statistics.places for ags in entry.scope), entry.id


def test_partners_with_a_key_are_in_the_register(statistics):
    partners = [entry for entry in participants().values() if entry.partner]
    assert len(partners) == 4
    assert all(entry.ags in statistics.places for entry in partners)


GOOD = {
    "label_de": "x", "label_en": "x", "group": "stand", "kind": "sum", "unit": "persons", "formula_de": "x",
    "formula_en": "x", "numerator": ["population"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"colour": "red"}, "colour"),
        ({"unit": "furlongs"}, "unit"),
        ({"kind": "guess"}, "kind"),
        ({"polarity": "sideways"}, "polarity"),
        ({"numerator": ["people"]}, "people"),
        ({"group": None}, "group"),
    ],
)
def test_a_wrong_entry_is_an_error_that_names_file_entry_and_field(change, named):
    entry = {key: value for key, value in (GOOD | change).items() if value is not None}
    with pytest.raises(DeclarationError, match=named):
        Indicator.from_entry("indicators", "x", entry)


def test_a_source_without_a_known_licence_is_refused(monkeypatch):
    entry = {"provider": "x", "code": "x", "title_de": "x", "title_en": "x", "url": "https://x.example",
             "licence": "none", "attribution": "x", "retrieved": date(2026, 1, 1)}  # fmt: skip
    monkeypatch.setattr(module, "read_toml", lambda name: {"x": entry} if name == "sources" else {})
    licences.cache_clear()
    try:
        with pytest.raises(DeclarationError, match="unknown licence"):
            module.sources.__wrapped__()
    finally:
        licences.cache_clear()
