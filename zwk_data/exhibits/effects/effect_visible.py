"""What would be visible at all by the interim review, for a place of this size, of what the plan should contribute to.

Events (births, deaths, moves) fluctuate by chance: a limit is what the test of two rates sees in 80 of 100 cases
(``indicators/detection.py``). The population is counted in full; there the run itself may be wrong, and the limit is
the difference from the run without change that is seen as surely against the error that such runs made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from zwk_data.catalog import Indicator, indicators
from zwk_data.exhibits.effects.common import (
    USUAL,
    band_of,
    difference,
    notes_of,
    points,
    review_year,
    run_of,
    sized_start,
    where,
)
from zwk_data.exhibits.effects.effect_contributions import ranged
from zwk_data.exhibits.effects.watched import Watched, watched
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook.common import form, lines, no_outlook
from zwk_data.exhibits.provenance import sources_of
from zwk_data.exhibits.registry import Context, is_offered, kind, place, year
from zwk_data.indicators.detection import ALPHA, NORMAL, POWER, Detectable, smallest_detectable
from zwk_data.language import Language
from zwk_data.outlook import NoStart, Run, numbers
from zwk_data.outlook.effects import contributions
from zwk_data.plan.model import Plan
from zwk_data.warehouse.places import Place

MOST_YEARS = 5  # pooled on either side
BAND_QUANTILE = 1.2816  # half the 80 per cent band in standard deviations


@dataclass(frozen=True)
class Limit:
    """From which change on something would be visible: ``up`` and ``down`` in the unit of the indicator.

    relative: ``up`` as a share of the level where that makes sense; how: what it rests on, in words; after: years up
    to the review whose mean is compared.
    """

    up: float | None
    down: float | None
    relative: float | None
    how: str
    after: int = 1


@kind(required={"ags": place}, optional={"year": year, "form": form}, of_plan=True)
def effect_visible(context: Context, *, ags: Place, year: int | None = None, form: str = "") -> Exhibit:
    """Show for every linked indicator the smallest change that would be seen by the interim review.

    Args:
        context: data, language, plans.
        ags: the place; without a plan the usual indicators are shown.
        year: of the review; that of the plan, or five years after the start of the run.
        form: how a town is run.

    Raises:
        AddressError: the review is not after the start.
    """
    text, language = context.language.text, context.language
    plan, start = context.plans(ags.ags), sized_start(context, ags, form)
    address = Address.of("effect_visible", ags=ags.ags, year=year, form=form)
    title = text("Was bis zur Zwischenbilanz sichtbar wäre")
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    run, review = run_of(context, start), year or review_year(plan, start)
    if not run.years[0] < review <= run.years[-1]:
        raise AddressError(text("Gerechnet ist von {first} bis {last}.", first=run.years[1], last=run.years[-1]))
    seen = [watched(context, ags, start, indicators()[name]) for name in wanted(plan, context)]
    limits = [limit_of(context, run, one, review) for one in seen]
    table = _rows(context, run, plan, seen, limits, review)
    return Exhibit(
        address=address,
        title=title,
        subtitle=text("Kleinste Änderung bis {year}, die {where} in 80 von 100 Fällen zu erkennen wäre (5 % Irrtum)",
                      year=review, where=where(start, context)),
        sentence=_sentence(context, run, seen, limits, review),
        alt=text("Tabelle: Kennzahlen und die kleinste Änderung, die bis {year} sichtbar wäre, {place}.", year=review,
                 place=start.place.name),
        table=table,
        columns=_columns(table, language),
        marks=Marks("table"),
        sources=tuple(dict.fromkeys((*lines(context, start),
                                     *sources_of([name for one in seen for name in one.datasets], context)))),
        notes=(*notes_of(context, start), *_notes(plan, language)),
    )  # fmt: skip


def _columns(table: pd.DataFrame, language: Language) -> tuple[Column, ...]:
    """Return the columns; that of the plan's contributions only where there are some."""
    text = language.text
    planned = (Column("planned", text("Beiträge aus dem Plan (mittel)")),) if table["planned"].any() else ()
    return (Column("label", text("Kennzahl")), Column("now", text("zuletzt")), Column("limit", text("sichtbar ab")),
            Column("relative", text("das sind")), *planned, Column("how", text("woran gemessen")))  # fmt: skip


