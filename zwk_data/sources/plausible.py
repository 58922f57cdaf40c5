"""What no table of figures may say: negative persons, parts that miss their sum, a thousandfold, another unit.

These bounds are wide on purpose. They tell a slip of a unit or of a sign from a real change, nothing finer; a census
moves a town by ten per cent and passes, a table in thousands does not.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from zwk_data.catalog.tidy import MAY_BE_NEGATIVE
from zwk_data.sources.errors import Implausible, Incomplete
from zwk_data.sources.provider import Scope

MOVES = ("in_migration", "out_migration", "in_migration_across_kreise", "out_migration_across_kreise")
ADD_UP = ("population", "live_births", "deaths", *MOVES)
EVERY_AGE = frozenset({"population", "deaths", *MOVES})  # have cases at every age
NOISY = frozenset({"zensus_1000a_0000"})  # cell-key noise: parts need not meet their sum
LARGE = 1000  # persons from which single places are held against what is known of them
TIMES = 10.0  # no place of that size grew or shrank tenfold
OF_THE_KREIS = 1.3  # no Gemeinde is larger than its Kreis, census to census
# Lowest and highest total per year over all places of a table, as a share of their inhabitants.
YEARLY = {
    "live_births": (0.002, 0.03), "deaths": (0.003, 0.05), **dict.fromkeys(MOVES, (0.004, 0.4)),
}  # fmt: skip
# Largest area in km² by length of the key: Land, Kreis, Gemeinde (kreisfreie Städte are Kreise).
AREAS = {2: 72_000.0, 5: 6_000.0, 8: 700.0}
# Lowest and highest value of anything published as a share, an age, a rate or a density.
RANGES = {
    "population_share": (0.0, 100.0), "foreign_share": (0.0, 100.0), "projected_share": (0.0, 100.0),
    "fertility_share": (0.0, 1.0), "death_probability": (0.0, 1.0), "mean_age": (15.0, 80.0),
    "median_age": (15.0, 85.0), "mean_age_mother": (20.0, 45.0), "mean_age_first_birth": (18.0, 45.0),
    "crude_birth_rate": (0.0, 120.0), "crude_death_rate": (0.0, 250.0), "natural_balance_rate": (-250.0, 120.0),
    "net_migration_rate": (-1000.0, 3000.0), "population_change_rate": (-1000.0, 3000.0),
    "total_fertility_rate": (0.2, 5.0), "life_expectancy": (0.0, 110.0), "population_density": (0.0, 30_000.0),
    "area_km2": (0.0, 400_000.0), "projected_change": (-90.0, 200.0),
}  # fmt: skip
# The middle of many places lies in here, whatever single ones do: a rate per 10,000 read as per 1,000 does not.
MIDDLES = {
    "mean_age": (35.0, 60.0), "median_age": (35.0, 65.0), "crude_birth_rate": (4.0, 16.0),
    "crude_death_rate": (6.0, 25.0), "net_migration_rate": (-30.0, 60.0), "natural_balance_rate": (-20.0, 6.0),
    "population_change_rate": (-40.0, 60.0), "total_fertility_rate": (0.9, 2.5), "area_km2": (2.0, 2000.0),
    "population_density": (20.0, 1500.0), "foreign_share": (0.5, 40.0),
}  # fmt: skip
MANY = 100  # places
PART_ROWS = 50_000


def refuse_implausible(table: pa.Table, dataset: str, scope: Scope) -> None:
    """Refuse a sorted table (``OBSERVATION``) that cannot be true; raises Implausible with the first place and date."""
    valued = table.filter(pc.is_valid(table["value"])) if table["value"].null_count else table
    _negative(valued)
    _ranges(valued)
    _areas(valued)
    _middles(valued)
    _against_the_known(valued, scope)
    _events_of_a_year(valued, scope)
    if dataset not in NOISY:
        for part in by_places(table):
            _sexes(part.filter(pc.is_valid(part["value"])))
            _ages(part)


def by_places(table: pa.Table) -> Iterator[pa.Table]:
    """Yield a sorted table in parts of whole places, so that joins over a year of all Gemeinden stay small."""
    start = 0
    while start < table.num_rows:
        end = start + PART_ROWS
        if end < table.num_rows:
            ags, last = table["ags"], table["ags"][end - 1].as_py()
            while end < table.num_rows and ags[end].as_py() == last:
                end += 1
        yield table.slice(start, end - start)
        start = end


def _refuse(wrong: pa.Table, reason_de: str) -> None:
    if wrong.num_rows == 0:
        return
    row = wrong.sort_by([("ags", "ascending"), ("reference_date", "ascending")]).slice(0, 1).to_pylist()[0]
    place, day, value = row["ags"], row["reference_date"], row.get("value")
    told = "" if value is None else f", Wert {value:g}"
    raise Implausible(
        f"{wrong.num_rows} rows, first {row}",
        f"{reason_de} (zuerst bei {place} zum {day:%d.%m.%Y}{told}; insgesamt {wrong.num_rows} Fälle).",
    )


def _negative(valued: pa.Table) -> None:
    may = pc.is_in(valued["measure"], pa.array(sorted(MAY_BE_NEGATIVE)))
    _refuse(valued.filter(pc.and_(pc.less(valued["value"], 0), pc.invert(may))), "Negative Zahlen")


def _by_measure(valued: pa.Table, known: dict[str, tuple[float, float]]) -> Iterator[tuple[pa.Table, float, float]]:
    for measure in pc.unique(valued["measure"]).to_pylist():
        if measure in known:
            yield valued.filter(pc.equal(valued["measure"], measure)), *known[measure]


def _ranges(valued: pa.Table) -> None:
    for rows, low, high in _by_measure(valued, RANGES):
        outside = pc.or_(pc.less(rows["value"], low), pc.greater(rows["value"], high))
        _refuse(rows.filter(outside), "Werte außerhalb des Möglichen")


def _areas(valued: pa.Table) -> None:
    rows = valued.filter(pc.and_(pc.equal(valued["measure"], "area_km2"), pc.not_equal(valued["ags"], "DG")))
    for length, largest in AREAS.items():
        level = rows.filter(pc.equal(pc.utf8_length(rows["ags"]), length))
        _refuse(level.filter(pc.greater(level["value"], largest)), "Flächen außerhalb des Möglichen")


def _middles(valued: pa.Table) -> None:
    """Hold the median of the places below the Länder of each date against what is usual for the measure."""
    for rows, low, high in _by_measure(valued, MIDDLES):
        places = rows.filter(pc.greater(pc.utf8_length(rows["ags"]), 2))
        totals = places.filter(pc.and_(pc.equal(places["sex"], "t"), pc.equal(places["age_set"], "total")))
        for day in pc.unique(totals["reference_date"]).to_pylist():
            values = totals.filter(pc.equal(totals["reference_date"], day))["value"]
            if len(values) < MANY:
                continue
            middle = pc.quantile(values, 0.5)[0].as_py()
            if not low <= middle <= high:
                raise Implausible(
                    f"median {middle} of {rows['measure'][0]} on {day}",
                    f"Zum {day:%d.%m.%Y} liegt der mittlere Wert aller Orte bei {middle:g}: vermutlich eine andere "
                    "Einheit.",
                )


def _totals(valued: pa.Table, measures: tuple[str, ...]) -> pa.Table:
    both = pc.and_(pc.equal(valued["sex"], "t"), pc.equal(valued["age_set"], "total"))
    return valued.filter(pc.and_(both, pc.is_in(valued["measure"], pa.array(measures))))


def _known(keys: pa.ChunkedArray, scope: Scope) -> pa.Array:
    return pa.array([scope.population.get(key) for key in keys.to_pylist()], pa.float64())


def _against_the_known(valued: pa.Table, scope: Scope) -> None:
    """Hold each total of persons against the newest known one of the same place and of its Kreis."""
    if not scope.population:
        return
    rows = _totals(valued, ("population", "projected_population"))
    known = _known(rows["ags"], scope)
    large = pc.fill_null(pc.greater_equal(known, LARGE), False)
    far = pc.or_(pc.greater(rows["value"], pc.multiply(known, TIMES)), pc.less(rows["value"], pc.divide(known, TIMES)))
    _refuse(rows.filter(pc.and_(large, pc.fill_null(far, False))), "Einwohnerzahlen fern von den bisher bekannten")
    kreis = _known(pc.utf8_slice_codeunits(rows["ags"], 0, 5), scope)
    inside = pc.equal(pc.utf8_length(rows["ags"]), 8)
    above = pc.fill_null(pc.greater(rows["value"], pc.multiply(kreis, OF_THE_KREIS)), False)
    _refuse(rows.filter(pc.and_(inside, above)), "Eine Gemeinde größer als ihr Kreis")


def _events_of_a_year(valued: pa.Table, scope: Scope) -> None:
    """Hold the sum of a year's births, deaths or moves against the inhabitants of the same places."""
    if not scope.population:
        return
    for measure, (low, high) in YEARLY.items():
        rows = _totals(valued, (measure,))
        rows = rows.append_column("known", _known(rows["ags"], scope)).filter(pc.field("known") >= LARGE)
        sums = rows.group_by("reference_date").aggregate([("value", "sum"), ("known", "sum")])
        for row in sums.to_pylist():
            share = row["value_sum"] / row["known_sum"]
            if not low <= share <= high:
                day = row["reference_date"]
                raise Implausible(
                    f"{measure}: {share:.5f} of the inhabitants on {day}",
                    f"Im Jahr {day.year} ergeben die Fälle {share:.3%} der Einwohner: vermutlich eine andere Einheit.",
                )
        _refuse(rows.filter(pc.greater(rows["value"], rows["known"])), "Mehr Fälle als Einwohner")


