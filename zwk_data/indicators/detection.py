"""Can two observed values be told apart, and how large must a change be to be seen at all.

Three models of chance, each of events in ``exposure`` (person-years, or years where a count is not set against people):

``poisson``   events happen independently: births, deaths, moves. Two counts x1, x2 in exposures E1, E2 are compared
              given their sum: if the rates are equal, x2 is binomial(x1 + x2, E2 / (E1 + E2)) (Przyborowski and
              Wilenski 1940). Each tail is held at 2.5 %, so false alarms never exceed 5 %, however small the place.
``binomial``  some of those who were asked: Fisher's exact test of two shares (1935), each tail at 2.5 %.
``skellam``   a balance of two such counts: its variance is the sum of both, ``gross``; normal, with one added to the
              gross count and a correction for continuity, which keeps false alarms below 5 % for small counts too.

The population on a day is counted in full: nobody was drawn by lot, so its shares and ratios have no model of chance
(``""``). A change of theirs is real; what it says about an action is another question (see ``docs/effects.md``).

Families move together and illnesses come in waves: real counts scatter more than these models, so a limit is the least
that must be there, and a verdict "told apart" says that independent events do not explain it, not what does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf, isfinite, lgamma, log, nan, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt

Verdict = Literal["up", "down", "not_distinguishable", "no_chance_model"]
Model = Literal["poisson", "binomial", "skellam", ""]
Array = npt.NDArray[np.float64]
ALPHA, POWER = 0.05, 0.8
ENUMERATED = 150.0  # expected events before: up to here power is summed over all outcomes, beyond it is normal
NORMAL = NormalDist()


@dataclass(frozen=True)
class Observed:
    """An observed value with what it was made of; several years pooled count as one observation.

    value: as shown. numerator: events (``skellam``: the balance), None where unknown. denominator: what they are set
    against in person-years, or those asked (``binomial``); None for a mere count. gross: the sum of both counts of a
    balance. years: how many years are pooled.
    """

    value: float
    numerator: float | None
    denominator: float | None
    model: str
    gross: float | None = None
    years: int = 1

    @property
    def exposure(self) -> float:
        """Person-years, or years where the count is set against nobody."""
        return float(self.years) if self.denominator is None else self.denominator


@dataclass(frozen=True)
class Detectable:
    """The smallest changes that are seen with the wanted power, in the unit of ``level``.

    up, down: absolute, both positive; down is None where even nothing at all would not be seen. relative: up as a
    share of the level (``inf`` where the level is 0, ``nan`` for a balance).
    """

    level: float
    up: float
    down: float | None
    relative: float


def pooled(years: Sequence[Observed], factor: float = 1.0) -> Observed:
    """Return several years as one observation: sum over sum, times ``factor``; a mere count as its yearly mean.

    What is unknown in one year (None) is unknown in all. Without any year there is nothing to pool.

    Raises:
        ValueError: no years, or years of different models.
    """
    if not years or len({one.model for one in years}) > 1:
        raise ValueError("nothing to pool, or years of different models")
    numerator = _sum([one.numerator for one in years])
    denominator = _sum([one.denominator for one in years])
    count = sum(one.years for one in years)
    exposure = float(count) if denominator is None else denominator
    value = nan if numerator is None or not exposure else factor * numerator / exposure
    return Observed(value, numerator, denominator, years[0].model, _sum([one.gross for one in years]), count)


def _sum(parts: Sequence[float | None]) -> float | None:
    known = [part for part in parts if part is not None and isfinite(part)]
    return sum(known) if len(known) == len(parts) else None


# The verdict


def differs(first: Observed, second: Observed, alpha: float = ALPHA) -> Verdict:
    """Tell whether the second value is above or below the first beyond chance, two-sided.

    Returns:
        ``no_chance_model`` where the indicator has none. ``not_distinguishable`` also where the counts behind a value
        are unknown: without them nothing is shown to differ.

    Raises:
        ValueError: two different models.
    """
    if first.model != second.model:
        raise ValueError(f"a value of model {first.model!r} beside one of {second.model!r}")
    if first.model in ("", "none"):
        return "no_chance_model"
    if not (_known(first) and _known(second)):
        return "not_distinguishable"
    above, below = {"poisson": _poisson, "binomial": _binomial, "skellam": _skellam}[first.model](first, second)
    if above <= alpha / 2:
        return "up"
    return "down" if below <= alpha / 2 else "not_distinguishable"


def _known(one: Observed) -> bool:
    needed = [one.numerator, one.exposure, *([one.gross] if one.model == "skellam" else [])]
    return all(part is not None and isfinite(part) for part in needed) and one.exposure > 0


def _poisson(first: Observed, second: Observed) -> tuple[float, float]:
    """Return the probabilities of so many events, or more, and so many, or fewer, if the rates are the same."""
    before, after = round(first.numerator or 0), round(second.numerator or 0)
    share = second.exposure / (first.exposure + second.exposure)
    odds = np.log(share) - np.log1p(-share)
    counts = _window(before + after, (before + after) * share, sqrt((before + after) * share * (1 - share)))
    steps = np.log(before + after - counts[:-1]) - np.log(counts[:-1] + 1) + odds
    return _tails(counts, steps, after)


def _binomial(first: Observed, second: Observed) -> tuple[float, float]:
    """Return both tails of Fisher's exact test: how many of all successes would fall to the second by lot."""
    one, two = round(first.exposure), round(second.exposure)
    successes, after = round((first.numerator or 0) + (second.numerator or 0)), round(second.numerator or 0)
    share = successes / (one + two)
    spread = sqrt(share * (1 - share) * one * two / (one + two))
    counts = _window(min(two, successes), two * share, spread, least=max(0, successes - one))
    now = counts[:-1]
    steps = np.log(two - now) + np.log(successes - now) - np.log(now + 1) - np.log(one - successes + now + 1)
    return _tails(counts, steps, after)


