"""The indicators of a plan since its baseline: two year ends beside each other, and what may be said of them.

Nothing is computed across a break: where a census, a reform or a change of method lies between, its name stands there,
and the change since the first comparable year beside it. What chance may explain is called that, and no sentence says
what a change comes from.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.comparison import signed
from zwk_data.exhibits.effects.watched import observed_in
from zwk_data.exhibits.exhibit import Address, BreakMark, Column, Exhibit, Marks, Note
from zwk_data.exhibits.plan_dates import day as read_day
from zwk_data.exhibits.plan_targets import first_comparable
from zwk_data.exhibits.plans import plan_sources, required_plan, short_note
from zwk_data.exhibits.provenance import (
    basis_behind,
    breaks_inside,
    kreis_note,
    measures_of,
    sources_of,
    status_notes,
    unit_name,
    with_unit,
)
from zwk_data.exhibits.registry import Context, is_offered, kind, place
from zwk_data.exhibits.series import comparable, preferred, stand_in, year_ends
from zwk_data.indicators.detection import differs
from zwk_data.language import NO_VALUE, Language
from zwk_data.plan.baseline import Baseline, baseline
from zwk_data.plan.model import Plan
from zwk_data.warehouse.places import Place

Found = Literal[
    "higher", "lower", "same", "not_distinguishable", "untested", "not_comparable", "too_early", "no_base", "is_change",
    "no_figures",
]  # fmt: skip
ORDER: tuple[Found, ...] = get_args(Found)
COMPARED: tuple[Found, ...] = ("higher", "lower", "same", "not_distinguishable", "untested")
COLUMNS = ("label", "role", "base", "observed", "change", "said", "shown", "id", "found")
ROLES = {"outcome": 1, "output": 2, "context": 3}  # targets come first


@dataclass(frozen=True)
class Since:
    """An indicator at the baseline and now: whose values, both rows, what was found, the breaks between.

    ``later``: the row of the first year that no break parts from the newest, where the baseline is not comparable, and
    ``later_found`` what may be said of the change since then.
    """

    indicator: Indicator
    shown: Place
    found: Found
    base: pd.Series | None = None
    last: pd.Series | None = None
    breaks: tuple[BreakMark, ...] = ()
    later: pd.Series | None = None
    later_found: Found | None = None


def found_words(language: Language) -> dict[Found, str]:
    """Return the words for what was found."""
    text = language.text
    return {
        "higher": text("höher"), "lower": text("niedriger"), "same": text("gleich"),
        "not_distinguishable": text("nicht von Zufall zu unterscheiden"), "untested": text("Zufall nicht prüfbar"),
        "not_comparable": text("nicht vergleichbar"), "too_early": text("noch kein neuer Wert"),
        "no_base": text("ohne Ausgangswert"), "is_change": text("selbst eine Veränderung"),
        "no_figures": text("keine Zahlen"),
    }  # fmt: skip


def looked_at(plan: Plan) -> dict[str, str]:
    """Return the indicators of a plan, each once, with what it is there for: ``target`` or the role of a link."""
    found = {one.indicator: "target" for one in plan.targets}
    for link in sorted(plan.links, key=lambda one: ROLES[one.role]):
        found.setdefault(link.indicator, link.role)
    return {name: what for name, what in found.items() if name in indicators()}


def since_baseline(context: Context, place: Place, indicator: Indicator, year: int | None) -> Since:
    """Set the newest value of an indicator beside that of a year; of the Kreis where a town has none of its own."""
    if not is_offered(indicator, context.data):
        return Since(indicator, place, "no_figures")
    shown = stand_in(context, place, indicator)
    rows = preferred(year_ends(context.data.values([indicator.id], [shown.ags]))).sort_values(["reference_date",
                                                                                              "basis"])  # fmt: skip
    if rows.empty:
        return Since(indicator, shown, "no_figures")
    measures = measures_of(indicator)
    rows = rows.assign(basis=[basis_behind(basis, measures) for basis in rows["basis"]])
    last, base = rows.iloc[-1], _at(rows, year)
    if indicator.kind == "change":
        return Since(indicator, shown, "is_change", base, last)
    if year is not None and int(last["year"]) <= year:
        return Since(indicator, shown, "too_early", base, last)
    if base is None:
        return _offered(context, Since(indicator, shown, "no_base", None, last), rows)
    if base["basis"] == last["basis"] and comparable(context, shown.ags, base, last, measures):
        return Since(indicator, shown, compared(context, indicator, shown, base, last), base, last)
    return _broken(context, indicator, shown, rows, base)


def _at(rows: pd.DataFrame, year: int | None) -> pd.Series | None:
    """Return the value of a year, on the basis of the newest value where the year has several."""
    found = rows[rows["year"] == year] if year is not None else rows.head(0)
    same = found[found["basis"] == rows.iloc[-1]["basis"]]
    found = same if len(same) else found
    return None if found.empty else found.iloc[-1]


def _broken(context: Context, indicator: Indicator, shown: Place, rows: pd.DataFrame, base: pd.Series) -> Since:
    """Name the breaks between, and compare from the first year on that can be."""
    last = rows.iloc[-1]
    between = breaks_inside(pd.DataFrame([base, last]), measures_of(indicator), context.language)
    return _offered(context, Since(indicator, shown, "not_comparable", base, last, between), rows)


def _offered(context: Context, one: Since, rows: pd.DataFrame) -> Since:
    """Add the change since the first year that no break parts from the newest, where there is one."""
    offer, last = first_comparable(context, rows, one.indicator, one.shown), rows.iloc[-1]
    later = _at(rows, offer) if offer is not None and offer < int(last["year"]) else None
    if later is None:
        return one
    return replace(one, later=later, later_found=compared(context, one.indicator, one.shown, later, last))


def compared(context: Context, indicator: Indicator, shown: Place, first: pd.Series, last: pd.Series) -> Found:
    """Tell what may be said of two comparable values; events are tested against chance (5 %, two-sided)."""
    if indicator.chance != "none":
        then, now = (observed_in(context, pd.DataFrame([row]), indicator, shown) for row in (first, last))
        if then is None or now is None:
            return "untested"
        verdict = differs(then, now)
        if verdict == "not_distinguishable":
            return "not_distinguishable"
    change = round(float(last["value"]) - float(first["value"]), indicator.decimals)
    return "same" if change == 0 else "higher" if change > 0 else "lower"


@kind(required={"ags": place}, optional={"since": read_day}, of_plan=True)
def plan_since(context: Context, *, ags: Place, since: date | None = None) -> Exhibit:
    """Show each indicator of a plan at the baseline and now, with what may be said of the two.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text, language = required_plan(ags, context), context.language.text, context.language
    start = baseline(plan, since)
    wanted = looked_at(plan)
    found = [since_baseline(context, ags, indicators()[name], start.year if start else None) for name in wanted]
    rows = [_row(one, wanted[one.indicator.id], ags, language) for one in found]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(object)
    sentence = _sentence(found, start, ags, language)
    return Exhibit(
        Address.of("plan_since", ags=ags.ags, since=since.isoformat() if since else ""),
        text("Kennzahlen seit dem Ausgangspunkt"), _subtitle(start, language), sentence,
        text("Tabelle der Kennzahlen am Ausgangspunkt und heute: {sentence}", sentence=sentence), table,
        _columns(found, language), Marks("table"),
        (*sources_of([str(row["datasets"]) for one in found for row in _shown_rows(one)], context),
         *plan_sources(plan, (), ags, language)),
        _breaks(found), (*_notes(found, ags, language), short_note(plan, language)),
    )  # fmt: skip


