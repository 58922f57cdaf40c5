"""What was observed at the levers of a place: the values a lever stands at before anybody moves it."""

from dataclasses import dataclass, replace

import numpy as np

from zwk_data.catalog import Lever, levers
from zwk_data.outlook import Start
from zwk_data.outlook.kept import Kept
from zwk_data.projection import levers as acting
from zwk_data.projection.ages import AgeRange, count
from zwk_data.projection.scenario import Scenario


@dataclass(frozen=True)
class Observed:
    """Observed values of one place.

    births: per woman; life: years of life expectancy at birth, mean of women and men; trend: by how many years it is
    higher in 2050 if mortality goes on declining; moves: persons a year by lever (``in18``, ``out18``). Where only
    balances are known (``gross`` false) both hold the balance of the group.
    """

    births: float
    life: float
    trend: float
    moves: dict[str, float]
    gross: bool


_OBSERVED: Kept[Observed] = Kept(256)


def observed(start: Start) -> Observed:
    """Return the observed values of a start."""
    return _OBSERVED.get(start.key, lambda: _observed(start))


def _observed(start: Start) -> Observed:
    baseline = start.baseline
    out = baseline.out_rate * acting.alive_at_end(baseline)
    moves = {}
    for lever in levers().values():
        if lever.kind in ("in", "out"):
            ages = AgeRange(lever.age_from, lever.age_to)
            there = {"in": float(count(baseline.in_migration, ages)), "out": float(count(out, ages))}
            moves[lever.id] = there[lever.kind] if baseline.gross else there["in"] - there["out"]
    life = float(baseline.life_expectancy.mean(axis=-1))
    years = max(acting.LIFE_YEAR - baseline.year, 1)
    last = acting.with_trend(baseline.survival, baseline.improvement, years)[-1]
    trend = float(replace(baseline, survival=last).life_expectancy.mean(axis=-1)) - life
    return Observed(float(baseline.total_fertility_rate), life, trend, moves, baseline.gross)


def births_of(start: Start, preset: str) -> float:
    """Return the births per woman that a preset assumes in the end, to two decimals."""
    baseline = start.baseline
    rate = {"low": baseline.low.total_fertility_rate, "high": baseline.high.total_fertility_rate}.get(preset)
    return round(float(baseline.total_fertility_rate if rate is None else rate), 2)


def life_of(start: Start, preset: str) -> float:
    """Return by how many years life expectancy is higher in 2050 under a preset, to one decimal."""
    return 0.0 if preset == "low" else round(observed(start).trend, 1)


def limits(start: Start, lever: Lever, one: Scenario) -> tuple[int, int]:
    """Return between which additional moves a lever is offered: in whole hundreds, and wide enough for its value."""
    low, high = acting.limits(start.baseline, lever)
    here = one.value(lever.id) or 0.0
    return int(np.floor(min(low, here) / 100) * 100), int(np.ceil(max(high, here) / 100) * 100)
