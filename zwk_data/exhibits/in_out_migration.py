"""In- and out-migration over time; where no migration table is embedded, the residual of the balance, named as such."""

import pandas as pd

from zwk_data.catalog import indicators
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.flows import both_sexes_note, given, totals, with_flows
from zwk_data.exhibits.provenance import basis_behind, basis_name, breaks_inside, kreis_note, sources_of, status_notes
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.exhibits.series import crosses_break, year_ends
from zwk_data.language import Language
from zwk_data.warehouse.places import Place

MEASURES = ("in_migration", "out_migration")
RESIDUAL = "net_migration_residual"


@kind(required={"ags": place}, optional={"form": choice("counts", "rates"), "sex": choice("t", "m", "f")})
def in_out_migration(context: Context, *, ags: Place, form: str = "counts", sex: str = "t") -> Exhibit:
    """Show arrivals and departures of every year given, or the residual of the balance."""
    address = Address.of("in_out_migration", ags=ags.ags, form=given(form, "counts"), sex=given(sex, "t"))
    shown = with_flows(context, ags)
    rows = totals(context, shown, MEASURES, sex)
    if rows["value"].notna().any():
        return _flows(context, address, ags, shown, rows, form == "rates", sex)
    return _residual(context, address, ags, shown, form == "rates", sex)


def _flows(
    context: Context, address: Address, asked: Place, shown: Place, rows: pd.DataFrame, rates: bool, sex: str
) -> Exhibit:
    language, text = context.language, context.language.text
    counted = rows.assign(basis=basis_behind("", frozenset(MEASURES)))  # counts do not break at a census
    rows = _per_1000(context, shown, rows, sex) if rates else counted
    names = {"in_migration": text("Zuzüge"), "out_migration": text("Fortzüge")}
    table = rows.assign(
        series=rows["measure"].map(names), segment=_segments(rows),
        basis_name=rows["basis"].map(lambda basis: basis_name(basis, language)),
    ).sort_values(["measure", "reference_date"], ignore_index=True)  # fmt: skip
    unit = _unit(language, sex, rates)
    return Exhibit(
        address=address, title=text("Zuzüge und Fortzüge"),
        subtitle=text("{unit}, {first} bis {last}", unit=unit, first=table["year"].min(), last=table["year"].max()),
        sentence=_sentence(context, table, shown, unit if rates else ""),
        alt=text("Liniendiagramm: Zuzüge und Fortzüge von {first} bis {last}, {place}.",
                 first=table["year"].min(), last=table["year"].max(), place=shown.name),
        table=table,
        columns=(
            Column("series", text("Ereignis")), Column("year", text("Jahr")),
            Column("value", text("Wert"), unit, 1 if rates else 0), Column("basis_name", text("Basis")),
        ),
        marks=Marks("line", x="reference_date", y="value", series="series", focus=names["in_migration"],
                    second=names["out_migration"], dash="segment", options={"zero": True}),
        sources=sources_of(table["dataset"], context),
        breaks=breaks_inside(table.dropna(subset=["value"]).assign(ags=shown.ags), frozenset(MEASURES), language),
        notes=(
            *([kreis_note(asked, shown, language)] if asked != shown else []), *_border_notes(context, shown),
            *status_notes(table, language),
        ),
    )  # fmt: skip


def _segments(rows: pd.DataFrame) -> pd.Series:
    """Return a name that changes with the census basis and after every year without a value: a line stops there."""
    gaps = rows["value"].isna().groupby(rows["measure"]).cumsum()
    return rows["basis"] + "/" + gaps.astype(str)


def _per_1000(context: Context, shown: Place, rows: pd.DataFrame, sex: str) -> pd.DataFrame:
    people = totals(context, shown, ["population"], sex).set_index(["reference_date", "basis"])
    keys = pd.MultiIndex.from_frame(rows[["reference_date", "basis"]])
    base, origin = people["value"].reindex(keys).to_numpy(), people["dataset"].reindex(keys).to_numpy()
    datasets = rows["dataset"] + ";" + pd.Series(origin, rows.index)
    rated = rows.assign(value=rows["value"] / base * 1000, dataset=datasets)
    return rated[pd.notna(base)]


