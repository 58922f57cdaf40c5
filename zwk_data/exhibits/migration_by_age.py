"""In- and out-migration by age: the six groups of the provider, named by what moves people at that age."""

import numpy as np
import pandas as pd

from zwk_data.catalog import sources
from zwk_data.exhibits.ages import label, limits, pick, with_ages, years
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note
from zwk_data.exhibits.flows import with_flows
from zwk_data.exhibits.provenance import kreis_note, source_line, sources_of, status_notes
from zwk_data.exhibits.registry import Context, choice, kind, place, year
from zwk_data.indicators.chance import Z95
from zwk_data.language import Language
from zwk_data.warehouse.places import Place

GRID = "migration6"
TABLE = "regio_12711_01_03_4"


@kind(
    required={"ags": place},
    optional={"year": year, "form": choice("counts", "rates"), "sex": choice("t", "m", "f")},
)
def migration_by_age(
    context: Context, *, ags: Place, year: int | None = None, form: str = "counts", sex: str = "t"
) -> Exhibit:
    """Show arrivals, departures and their balance of one year for each age group.

    Rates are per 1,000 people of the age group at the end of the year; they exist only where the stock of that date
    has groups with the same limits, else counts are shown and it is said so.

    Raises:
        AddressError: there are no figures for that year.
    """
    address = Address.of("migration_by_age", ags=ags.ags, year=year, form=form if form == "rates" else "",
                         sex=sex if sex != "t" else "")  # fmt: skip
    shown = with_flows(context, ags)
    every = _every_year(context, shown, sex)
    if every.empty:
        return _nothing(context, address, ags, shown)
    table = _of_year(context, every, year)
    rated = _rated(context, shown, table, sex) if form == "rates" else None
    rows = (table if rated is None else rated).reset_index(drop=True)
    language, text = context.language, context.language.text
    unit, digits = _unit(language, sex, rated is not None), 0 if rated is None else 1
    return Exhibit(
        address=address,
        title=text("Wanderung nach Alter"),
        subtitle=text("{unit}, {year}", unit=unit, year=rows["year"].iloc[0]),
        sentence=_sentence(context, rows, shown, digits),
        alt=_alt(context, rows, shown, digits),
        table=rows,
        columns=(
            Column("group", text("Anlass und Alter")), Column("arrivals", text("Zuzüge"), unit, digits),
            Column("departures", text("Fortzüge"), unit, digits), Column("net", text("Saldo"), unit, digits, True),
            Column("remark", text("Hinweis")),
        ),
        marks=Marks("diverging", x="group", y="net", options={
            "positive": "arrivals", "negative": "departures", "missing": "remark", "positive_name": text("Zuzüge"),
            "negative_name": text("Fortzüge"), "maximum": _maximum(context, shown, every, rated is not None, sex)}),
        sources=sources_of(rows["dataset"], context),
        notes=_notes(context, ags, shown, table, form == "rates" and rated is None),
    )  # fmt: skip


def names(language: Language) -> dict[int, str]:
    """Return the word for each age group by its first age."""
    text = language.text
    return {
        0: text("Kinder mit Familie"), 18: text("Bildung"), 25: text("Berufseinstieg"), 30: text("Familie, Beruf"),
        50: text("Lebensmitte"), 65: text("Ruhestand"),
    }  # fmt: skip


def _every_year(context: Context, shown: Place, sex: str) -> pd.DataFrame:
    """Return one row per year and group: arrivals, departures, net (missing where secret), status, limits, name."""
    parts = {}
    for measure, name in (("in_migration", "arrivals"), ("out_migration", "departures")):
        rows = context.data.ages(shown.ags, measure)
        rows = rows[(rows["age_set"] == GRID) & (rows["sex"] == sex)]
        parts[name] = rows.rename(columns={"value": name, "status": f"status_{name}"})
    keys = ["reference_date", "basis", "dataset", "age_from", "age_to"]
    table = parts["arrivals"].merge(
        parts["departures"][[*keys, "departures", "status_departures"]], on=keys, how="outer", validate="1:1"
    ).sort_values(["reference_date", "age_from"])  # fmt: skip
    both = table["status_arrivals"].where(table["status_arrivals"] == "secret", table["status_departures"])
    words = names(context.language)
    net = table["arrivals"] - table["departures"]
    spread = Z95 * np.sqrt(table["arrivals"] + table["departures"])  # two Poisson counts: variance is their sum
    return table.assign(
        net=net, beyond_chance=net.abs() > spread, status=both, year=pd.to_datetime(table["reference_date"]).dt.year,
        group=[f"{words[first]} {_limits(first, last, context.language)}" for first, last in limits(table)],
        remark=both.map({"secret": context.language.text("geheim")}).fillna(""),
    )  # fmt: skip


def _limits(age_from: int, age_to: int | None, language: Language) -> str:
    if age_from == 0 and age_to is not None:
        return language.text("unter {age}", age=age_to + 1)
    return label(age_from, age_to, language)


def _of_year(context: Context, every: pd.DataFrame, wanted: int | None) -> pd.DataFrame:
    there = sorted(every["year"].unique())
    if wanted and wanted not in there:
        raise AddressError(context.language.text(
            "Für {year} liegen keine Wanderungen nach Alter vor, nur für: {years}.", year=wanted,
            years=", ".join(map(str, there))))  # fmt: skip
    return every[every["year"] == (wanted or there[-1])]


