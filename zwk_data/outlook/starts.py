"""Where the projection of a place starts: whose figures run, from which day, and what has to be said about that.

Kreise and kreisfreie Städte have a start of their own, made by the build. A town or a quarter has one where its own
ages by sex were released; else the Kreis runs for it, and ``Start.place`` says so. For a Land and for Germany nothing
runs: adding up 400 what-if calculations would be a forecast that nobody has made.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from zwk_data.outlook import approximations
from zwk_data.outlook.kept import Kept
from zwk_data.projection.ages import AGES, Array
from zwk_data.projection.baseline import Baseline, Extreme
from zwk_data.warehouse import Place, Statistics
from zwk_data.warehouse.places import town_of

FORMS = ("own", "kreis", "scaled", "register")
OLD_AFTER = 3  # years
LEVELS = ("kreis", "gemeinde", "quartier")


class NoStart(ValueError):
    """Nothing can run for a place; ``reason`` is a code.

    ``level``: a Land or Germany. ``no_figures``: the Kreis has no start in these figures. ``form``: this form is not
    for this place. ``no_total``: the town's number of inhabitants is not known. ``no_own_ages``: it has released none.
    """

    def __init__(self, reason: str, place: Place) -> None:
        self.reason, self.place = reason, place
        super().__init__(f"{reason}: {place.ags}")


@dataclass(frozen=True)
class Start:
    """A place ready to be projected.

    ``asked`` is the place somebody wants to know about, ``place`` the one whose figures run (the Kreis for a town
    without ages of its own). ``form``: ``own`` official figures of a Kreis; ``kreis`` its Kreis runs; ``scaled`` the
    Kreis's structure at the town's size; ``register`` the town's own ages with the Kreis's rates. ``basis`` census
    basis of the population; ``datasets`` ids of what it rests on. ``share``: of the town in its Kreis (scaled).
    ``register_day``: day of the own ages (register), which run as those of the nearest 31 December. ``notes`` codes:
    ``old_start`` (older than three years), ``other_day`` (share or own ages are of another day than the start),
    ``other_basis`` (of the share), ``kreis_rates`` (register), and those of the build. ``generation``: the figures.
    """

    baseline: Baseline
    place: Place
    asked: Place
    form: str
    basis: str
    datasets: tuple[str, ...]
    notes: tuple[str, ...]
    size_class: str
    generation: str
    share: approximations.Share | None = None
    register_day: date | None = None

    @property
    def year(self) -> int:
        """The year at whose end it starts."""
        return self.baseline.year

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is the start of, for caches: figures, place whose figures run, form."""
        return self.generation, self.place.ags, self.form


_KEPT: Kept[Start] = Kept(1024)
_NEWEST: Kept[date | None] = Kept(4)


def start(data: Statistics, place: Place, form: str = "") -> Start:
    """Return where the projection of a place starts.

    Args:
        data: the figures.
        place: a Kreis, a Gemeinde or a quarter.
        form: one of ``FORMS``; empty takes own figures where there are some, else those of the Kreis. The
            approximation ``scaled`` only comes when it is asked for.

    Raises:
        NoStart: nothing can run; with the reason.
    """
    if place.level not in LEVELS:
        raise NoStart("level", place)
    if form and form not in FORMS:
        raise NoStart("form", place)
    key = data.generation.sha256, data.as_of, place, form
    return _KEPT.get(key, lambda: _with_age(data, _chosen(data, place, form)))


def _chosen(data: Statistics, place: Place, form: str) -> Start:
    if form == "register":
        return _register(data, place, place)
    if place.level == "kreis":
        if form not in ("", "own"):
            raise NoStart("form", place)
        return of_kreis(data, place, place)
    kreis = _kreis_of(data, place)
    if form == "own":
        raise NoStart("form", place)
    if form == "scaled":
        return _scaled(data, place, kreis)
    if form == "kreis":
        return of_kreis(data, kreis, place)
    return _own_or_kreis(data, place, kreis)


def _own_or_kreis(data: Statistics, place: Place, kreis: Place) -> Start:
    """Return the start from own ages of the place, then of its town, else that of the Kreis."""
    town = town_of(place)
    for owner in (place, *([data.places[town]] if town and town in data.places else [])):
        if owner.level == "kreis":  # a quarter of a kreisfreie Stadt: official figures come first
            break
        try:
            return _register(data, owner, place)
        except NoStart:
            continue
    return of_kreis(data, kreis, place)


