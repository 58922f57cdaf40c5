"""Regionaldatenbank Deutschland as a provider: population, births, deaths, migration and area of Kreise and Gemeinden.

Two tables of migration count different things and never share a measure: over the borders of Gemeinden (moves between
Gemeinden of the same Kreis included) and over the borders of Kreise.
"""

from zwk_data.sources.genesis import Database
from zwk_data.sources.genesis_service import Service
from zwk_data.sources.genesis_tidy import SQUARE_KILOMETRES, Table

NAME_DE = "Regionaldatenbank Deutschland"
PARSER_VERSION = 2
KREISE, GEMEINDEN = 489, 13_566  # dissolved ones and parts of Kreise included
STOCK = {"BEVSTD": "population"}
BIRTHS = {"BEV001": "live_births", "BEV901": "live_births"}
DEATHS = {"BEV002": "deaths", "BEV902": "deaths"}
MOVES = {"BEV981": "in_migration", "BEV982": "out_migration"}
ACROSS_KREISE = {"Zuzüge": "in_migration_across_kreise", "Fortzüge": "out_migration_across_kreise"}
AREA = {"FLC006": "area_km2"}
# Codes of counted variables that no public document gives are recognised by their German names.
BORN, DIED = {"Lebendgeborene": "live_births"}, {"Gestorbene": "deaths"}
MOVED = {"Zuzüge": "in_migration", "Fortzüge": "out_migration"}
SURFACE = {"Gebietsfläche": "area_km2", "Gebietsfläche in qkm": "area_km2"}

TABLES = {
    "regio_12411_01_01_4": Table("12411-01-01-4", STOCK, "kreis", KREISE, 3, sums=True),
    "regio_12411_02_03_4": Table("12411-02-03-4", STOCK, "kreis", KREISE, 3 * 18, age_set="rdb17", sums=True),
    "regio_12411_09_01_4": Table("12411-09-01-4", STOCK, "kreis", KREISE, 3 * 21, age_set="rdb20", sums=True),
    "regio_12411_04_02_4": Table("12411-04-02-4", STOCK, "kreis", KREISE, 3 * 80, age_set="rdb79", sums=True),
    "regio_12612_01_01_4": Table("12612-01-01-4", BIRTHS, "kreis", KREISE, 3, BORN, stock=False, sums=True),
    "regio_12612_93_01_4": Table(
        "12612-93-01-4", BIRTHS, "kreis", KREISE, 9, BORN, stock=False, sexes=False, age_set="rdb_mothers", sums=True
    ),
    "regio_12613_01_01_4": Table("12613-01-01-4", DEATHS, "kreis", KREISE, 3, DIED, stock=False, sums=True),
    "regio_12613_93_01_4": Table(
        "12613-93-01-4", DEATHS, "kreis", KREISE, 22, DIED, stock=False, sexes=False, age_set="rdb_deaths", sums=True
    ),
    # No sums: moves between the Gemeinden or Kreise of a Land would be counted as moves over its border.
    "regio_12711_01_03_4": Table(
        "12711-01-03-4", MOVES, "kreis", KREISE, 2 * 3 * 7, MOVED, stock=False, age_set="migration6"
    ),
    "regio_12711_04_02_4": Table(
        "12711-04-02-4", {}, "kreis", KREISE, 2 * 3 * 7, ACROSS_KREISE, stock=False, age_set="migration6",
        additive=False,
    ),
    "regio_11111_01_01_4": Table(
        "11111-01-01-4", AREA, "kreis", KREISE, 1, SURFACE, sexes=False, units=SQUARE_KILOMETRES, sums=True
    ),
    "regio_12411_01_01_5": Table("12411-01-01-5", STOCK, "gemeinde", GEMEINDEN, 3),
    "regio_12411_02_03_5": Table("12411-02-03-5", STOCK, "gemeinde", GEMEINDEN, 3 * 18, age_set="rdb17"),
    "regio_12612_91_01_5": Table("12612-91-01-5", BIRTHS, "gemeinde", GEMEINDEN, 1, BORN, stock=False, sexes=False),
    "regio_12613_91_01_5": Table("12613-91-01-5", DEATHS, "gemeinde", GEMEINDEN, 1, DIED, stock=False, sexes=False),
    "regio_12711_91_01_5": Table("12711-91-01-5", MOVES, "gemeinde", GEMEINDEN, 2, MOVED, stock=False, sexes=False),
    "regio_11111_01_01_5": Table(
        "11111-01-01-5", AREA, "gemeinde", GEMEINDEN, 1, SURFACE, sexes=False, units=SQUARE_KILOMETRES
    ),
}  # fmt: skip

SERVICE = Service(
    "regio", "die Regionaldatenbank Deutschland", "https://www.regionalstatistik.de/genesisws/rest/2020",
    "Registrierung auf www.regionalstatistik.de", direct_cells=44_000,  # so many came directly; no limit is documented
)  # fmt: skip
DATABASE = Database(SERVICE, TABLES)
datasets, unavailable_de, questions = DATABASE.datasets, DATABASE.unavailable_de, DATABASE.questions
ask, tables, check = DATABASE.ask, DATABASE.tables, DATABASE.check
