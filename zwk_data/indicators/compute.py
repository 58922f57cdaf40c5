"""From declarations to values: every indicator for every place and date, as numerator and denominator.

The result keeps numerator and denominator, so that the value of any group of places is sum over sum. Formulas and
their sources stand in ``catalog/indicators.toml``.
"""

from collections.abc import Iterable, Mapping
from functools import reduce

import pandas as pd

from zwk_data.catalog import Indicator, Term
from zwk_data.indicators.ages import mean_age, median_age
from zwk_data.indicators.change import SAME_TERRITORY, change, index_numbers, reformed
from zwk_data.indicators.components import FIRST_WITHOUT_VALUE, RANK, STATUS, Observations, best
from zwk_data.indicators.given import with_given

COLUMNS = [
    "indicator", "ags", "reference_date", "basis", "numerator", "denominator", "value", "status", "reason", "datasets",
]  # fmt: skip
Frames = dict[str, pd.DataFrame]


def compute(indicators: Mapping[str, Indicator], observations: Observations) -> pd.DataFrame:
    """Compute all declared indicators.

    Returns:
        ``COLUMNS``; one row per indicator, place, date and basis for which the parts exist. ``value`` is missing
        where ``status`` carries none; ``reason`` says why (``secret``, ``missing``, ``territory``). Published values
        (``given``) have neither numerator nor denominator; their reason may be ``small_base`` beside a value.
    """
    results: Frames = {}
    for indicator in indicators.values():
        if indicator.kind == "declared" or indicator.given_by:  # what one provider publishes needs no computation
            continue
        frame = _compute_one(indicator, observations, results)
        if indicator.given:
            frame = with_given(frame, indicator, observations)
            if frame.empty:
                continue  # nothing of it is loaded
        if indicator.first_year:
            frame = frame[frame["reference_date"].dt.year >= indicator.first_year]
        results[indicator.id] = frame.assign(indicator=indicator.id)[COLUMNS]
    return pd.concat(results.values(), ignore_index=True)


def _compute_one(indicator: Indicator, observations: Observations, results: Frames) -> pd.DataFrame:
    if indicator.kind == "change":
        return change(results[indicator.of], areas(observations), indicator.years, indicator.factor)
    if indicator.kind == "index":
        return index_numbers(results[indicator.of], areas(observations), indicator.base_year, indicator.factor)
    if indicator.kind == "given":
        return pd.DataFrame()
    if indicator.kind == "mean_age":
        return mean_age(observations)
    if indicator.kind == "median_age":
        return median_age(observations)
    return _sum_or_ratio(indicator, observations)


def areas(observations: Observations) -> pd.DataFrame:
    """Return the area of each place by date: ags, reference_date, area_km2."""
    rows = observations.total("area_km2").drop_duplicates(["ags", "reference_date"])
    return rows[["ags", "reference_date", "value"]].rename(columns={"value": "area_km2"})


def _sum_or_ratio(indicator: Indicator, observations: Observations) -> pd.DataFrame:
    terms = [*dict.fromkeys([*indicator.numerator_terms, *indicator.denominator_terms])]
    people = [*_by_measure(terms, observations, area=False)]
    areas_of = [observations.located(frame) for frame in _by_measure(terms, observations, area=True)]
    start = [observations.located(reduce(_join, people))] if people else []
    return _finish(reduce(_join_area, [*start, *areas_of]), indicator, terms)


def _by_measure(terms: list[Term], observations: Observations, *, area: bool) -> Iterable[pd.DataFrame]:
    """Yield one frame per measure; its terms come from one dataset each time, the one with the lowest priority."""
    for measure in dict.fromkeys(term.measure for term in terms if (term.measure == "area_km2") == area):
        frames = [
            _named(observations.term(term), number) for number, term in enumerate(terms) if term.measure == measure
        ]
        joined = reduce(lambda a, b: a.merge(b, on=["key", "dataset", "priority"], validate="1:1"), frames)
        yield best(_ranked(joined)).drop(columns="priority").rename(columns={"dataset": "datasets"})