def _kreis_of(data: Statistics, place: Place) -> Place:
    for other in (place, *data.places.ancestors(place)):
        if other.level == "kreis":
            return other
    raise NoStart("no_figures", place)


def of_kreis(data: Statistics, kreis: Place, asked: Place) -> Start:
    """Return the start of a Kreis from the figures of the build.

    Raises:
        NoStart: it has none.
    """
    row = data.projection_place(kreis.ags)
    if row is None:
        raise NoStart("no_figures", asked)
    form = "own" if asked.ags == kreis.ags else "kreis"
    notes = tuple(filter(None, str(row["notes"]).split(",")))
    datasets = tuple(filter(None, str(row["datasets"]).split(",")))
    return Start(
        _baseline(row), kreis, asked, form, str(row["basis"]), datasets, notes, str(row["size_class"]),
        data.generation.sha256,
    )  # fmt: skip


def _baseline(row: dict[str, Any]) -> Baseline:
    def pair(name: str) -> Array:
        return fixed(np.array(row[name], dtype=float).reshape(2, AGES))

    def extreme(end: str) -> Extreme:
        tfr, net = (np.asarray(float(row[f"{name}_{end}"])) for name in ("tfr", "net"))
        return Extreme(tfr, net, str(row[f"tfr_{end}_years"]), str(row[f"net_{end}_years"]))

    return Baseline(
        pd.Timestamp(row["day"]).date(), pair("population"), pair("survival"), pair("improvement"),
        fixed(np.array(row["fertility"], dtype=float)), pair("in_migration"), pair("out_rate"), extreme("low"),
        extreme("high"), bool(row["gross"]),
    )  # fmt: skip


def fixed(values: Array) -> Array:
    """Return an array that nobody can change: it is shared by everyone who asks for the same."""
    values.setflags(write=False)
    return values


def _scaled(data: Statistics, town: Place, kreis: Place) -> Start:
    """Return the approximation: the Kreis's ages and rates per head at the town's size."""
    if town.level != "gemeinde":
        raise NoStart("form", town)
    model = of_kreis(data, kreis, town)
    share = approximations.official_share(data, town, kreis, model.basis)
    if share is None:
        raise NoStart("no_total", town)
    odd = {"other_day": share.day != model.baseline.day, "other_basis": share.basis != model.basis}
    made = approximations.scaled(model.baseline, share.value)
    return replace(
        model, baseline=made, place=town, form="scaled", share=share, datasets=_joined(model.datasets, share.datasets),
        notes=(*model.notes, *(code for code, holds in odd.items() if holds)),
        size_class=approximations.size_class(made.population),
    )  # fmt: skip


def _register(data: Statistics, place: Place, asked: Place) -> Start:
    """Return the start from a town's own ages, with the survival, the births and the moves per head of its Kreis."""
    own = approximations.own_ages(data, place)
    if own is None:
        raise NoStart("no_own_ages", asked)
    model = of_kreis(data, _kreis_of(data, place), asked)
    made = approximations.registered(model.baseline, own)
    notes = ("kreis_rates", *(("other_day",) if (own.day.month, own.day.day) != (12, 31) else ()))
    return replace(
        model, baseline=made, place=place, form="register", basis="register", notes=(*model.notes, *notes),
        datasets=_joined((own.dataset,), model.datasets), size_class=approximations.size_class(made.population),
        register_day=own.day,
    )  # fmt: skip


def _joined(*datasets: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(dataset for some in datasets for dataset in some))


def _with_age(data: Statistics, found: Start) -> Start:
    """Say so where the start is older than three years against the newest figures, or the day asked for."""
    today = data.as_of or _NEWEST.get(data.generation.sha256, lambda: _newest_day(data)) or found.baseline.day
    day = found.register_day or found.baseline.day
    old = (today.year - OLD_AFTER, today.month, today.day) > (day.year, day.month, day.day)
    return replace(found, notes=(*found.notes, "old_start")) if old else found


def _newest_day(data: Statistics) -> date | None:
    days = data.dates("population_total", "kreis")["reference_date"]
    return days.max().date() if len(days) else None


__all__ = ["FORMS", "NoStart", "Start", "fixed", "of_kreis", "start"]
