"""The same indicator over time, one small picture per place, all on one scale."""

from zwk_data.catalog import Indicator
from zwk_data.exhibits.comparison import at, common_moment, figure
from zwk_data.exhibits.empty import no_figures
from zwk_data.exhibits.exhibit import Address, Exhibit, Marks
from zwk_data.exhibits.provenance import basis_name, breaks_inside, measures_of, sources_of, status_notes
from zwk_data.exhibits.registry import Context, choice, indicator, kind, places
from zwk_data.exhibits.time_series import Series, columns, read_series, subtitle
from zwk_data.language import Language
from zwk_data.warehouse.places import Place


@kind(required={"indicator": indicator, "ags": places}, optional={"form": choice("absolute", "index")})
def small_multiples(
    context: Context, *, indicator: Indicator, ags: tuple[Place, ...], form: str = "absolute"
) -> Exhibit:
    """Show an indicator over time in one small picture per place; the scale is the same in all."""
    address = Address.of(
        "small_multiples", indicator=indicator.id, ags=[p.ags for p in ags], form=form if form == "index" else ""
    )
    series = read_series(context, indicator, ags, form)
    if series.values.empty:
        return no_figures(context, address, indicator, ags[0])
    language = context.language
    measure = subtitle(context, indicator, series)
    return Exhibit(
        address=address,
        title=indicator.label(language.code),
        subtitle=language.text("{measure}, gleiche Skala in allen Bildern", measure=measure),
        sentence=_sentence(context, indicator, series),
        alt=_alt(context, indicator, series),
        table=series.values,
        columns=columns(context, indicator, series.form),
        marks=Marks("multiples", x="reference_date", y="value", series="place", focus=series.focus.name,
                    second=series.names[1] if len(series.names) > 1 else "", dash="basis"),
        sources=sources_of(series.values["datasets"], context),
        breaks=breaks_inside(series.values, measures_of(indicator), language),
        notes=(*series.notes, *status_notes(series.values, language)),
    )  # fmt: skip


def _sentence(context: Context, indicator: Indicator, series: Series) -> str:
    """Say from where to where the values reach on the newest date that all have."""
    moment = common_moment(series.values, series.focus.ags)
    rows = moment.of(series.values).sort_values("value", kind="stable") if moment else series.values.tail(1)
    low, high = rows.iloc[0], rows.iloc[-1]
    language = context.language

    def written(value: float) -> str:
        return language.number(value, 1) if series.form == "index" else figure(value, indicator, language)

    when = at(indicator, high["reference_date"].date(), language)
    if low["ags"] == high["ags"]:
        return language.text("{place}: {value} {when}.", place=high["place"], value=written(high["value"]), when=when)
    return language.text(
        "{name} {when}: von {low} ({first}) bis {high} ({last}), {basis}.", low=written(low["value"]),
        name=_name(indicator, series, language),
        first=low["place"], high=written(high["value"]), last=high["place"], when=when,
        basis=basis_name(str(high["basis"]), language),
    )  # fmt: skip


def _name(indicator: Indicator, series: Series, language: Language) -> str:
    name = indicator.short_label(language.code)
    if series.form != "index":
        return name
    return language.text("{name}, {year} = 100,", name=name, year=series.values["reference_date"].min().year)


def _alt(context: Context, indicator: Indicator, series: Series) -> str:
    days = series.values["reference_date"]
    return context.language.text(
        "Kleine Liniendiagramme auf gleicher Skala: {label} von {first} bis {last}, je eines für {places}.",
        label=indicator.label(context.language.code), first=days.min().year, last=days.max().year,
        places=", ".join(series.names),
    )  # fmt: skip