# --- parts and their sums --------------------------------------------------------------------------------------------


def _sexes(valued: pa.Table) -> None:
    """Where women and men have a value, they add up to both."""
    keys = ["measure", "ags", "reference_date", "basis", "age_set", "age_from", "age_to"]
    rows = valued.filter(pc.is_in(valued["measure"], pa.array(ADD_UP)))
    split = rows.filter(pc.not_equal(rows["sex"], "t"))
    both = rows.filter(pc.equal(rows["sex"], "t"))
    _differing(split, both, keys, 2, "Frauen und Männer ergeben nicht die Gesamtzahl")


def _ages(table: pa.Table) -> None:
    """Where all groups of a grid have a value, they add up to the total of the same place, date and sex."""
    keys = ["measure", "ags", "reference_date", "sex", "basis"]
    rows = table.filter(pc.is_in(table["measure"], pa.array(ADD_UP)))
    totals = rows.filter(pc.and_(pc.equal(rows["age_set"], "total"), pc.is_valid(rows["value"])))
    if totals.num_rows == 0:
        return
    for grid in pc.unique(rows["age_set"]).to_pylist():
        groups = rows.filter(pc.equal(rows["age_set"], grid))
        if grid == "total":
            continue
        if not _is_partition(groups):
            _refuse_gap(groups)
            continue
        whole = groups.filter(pc.is_valid(groups["value"]))
        number = len(pc.unique(groups["age_from"]))
        _differing(whole, totals, keys, number, "Die Altersgruppen ergeben nicht die Gesamtzahl")


