"""Words at the ends of lines, in charts and pictures alike."""

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Marks
from zwk_data.language import Language
from zwk_data.render.labels import end_labels


def test_a_line_that_ends_earlier_says_its_year() -> None:
    table = pd.DataFrame(
        {
            "who": ["Uckermark", "Uckermark", "Brandenburg"],
            "day": pd.to_datetime(["2021-12-31", "2024-12-31", "2021-12-31"]),
            "value": [-8.1, -11.8, -7.2],
        }
    )
    marks, column = Marks("line", x="day", y="value", series="who"), Column("value", "Saldo", "je 1.000", 1, True)
    assert end_labels(table, marks, column, Language("de")) == {
        "Brandenburg": ("Brandenburg −7,2 (2021)", -7.2),
        "Uckermark": ("Uckermark −11,8", -11.8),
    }