def _shown_rows(one: Since) -> list[pd.Series]:
    return [row for row in (one.base, one.later, one.last) if row is not None]


def _subtitle(start: Baseline | None, language: Language) -> str:
    if start is None:
        return language.text("Der Plan nennt keinen Anfang; ohne Ausgangspunkt wird nichts verglichen")
    return language.text("Ausgangspunkt: 31. Dezember {year}, bei Ereignissen das Jahr {year}", year=start.year)


def _columns(found: list[Since], language: Language) -> tuple[Column, ...]:
    """Return the columns; where nothing can be compared since the baseline there is none for changes."""
    text = language.text
    changes = (Column("change", text("Veränderung")),) if any(one.found in COMPARED for one in found) else ()
    return (
        Column("label", text("Kennzahl")), Column("role", text("Wozu")), Column("base", text("Ausgangswert")),
        Column("observed", text("Neuester Wert")), *changes, Column("said", text("Was sich sagen lässt")),
    )  # fmt: skip


def _row(one: Since, what: str, ags: Place, language: Language) -> tuple[str, ...]:
    roles = {"outcome": language.text("Zielgröße"), "output": language.text("Leistung"),
             "context": language.text("Rahmen"), "target": language.text("Zielwert")}  # fmt: skip
    change = change_text(one, one.base, language) if one.found in COMPARED else NO_VALUE
    return (
        one.indicator.label(language.code), roles[what], value_text(one, one.base, ags, language),
        value_text(one, one.last, ags, language), change, said(one, language),
        one.shown.name if one.last is not None else "", one.indicator.id, one.found,
    )  # fmt: skip