def _skellam(first: Observed, second: Observed) -> tuple[float, float]:
    """Return both tails of the difference of two balances per exposure, normal with corrections for small counts."""
    values = [(one.numerator or 0) / one.exposure for one in (first, second)]
    deviation = sqrt(sum(((one.gross or 0) + 1) / one.exposure**2 for one in (first, second)))
    half = 0.5 / max(first.exposure, second.exposure)
    apart = values[1] - values[0]
    return 1 - NORMAL.cdf((apart - half) / deviation), NORMAL.cdf((apart + half) / deviation)


def _window(most: int, mean: float, deviation: float, least: int = 0) -> Array:
    """Return the counts that matter: all within twelve standard deviations (beyond is less than 1e-30)."""
    first = max(least, int(mean - 12 * deviation - 12))
    return np.arange(first, min(most, int(mean + 12 * deviation + 12)) + 1, dtype=float)


def _tails(counts: Array, steps: Array, observed: int) -> tuple[float, float]:
    """Return P(count >= observed) and P(count <= observed) from the logarithms of the ratios of neighbours."""
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return float(weights[counts >= observed].sum()), float(weights[counts <= observed].sum())


# What can be seen at all


def smallest_detectable(
    level: float, exposure: float, years_before: int, years_after: int, model: str, power: float = POWER,
    alpha: float = ALPHA, gross: float | None = None,
) -> Detectable:  # fmt: skip
    """Return the smallest change of a level that the verdict sees in ``power`` of all cases.

    Poisson: the power of the exact test summed over all outcomes, for many events (``ENUMERATED``) by the normal
    approximation of square roots (Anscombe 1948): sqrt(r2) - sqrt(r1) = (z1-a/2 + z1-b) / 2 * sqrt(1/E1 + 1/E2).
    Skellam: (z1-a/2 + z1-b) * sqrt(g/E1 + g/E2) with g the gross rate, taken as unchanged. Binomial: normal with the
    correction for continuity of Casagrande, Pike and Smith (1978).

    Args:
        level: events per exposure and year before (a balance for ``skellam``, a share for ``binomial``).
        exposure: people a year, or 1.0 for a mere count; those asked per year for ``binomial``.
        years_before: pooled years behind the level.
        years_after: pooled years it is compared with.
        model: ``poisson``, ``binomial`` or ``skellam``.
        power: probability with which a change of this size is seen.
        alpha: two-sided level of the verdict.
        gross: both counts of a balance together per exposure and year, for ``skellam``.

    Raises:
        ValueError: no model, no exposure, a level that cannot be, or a balance without its gross count.
    """
    before, after = exposure * years_before, exposure * years_after
    if min(before, after) <= 0 or not isfinite(level) or (level < 0 and model != "skellam"):
        raise ValueError(f"nothing can be seen of {level} in {exposure} over {years_before} and {years_after} years")
    if model == "poisson":
        return _least_poisson(level, before, after, power, alpha)
    if model == "skellam" and gross is not None:
        change = _least_balance(gross, before, after, power, alpha)
        return Detectable(level, change, change, nan)
    if model == "binomial" and level <= 1:
        return _least_share(level, before, after, power, alpha)
    raise ValueError(f"no limit for model {model!r}")


@lru_cache(maxsize=4096)
def _least_poisson(level: float, before: float, after: float, power: float, alpha: float) -> Detectable:
    reached = _many if level * before > ENUMERATED else _all_outcomes
    up, down = reached(level, before, after, power, alpha)
    return Detectable(level, up, down, up / level if level else inf)


