"""The one tidy form of every official figure: a long table of observations, and the register of places.

A parser of any provider returns an Arrow table of ``OBSERVATION``; the warehouse keeps it unchanged beside the load
that brought it. The vocabularies below are closed: an unknown word stops the build.
"""

import pyarrow as pa

OBSERVATION = pa.schema(
    [
        ("dataset", pa.string()),  # id in sources.toml
        ("measure", pa.string()),  # one of MEASURES
        ("ags", pa.string()),  # canonical key: DG, Land 2, Kreis 5, Gemeinde 8 digits
        ("reference_date", pa.date32()),  # date of a stock, last day of the period of a flow
        ("sex", pa.string()),  # m, f, t
        ("age_set", pa.string()),  # one of AGE_SETS: overlapping groups never share one
        ("age_from", pa.int16()),  # completed years, inclusive
        ("age_to", pa.int16()),  # inclusive; null = open group; total = 0 to null
        ("basis", pa.string()),  # one of BASES
        ("value", pa.float64()),  # null unless the status carries a value
        ("status", pa.string()),  # one of STATUSES
    ]
)
KEY = ("dataset", "measure", "ags", "reference_date", "sex", "age_set", "age_from", "age_to", "basis")

MEASURES = {
    "population": "persons",
    "live_births": "persons",
    "deaths": "persons",
    "in_migration": "persons",
    "out_migration": "persons",
    # Over the borders of Kreise only; the two above are over those of Gemeinden. Never one series with them.
    "in_migration_across_kreise": "persons",
    "out_migration_across_kreise": "persons",
    "net_migration": "persons",
    "net_migration_residual": "persons",
    "area_km2": "km2",
    "death_probability": "probability",  # q(x) of a period life table
    "life_expectancy": "years",  # e(x) of a period life table
    "fertility_share": "share",  # share of an age group in total fertility
    "total_fertility_rate": "children per woman",
    # Published by a provider as they stand, for places whose counts are not published; never added up.
    "population_share": "percent",  # of all inhabitants, by sex and age group
    "foreign_share": "percent",  # inhabitants without German citizenship
    "mean_age": "years",
    "median_age": "years",
    "mean_age_mother": "years",  # at birth
    "mean_age_first_birth": "years",
    "crude_birth_rate": "per 1,000",
    "crude_death_rate": "per 1,000",
    "natural_balance_rate": "per 1,000",
    "net_migration_rate": "per 1,000",
    "population_change_rate": "per 1,000",
    "population_density": "persons per km2",
    # Projections of others: reference_date lies ahead, basis is "projection".
    "projected_population": "persons",
    "projected_share": "percent",
    "projected_change": "percent",  # against the base the dataset names
}
MAY_BE_NEGATIVE = frozenset({
    "net_migration", "net_migration_residual", "natural_balance_rate", "net_migration_rate", "population_change_rate",
    "projected_change",
})  # fmt: skip
# From atlas5 on the grids of providers: 5 groups of the Regionalatlas, 20 and 21 groups of the Regionaldatenbank, the
# two (overlapping) grids of INKAR, that of Wegweiser Kommune, the three broad groups of Eurostat, and
# again of the Regionaldatenbank 79 groups (single years to 74, then five) and its own of mothers and of the deceased;
# "own" is whatever a town cut its own figures into.
AGE_SETS = (
    "total", "single", "five_year", "rdb17", "migration6", "atlas5", "rdb20", "rdb21", "inkar", "inkar_broad",
    "wegweiser", "broad3", "rdb79", "rdb_mothers", "rdb_deaths", "own",
)  # fmt: skip
SEXES = ("m", "f", "t")
# "model" marks figures of a model that rests on no German census, such as the United Nations' estimates; "projection"
# what somebody expects; "register" a town's own register of residents, which no census corrects.
BASES = ("pre2011", "census2011", "census2022", "model", "projection", "register")
STATUSES = (
    "ok", "computed", "provisional", "estimated", "unreliable", "secret", "later", "missing", "not_available",
)  # fmt: skip
STATUSES_WITH_VALUE = ("ok", "computed", "provisional", "estimated", "unreliable")

PLACE = pa.schema(
    [
        ("ags", pa.string()),  # canonical key
        ("level", pa.string()),  # germany, land, kreis, gemeinde
        ("name", pa.string()),  # for display, without ", Stadt" tails
        ("name_official", pa.string()),  # for the record
        ("type", pa.string()),  # Land, Landkreis, Kreis, Kreisfreie Stadt, Stadtkreis, Stadt, Gemeinde …
        ("kreis", pa.string()),  # canonical key of the own Kreis (itself for a Kreis), null above
        ("land", pa.string()),  # 2 digits, null for Germany
        ("nuts3", pa.string()),  # NUTS 2021 code of the own Kreis, null above
        ("lon", pa.float64()),  # degrees, WGS 84
        ("lat", pa.float64()),
        ("degurba", pa.int8()),  # 1 city, 2 town or suburb, 3 rural; null where not given
        ("is_own_gemeinde", pa.bool_()),  # a Kreis that is one Gemeinde too (kreisfreie Stadt, Berlin, Hamburg)
        ("current", pa.bool_()),  # belongs to the current set (400 Kreise; Gemeinden of 30.11.2023)
    ]
)
