"""Decks, and data that changed under them: every fault the check must find is seeded here, with what it is."""

import io
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from itertools import count
from pathlib import Path

import duckdb
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from tests.render.kinds import ADDRESSES
from zwk_data.decks.making import made
from zwk_data.decks.model import Deck, Slide
from zwk_data.exhibits import Context
from zwk_data.warehouse import Statistics

OLD_AGE = "old_age_ratio_20_65"
EXHIBITS = (
    *ADDRESSES.values(),
    "population_line?ags=15001", f"time_series?ags=13071107,DG&indicator={OLD_AGE}",
    "time_series?ags=05758,05&indicator=births", "age_pyramid?ags=12073&year=2024",
    "age_pyramid?ags=15001&year=2019", f"choropleth?ags=12073&day=2019&indicator={OLD_AGE}&scope=kreis-12",
    "choropleth?ags=12073&day=2024&indicator=share_65p&scope=kreis-12", "age_groups?ags=05758&year=2024",
    "births_deaths?ags=05758", "in_out_migration?ags=15001", "cohorts?ags=15001",
    "outlook_line?ags=15001&scenarios=continue", "outlook_pyramid?ags=15001&scenario=continue",
    "outlook_services?ags=15001&scenario=continue", "outlook_groups?ags=15001&scenarios=continue",
    "key_figures?ags=13071107", f"comparison_table?ags=15001,12073&indicators={OLD_AGE},births",
    f"choropleth_change?ags=15001&end=2024&indicator={OLD_AGE}&scope=kreis-15&start=2023",
    "plan_stages?ags=13071107", "plan_health?ags=13071107", "plan_options?ags=05758012", "data_status",
)  # fmt: skip


def deck_of(addresses: Sequence[str], context: Context, headlines: Sequence[str] = ()) -> bytes:
    """A presentation with one slide per address, and a title slide and an agenda before them."""
    words = (Slide("title", "", "Zweite Werkstatt", ("Neubrandenburg",)),
             Slide("agenda", "", "Ablauf", ("Zahlen", "Runde 2", "bis 21 Uhr")))  # fmt: skip
    own = (*headlines, *[""] * len(addresses))
    slides = tuple(Slide("exhibit", address, headline) for address, headline in zip(addresses, own, strict=False))
    result = made(Deck("Zweite Werkstatt", "13071107", (*words, *slides)), context)
    assert result.problems == ()
    return result.raw


# --- data that changed -----------------------------------------------------------------------------------------------


NUMBERS = count(1000)  # of generations, in the whole process: what is made from one is remembered under its number


class _Open:
    """One connection as its own cursor, so that queries see what its open transaction changed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> "_Open":
        return self

    def execute(self, *asked: object) -> duckdb.DuckDBPyConnection:
        return self._connection.execute(*asked)

    def close(self) -> None:
        """Stays open."""


class Later:
    """A copy of the database in which figures can be changed, looked at, and changed back."""

    def __init__(self, statistics: Statistics, folder: Path, data_folder: Path) -> None:
        self._statistics = statistics
        path = folder / "later.duckdb"
        shutil.copyfile(data_folder / statistics.generation.file, path)
        self._connection = duckdb.connect(str(path))

    @contextmanager
    def state(self, *statements: str) -> Iterator[Statistics]:
        """Yield the figures after some statements; they are undone at the end."""
        number = next(NUMBERS)
        self._connection.execute("BEGIN")
        try:
            for statement in statements:
                self._connection.execute(statement)
            opened = Statistics.__new__(Statistics)
            opened.generation = replace(self._statistics.generation, number=number, sha256=str(number))
            opened.as_of, opened._connection, opened._owner = None, _Open(self._connection), False
            if not any(" place " in statement for statement in statements):
                opened.__dict__["places"] = self._statistics.places  # eleven thousand: read once
            yield opened
        finally:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


def a_year_more(of: str = "", first: str = "2023-12-31") -> tuple[str, ...]:
    """Statements that add, made up, a year to every table whose figures go on until now; ``of``: further condition."""
    where = f"reference_date >= '{first}' AND month(reference_date) = 12 {of}"
    return tuple(
        f"INSERT INTO {table} SELECT * REPLACE (reference_date + INTERVAL 1 YEAR AS reference_date,"
        f" round(value * 1.01, 3) AS value) FROM {table} o WHERE {where} AND reference_date ="
        f" (SELECT max(reference_date) FROM {table} i WHERE {where} AND {same})"
        for table, same in (
            ("indicator_value", "i.indicator = o.indicator"), ("level_value", "i.indicator = o.indicator"),
            ("current_observation", "i.dataset = o.dataset"),
        )
    )  # fmt: skip


def newer_loads() -> str:
    """A statement that adds, made up, a newer load of every dataset."""
    return ("INSERT INTO load SELECT * REPLACE (dataset || '@later' AS load_id, seq + 1 AS seq,"
            " '2027-11-01' AS retrieved_at, '2027-11-01' AS accepted_at) FROM load")  # fmt: skip


# --- slides that somebody changed ------------------------------------------------------------------------------------


def opened(raw: bytes):
    return Presentation(io.BytesIO(raw))


def saved(deck) -> bytes:
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def reordered(raw: bytes, order: Sequence[int]) -> bytes:
    """The presentation with its slides in another order; those not named are taken out."""
    deck = opened(raw)
    listed = deck.slides._sldIdLst
    ids = list(listed)
    for number, one in enumerate(ids):
        listed.remove(one)
        if number not in order:
            deck.part.drop_rel(one.rId)
    for number in order:
        listed.append(ids[number])
    return saved(deck)


def points(slide, series: str = "") -> list:
    """The values in the caches of a slide's charts."""
    space = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    return [
        value
        for shape in slide.shapes
        if shape.has_chart
        for ser in shape.chart._chartSpace.iter(f"{space}ser")
        if not series or next(ser.find(f"{space}tx").iter(f"{space}v")).text == series
        for value in ser.find(f"{space}val").iter(f"{space}v")
    ]


def tables(slide) -> list:
    return [shape.table for shape in slide.shapes if shape.has_table]


def copied(raw: bytes, numbers: Sequence[int]) -> bytes:
    """A presentation of somebody else, with some slides of ours copied into it: shapes, charts, notes."""
    ours, other = opened(raw), Presentation()
    other.slides.add_slide(other.slide_layouts[0]).shapes.title.text = "Haushalt"
    for number in numbers:
        source, target = ours.slides[number], other.slides.add_slide(other.slide_layouts[6])
        for element in source.shapes._spTree.iterchildren():
            if element.tag.rpartition("}")[2] in ("sp", "graphicFrame", "grpSp", "cxnSp", "pic"):
                target.shapes._spTree.append(_with_charts(deepcopy(element), source.part, target.part))
        target.notes_slide.notes_text_frame.text = source.notes_slide.notes_text_frame.text
    return saved(other)


def _with_charts(element, source, target):
    """Let the charts of a copied shape belong to the slide it was copied to."""
    for place in element.iter("{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"):
        id = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
        place.set(id, target.relate_to(source.related_part(place.get(id)), RT.CHART))
    return element
