"""How wrong it can be: paths that repeat the misses of the past, and how wide they have to be.

A path takes the misses of one real Kreis of the same size class from one origin of the back-test, lead by lead, in
births, deaths and moves by age: how large they were and how long they lasted, for moves also how the ages went together
(residual bootstrap). The sign of each component is drawn by itself, because a miss may go either way. Beyond the tested
leads a path keeps the mean miss of its case and adds the yearly ups and downs of other cases: so the band widens about
in proportion to the years, as it does within the test.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from zwk_data.projection.ages import Array
from zwk_data.projection.backtest import Misses
from zwk_data.projection.trajectories import Shocks

LOW, HIGH = 0.1, 0.9  # of the paths: the band holds four out of five
MOVES = 6


@dataclass(frozen=True)
class Cases:
    """Misses of real Kreise: births and deaths ``(cases, leads)``, moves ``(cases, leads, 6)``, leads of each case.

    Leads that a case has not are not a number.
    """

    births: Array
    deaths: Array
    moves: Array
    leads: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.leads)


def case_rows(misses: list[Misses], places: tuple[str, ...]) -> pd.DataFrame:
    """Return the misses as rows for the database: ags, origin, lead, births, deaths, moves_0 to moves_5."""
    rows = [
        pd.DataFrame({
            "ags": pd.Categorical(places), "origin": one.origin, "lead": lead + 1, "births": one.births[lead],
            "deaths": one.deaths[lead], **{f"moves_{n}": one.moves[lead][:, n] for n in range(MOVES)},
        })
        for one in misses for lead in range(len(one.births))
    ]  # fmt: skip
    return pd.concat(rows, ignore_index=True).dropna(ignore_index=True)  # a changed territory ends a case


def cases_of(rows: pd.DataFrame) -> Cases:
    """Return the cases of rows as ``case_rows`` makes them, ordered by place and origin.

    Raises:
        ValueError: there is none.
    """
    if rows.empty:
        raise ValueError("no case of the back-test")
    rows = rows.sort_values(["ags", "origin", "lead"])
    number = rows.groupby(["ags", "origin"], observed=True).ngroup().to_numpy()
    lead = rows["lead"].to_numpy() - 1
    shape = int(number.max()) + 1, int(lead.max()) + 1
    births, deaths, moves = np.full(shape, np.nan), np.full(shape, np.nan), np.full((*shape, MOVES), np.nan)
    births[number, lead], deaths[number, lead] = rows["births"], rows["deaths"]
    moves[number, lead] = rows[[f"moves_{n}" for n in range(MOVES)]]
    return Cases(births, deaths, moves, np.bincount(number))


def draw_shocks(cases: Cases, years: int, count: int, seed: int | np.random.SeedSequence) -> Shocks:
    """Draw paths of misses.

    Args:
        cases: those of the size class.
        years: length of the paths.
        count: how many.
        seed: the same seed gives the same paths, whatever the scenario: bands move with the levers and not by chance.
    """
    half = -(-count // 2)
    random = np.random.default_rng(seed)
    first = random.integers(len(cases), size=half)
    sign = random.choice([-1.0, 1.0], size=(3, half))
    births = _paths(cases.births[..., None], cases.leads, first, years, random)[..., 0] * sign[0][:, None]
    deaths = _paths(cases.deaths[..., None], cases.leads, first, years, random)[..., 0] * sign[1][:, None]
    moves = _paths(cases.moves, cases.leads, first, years, random) * sign[2][:, None, None]
    return Shocks(
        np.exp(_and_mirrored(births, count)), np.exp(_and_mirrored(deaths, count)), _and_mirrored(moves, count)
    )


def _and_mirrored(paths: Array, count: int) -> Array:
    """Return the paths and those that miss as much in the other direction (antithetic): a band without a slant."""
    return np.concatenate([paths, -paths])[:count]


def _paths(
    misses: Array, leads: npt.NDArray[np.int64], first: npt.NDArray[np.int64], years: int, random: np.random.Generator
) -> Array:
    """Return paths ``(paths, years, kinds)``: the case itself, then its mean and the deviations of drawn cases."""
    mean = np.nanmean(misses, axis=1)
    found = np.zeros((len(first), years, misses.shape[-1]))
    found += mean[first][:, None]
    filled = np.zeros(len(first), dtype=np.int64)
    case, rows = first, np.arange(len(first))
    while (filled < years).any():
        for lead in range(misses.shape[1]):
            at = filled + lead
            there = (lead < leads[case]) & (at < years)
            found[rows[there], at[there]] += misses[case[there], lead] - mean[case[there]]
        filled = filled + leads[case]
        case = random.integers(len(leads), size=len(first))
    return found


def stretch(counted: Array, expected: Array, low: Array, high: Array, share: float = HIGH - LOW) -> float:
    """Return by how much a band must be stretched around the projection to hold a share of what came.

    Args:
        counted: what came, ``(cases,)``.
        expected: the projection without misses, likewise.
        low: lower edge of the band, likewise.
        high: upper edge, likewise.
        share: of the cases that must lie inside.
    """
    return float(np.quantile(_needed(counted, expected, low, high), share))


def inside(counted: Array, expected: Array, low: Array, high: Array, factor: Array | float) -> npt.NDArray[np.bool_]:
    """Tell which cases lie inside the band stretched by a factor."""
    return _needed(counted, expected, low, high) <= factor


def _needed(counted: Array, expected: Array, low: Array, high: Array) -> Array:
    miss = counted - expected
    room = np.where(miss > 0, high - expected, low - expected)
    return miss / np.where(np.abs(room) < 1e-9, np.where(miss > 0, 1e-9, -1e-9), room)


def stretched(expected: Array, edge: Array, factor: Array | float) -> Array:
    """Return an edge of the band stretched around the projection, never below nobody."""
    return np.maximum(expected + (edge - expected) * factor, 0.0)
