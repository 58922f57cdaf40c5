"""One indicator explained: formula, unit, sources that really give it, published counterpart, caveats, breaks."""

import pandas as pd

from zwk_data.catalog import GROUPS, Indicator, breaks
from zwk_data.exhibits.data_status import own_source
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks
from zwk_data.exhibits.methods import (
    CHANCE,
    POLARITY,
    caveat,
    dataset_name,
    formula,
    level_name,
    needed_ages,
    years_between,
)
from zwk_data.exhibits.provenance import given_text, measures_of, sources_of, unit_name
from zwk_data.exhibits.registry import Context, indicator, kind
from zwk_data.warehouse.registers import supply


@kind(required={"indicator": indicator})
def method_profile(context: Context, *, indicator: Indicator) -> Exhibit:
    """Explain one indicator, one feature per line."""
    text, language = context.language.text, context.language
    reach = supply(context.data)
    reach = reach[reach["indicator"] == indicator.id]
    said = formula(indicator, language).rstrip(".")
    sentence = text("{label}: {formula}.", label=indicator.label(language.code), formula=said)
    rows = [(name, said) for name, said in _features(context, indicator, reach) if said]
    return Exhibit(
        address=Address.of("method_profile", indicator=indicator.id),
        title=text("Ein Indikator genau"),
        subtitle=indicator.id,
        sentence=sentence,
        alt=text("Tabelle: {sentence}", sentence=sentence),
        table=pd.DataFrame(rows, columns=["name", "said"]),
        columns=(Column("name", text("Merkmal")), Column("said", text("Angabe"))),
        marks=Marks("table"),
        sources=sources_of(reach["dataset"].unique(), context) or (own_source(context),),
    )


def _features(context: Context, one: Indicator, reach: pd.DataFrame) -> list[tuple[str, str]]:
    text, language = context.language.text, context.language
    english = language.code == "en"
    return [
        (text("Thema"), GROUPS[one.group][english]),
        (text("Formel"), formula(one, language)),
        (text("Einheit"), unit_name(one, language)),
        (text("Altersgrenzen"), needed_ages(one)),
        *_levels(context, reach),
        (text("Veröffentlicht als"), one.published or text("nicht in dieser Form veröffentlicht")),
        (text("Zu beachten"), caveat(one, language)),
        (text("Veröffentlichter Wert"), " ".join(note.text for note in given_text([one], language))),
        (text("Mindestbasis"), language.number(one.minimum_base) if one.minimum_base else text("keine")),
        (text("Zufall"), CHANCE[one.chance][english]),
        (text("Richtung"), POLARITY[one.polarity][english]),
        (text("Brüche"), _breaks_of(one, english)),
    ]


def _levels(context: Context, reach: pd.DataFrame) -> list[tuple[str, str]]:
    """Return one line per level: which datasets give which years, for how many places at most."""
    lines = []
    for level in ("germany", "land", "kreis", "gemeinde"):
        rows = reach[reach["level"] == level].sort_values("first_date")
        said = "; ".join(
            f"{years_between(row['first_date'], row['last_date'])} {dataset_name(row['dataset'], context.language)}"
            for row in rows.to_dict("records")
        )
        lines.append((level_name(level, context.language), said or context.language.text("keine Zahlen")))
    return lines


def _breaks_of(one: Indicator, english: bool) -> str:
    """Name the breaks that hold everywhere and touch this indicator's measures."""
    found = [
        entry
        for entry in breaks().values()
        if not entry.scope and (not entry.measures or measures_of(one) & set(entry.measures))
    ]
    return ", ".join(entry.label_en if english else entry.label_de for entry in found)