def value_text(one: Since, row: pd.Series | None, ags: Place, language: Language) -> str:
    """Write a value with its unit and year, and that it is of the Kreis or the town around; a dash where none is."""
    if row is None:
        return NO_VALUE
    text, value = language.text, with_unit(row["value"], one.indicator, language, sign=signed(one.indicator))
    whose = "" if one.shown == ags else text("Gemeinde") if one.shown.level == "gemeinde" else text("Kreis")
    return f"{value} ({', '.join(part for part in (str(int(row['year'])), whose) if part)})"


def change_text(one: Since, first: pd.Series | None, language: Language) -> str:
    """Write the difference of the newest value to an earlier one, of shares in points."""
    if first is None or one.last is None:
        return ""
    amount = language.number(float(one.last["value"]) - float(first["value"]), one.indicator.decimals, sign=True)
    if one.indicator.unit == "percent":
        return f"{amount} {language.text('Prozentpunkte')}"
    return language.measured(amount, unit_name(one.indicator, language)) if one.indicator.unit == "persons" else amount


def said(one: Since, language: Language) -> str:
    """Return what may be said of an indicator, in words; a break is named, then what can be compared after it."""
    text, words = language.text, found_words(language)
    if one.found == "no_figures" and one.indicator.needs:
        return text("keine Zahlen; sie stünden in: {table}", table=text(one.indicator.needs))
    if one.found == "is_change":
        return text("selbst eine Veränderung; zwei davon werden nicht verglichen")
    if one.found not in ("not_comparable", "no_base"):
        return _with_chance(one.found, one.indicator, language)
    names = ", ".join(dict.fromkeys(mark.label for mark in one.breaks)) or text("Gebiet geändert")
    first = words["no_base"] if one.found == "no_base" else text("nicht vergleichbar: {names}", names=names)
    if one.later is None or one.later_found is None:
        return first
    since = text("seit {year} {change}, {said}", year=int(one.later["year"]),
                 change=change_text(one, one.later, language),
                 said=_with_chance(one.later_found, one.indicator, language))  # fmt: skip
    return f"{first}; {since}"


def _with_chance(found: Found, indicator: Indicator, language: Language) -> str:
    word = found_words(language)[found]
    if indicator.chance == "none" or found not in ("higher", "lower"):
        return word
    return language.text("{word}, von Zufall zu unterscheiden", word=word)


def _sentence(found: list[Since], start: Baseline | None, ags: Place, language: Language) -> str:
    text, words = language.text, found_words(language)
    if not found:
        return text("{place}: Im Plan ist kein Eintrag mit einer Kennzahl verknüpft.", place=ags.name)
    counts = Counter(one.found for one in found)
    parts = ", ".join(f"{language.number(counts[name])} {words[name]}" for name in ORDER if counts[name])
    if start is None:
        return text("{place}, {count} Kennzahlen ohne Ausgangspunkt: {parts}.", place=ags.name, count=len(found),
                    parts=parts)  # fmt: skip
    return text("{place}, {count} Kennzahlen seit {year}: {parts}.", place=ags.name, count=len(found), year=start.year,
                parts=parts)  # fmt: skip


def _breaks(found: list[Since]) -> tuple[BreakMark, ...]:
    """Return the breaks between, each once."""
    return tuple({mark.label: mark for one in found for mark in one.breaks}.values())


def _notes(found: list[Since], ags: Place, language: Language) -> tuple[Note, ...]:
    text = language.text
    places = dict.fromkeys(one.shown for one in found if one.shown != ags and one.last is not None)
    rows = [row for one in found for row in _shown_rows(one)]
    known = status_notes(pd.DataFrame({"status": [row["status"] for row in rows]}), language) if rows else ()
    method = Note("method", text(
        "Verglichen werden zwei Jahre, kein Verlauf; über einen Bruch hinweg wird nichts gerechnet. Zahlen von "
        "Ereignissen sind gegen den Zufall geprüft (5 %, zweiseitig): Von 20 solchen Prüfungen schlägt im Mittel eine "
        "auch ohne Grund an. Eine Veränderung sagt nicht, woran sie liegt."))  # fmt: skip
    return (*(kreis_note(ags, one, language) for one in places), method, *known)