def _rated(context: Context, shown: Place, table: pd.DataFrame, sex: str) -> pd.DataFrame | None:
    """Divide by the age group's own population at the end of the year; None where its groups do not fit."""
    _, found = with_ages(context, shown)
    if int(table["year"].iloc[0]) not in years(found):
        return None
    stock = pick(context, found, int(table["year"].iloc[0]))
    base = [stock.between(first, last, sex) for first, last in limits(table)]
    if None in base or stock.basis != table["basis"].iloc[0]:
        return None
    per = np.array(base, dtype=float) / 1000
    return table.assign(
        **{column: table[column] / per for column in ("arrivals", "departures", "net")},
        dataset=table["dataset"] + ";" + stock.dataset,
    )


def _maximum(context: Context, shown: Place, every: pd.DataFrame, rates: bool, sex: str) -> float:
    """Return the largest value of any year, so that the scale stays while the year moves."""
    if not rates:
        return float(every[["arrivals", "departures"]].max().max())
    rated = [_rated(context, shown, part, sex) for _, part in every.groupby("year")]
    return max(float(part[["arrivals", "departures"]].max().max()) for part in rated if part is not None)


def _unit(language: Language, sex: str, rates: bool) -> str:
    text = language.text
    if rates:
        return {"m": text("je 1.000 Männer der Altersgruppe"), "f": text("je 1.000 Frauen der Altersgruppe"),
                "t": text("je 1.000 der Altersgruppe")}[sex]  # fmt: skip
    return {"m": text("Männer"), "f": text("Frauen"), "t": text("Personen")}[sex]


def _sentence(context: Context, rows: pd.DataFrame, shown: Place, digits: int) -> str:
    """Say the groups with the largest gain and the largest loss among those beyond chance."""
    text, number = context.language.text, context.language.number
    known = rows[rows["beyond_chance"]].sort_values("net")
    gains, losses = known[known["net"] > 0], known[known["net"] < 0]
    parts = []
    if len(gains):
        value = number(gains["net"].iloc[-1], digits, sign=True)
        parts.append(text("größter Gewinn bei {group} ({value})", group=gains["group"].iloc[-1], value=value))
    if len(losses):
        value = number(losses["net"].iloc[0], digits, sign=True)
        parts.append(text("größter Verlust bei {group} ({value})", group=losses["group"].iloc[0], value=value))
    said = ", ".join(parts) or text("in keiner Altersgruppe geht der Saldo über Zufallsschwankungen hinaus")
    if rows["net"].isna().any():
        said = text("soweit veröffentlicht, {said}", said=said)
    return text("{place} {year}: {said}.", place=shown.name, year=rows["year"].iloc[0], said=said)


def _alt(context: Context, rows: pd.DataFrame, shown: Place, digits: int) -> str:
    number = context.language.number
    parts = ", ".join(
        f"{group} {number(net, digits, sign=True)}" for group, net in zip(rows["group"], rows["net"], strict=True)
    )
    return context.language.text(
        "Zuzüge und Fortzüge nach Altersgruppen, {place} {year}; Saldo: {parts}.", place=shown.name,
        year=rows["year"].iloc[0], parts=parts,
    )  # fmt: skip


def _notes(context: Context, asked: Place, shown: Place, table: pd.DataFrame, no_rates: bool) -> tuple[Note, ...]:
    text = context.language.text
    notes = [kreis_note(asked, shown, context.language)] if asked != shown else []
    notes.append(Note("method", text(
        "Altersgruppen der Wanderungsstatistik (12711); die Anlässe sind übliche Deutungen des Alters, "
        "keine Angaben der Menschen.")))  # fmt: skip
    if shown.level == "kreis" and not shown.is_own_gemeinde:
        notes.append(Note("method", text("Zu- und Fortzüge enthalten Umzüge zwischen Gemeinden des Kreises.")))
    if no_rates:
        notes.append(Note("method", text(
            "Raten gibt es erst ab 2023: Vorher hat der Bevölkerungsstand andere Altersgrenzen. "
            "Gezeigt sind Anzahlen.")))  # fmt: skip
    weak = table.loc[~table["beyond_chance"] & table["net"].notna(), "group"].tolist()
    if weak:
        said = text("Saldo von Zufallsschwankungen nicht zu unterscheiden: {groups}.", groups="; ".join(weak))
        notes.append(Note("chance", said))
    return (*notes, *status_notes(table, context.language))


def _nothing(context: Context, address: Address, asked: Place, shown: Place) -> Exhibit:
    """Say that no table by age is embedded for the place, and which one gives it."""
    text = context.language.text
    line = source_line(TABLE, context)
    sentence = text(
        "{place}: Wanderungen nach Alter liegen hier nicht vor; sie stehen in der Regionaldatenbank, Tabelle {code}.",
        place=shown.name, code=sources()[TABLE].code,
    )  # fmt: skip
    table = pd.DataFrame({"place": [shown.name], "state": [text("keine Zahlen")]})
    columns = (Column("place", text("Ort")), Column("state", text("Wanderung nach Alter")))
    notes = (kreis_note(asked, shown, context.language),) if asked != shown else ()
    return Exhibit(
        address, text("Wanderung nach Alter"), text("keine Zahlen"), sentence, sentence, table, columns, Marks("table"),
        (line,), notes=notes,
    )  # fmt: skip
