"""Evidence cards: what the figures suggest for a SWOT, each with the strongest counter-evidence that was looked for.

A rule looks at one indicator. It drafts a card only where the place stands in the highest or lowest quarter of all
places of its kind whatever chance did (the ranks that chance allows lie all in that quarter). Whether a high value is
rather good or bad is the rule's proposal, said to be one; people accept, change or reject it. The counter-check looks
at the indicators that a rule names and takes the one that leans furthest the other way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.comparison import Position, common_moment, position, without_giants, year_end_values
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.in_out_migration import in_out_migration
from zwk_data.exhibits.ranking import ranking
from zwk_data.exhibits.registry import Context, is_offered, kind, place
from zwk_data.exhibits.series import shown_places
from zwk_data.indicators.chance import Z95
from zwk_data.plan.labels import quadrants
from zwk_data.plan.model import Quadrant
from zwk_data.warehouse.places import Place

Horizon = Literal["now", "ahead"]
QUARTER = 0.25
MOST_SOURCES = 6
COLUMNS = ("quadrant", "finding", "against", "rule", "id", "quadrant_id", "proof_address", "counter_address", "checked",
           "title")  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule.

    ``lean`` +1: high is proposed as good, -1: as bad; ``horizon`` now: strength or weakness; ahead: chance or risk;
    ``counters``: ids of the indicators that could speak against it.
    """

    indicator: str
    lean: Literal[1, -1]
    horizon: Horizon
    counters: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name of the rule: what it looks at."""
        return self.indicator

    def quadrant(self, good: bool) -> Quadrant:
        """Return the field that the rule proposes."""
        if self.horizon == "now":
            return "staerke" if good else "schwaeche"
        return "chance" if good else "risiko"


MOVES = "net_migration"  # the balance of all moves: its sign counts, where chance does not explain it
RULES = (
    Rule("population_change_5y", 1, "now", (MOVES, "natural_balance_per_1000", "labour_replacement")),
    Rule("old_age_ratio_20_65", -1, "now", (MOVES, "labour_replacement", "share_u18")),
    Rule("share_u18", 1, "now", ("births_per_1000", "women_share_20_39", MOVES)),
    Rule("natural_balance_per_1000", 1, "now", (MOVES, "share_u6", "women_share_20_39")),
    Rule("share_18_24", 1, "now", ("women_per_100_men_18_29", "labour_replacement", MOVES)),
    Rule("labour_replacement", 1, "ahead", ("share_25_29", "share_18_24", MOVES)),
    Rule("women_share_20_39", 1, "ahead", ("births_per_1000", "share_u6", MOVES)),
    Rule("share_80p", -1, "ahead", ("labour_replacement", "share_30_49", MOVES)),
    Rule("share_50_64", -1, "ahead", ("labour_replacement", "share_18_24", MOVES)),
)
LEANS = {rule.indicator: rule.lean for rule in RULES}  # of the others high is taken as good


@dataclass(frozen=True)
class Stand:
    """Where a place stands in an indicator: 0 is the lowest of all, 1 the highest; with the limits chance allows."""

    share: float
    low: float
    high: float

    @classmethod
    def of(cls, found: Position) -> "Stand":
        """Turn ranks (1 = highest) into shares."""
        most = max(found.count - 1, 1)
        return cls(*(1 - (rank - 1) / most for rank in (found.rank, found.worst, found.best)))


@kind(required={"ags": place})
def evidence_cards(context: Context, *, ags: Place) -> Exhibit:
    """Draft the cards of a place: field, finding, what speaks against it."""
    text = context.language.text
    found = [card for card in (_card(rule, context, ags) for rule in RULES) if card]
    rows = [row for row, _ in found]
    proofs = [proof for _, shown in found for proof in shown]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(object)
    against = int((table["counter_address"] != "").sum()) if rows else 0
    sentence = text("{place}: {count} Vorschläge aus den Zahlen, zu {against} davon ein Gegenbeleg.", place=ags.name,
                    count=len(rows), against=against) if rows else text(
        "{place}: Die Zahlen legen nichts nahe; nirgends steht der Ort sicher im obersten oder untersten Viertel.",
        place=ags.name)  # fmt: skip
    return Exhibit(
        Address.of("evidence_cards", ags=ags.ags), text("Vorschläge aus den Zahlen"),
        text("Belegkarten mit Gegenprobe, Vergleich mit allen Orten derselben Art"), sentence,
        text("Tabelle der Vorschläge: {sentence}", sentence=sentence), table,
        (Column("quadrant", text("Feld")), Column("finding", text("Befund")), Column("against", text("Gegenprobe")),
         Column("rule", text("Regel"))), Marks("table"), _sources(proofs, context, ags), (),
        (*_badge(proofs), _note(context)),
    )  # fmt: skip


def _note(context: Context) -> Note:
    return Note("method", context.language.text(
        "Ein Vorschlag entsteht nur, wo der Ort auch nach Abzug des Zufalls im obersten oder untersten Viertel aller "
        "Orte derselben Art steht. Ob das eher gut oder schlecht ist, schlägt die Regel vor; entscheiden müssen "
        "Menschen."))  # fmt: skip


def _badge(proofs: Sequence[Exhibit]) -> tuple[Note, ...]:
    """Say once whose figures the cards speak of, where it is not the place itself."""
    return tuple(dict.fromkeys(note for proof in proofs for note in proof.notes if note.kind == "kreis_value"))[:1]


def _sources(proofs: Sequence[Exhibit], context: Context, ags: Place) -> tuple[SourceLine, ...]:
    """Return the sources of the cards; without a card those of what was looked at first."""
    known = list(dict.fromkeys(line for proof in proofs for line in proof.sources))[:MOST_SOURCES]
    if known:
        return tuple(known)
    looked_at = next(one for one in map(indicators().get, LEANS) if one and is_offered(one, context.data))
    return _shown(looked_at, context, ags).sources


def _side(rule: Rule, context: Context, ags: Place) -> bool | None:
    """Tell whether what a rule looks at is proposed as good; None where nothing is certain enough."""
    stand = _stand(indicators().get(rule.indicator), context, ags)
    if stand is None:
        return None
    if stand.low >= 1 - QUARTER:
        return rule.lean > 0
    return rule.lean < 0 if stand.high <= QUARTER else None


def _gains(context: Context, ags: Place) -> bool | None:
    """Tell whether more people moved in than out in the newest year; None where that is not known or may be chance.

    In- and out-moves counted as Poisson: the balance scatters with the square root of their sum (Skellam), and is told
    from nought where it exceeds it by the factor of 5 % on two sides.
    """
    wanted = [indicators()[name] for name in ("in_migration", "out_migration")]
    pairs = shown_places(context, (ags,), wanted[0], own=False)
    if not pairs:
        return None
    rows = year_end_values(context, wanted, [pairs[0][1]])
    years = rows[rows["value"].notna()].pivot_table(index="year", columns="indicator", values="value").dropna()
    if years.empty or len(years.columns) < len(wanted):
        return None
    come, go = years.iloc[-1]["in_migration"], years.iloc[-1]["out_migration"]
    return beyond_chance(come, go)


def beyond_chance(come: float, go: float) -> bool | None:
    """Tell whether more came than went, None where chance may explain the difference of the two counts (5 %)."""
    return bool(come > go) if abs(come - go) > Z95 * sqrt(come + go) else None


def _card(rule: Rule, context: Context, ags: Place) -> tuple[tuple[object, ...], list[Exhibit]] | None:
    """Return a card as a row and the exhibits behind it, None where nothing is certain enough."""
    one, good = indicators().get(rule.indicator), _side(rule, context, ags)
    if one is None or good is None:
        return None
    proof = _shown(one, context, ags)
    counter, checked = _counter(rule, good, context, ags)
    text = context.language.text
    against = _shown(counter, context, ags) if counter else None
    names = ", ".join(found.short_label(context.language.code) for found in checked)
    said = against.sentence if against else text("Geprüft: {names}; nichts davon spricht dagegen.", names=names)
    quadrant = rule.quadrant(good)
    row = (
        quadrants(context.language)[quadrant], proof.sentence, said, rule.id, f"{rule.id}.{quadrant}", quadrant,
        str(proof.address), str(against.address) if against else "", names, one.short_label(context.language.code),
    )  # fmt: skip
    return row, [proof, *([against] if against else [])]


def _counter(rule: Rule, good: bool, context: Context, ags: Place) -> tuple[Indicator | None, list[Indicator]]:
    """Return the indicator that leans furthest the other way (None: none does), and all that were looked at."""
    checked: list[Indicator] = []
    best: tuple[float, Indicator] | None = None
    for name in rule.counters:
        one = indicators().get(name)
        goodness = _goodness(name, context, ags)
        if one is None or goodness is None:
            continue
        checked.append(one)
        other_way = 0.5 - goodness if good else goodness - 0.5
        if other_way > 0 and (best is None or other_way > best[0]):
            best = (other_way, one)
    return (best[1] if best else None), checked


def _goodness(name: str, context: Context, ags: Place) -> float | None:
    """Return how good an indicator looks for a place, from 0 to 1; None where that cannot be said."""
    if name == MOVES:
        gains = _gains(context, ags)
        return None if gains is None else float(gains)
    stand = _stand(indicators().get(name), context, ags)
    return None if stand is None else stand.share if LEANS.get(name, 1) > 0 else 1 - stand.share


def _stand(one: Indicator | None, context: Context, ags: Place) -> Stand | None:
    """Return where a place stands among all of its kind; None where that cannot be said."""
    if one is None or not is_offered(one, context.data):
        return None
    pairs, _ = without_giants(shown_places(context, (ags,), one, own=False), one)
    if not pairs:
        return None
    moment = common_moment(year_end_values(context, [one], [shown for _, shown in pairs]), pairs[0][1].ags)
    found = position(context, one, pairs[0][1], moment) if moment is not None else None
    return Stand.of(found) if found else None


def _shown(one: Indicator, context: Context, ags: Place) -> Exhibit:
    """Return the exhibit that proves a finding: the place beside Germany, with its rank; of moves their course."""
    if one.id == MOVES:
        return in_out_migration(context, ags=ags)
    germany = context.data.places.resolve("DG")
    return ranking(context, indicator=one, ags=(ags, germany))
