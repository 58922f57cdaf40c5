"""The balance re-added: start + births − deaths + in − out = end, and what is left over, named."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from zwk_data.catalog import indicators
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, AddressError, BreakMark, Column, Exhibit, Marks, Note
from zwk_data.exhibits.flows import Span, both_sexes_note, spans, with_flows
from zwk_data.exhibits.provenance import basis_name, breaks_inside, kreis_note, sources_of
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.language import Language
from zwk_data.warehouse.places import Place


def period(value: str, context: Context) -> str:
    """Read two years: ``2013-2021``."""
    first, _, last = value.partition("-")
    if not (len(value) == 9 and all(part.isascii() and part.isdigit() and len(part) == 4 for part in (first, last))):
        raise AddressError(context.language.text("»{value}« ist kein Zeitraum wie 2013-2021.", value=value[:40]))
    return value


@kind(required={"ags": place}, optional={"span": period, "sex": choice("t", "m", "f")})
def balance(context: Context, *, ags: Place, span: str = "", sex: str = "t") -> Exhibit:
    """Add up what changed the population between two year-ends on one census basis.

    Where there is a migration table, in- and out-migration are shown and the rest is named correction; elsewhere
    migration and correction are one residual.

    Raises:
        AddressError: no balance can be made for that span.
    """
    address = Address.of("balance", ags=ags.ags, span=span, sex=sex if sex != "t" else "")
    shown = with_flows(context, ags)
    found = spans(context, shown, sex)
    by_sex = sex == "t" or bool(found)
    if not by_sex:
        found, sex = spans(context, shown), "t"
    if not found:
        return no_figures(context, address, indicators()["natural_balance"], ags)
    chosen = _pick(context, found, span)
    rows = _rows(context.language, chosen)
    text = context.language.text
    return Exhibit(
        address=address,
        title=text("Bevölkerungsbilanz"),
        subtitle=_subtitle(context, chosen, sex),
        sentence=_sentence(context, chosen, shown, sex),
        alt=text("Rechnung von {first} bis {last}, {place}: {parts}.", first=chosen.first, last=chosen.last,
                 place=shown.name, parts=", ".join(rows["component"] + " " + rows["text"])),
        table=rows,
        columns=(Column("component", text("Bestandteil")), Column("value", text("Personen"), "", 0)),
        marks=Marks("balance", x="component", y="value", options={"from": "from", "text": "text", "stock": "stock"}),
        sources=sources_of(chosen.datasets, context),
        breaks=_breaks(context, shown, chosen),
        notes=(*_notes(context, ags, shown, chosen), *(() if by_sex else (both_sexes_note(context),))),
    )  # fmt: skip


def _pick(context: Context, found: Sequence[Span], span: str) -> Span:
    if not span:
        return found[-1]
    for candidate in found:
        if candidate.key == span:
            return candidate
    raise AddressError(context.language.text(
        "Für {span} lässt sich keine Bilanz bilden, nur für: {spans}.", span=span,
        spans=", ".join(candidate.key for candidate in found)))  # fmt: skip


def _rows(language: Language, span: Span) -> pd.DataFrame:
    """Return the steps of the sum; ``from`` is where a step begins, relative to the stock at the start."""
    text = language.text
    steps = [(text("Geburten"), span.births), (text("Sterbefälle"), -span.deaths)]
    if span.correction is None:
        steps.append((text("Wanderung und Korrektur"), span.residual))
    else:
        steps += [(text("Zuzüge"), span.arrivals or 0.0), (text("Fortzüge"), -(span.departures or 0.0)),
                  (text("Korrektur"), span.correction)]  # fmt: skip
    rows, level = [_stock(language, span.first, span.start, 0.0)], 0.0
    for name, value in steps:
        said = language.number(value, sign=True)
        rows.append({"component": name, "value": value, "from": level, "stock": False, "text": said})
        level += value
    return pd.DataFrame([*rows, _stock(language, span.last, span.end, level)])


def _stock(language: Language, year: int, value: float, level: float) -> dict[str, object]:
    name = language.date(date(year, 12, 31))
    return {"component": name, "value": value, "from": level, "stock": True, "text": language.number(value)}


def _subtitle(context: Context, span: Span, sex: str) -> str:
    text = context.language.text
    who = _who(context.language, sex)
    return text("{who}, Veränderung gegenüber dem 31.12.{year}, {basis}", who=who, year=span.first,
                basis=basis_name(span.basis, context.language))  # fmt: skip


def _who(language: Language, sex: str) -> str:
    return {"m": language.text("Männer"), "f": language.text("Frauen"), "t": language.text("Personen")}[sex]


def _counted(language: Language, sex: str, span: Span) -> str:
    text, change = language.text, language.number(span.end - span.start, sign=True)
    if sex == "t":
        return text("{number} Personen", number=change)
    return text("{number} Männer", number=change) if sex == "m" else text("{number} Frauen", number=change)


def _sentence(context: Context, span: Span, shown: Place, sex: str) -> str:
    """Say the change and its two parts."""
    text, number = context.language.text, context.language.number
    years = str(span.last) if span.last - span.first == 1 else f"{span.first + 1}–{span.last}"
    natural, change = number(span.births - span.deaths, sign=True), _counted(context.language, sex, span)
    if span.arrivals is None or span.departures is None:
        return text(
            "{place} {years}: {change}; Geburten minus Sterbefälle {natural}, Wanderung und Korrektur {rest}.",
            place=shown.name, years=years, change=change, natural=natural, rest=number(span.residual, sign=True),
        )  # fmt: skip
    return text(
        "{place} {years}: {change}; Geburten minus Sterbefälle {natural}, Zuzüge minus Fortzüge {net}.",
        place=shown.name, years=years, change=change, natural=natural,
        net=number(span.arrivals - span.departures, sign=True),
    )  # fmt: skip


def _breaks(context: Context, shown: Place, span: Span) -> tuple[BreakMark, ...]:
    """Return the changes of method that lie between both dates."""
    days = [pd.Timestamp(span.first, 12, 31), pd.Timestamp(span.last, 12, 31)]
    measure = "net_migration_residual" if span.correction is None else "in_migration"
    rows = pd.DataFrame({"ags": shown.ags, "reference_date": days, "basis": span.basis})
    return breaks_inside(rows, frozenset({"population", measure}), context.language)


def _notes(context: Context, asked: Place, shown: Place, span: Span) -> tuple[Note, ...]:
    text = context.language.text
    notes = [kreis_note(asked, shown, context.language)] if asked != shown else []
    if span.correction is None:
        notes.append(
            Note(
                "method",
                text(
                    "Wanderung und Korrektur ist eine Restgröße: Bestandsänderung minus Geburten plus Sterbefälle. "
                    "Sie enthält Berichtigungen der Fortschreibung und ist kein gemessener Wanderungssaldo."
                ),
            )
        )
    else:
        notes.append(
            Note(
                "method",
                text(
                    "Korrektur ist, was Geburten, Sterbefälle und Wanderung von der Bestandsänderung offen lassen, "
                    "etwa nachträgliche Berichtigungen."
                ),
            )
        )
        if shown.level == "kreis" and not shown.is_own_gemeinde:
            notes.append(Note("method", text("Zu- und Fortzüge enthalten Umzüge zwischen Gemeinden des Kreises.")))
    notes.append(Note("basis", text("Über den Zensus 2022 hinweg wird keine Bilanz gebildet.")))
    return tuple(notes)
