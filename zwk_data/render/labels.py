"""What stands at the end of a line: name, last value, and the year where the line ends before the others."""

from collections.abc import Hashable
from typing import Any

import pandas as pd

from zwk_data.exhibits.exhibit import Column, Marks
from zwk_data.language import Language


def end_labels(table: pd.DataFrame, marks: Marks, column: Column, language: Language) -> dict[str, tuple[str, float]]:
    """Return by series the words at the end of its line and the height at which it ends.

    A value older than the newest one says its year: side by side they would be taken for values of one date. The
    option ``ends`` has the words by series where the last value bears fewer digits than the others.
    """
    own = marks.options.get("ends")
    said = own if isinstance(own, dict) else {}
    last = table.sort_values(marks.x, kind="stable").groupby(marks.series, sort=False).tail(1)
    newest = pd.to_datetime(last[marks.x]).max()
    return {
        str(row[marks.series]): (
            str(said.get(row[marks.series], "")) or _words(row, marks, column, language, newest),
            float(row[marks.y]),
        )
        for row in last.to_dict("records")
    }


def _words(row: dict[Hashable, Any], marks: Marks, column: Column, language: Language, newest: pd.Timestamp) -> str:
    number = language.number(float(row[marks.y]), column.decimals or 0, sign=column.sign)
    year = pd.Timestamp(row[marks.x]).year
    return f"{row[marks.series]} {number}" + (f" ({year})" if year < newest.year else "")
