"""Changes over time: only inside one census basis, and only where the territory stayed the same."""

import pandas as pd

SAME_TERRITORY = 0.01  # relative difference of the area up to which a Gemeinde counts as unchanged


def same_territory(pairs: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """Tell for each pair of dates whether a Gemeinde's area differs by less than one per cent.

    Args:
        pairs: columns ags, reference_date, earlier_date.
        areas: columns ags, reference_date, area_km2.

    Returns:
        True for Kreise and above (their reforms stand in the register of breaks) and where both areas agree.
    """
    lookup = areas.set_index(["ags", "reference_date"])["area_km2"]
    now = lookup.reindex(pd.MultiIndex.from_frame(pairs[["ags", "reference_date"]])).to_numpy()
    then = lookup.reindex(pd.MultiIndex.from_frame(pairs[["ags", "earlier_date"]])).to_numpy()
    agrees = abs(now / then - 1) < SAME_TERRITORY
    return pd.Series(agrees, index=pairs.index) | (pairs["ags"].str.len() < 8)


def _year_ends(values: pd.DataFrame) -> pd.DataFrame:
    dates = pd.to_datetime(values["reference_date"])
    return values.assign(reference_date=dates)[(dates.dt.month == 12) & (dates.dt.day == 31)]


def _relative(pairs: pd.DataFrame, areas: pd.DataFrame, difference: bool, factor: float) -> pd.DataFrame:
    """Turn pairs (value, value_then) into changes or index numbers; a changed territory has no value."""
    same = same_territory(pairs, areas)
    numerator = pairs["value"] - pairs["value_then"] if difference else pairs["value"]
    value = numerator / pairs["value_then"].where(pairs["value_then"] != 0) * factor
    known = same & value.notna()
    status = pairs["status"].where(pairs["status_then"] == "ok", pairs["status_then"])
    return pairs.assign(
        numerator=numerator.where(known), denominator=pairs["value_then"].where(known), value=value.where(known),
        status=status.where(same, "not_available"), reason=pairs["reason"].where(same, "territory"),
    )  # fmt: skip


def change(values: pd.DataFrame, areas: pd.DataFrame, years: int, factor: float) -> pd.DataFrame:
    """Return the relative change of a stock against ``years`` earlier on the same census basis, times ``factor``."""
    now = _year_ends(values)
    then = now.assign(earlier_date=now["reference_date"], reference_date=now["reference_date"] + pd.DateOffset(years=years))
    keys = ["ags", "reference_date", "basis"]
    pairs = now.merge(then[[*keys, "earlier_date", "value", "status"]], on=keys, suffixes=("", "_then"), validate="1:1")
    return _relative(pairs, areas, True, factor)


def index_numbers(values: pd.DataFrame, areas: pd.DataFrame, base_year: int, factor: float) -> pd.DataFrame:
    """Return the stock relative to the one of 31 December of ``base_year`` on the same census basis."""
    now = _year_ends(values)
    base = now[now["reference_date"].dt.year == base_year].rename(columns={"reference_date": "earlier_date"})
    keys = ["ags", "basis"]
    pairs = now.merge(base[[*keys, "earlier_date", "value", "status"]], on=keys, suffixes=("", "_then"), validate="m:1")
    return _relative(pairs, areas, False, factor)
