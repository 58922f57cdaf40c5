"""Shelf life: how far such projections were from what came, and until when a number of today bears a decision."""

import re

import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook import accuracy
from zwk_data.exhibits.outlook.common import Group, everybody, form, group, no_outlook, start_remarks, started, titled
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.language import Language
from zwk_data.outlook import NoStart, ShelfLife, Start
from zwk_data.outlook.accuracy import DECIMALS as SHOWN
from zwk_data.projection.ages import AGES
from zwk_data.projection.backtest import GROUPS, METHODS
from zwk_data.warehouse.places import Place

TOLERANCE = 5.0
PERCENT = re.compile(r"\d{1,2}(\.\d)?")


def tolerance(value: str, context: Context) -> float:
    """Read a tolerance in per cent, above 0 and up to 50."""
    if not PERCENT.fullmatch(value) or not 0 < float(value) <= 50:
        raise AddressError(context.language.text("»{value}« ist kein Prozentsatz bis 50.", value=value[:40]))
    return float(value)


@kind(required={"ags": place}, optional={"group": group, "tolerance": tolerance, "form": form})
def outlook_shelf_life(
    context: Context, *, ags: Place, group: Group | None = None, tolerance: float = TOLERANCE, form: str = ""
) -> Exhibit:
    """Show by how much four of five Kreise of the same size were missed at most, by years ahead and method."""
    text, language = context.language.text, context.language
    people = group or everybody(language)
    address = Address.of("outlook_shelf_life", ags=ags.ags, form=form, group=people.id if people.id != "total" else "",
                         tolerance=f"{tolerance:g}" if tolerance != TOLERANCE else "")  # fmt: skip
    start, title = started(context, ags, form), text("Haltbarkeit: {group}", group=people.heading)
    if isinstance(start, NoStart):
        return no_outlook(context, address, start, title)
    found = outlook.shelf_life(context.data, start, people.ages, tolerance)
    table = _table(context, start, found)
    return Exhibit(
        address=address,
        title=titled(title, start, context.language),
        subtitle=text("Abweichung, die vier von fünf Kreisen nicht überschritten, in % ({size}); nach Jahren seit "
                      "Beginn der Rechnung", size=accuracy.size_name(found.size_class, language)),
        sentence=_sentence(context, start, found, people),
        alt=text("Liniendiagramm: Abweichung früherer Rechnungen nach 1 bis {last} Jahren, drei Methoden.",
                 last=int(found.errors["horizon"].max())),
        table=table,
        columns=(
            Column("series", text("Methode")), Column("horizon", text("Jahre voraus"), "", 0),
            Column("reference_date", text("entspricht")),
            Column("p80", text("vier von fünf höchstens"), "%", 1), Column("mape", text("mittlere Abweichung"), "%", 1),
            Column("bias", text("Verzerrung"), "%", 1, True), Column("n", text("Fälle"), "", 0),
        ),
        marks=Marks("line", x="reference_date", y="p80", series="series", focus=str(table["series"].iloc[0]),
                    options={"zero": True, "capacity": tolerance,
                             "capacity_word": language.percent(tolerance, 0 if tolerance == int(tolerance) else 1)}),
        sources=accuracy.lines(context),
        notes=(accuracy.test_note(language), *_notes(context, start, found, people)),
    )  # fmt: skip


def _table(context: Context, start: Start, found: ShelfLife) -> pd.DataFrame:
    """Return the errors of every method by horizon, ours first; the date is that of the same horizon from the start."""
    rows = outlook.errors(context.data)
    rows = rows[(rows["size_class"] == found.size_class) & (rows["group"] == found.group)]
    rows = rows[rows["method"].isin(METHODS)].sort_values(["method", "horizon"])
    days = pd.to_datetime((rows["horizon"] + start.year).astype(str) + "-12-31")
    names = rows["method"].map(lambda method: accuracy.method_name(method, context.language))
    if start.form == "scaled":  # the line of this calculation has the error of the approximation too
        ours = rows["horizon"].map(found.errors.set_index("horizon")["p80"])
        rows = rows.assign(p80=rows["p80"].where(rows["method"] != METHODS[0], ours))
    rows = rows.assign(p80=rows["p80"].round(SHOWN))  # the drawn line, the table and the sentence are one
    return rows.assign(series=names, reference_date=days, order=rows["method"].map(METHODS.index)).sort_values(
        ["order", "horizon"], kind="stable")[
        ["series", "horizon", "reference_date", "p80", "mape", "bias", "n"]].reset_index(drop=True)  # fmt: skip