def wanted(plan: Plan | None, context: Context) -> list[str]:
    """Return the indicators that entries should contribute to, in the order of the plan; else the usual ones."""
    linked = [link.indicator for link in (plan.links if plan else ()) if link.role != "context"]
    found = [name for name in dict.fromkeys(linked) if is_offered(indicators()[name], context.data)]
    return found or list(USUAL)


def limit_of(context: Context, run: Run, one: Watched, review: int) -> Limit:
    """Return the limit of an indicator for this place: by chance of events, else by the error of the run, else none."""
    text = context.language.text
    if one.indicator.chance != "none" and one.observed is not None:
        return _by_chance(context, one, max(1, min(MOST_YEARS, review - one.last)))
    found = band_of(context, run, one.indicator) if numbers.gives(run, one.indicator) else None
    if found is None:
        return Limit(None, None, None, text(
            "nicht berechenbar: kein Zufallsmodell, und das Szenario rechnet sie nicht"))  # fmt: skip
    index = run.years.index(review)
    half = float(found[1][index] - found[0][index]) / 2
    least = half / BAND_QUANTILE * (NORMAL.inv_cdf(1 - ALPHA / 2) + NORMAL.inv_cdf(POWER))
    now = float(numbers.values(one.indicator, run.projection)[index])
    return Limit(least, least, least / now if now > 0 and one.indicator.unit != "percent" else None, text(
        "Vollzählung, gegen die Rechnung ohne Änderung und ihren üblichen Fehler"))  # fmt: skip


def _by_chance(context: Context, one: Watched, after: int) -> Limit:
    """Return the limit of a count or a rate against chance, in the unit of the indicator."""
    text, seen, factor = context.language.text, one.observed, one.indicator.factor
    if seen is None:
        raise ValueError(f"{one.indicator.id}: no counts")
    people = seen.exposure / seen.years * one.scale
    level = (seen.numerator or 0.0) / seen.exposure
    gross = None if seen.gross is None else seen.gross / seen.exposure
    how = text("Zufall von {events} Ereignissen im Jahr; {before} gegen {after} Jahre", before=seen.years, after=after,
               events=context.language.number(round((gross if gross is not None else level) * people)))  # fmt: skip
    try:
        found: Detectable = smallest_detectable(level, people, seen.years, after, seen.model, gross=gross)
    except ValueError:
        return Limit(None, None, None, text("nicht berechenbar: die Anzahlen hinter dem Wert fehlen"))
    # of a mere count the level is per place: what a smaller place sees is a part of its own count
    unit = factor * (one.scale if one.indicator.denominator == () else 1.0)
    return Limit(found.up * unit, None if found.down is None else found.down * unit,
                 found.relative if isfinite(found.relative) else None, how, after)  # fmt: skip


def _rows(
    context: Context, run: Run, plan: Plan | None, seen: Sequence[Watched], limits: Sequence[Limit], review: int
) -> pd.DataFrame:
    language, rows = context.language, []
    for one, limit in zip(seen, limits, strict=True):
        rows.append({
            "id": one.indicator.id, "label": one.indicator.label(language.code), "now": one.now(context),
            "up": limit.up, "down": limit.down, "limit": limit_text(limit, one.indicator, language),
            "relative": share_text(limit, language), "how": limit.how,
            "planned": planned(context, run, plan, one.indicator, limit, review),
        })  # fmt: skip
    return pd.DataFrame(rows)


def share_text(limit: Limit, language: Language) -> str:
    """Write a limit as a share of the level; nothing where that makes no sense."""
    if limit.relative is None:
        return ""
    said = language.percent(100 * limit.relative, 0 if limit.relative > 0.05 else 1, sign=True)
    return said.replace(" %", "\u00a0%")  # never alone on a line