def _named(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    return frame.rename(columns={"value": f"term{number}", "rank": f"rank{number}"})


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Keep the worst rank of all terms as ``rank``."""
    ranks = [column for column in frame.columns if column.startswith("rank")]
    return frame.assign(rank=frame[ranks].max(axis=1)).drop(columns=[c for c in ranks if c != "rank"])


def _join(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Join two measures of the same place, date and basis."""
    return _merged(left.merge(right, on="key", validate="1:1", suffixes=("", "_right")))


def _join_area(left: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    """Join the area of the nearest date on the same territory; an area belongs to no census basis.

    A Kreis takes no area from the other side of a registered reform. Where the areas of a Gemeinde before and after a
    date differ, it is not known on which side of the change the date lies. Where that leaves no area, ``territory`` is
    true.
    """
    right = area.drop(columns="basis").rename(columns={"datasets": "datasets_right", "rank": "rank_right"})
    right = right.assign(area_date=right["reference_date"]).sort_values("reference_date")
    dated = left.sort_values("reference_date", ignore_index=True)
    before, after = (
        pd.merge_asof(dated, right, on="reference_date", by="ags", direction=direction)
        for direction in ("backward", "forward")
    )
    columns = [column for column in area.columns if column.startswith("term")]
    earlier, beyond = _earlier_side(before, after)
    joined = before.where(earlier, after)
    unknown = _changed_gemeinde(before, after, columns) | beyond
    joined = joined.assign(
        territory=unknown, rank_right=joined["rank_right"].mask(unknown, RANK["not_available"]),
        **{column: joined[column].mask(unknown).astype(float) for column in columns},
    )  # fmt: skip
    return _merged(joined[joined["datasets_right"].notna()].drop(columns="area_date").astype(left.dtypes.to_dict()))


def _earlier_side(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Tell where the earlier area is the one to take, and where every area lies beyond a registered reform."""
    day = before["reference_date"]
    past = pd.DataFrame({"ags": before["ags"], "reference_date": day, "earlier_date": before["area_date"]})
    future = pd.DataFrame({"ags": before["ags"], "reference_date": after["area_date"], "earlier_date": day})
    fits_before = before["area_date"].notna() & ~reformed(past)
    fits_after = after["area_date"].notna() & ~reformed(future)
    nearer = day - before["area_date"] <= after["area_date"] - day
    earlier = (fits_before & (nearer | ~fits_after)) | (before["area_date"].notna() & ~fits_after)
    return earlier, ~fits_before & ~fits_after


def _changed_gemeinde(before: pd.DataFrame, after: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Tell where a Gemeinde's area changed between the dates around, and none is of the date itself."""
    differs = ((before[columns] / after[columns] - 1).abs() >= SAME_TERRITORY).any(axis=1)
    between = (before["area_date"] < before["reference_date"]) & (after["area_date"] > before["reference_date"])
    return (before["ags"].str.len() == 8) & between & differs


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    """Fold the right side's datasets and rank into the left side's."""
    left, right = table["datasets"].astype("str"), table["datasets_right"].astype("str")  # none at all come as numbers
    datasets = left.where(left == right, left + ";" + right)
    rank = table[["rank", "rank_right"]].max(axis=1)
    return table.assign(datasets=datasets, rank=rank).drop(columns=["datasets_right", "rank_right"])


def _signed_sum(table: pd.DataFrame, wanted: tuple[Term, ...], terms: list[Term]) -> pd.Series:
    columns = [table[f"term{terms.index(term)}"] * term.sign for term in wanted]
    return reduce(lambda a, b: a + b, columns)


def _finish(table: pd.DataFrame, indicator: Indicator, terms: list[Term]) -> pd.DataFrame:
    numerator = _signed_sum(table, indicator.numerator_terms, terms)
    denominator = pd.Series(float("nan"), index=table.index)
    value = numerator * indicator.factor
    if indicator.denominator:
        denominator = _signed_sum(table, indicator.denominator_terms, terms)
        value = value / denominator.where(denominator != 0)
    without = (table["rank"] >= FIRST_WITHOUT_VALUE) | value.isna()
    status = table["rank"].astype(int).map(STATUS).mask(value.isna() & (table["rank"] < FIRST_WITHOUT_VALUE), "missing")
    reason = status.where(without, "")
    if "territory" in table:
        reason = reason.mask(table["territory"], "territory")
    return table.assign(
        numerator=numerator, denominator=denominator, value=value.mask(without), status=status, reason=reason
    )
