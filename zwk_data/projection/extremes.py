"""The best and the worst that each place has seen itself: means of three years, for the presets low and high."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from zwk_data.projection.ages import Array
from zwk_data.projection.estimating import fertility_level, place_survival, usual_net
from zwk_data.projection.observed import Observed

WINDOW = 3  # years


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


def extremes(observed: Observed, origin: int) -> Extremes:
    """Return what the places have seen up to an origin; exceptional years of moves are left out.

    Moves are the residual of the balance for every place, also where later years were counted: the counted ones are
    too few for a lowest and a highest.
    """
    level, level_years = _levels(observed, origin)
    survival = place_survival(observed, origin)
    years, net = usual_net(observed, origin, survival, fertility_level(observed, origin)[0])
    rates, rate_years = _windows(net, [str(year) for year in years])
    tfr_low, tfr_high = _ends(level, level_years)
    net_low, net_high = _ends(rates, rate_years)
    return Extremes(
        (tfr_low[0], tfr_high[0]), (net_low[0], net_high[0]), (tfr_low[1], tfr_high[1]), (net_low[1], net_high[1])
    )


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


def _windows(values: Array, years: list[str]) -> tuple[Array, list[str]]:
    """Return moving means over three of the years in turn, ``(windows, places)``, and their names."""
    size = min(WINDOW, len(years))
    starts = range(len(years) - size + 1)
    means = np.stack([np.nanmean(values[start : start + size], axis=0) for start in starts])
    return means, [f"{years[start]}–{years[start + size - 1]}" for start in starts]


def _ends(values: Array, names: list[str]) -> tuple[tuple[Array, list[str]], tuple[Array, list[str]]]:
    """Return the lowest and the highest value of each place, with the name of its window."""

    def at(which: npt.NDArray[np.intp]) -> tuple[Array, list[str]]:
        return values[which, np.arange(values.shape[1])], [names[number] for number in which]

    return at(np.nanargmin(values, axis=0)), at(np.nanargmax(values, axis=0))