def _unit(language: Language, sex: str, rates: bool) -> str:
    text = language.text
    if rates:
        return {"m": text("je 1.000 Männer"), "f": text("je 1.000 Frauen"), "t": text("je 1.000 Einwohner")}[sex]
    return {"m": text("Männer"), "f": text("Frauen"), "t": text("Personen")}[sex]


def _sentence(context: Context, table: pd.DataFrame, shown: Place, per: str) -> str:
    """Say arrivals, departures and balance of the newest year; ``per`` is the unit of rates, empty for counts."""
    text, number, digits = context.language.text, context.language.number, 1 if per else 0
    wide = table.pivot_table("value", "year", "measure").reindex(columns=MEASURES).dropna()
    arrivals, departures = wide.iloc[-1]
    said = text(
        "{place} {year}: {arrivals} Zuzüge, {departures} Fortzüge, Saldo {balance}", place=shown.name,
        year=wide.index[-1], arrivals=number(arrivals, digits), departures=number(departures, digits),
        balance=number(arrivals - departures, digits, sign=True),
    )  # fmt: skip
    return said + (f" {per}" if per else "") + "."


def _border_notes(context: Context, shown: Place) -> tuple[Note, ...]:
    if shown.level != "kreis" or shown.is_own_gemeinde:
        return ()
    return (Note("method", context.language.text("Zu- und Fortzüge enthalten Umzüge zwischen Gemeinden des Kreises.")),)


def _residual(context: Context, address: Address, asked: Place, shown: Place, rates: bool, sex: str) -> Exhibit:
    """Show the residual by year as bars."""
    indicator = indicators()[f"{RESIDUAL}_per_1000" if rates else RESIDUAL]
    rows = year_ends(context.data.values([indicator.id], [shown.ags]))
    if rows.empty:
        return no_figures(context, address, indicator, asked)
    language, text = context.language, context.language.text
    table = rows.assign(label=rows["year"].astype(str), basis_name=rows["basis"].map(lambda b: basis_name(b, language)))
    unit = text("je 1.000 Einwohner") if rates else text("Personen")
    return Exhibit(
        address=address, title=indicator.label(language.code),
        subtitle=text("{unit}, {first} bis {last}, {basis}", unit=unit, first=rows["year"].min(),
                      last=rows["year"].max(), basis=basis_name(str(rows["basis"].iloc[-1]), language)),
        sentence=_residual_sentence(context, table, shown, rates),
        alt=text("Balkendiagramm: Restgröße der Wanderung je Jahr, {place}.", place=shown.name),
        table=table.reset_index(drop=True),
        columns=(
            Column("label", text("Jahr")), Column("value", text("Restgröße"), unit, 1 if rates else 0, True),
            Column("basis_name", text("Basis")),
        ),
        marks=Marks("bars", x="label", y="value"),
        sources=sources_of(table["datasets"], context),
        breaks=breaks_inside(table, frozenset({RESIDUAL}), language),
        notes=(
            *([kreis_note(asked, shown, language)] if asked != shown else []),
            Note("method", text(
                "Für diesen Ort liegen hier keine Wanderungstabellen vor. Die Restgröße ist die Bestandsänderung "
                "minus Geburten plus Sterbefälle; sie enthält Berichtigungen der Fortschreibung und ist kein "
                "gemessener Saldo.")),
            *([both_sexes_note(context)] if sex != "t" else []),
        ),
    )  # fmt: skip


def _residual_sentence(context: Context, table: pd.DataFrame, shown: Place, rates: bool) -> str:
    """Say the mean of the years since the last change of method; single corrections move it least."""
    text, number = context.language.text, context.language.number
    last = table["reference_date"].max()
    crossing = [crosses_break(shown.ags, day, last, frozenset({RESIDUAL})) for day in table["reference_date"]]
    table = table[[not crosses for crosses in crossing]]
    mean = number(table["value"].mean(), 1 if rates else 0, sign=True)
    return text(
        "{place}: Die Wanderung als Restgröße liegt im Mittel der Jahre {first} bis {last} bei {mean} {unit}.",
        place=shown.name, first=table["year"].min(), last=table["year"].max(), mean=mean,
        unit=text("je 1.000 Einwohner") if rates else text("Personen im Jahr"),
    )  # fmt: skip
