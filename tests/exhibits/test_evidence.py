"""Evidence cards: drafted only beyond chance, each with an executed counter-check, the same again; and what people decide."""

from dataclasses import replace
from pathlib import Path

import pytest

from zwk_data.access import LOCAL, NOBODY, Denied
from zwk_data.catalog import indicators
from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.exhibits import evidence as cards
from zwk_data.exhibits.evidence import LEANS, QUARTER, RULES, Stand
from zwk_data.plan.evidence import Card, Decisions, NoReason, statement_id
from zwk_data.plan.model import Plan
from zwk_data.plan.service import NoPlanYet, Plans
from zwk_data.store import open_store

TOWN = "15001"
CARD = Card("old_age_ratio_20_65.schwaeche", "schwaeche", "Ein Befund.", "ranking?ags=15001&indicator=mean_age",
            "ranking?ags=15001,DG&indicator=share_u18", "Spricht dagegen.")  # fmt: skip


def drafted(statistics, ags: str) -> Exhibit:
    return make(Address.of("evidence_cards", ags=ags), Context(statistics))


def test_every_rule_looks_at_declared_indicators_and_none_checks_itself():
    known = indicators()
    for rule in RULES:
        assert {rule.indicator, *rule.counters} <= set(known) and rule.indicator not in rule.counters
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("ags", ["05758012", "13071107", "15001", "12073"])
def test_the_four_partners_get_cards_with_rule_proof_and_counter_check(statistics, ags: str):
    found = drafted(statistics, ags)
    rows = found.table.to_dict("records")
    assert 1 <= len(rows) <= len(RULES) and len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        proof = make(Address.parse(row["proof_address"]), Context(statistics))
        assert row["finding"] == proof.sentence and row["rule"] in LEANS
        assert row["checked"] or row["counter_address"]
        if row["counter_address"]:
            assert row["against"] == make(Address.parse(row["counter_address"]), Context(statistics)).sentence
        else:
            assert "nichts davon spricht dagegen" in row["against"]
    again = drafted(statistics, ags)
    assert again.table.equals(found.table)


def test_a_town_without_ages_says_whose_figures_these_are(statistics):
    assert any(note.kind == "kreis_value" for note in drafted(statistics, "13071107").notes)
    assert not any(note.kind == "kreis_value" for note in drafted(statistics, "15001").notes)


def test_no_card_where_the_ranks_that_chance_allows_leave_the_quarter(statistics, monkeypatch: pytest.MonkeyPatch):
    real = cards._stand

    def wide(one, context, ags):
        found = real(one, context, ags)
        return (
            replace(found, low=min(found.low, 1 - QUARTER - 0.01), high=max(found.high, QUARTER + 0.01))
            if found
            else None
        )

    monkeypatch.setattr(cards, "_stand", wide)
    found = drafted(statistics, TOWN)
    assert found.table.empty and "legen nichts nahe" in found.sentence and found.sources


@pytest.mark.parametrize(
    ("stand", "quadrant"),
    [(Stand(0.9, 0.8, 0.95), "schwaeche"), (Stand(0.1, 0.05, 0.2), "staerke"), (Stand(0.5, 0.4, 0.6), None),
     (Stand(0.8, 0.74, 0.9), None), (Stand(0.2, 0.1, 0.26), None)],
)  # fmt: skip
def test_the_field_follows_from_side_and_lean(statistics, monkeypatch: pytest.MonkeyPatch, stand: Stand, quadrant: str):
    rule = next(rule for rule in RULES if rule.indicator == "old_age_ratio_20_65")
    monkeypatch.setattr(cards, "_stand", lambda one, context, ags: stand)
    context = Context(statistics)
    card = cards._card(rule, context, statistics.places[TOWN])
    assert (card[0][5] if card else None) == quadrant


def test_the_counter_check_takes_what_leans_furthest_the_other_way(statistics, monkeypatch: pytest.MonkeyPatch):
    rule = next(rule for rule in RULES if rule.indicator == "share_u18")  # births, women of 20 to 39, moves
    shares = {"births_per_1000": 0.7, "women_share_20_39": 0.9, "net_migration": None}
    monkeypatch.setattr(cards, "_goodness", lambda name, context, ags: shares[name])
    found, checked = cards._counter(rule, False, Context(statistics), statistics.places[TOWN])
    assert found and found.id == "women_share_20_39" and [one.id for one in checked] == list(shares)[:2]
    assert cards._counter(rule, True, Context(statistics), statistics.places[TOWN])[0] is None


@pytest.mark.parametrize(
    ("come", "go", "gains"), [(1000, 800, True), (800, 1000, False), (1000, 960, None), (3, 1, None)]
)
def test_a_balance_counts_only_where_chance_does_not_explain_it(come: float, go: float, gains: bool | None):
    assert cards.beyond_chance(come, go) is gains


# --- decisions -------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path):
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


def test_an_accepted_card_is_a_statement_of_the_plan_and_said_twice_still_one(store):
    decisions = Decisions(store, LOCAL)
    with pytest.raises(NoPlanYet):
        decisions.accept(TOWN, CARD, "", "schwaeche", source="Zahlen", request_id="a")
    Plans(store, LOCAL).begin(TOWN, Plan(TOWN, "Plan"), request_id="b")
    for request in ("c", "d"):
        decisions.accept(TOWN, CARD, "In eigenen Worten", "risiko", source="Zahlen", request_id=request)
    (part,) = Plans(store, LOCAL).stored(TOWN).plan.swot
    assert (part.id, part.title, part.quadrant) == (statement_id(CARD.id), "In eigenen Worten", "risiko")
    assert part.exhibit == CARD.proof and part.counter == CARD.counter and part.source == "Zahlen"


def test_a_rejection_keeps_its_reason_and_holds_for_the_same_figures_only(store):
    decisions = Decisions(store, LOCAL)
    decisions.reject(TOWN, CARD, "  Sehen wir  anders ", request_id="a")
    found = decisions.rejections(TOWN)[CARD.id]
    assert found.reason == "Sehen wir anders" and found.holds(CARD.finding) and not found.holds("Ein neuer Befund.")
    decisions.reject(TOWN, replace(CARD, finding="Ein neuer Befund."), "Immer noch", request_id="b")
    assert decisions.rejections(TOWN)[CARD.id].finding == "Ein neuer Befund."
    with pytest.raises(NoReason):
        decisions.reject(TOWN, CARD, "  ", request_id="c")


def test_who_may_not_edit_decides_nothing_and_reads_nothing(store):
    decisions = Decisions(store, NOBODY)
    with pytest.raises(Denied):
        decisions.rejections(TOWN)
    with pytest.raises(Denied):
        decisions.reject(TOWN, CARD, "Grund", request_id="a")
    with pytest.raises(Denied):
        decisions.accept(TOWN, CARD, "", "risiko", source="", request_id="b")