def _refuse_gap(groups: pa.Table) -> None:
    """Refuse a grid that leaves out an age; of births there is none at most ages of mothers."""
    if set(pc.unique(groups["measure"]).to_pylist()) & EVERY_AGE:
        raise Incomplete("an age group is missing", "In der Lieferung fehlt eine Altersgruppe.")


def _is_partition(groups: pa.Table) -> bool:
    """Tell whether the groups of a grid cover all ages without gap or overlap."""
    pairs = groups.group_by(["age_from", "age_to"]).aggregate([]).sort_by([("age_from", "ascending")]).to_pylist()
    if not pairs or pairs[0]["age_from"] != 0 or pairs[-1]["age_to"] is not None:
        return False
    return all(
        low["age_to"] is not None and low["age_to"] + 1 == high["age_from"]
        for low, high in zip(pairs, pairs[1:], strict=False)
    )


def _differing(parts: pa.Table, wholes: pa.Table, keys: list[str], number: int, reason_de: str) -> None:
    """Refuse sums of exactly ``number`` parts that miss their whole by more than half a person."""
    sums = parts.group_by(keys).aggregate([("value", "sum"), ("value", "count")])
    sums = sums.filter(pc.equal(sums["value_count"], number))
    # Open groups have no upper end; a join does not match nulls, so they get a number.
    both = _joinable(sums).join(_joinable(wholes.select([*keys, "value"])), keys, join_type="inner")
    _refuse(both.filter(pc.greater(pc.abs(pc.subtract(both["value_sum"], both["value"])), 0.5)), reason_de)


def _joinable(table: pa.Table) -> pa.Table:
    if "age_to" not in table.column_names:
        return table
    position = table.column_names.index("age_to")
    return table.set_column(position, "age_to", pc.fill_null(table["age_to"], pa.scalar(-1, pa.int16())))
