"""On which census a figure rests: one rule for stocks, one for flows, one for what others publish ready-made.

``pre2011``, ``census2011`` and ``census2022`` are never compared without saying so, hence every parser asks here. Two
sources say it themselves edition by edition, because they published one date on both: GV-ISys (``gvisys_api.basis_of``)
and Eurostat (``eurostat``, by Germany's total). The projections carry ``projection``.

=====================  ===========================  ==============================================================
figures                rule                         turn to the census of 2022
=====================  ===========================  ==============================================================
stocks                 ``stock_basis`` (a date)     31 December 2022
flows                  ``flow_basis`` (a year)      2023
published ready-made   ``published_basis``          as stocks or flows, by measure
ratios of the offices  ``stock_basis`` of year end  2022 (Regionalatlas: recalculated when the offices went over)
=====================  ===========================  ==============================================================
"""

from datetime import date

CENSUS_2011, CENSUS_2022 = date(2011, 5, 9), date(2022, 5, 15)
FIRST_FLOWS_2011, FIRST_FLOWS_2022 = 2011, 2023
# What is measured at a date; every other published figure describes a year.
OF_A_DATE = frozenset({
    "population", "population_share", "foreign_share", "mean_age", "median_age", "population_density", "area_km2",
})  # fmt: skip


def stock_basis(day: date) -> str:
    """Return the census basis on which the statistical offices rest a stock (table family 12411).

    Reporting years 2011 to 2021 rest on the census of 9 May 2011, since 31 December 2022 they rest on the census of
    15 May 2022; the series before are not recalculated.
    """
    if day < CENSUS_2011:
        return "pre2011"
    return "census2011" if day < CENSUS_2022 else "census2022"


def flow_basis(year: int) -> str:
    """Return the census basis of the stock that belongs to the flows of a year.

    Destatis rests the population from 2011 on the census of 2011; the stocks used with flows change to the census of
    2022 with 31 December 2023, so that rates up to 2022 stand on one basis.
    """
    if year < FIRST_FLOWS_2011:
        return "pre2011"
    return "census2011" if year < FIRST_FLOWS_2022 else "census2022"


def published_basis(measure: str, year: int) -> str:
    """Return the basis of a figure that a provider publishes ready-made for a year (INKAR, Wegweiser Kommune).

    Neither says on which census a year rests; that it took the offices' figures as they stand is assumed.
    """
    if measure.startswith("projected"):
        return "projection"
    return stock_basis(date(year, 12, 31)) if measure in OF_A_DATE else flow_basis(year)
