"""Targets of a plan: what is observed beside the path from the base to the target, always in words.

A path never crosses a break: where a census or a reform lies between base and newest value, the exhibit says so and
names the first year from which a path is possible. What chance explains is not told apart from the path.
"""

from collections import Counter
from dataclasses import dataclass

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.effects.watched import observed_in
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.plan_outline import identifier
from zwk_data.exhibits.plans import plan_sources, required_plan, short_note
from zwk_data.exhibits.provenance import (
    basis_name,
    breaks_inside,
    kreis_note,
    measures_of,
    sources_of,
    unit_name,
    with_unit,
)
from zwk_data.exhibits.registry import Context, is_offered, kind, place
from zwk_data.exhibits.series import comparable, preferred, stand_in, year_ends
from zwk_data.indicators.detection import Observed, differs
from zwk_data.language import Language
from zwk_data.plan.model import Plan, Target
from zwk_data.plan.targets import VERDICTS, Tone, Verdict, edge, expected, tone, verdict
from zwk_data.warehouse.places import Place

COLUMNS = (
    "id", "label", "field", "base", "target", "observed", "day", "path", "difference", "tolerance", "verdict", "offer",
    "tone", "shown", "stands_in",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A target beside the figures: whose values they are, the newest, the base, the path then, and what that says.

    offer: the first year from which a path to the newest value crosses no break, None where the path stands.
    """

    target: Target
    indicator: Indicator
    shown: Place
    rows: pd.DataFrame
    found: Verdict
    last: pd.Series | None = None
    base: pd.Series | None = None
    path: float | None = None
    offer: int | None = None

    @property
    def tone(self) -> Tone:
        """Return whether the verdict deserves a colour."""
        return tone(self.found, self.indicator.polarity)


def judged(context: Context, place: Place, target: Target) -> Judged:
    """Set a target beside the newest value of its indicator; of the Kreis where a town has none of its own."""
    indicator = indicators()[target.indicator]
    if not is_offered(indicator, context.data):
        return Judged(target, indicator, place, pd.DataFrame(), "no_figures")
    shown = stand_in(context, place, indicator)
    values = context.data.values([indicator.id], [shown.ags])
    rows = preferred(year_ends(values)).sort_values(["reference_date", "basis"])
    if rows.empty:
        return Judged(target, indicator, shown, rows, "no_figures")
    last = rows.iloc[-1]
    base = _base(rows, target, str(last["basis"]))
    offer = first_comparable(context, rows, indicator, shown)
    if base is None or target.base_year is None or target.year <= target.base_year:
        return Judged(target, indicator, shown, rows, "no_base", last, None, None, offer)
    if int(last["year"]) <= target.base_year:
        return Judged(target, indicator, shown, rows, "too_early", last, base)
    if base["basis"] != last["basis"] or not comparable(context, shown.ags, base, last, measures_of(indicator)):
        return Judged(target, indicator, shown, rows, "not_comparable", last, base, None, offer)
    path = expected(target.base_year, float(base["value"]), target.year, float(target.value), int(last["year"]))
    found = _verdict(context, target, indicator, shown, last, path)
    return Judged(target, indicator, shown, rows, found, last, base, path)


def _base(rows: pd.DataFrame, target: Target, basis: str) -> pd.Series | None:
    """Return the value at the base year, on the basis of the newest value where the year has several."""
    found = rows[rows["year"] == target.base_year] if target.base_year else rows.head(0)
    same = found[found["basis"] == basis]
    found = same if len(same) else found
    return None if found.empty else found.iloc[-1]


def first_comparable(context: Context, rows: pd.DataFrame, indicator: Indicator, shown: Place) -> int | None:
    """Return the first year on the newest basis that no break parts from the newest value, None without one."""
    last = rows.iloc[-1]
    same = rows[(rows["basis"] == last["basis"]) & (rows["year"] < last["year"])]
    for _, row in same.iterrows():
        if comparable(context, shown.ags, row, last, measures_of(indicator)):
            return int(row["year"])
    return int(last["year"])


def tolerance_of(target: Target, indicator: Indicator) -> float:
    """Return how far beside the path counts as on it: half of the last place shown where the target says nothing."""
    return max(float(target.tolerance or 0), 0.5 * 10.0**-indicator.decimals)


def _verdict(
    context: Context, target: Target, indicator: Indicator, shown: Place, last: pd.Series, path: float
) -> Verdict:  # fmt: skip
    value, allowed = float(last["value"]), tolerance_of(target, indicator)
    border = edge(path, value, allowed)
    chance = border is not None and _by_chance(context, indicator, shown, last, border)
    return verdict(value, path, allowed, indicator.polarity, by_chance=chance)


def _by_chance(context: Context, indicator: Indicator, shown: Place, last: pd.Series, border: float) -> bool:
    """Tell whether chance explains the distance to a border; with a model but without counts nothing is told apart."""
    if indicator.chance == "none":
        return False
    now = observed_in(context, pd.DataFrame([last]), indicator, shown)
    if now is None:
        return True
    wanted = border * now.exposure / indicator.factor
    if now.model != "skellam" and wanted < 0:
        return False
    return differs(Observed(border, wanted, now.denominator, now.model, now.gross), now) == "not_distinguishable"


def words(language: Language) -> dict[Verdict, str]:
    """Return the words of the traffic light."""
    text = language.text
    said = (
        text("auf dem Pfad"), text("unter dem Pfad"), text("über dem Pfad"), text("nicht unterscheidbar"),
        text("neutral"), text("nicht vergleichbar"), text("noch kein neuer Wert"), text("ohne Ausgangswert"),
        text("keine Zahlen"),
    )  # fmt: skip
    return dict(zip(VERDICTS, said, strict=True))


@kind(required={"ags": place}, optional={"field": identifier}, of_plan=True)
def plan_targets(context: Context, *, ags: Place, field: str = "") -> Exhibit:
    """Show every target with its path, the newest value and what that says.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    all_judged = [judged(context, ags, one) for one in plan.targets if not field or one.handlungsfeld == field]
    table = pd.DataFrame([_row(plan, one, context) for one in all_judged], columns=list(COLUMNS))
    sentence = _sentence(all_judged, ags, context)
    used = [str(one.last["datasets"]) for one in all_judged if one.last is not None]
    return Exhibit(
        Address.of("plan_targets", ags=ags.ags, field=field), text("Zielwerte"),
        text("Pfad in gleichen Schritten vom Ausgangswert zum Zielwert, Stand am 31. Dezember"), sentence,
        text("Tabelle der Zielwerte mit Pfad und neuestem Wert: {sentence}", sentence=sentence), table,
        _columns(context), Marks("table", options={"layout": "targets"}),
        (*plan_sources(plan, (), ags, context.language), *sources_of(used, context)),
        notes=(*_notes(all_judged, ags, context), short_note(plan, context.language)),
    )  # fmt: skip


def _columns(context: Context) -> tuple[Column, ...]:
    text = context.language.text
    return (
        Column("label", text("Kennzahl")), Column("target", text("Zielwert")), Column("base", text("Ausgangswert")),
        Column("observed", text("Neuester Wert")), Column("day", text("Stichtag")), Column("path", text("Pfad")),
        Column("difference", text("Abstand")), Column("tolerance", text("Toleranz")),
        Column("verdict", text("Einschätzung")), Column("offer", text("Hinweis")), Column("shown", text("Wert für")),
        Column("field", text("Handlungsfeld")),
    )  # fmt: skip


def _row(plan: Plan, one: Judged, context: Context) -> tuple[object, ...]:
    language, target, indicator = context.language, one.target, one.indicator
    fields = {field.id: field.title for field in plan.handlungsfelder}
    said, last = _said(one, language), one.last
    base = "" if one.base is None else f"{with_unit(one.base['value'], indicator, language)} ({target.base_year})"
    return (
        target.id, indicator.label(language.code), fields.get(target.handlungsfeld or "", ""), base,
        f"{with_unit(float(target.value), indicator, language)} ({target.year})",
        "" if last is None else with_unit(last["value"], indicator, language),
        "" if last is None else language.date(last["reference_date"].date()),
        "" if one.path is None else with_unit(one.path, indicator, language), _difference(one, language),
        with_unit(float(target.tolerance), indicator, language) if target.tolerance else "", said,
        _offer_text(one, language), one.tone, one.shown.name, "K" if last is not None and one.shown.ags != plan.ags
        else "",
    )  # fmt: skip


def _said(one: Judged, language: Language) -> str:
    """Return the verdict in words; a neutral one says on which side of the path the value lies."""
    known = words(language)
    if one.found != "neutral" or one.path is None or one.last is None:
        return known[one.found]
    return f"{known['neutral']}, {known['above' if float(one.last['value']) > one.path else 'below']}"


def _difference(one: Judged, language: Language) -> str:
    if one.path is None or one.last is None:
        return ""
    return language.number(float(one.last["value"]) - one.path, one.indicator.decimals, sign=True)


def _offer_text(one: Judged, language: Language) -> str:
    text = language.text
    if one.offer is None or one.last is None:
        return ""
    basis = basis_name(str(one.last["basis"]), language)
    if one.found == "not_comparable":
        return text("Zwischen Ausgangs- und neuestem Wert liegt ein Bruch ({basis}). Ein Pfad ist ab {year} möglich.",
                    basis=basis, year=one.offer)  # fmt: skip
    return text("Ein Pfad ist ab {year} möglich ({basis}).", basis=basis, year=one.offer)


def _sentence(all_judged: list[Judged], ags: Place, context: Context) -> str:
    text, said = context.language.text, words(context.language)
    if not all_judged:
        return text("{place}: Im Plan steht noch kein Zielwert.", place=ags.name)
    counts = Counter(one.found for one in all_judged)
    parts = ", ".join(f"{counts[name]} {said[name]}" for name in VERDICTS if counts[name])
    if len(all_judged) == 1:
        return text("{place}, ein Zielwert: {verdict}.", place=ags.name, verdict=said[all_judged[0].found])
    return text("{place}, {count} Zielwerte: {verdicts}.", place=ags.name, count=len(all_judged), verdicts=parts)


def _notes(all_judged: list[Judged], ags: Place, context: Context) -> tuple[Note, ...]:
    text = context.language.text
    kreis = {one.shown: kreis_note(ags, one.shown, context.language) for one in all_judged
             if one.shown != ags and one.last is not None}  # fmt: skip
    said = Note("method", text(
        "»Nicht unterscheidbar«: Der Abstand zum Pfad ist nicht größer, als der Zufall ihn erklärt (5 %). »Neutral«: "
        "Die Kennzahl hat keine gewünschte Richtung. Eine Einschätzung sagt nicht, woran es liegt."))  # fmt: skip
    return (*kreis.values(), said)


@kind(required={"ags": place, "aim": identifier}, of_plan=True)
def plan_target(context: Context, *, ags: Place, aim: str) -> Exhibit:
    """Show one target over time: what was observed, and the path where it crosses no break.

    Raises:
        AddressError: the place has no plan, the plan no such target, or the indicator no figures.
    """
    plan, language, text = required_plan(ags, context), context.language, context.language.text
    chosen = next((one for one in plan.targets if one.id == aim), None)
    if chosen is None:
        raise AddressError(text("»{value}« ist kein Zielwert dieses Plans.", value=aim[:40]))
    one = judged(context, ags, chosen)
    if one.last is None:
        raise AddressError(text("Zu diesem Zielwert gibt es keine Zahlen."))
    row = dict(zip(COLUMNS, _row(plan, one, context), strict=True))
    sentence = text("{label}: {observed} am {day}, {verdict}.", **{name: str(row[name]) for name in row})
    names = (one.shown.name, text("Pfad zum Zielwert"))
    table = _course(one, *names)
    label, unit = one.indicator.label(language.code), unit_name(one.indicator, language)
    return Exhibit(
        Address.of("plan_target", ags=ags.ags, aim=aim), label,
        text("Zielwert {target}; {unit}", target=row["target"], unit=unit), sentence,
        text("Linien: {sentence}", sentence=sentence), table,
        (Column("series", text("Reihe")), Column("day", text("Stichtag")),
         Column("value", label, unit, one.indicator.decimals)),
        Marks("line", x="day", y="value", series="series", focus=names[0], second=names[1], dash="basis"),
        (*sources_of([str(name) for name in one.rows["datasets"].unique()], context),
         *plan_sources(plan, (), ags, language)),
        breaks_inside(one.rows, measures_of(one.indicator), language),
        (*_notes([one], ags, context), *([Note("offer", str(row["offer"]))] if row["offer"] else [])),
    )  # fmt: skip


def _course(one: Judged, observed: str, path: str) -> pd.DataFrame:
    """Return the observed years and, dashed, those of the path; without a path the target alone."""
    seen = one.rows[["reference_date", "value", "basis"]].rename(columns={"reference_date": "day"})
    target = one.target
    ahead = [(target.year, float(target.value))]
    if one.path is not None and one.base is not None and target.base_year is not None:
        base = float(one.base["value"])
        ahead = [(year, expected(target.base_year, base, target.year, float(target.value), year))
                 for year in range(target.base_year, target.year + 1)]  # fmt: skip
    days = pd.to_datetime([f"{year}-12-31" for year, _ in ahead])
    way = pd.DataFrame({"day": days, "value": [value for _, value in ahead], "basis": "projection", "series": path})
    return pd.concat([seen.assign(series=observed), way], ignore_index=True)
