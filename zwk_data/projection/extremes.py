"""The best and the worst that each place has seen itself: means of three years, for the presets low and high."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import Array
from zwk_data.projection.estimating import Estimated, fertility_level, usual_net
from zwk_data.projection.observed import Observed

WINDOW = 3  # years
ASSUMED = ""  # the name of what is assumed at the origin, until the years of the place are put in


@dataclass(frozen=True)
class Extremes:
    """Lowest and highest mean of three years of each place ``(places,)``, and the years in words.

    tfr: births per woman; net: moves in less moves out per inhabitant and year.
    """

    tfr: tuple[Array, Array]
    net: tuple[Array, Array]
    tfr_years: tuple[list[str], list[str]]
    net_years: tuple[list[str], list[str]]

    def of(self, row: int) -> tuple[float, float, float, float, str, str, str, str]:
        """Return the values of one place in the order of the table ``projection_place``."""
        return (
            float(self.tfr[0][row]), float(self.tfr[1][row]), float(self.net[0][row]), float(self.net[1][row]),
            self.tfr_years[0][row], self.tfr_years[1][row], self.net_years[0][row], self.net_years[1][row],
        )  # fmt: skip


def extremes(observed: Observed, origin: int, found: Estimated) -> Extremes:
    """Return what the places have seen up to an origin; exceptional years of moves are left out.

    What is assumed at the origin is one of the candidates, so that low lies never above it nor high below.

    Args:
        observed: what was observed.
        origin: 31 December of this year.
        found: the rates of the origin.
    """
    level, level_years = _levels(observed, origin)
    years, net = usual_net(observed, origin, found.survival, found.fertility.sum(axis=-1))
    rates, rate_years = _windows(net, years)
    assumed = _assumed_net(observed.populations[origin], found)
    rates, rate_years = np.concatenate([rates, assumed[None]]), [*rate_years, ASSUMED]
    tfr_low, tfr_high = _ends(level, level_years)
    net_low, net_high = _ends(rates, rate_years)
    for _, names in (net_low, net_high):
        names[:] = [_name(found.move_years[row].used) if name == ASSUMED else name for row, name in enumerate(names)]
    return Extremes(
        (tfr_low[0], tfr_high[0]), (net_low[0], net_high[0]), (tfr_low[1], tfr_high[1]), (net_low[1], net_high[1])
    )


def _assumed_net(population: Array, found: Estimated) -> Array:
    """Return the balance of moves assumed for the first year, per inhabitant, ``(places,)``."""
    alive = np.concatenate([population[..., :1], population[..., :-1]], axis=-1) * found.survival
    moved = found.in_migration - found.out_rate * alive
    return np.asarray(moved.sum(axis=(-2, -1)) / population.sum(axis=(-2, -1)))


def _levels(observed: Observed, origin: int) -> tuple[Array, list[str]]:
    """Return births per woman of every three years that are known, ``(windows, places)``."""
    found, names = [], []
    for year in [*observed.pairs(origin)[WINDOW - 1 :], origin]:
        level, years = fertility_level(observed, year)
        name = f"{years[0]}–{years[-1]}"
        if name not in names:
            found.append(level)
            names.append(name)
    return np.stack(found), names


def _windows(values: Array, years: list[int]) -> tuple[Array, list[str]]:
    """Return the means of three of the years in turn, ``(windows, places)``, and their names.

    A window in which a place lacks one of the years is not a number for it, so another one counts.
    """
    size = min(WINDOW, len(years))
    starts = range(len(years) - size + 1)
    means = np.stack([values[start : start + size].mean(axis=0) for start in starts])
    return means, [_name(years[start : start + size]) for start in starts]


def _name(years: Sequence[int]) -> str:
    """Return years in words: ``2018–2020``, or each of them where they do not follow each other."""
    one_by_one = list(years) == list(range(years[0], years[-1] + 1))
    return f"{years[0]}–{years[-1]}" if one_by_one else ", ".join(map(str, years))


def _ends(values: Array, names: list[str]) -> tuple[tuple[Array, list[str]], tuple[Array, list[str]]]:
    """Return the lowest and the highest value of each place, with the name of its window."""

    def at(which: npt.NDArray[np.intp]) -> tuple[Array, list[str]]:
        return values[which, np.arange(values.shape[1])], [names[number] for number in which]

    return at(np.nanargmin(values, axis=0)), at(np.nanargmax(values, axis=0))