def limit_text(limit: Limit, one: Indicator, language: Language) -> str:
    """Write a limit: ``+1,2 oder −1,1 je 1.000``; a dash where there is none."""
    text = language.text
    if limit.up is None:
        return "–"
    up = difference(limit.up, one, language)
    if limit.down is None:
        return text("{up}; ein Rückgang gar nicht", up=up)
    down = language.number(-limit.down, _decimals(limit.down, one), sign=True)
    bare = language.number(limit.up, _decimals(limit.up, one), sign=True)
    if one.unit == "persons":
        return text("{up} oder {down}", up=up, down=difference(-limit.down, one, language))
    return language.measured(text("{up} oder {down}", up=bare, down=down), points(one, language))


def _decimals(value: float, one: Indicator) -> int:
    return one.decimals if abs(value) >= 10**-one.decimals else one.decimals + 1


def planned(context: Context, run: Run, plan: Plan | None, one: Indicator, limit: Limit, review: int) -> str:
    """Say of every linked entry with a range whether its middle contribution would be visible by the review."""
    if plan is None or not numbers.gives(run, one):
        return ""
    linked = {link.entry for link in plan.links if link.indicator == one.id and link.role != "context"}
    entries = [entry for entry in plan.entries if entry.id in linked]
    found, index, language = contributions(run, one, entries), run.years.index(review), context.language
    said = []
    for entry in entries:
        if (part := found.alone.get(entry.id)) is not None:
            value = float(part.mid[max(index - limit.after, 0) + 1 : index + 1].mean())
            said.append(f"{entry.title}: {ranged(part, index, one, language)}, {visible(value, limit, language)}")
    return "; ".join(said)


def visible(value: float, limit: Limit, language: Language) -> str:
    """Say whether a change of this size would be visible."""
    text, least = language.text, limit.up if value > 0 else limit.down
    if limit.up is None:
        return text("ohne Grenze")
    if least is None or abs(value) < least:
        return text("nicht sichtbar")
    return text("wäre sichtbar")


def _sentence(
    context: Context, run: Run, seen: Sequence[Watched], limits: Sequence[Limit], review: int
) -> str:  # fmt: skip
    """Say the limit of the first indicator that chance plays a part in, else of the first with a limit."""
    text, language = context.language.text, context.language
    known = [(one, limit) for one, limit in zip(seen, limits, strict=True) if limit.up is not None]
    if not known:
        return text("Für keine der verknüpften Kennzahlen lässt sich sagen, welche Änderung {where} bis {year} "
                    "sichtbar wäre.", where=where(run.start, context), year=review)  # fmt: skip
    one, limit = next((pair for pair in known if pair[0].indicator.chance != "none"), known[0])
    values = {
        "label": one.indicator.short_label(language.code), "where": where(run.start, context), "year": review,
        "limit": difference(limit.up or 0.0, one.indicator, language).lstrip("+"),
        "percent": share_text(limit, language).lstrip("+"),
    }  # fmt: skip
    if one.indicator.chance == "none":
        return text("Bis {year} wäre {where} bei »{label}« erst ein Unterschied von {limit} mehr als der übliche "
                    "Fehler der Rechnung.", **values)  # fmt: skip
    if limit.relative is None:
        return text("Bis {year} wäre {where} bei »{label}« erst eine Änderung um {limit} vom Zufall zu unterscheiden.",
                    **values)  # fmt: skip
    return text("Bis {year} wäre {where} bei »{label}« erst eine Zunahme um {percent} ({limit}) vom Zufall zu "
                "unterscheiden.", **values)  # fmt: skip


def _notes(plan: Plan | None, language: Language) -> tuple[Note, ...]:
    text = language.text
    method = Note("method", text(
        "Zufall: Zwei Raten aus mehreren Jahren werden als Poisson-Anzahlen verglichen (Salden als Skellam), "
        "zweiseitig 5 %, Trefferquote 80 %. Familien ziehen gemeinsam um: Für Wanderung liegt die Grenze eher höher. "
        "Eine sichtbare Änderung sagt nicht, woran es liegt."))  # fmt: skip
    if plan and plan.links:
        return (method,)
    return Note("usual", text("Ohne verknüpfte Kennzahlen: gezeigt sind übliche.")), method
