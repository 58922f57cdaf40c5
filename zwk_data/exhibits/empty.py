"""What is shown where there are no figures: a sentence that says so and what to do, never an empty chart."""

import pandas as pd

from zwk_data.catalog import Indicator
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks
from zwk_data.exhibits.provenance import source_line
from zwk_data.exhibits.registry import Context
from zwk_data.warehouse.places import Place


def no_figures(context: Context, address: Address, indicator: Indicator, place: Place) -> Exhibit:
    """Return an exhibit without chart that says which figures are missing for whom."""
    text = context.language.text
    label = indicator.label(context.language.code)
    sentence = text("Für {place} liegt »{label}« nicht vor.", place=place.name, label=label)
    if indicator.needs:
        sentence += " " + text("Die Zahl gibt es in: {table}.", table=text(indicator.needs))
    table = pd.DataFrame({"place": [place.name], "state": [text("keine Zahlen")]})
    columns = (Column("place", text("Ort")), Column("state", label))
    return Exhibit(
        address, label, text("keine Zahlen"), sentence, sentence, table, columns, Marks("table"),
        (source_line("gvisys_2022", context),),
    )  # fmt: skip