def _many(level: float, before: float, after: float, power: float, alpha: float) -> tuple[float, float | None]:
    """Square roots of counts are normal with variance a quarter, whatever the rate."""
    step = _quantiles(power, alpha) / 2 * sqrt(1 / before + 1 / after)
    below = sqrt(level) - step
    return (sqrt(level) + step) ** 2 - level, level - below**2 if below > 0 else None


def _all_outcomes(level: float, before: float, after: float, power: float, alpha: float) -> tuple[float, float | None]:
    """Bisect the level after until the summed power is that wanted, upwards and downwards."""
    start = level * after
    most = 2 * (sqrt(start) + _quantiles(power, alpha) * sqrt(1 + after / before) + 4) ** 2
    above, below = _regions(int(level * before + 12 * sqrt(level * before) + 12), int(2 * most), after / before, alpha)
    weights = _probabilities(level * before, above.shape[0])
    rise, fall = weights @ above, weights @ below  # by events after

    def seen(mean: float, verdicts: Array) -> float:
        return float(verdicts @ _probabilities(mean, len(verdicts)))

    up = _bisect(lambda mean: seen(mean, rise) - power, start, most)
    down = _bisect(lambda mean: power - seen(mean, fall), 0.0, start) if seen(0.0, fall) >= power else None
    return up / after - level, None if down is None else level - down / after


def _regions(
    most_before: int, most_after: int, ratio: float, alpha: float
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which outcomes (events before, events after) the verdict calls more, and which fewer.

    P(binomial(x1 + x2, p) >= x2) is that of at least x2 successes before the failure number x1 + 1.
    """
    share = ratio / (1 + ratio)
    more, fewer = (
        _at_least(most_before + 1, most_after + 1, share),
        _at_least(most_after + 1, most_before + 1, 1 - share),
    )
    return more <= alpha / 2, (fewer <= alpha / 2).T


def _at_least(rows: int, columns: int, share: float) -> Array:
    """Return P(at least so many successes before failure r + 1), ``(r, successes)``: negative binomial."""
    failures, successes = np.arange(1, rows + 1)[:, None], np.arange(columns)[None, :-1]
    steps = np.log(failures + successes) - np.log(successes + 1) + log(share)
    logs = np.concatenate([failures * np.log1p(-share), steps], axis=1).cumsum(axis=1)
    below = np.cumsum(np.exp(logs), axis=1)
    return np.asarray(1 - np.concatenate([np.zeros((rows, 1)), below[:, :-1]], axis=1))


def _probabilities(mean: float, count: int) -> Array:
    """Return the Poisson probabilities of 0 to ``count - 1`` events."""
    events = np.arange(count)
    if mean <= 0:
        return np.asarray((events == 0).astype(float))
    return np.asarray(np.exp(events * log(mean) - mean - _log_factorials(count)))


@lru_cache(maxsize=8)
def _log_factorials(count: int) -> Array:
    return np.array([lgamma(number + 1) for number in range(count)])


def _least_balance(gross: float, before: float, after: float, power: float, alpha: float) -> float:
    """Return the smallest change of a balance per exposure; the corrections of the verdict are in it."""
    deviation = sqrt((gross * before + 1) / before**2 + (gross * after + 1) / after**2)
    return _quantiles(power, alpha) * deviation + 0.5 / max(before, after)


def _least_share(share: float, before: float, after: float, power: float, alpha: float) -> Detectable:
    """Return the smallest change of a share; None or inf where there is no room for it."""
    up = _bisect(lambda other: _missing_share(share, other, before, after, power, alpha), share, 1.0)
    down = _bisect(lambda other: -_missing_share(share, other, before, after, power, alpha), 0.0, share)
    most = _missing_share(share, 1.0, before, after, power, alpha) >= 0
    least = _missing_share(share, 0.0, before, after, power, alpha) >= 0
    rise = up - share if most else inf
    return Detectable(share, rise, share - down if least else None, rise / share if share else inf)


def _missing_share(one: float, other: float, before: float, after: float, power: float, alpha: float) -> float:
    """Return by how much the difference of two shares exceeds the one that is seen with the wanted power."""
    mean = (one * before + other * after) / (before + after)
    critical = NORMAL.inv_cdf(1 - alpha / 2) * sqrt(mean * (1 - mean) * (1 / before + 1 / after))
    rest = NORMAL.inv_cdf(power) * sqrt(one * (1 - one) / before + other * (1 - other) / after)
    return abs(other - one) - critical - rest - (1 / before + 1 / after) / 2


def _quantiles(power: float, alpha: float) -> float:
    return NORMAL.inv_cdf(1 - alpha / 2) + NORMAL.inv_cdf(power)


def _bisect(rises: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function is zero; the end where it is not."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) >= 0 else (middle, high)
        if high - low <= 1e-9 * max(high, 1.0):
            break
    return high


__all__ = ["ALPHA", "POWER", "Detectable", "Model", "Observed", "Verdict", "differs", "pooled", "smallest_detectable"]