def _sentence(context: Context, start: Start, found: ShelfLife, people: Group) -> str:
    """Say until when a number is usable, the typical error, and where a naive method was better."""
    language, text = context.language, context.language.text
    values = {
        "year": found.year, "tolerance": language.percent(found.tolerance, 0 if found.tolerance % 1 == 0 else 1),
        "size": accuracy.size_name(found.size_class, language), "start": start.year,
        "next": (found.year or start.year) + 1, "people": _tested_people(found, people, language),
    }  # fmt: skip
    if found.year is None:
        said = text("{people}: Schon nach einem Jahr lagen mehr als 20 von 100 Kreisen dieser Größe um mehr als "
                    "{tolerance} daneben.", **values)  # fmt: skip
    elif found.open_ended:
        said = text("{people}: auf {tolerance} genau mindestens bis {year}. So weit ließ sich prüfen; so lange lagen "
                    "vier von fünf Kreisen dieser Größe nicht weiter daneben.", **values)  # fmt: skip
    else:
        said = text("{people}: auf {tolerance} genau bis {year}. Ab {next} gilt das nicht mehr: So weit voraus lagen "
                    "mehr als 20 von 100 Kreisen dieser Größe weiter daneben.", **values)  # fmt: skip
    return f"{said} {_typical(found, language)}{_naive(context, found)}"


def _tested_people(found: ShelfLife, people: Group, language: Language) -> str:
    """Name the group, and the ages that were tested where those are others."""
    if _is_tested(found, people):
        return language.text("»{people}«", people=people.heading)
    ages = accuracy.tested(found.group, language).label
    return language.text("»{people}«, geprüft an der Altersgruppe {ages}", people=people.heading, ages=ages)


def _is_tested(found: ShelfLife, people: Group) -> bool:
    return range(AGES)[GROUPS[found.group].cut] == range(AGES)[people.ages.cut]


def _typical(found: ShelfLife, language: Language) -> str:
    last = found.errors.iloc[-1]
    return language.text("Nach {years} betrug die Abweichung im Mittel {mape}.",
                         years=accuracy.horizons([int(last["horizon"])], language),
                         mape=language.percent(float(last["mape"]), 1))  # fmt: skip


def _naive(context: Context, found: ShelfLife) -> str:
    """Say where a naive method was nearer to what came; empty where none was."""
    language = context.language
    rows = outlook.errors(context.data)
    rows = rows[(rows["size_class"] == found.size_class) & (rows["group"] == found.group)]
    said = []
    for method, part in accuracy.lost(accuracy.wide(rows)).groupby("winner"):
        years = accuracy.horizons([int(year) for year in part["horizon"]], language)
        said.append(language.text("nach {years} »{method}«", years=years,
                                  method=accuracy.method_name(str(method), language)))  # fmt: skip
    if not said:
        return ""
    return " " + language.text("Genauer als diese Rechnung war hier: {list}.", list="; ".join(said))


def _notes(context: Context, start: Start, found: ShelfLife, people: Group) -> tuple[Note, ...]:
    """Say which group was tested, and that a town is not a Kreis."""
    text, language = context.language.text, context.language
    notes = [Note("start", said) for said in start_remarks(start, language)[:1] if "old_start" in start.notes]
    if not _is_tested(found, people):
        tested = accuracy.tested(found.group, language).label
        notes.append(Note("method", text("Geprüft ist die nächstliegende Gruppe: {group}.", group=tested)))
    if start.form == "scaled":
        said = text("Die Grenze für vier von fünf enthält auch den Fehler der Umrechnung vom Kreis auf die Gemeinde.")
        notes.append(Note("method", said))
    if start.form in ("scaled", "register"):
        notes.append(Note("method", text(
            "Geprüft sind Kreise; bei einer kleineren Gemeinde sind die Abweichungen größer.")))  # fmt: skip
    if start.form == "kreis":
        kreis = start.place.name
        notes.append(Note("kreis_value", text("Kreiswert: Die Größenklasse ist die von {kreis}.", kreis=kreis)))
    notes.append(
        Note("scenario", text("Gilt für die Fortschreibung; die Annahmen anderer Szenarien sind nicht geprüft."))
    )
    return tuple(notes)
