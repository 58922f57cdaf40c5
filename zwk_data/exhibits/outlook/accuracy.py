"""Words of the test against the past that its exhibits share: methods, size classes, tested groups, where ours lost."""

from collections.abc import Sequence

import pandas as pd

from zwk_data.exhibits.exhibit import Note, SourceLine
from zwk_data.exhibits.outlook.common import Group, everybody, group_of
from zwk_data.exhibits.provenance import sources_of
from zwk_data.exhibits.registry import Context
from zwk_data.language import Language
from zwk_data.projection.backtest import GROUPS, METHODS, SIZE_CLASSES, SIZE_LIMITS

ALL = "all"
NAIVE = ("shares", "linear")
HINDCAST = "hindcast"
DATASETS = ("eurostat_demo_r_pjangrp3", "eurostat_demo_r_births", "eurostat_demo_r_deaths", "eurostat_demo_r_magec3",
            "destatis_life_tables", "un_wpp2024_fertility_pattern")  # fmt: skip


def method_name(method: str, language: Language) -> str:
    """Return a method in words."""
    text = language.text
    return {
        "cohort": text("diese Rechnung"), "shares": text("gleiche Anteile, Wachstum wie zuvor"),
        "linear": text("Trend je Altersjahr"), HINDCAST: text("Rückrechnung"),
    }[method]  # fmt: skip


def size_name(size: str, language: Language) -> str:
    """Return a size class in words."""
    if size == ALL:
        return language.text("alle Größen")
    position, number = SIZE_CLASSES.index(size), language.number
    if position == 0:
        return language.text("unter {most} Einwohner", most=number(SIZE_LIMITS[0]))
    if position == len(SIZE_LIMITS):
        return language.text("ab {least} Einwohner", least=number(SIZE_LIMITS[-1]))
    return language.text("{least} bis unter {most} Einwohner", least=number(SIZE_LIMITS[position - 1]),
                         most=number(SIZE_LIMITS[position]))  # fmt: skip


def tested(name: str, language: Language) -> Group:
    """Return a tested age group."""
    return everybody(language) if name == "total" else group_of(GROUPS[name], language, name)


def wide(errors: pd.DataFrame) -> pd.DataFrame:
    """Return errors with one row per size class, group and horizon: mean error of each method, bias and p80 of ours."""
    keys, errors = ["size_class", "group", "horizon"], errors[errors["method"].isin(METHODS)]
    found = errors.pivot_table(index=keys, columns="method", values="mape", observed=True).reset_index()
    ours = errors[errors["method"] == "cohort"]
    return found.merge(ours[[*keys, "bias", "p80", "n"]], on=keys, how="left")


def lost(rows: pd.DataFrame) -> pd.DataFrame:
    """Return those rows of ``wide`` in which a naive method was nearer to what came, with its name as ``winner``."""
    rows = rows.dropna(subset=list(METHODS))
    best = rows[list(METHODS)].idxmin(axis=1)
    return rows[best != "cohort"].assign(winner=best[best != "cohort"])


def winner(row: pd.Series, language: Language) -> str:
    """Return the method with the smallest mean error; empty where none was tested."""
    values = row[list(METHODS)].dropna()
    return method_name(str(values.astype(float).idxmin()), language) if len(values) else ""


def horizons(years: Sequence[int], language: Language) -> str:
    """Return horizons in words: ``5 und 6 Jahren``."""
    words = [str(year) for year in years]
    if len(words) == 1:
        return language.text("{years} Jahren", years=words[0]) if words[0] != "1" else language.text("einem Jahr")
    return language.text("{first} und {last} Jahren", first=", ".join(words[:-1]), last=words[-1])


def lines(context: Context) -> tuple[SourceLine, ...]:
    """Return the sources of the test."""
    return sources_of([one for one in DATASETS if one in context.data.sources], context)


def test_note(language: Language) -> Note:
    """Return what the test is."""
    return Note("method", language.text(
        "Test: Alle 400 Kreise, gerechnet von jedem Jahresende ab 2015 allein mit dem, was damals bekannt war, und "
        "verglichen mit dem, was bis Ende 2021 kam (Basis Zensus 2011). Zum Vergleich zwei einfache Methoden: jedes "
        "Alter wächst wie zuvor die Bevölkerung insgesamt; jedes Altersjahr setzt seinen Trend fort."))  # fmt: skip
