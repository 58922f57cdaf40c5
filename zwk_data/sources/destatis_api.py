"""GENESIS-Online of the Statistisches Bundesamt as a provider: population of the Länder by single year of age."""

from zwk_data.sources.genesis import Database
from zwk_data.sources.genesis_service import Service
from zwk_data.sources.genesis_tidy import Table

NAME_DE = "GENESIS-Online (Destatis)"
PARSER_VERSION = 2
TABLES = {
    "destatis_12411_0013": Table(
        "12411-0013", {"BEVSTD": "population"}, "land", 17, 3 * 93, age_set="single", sums=True
    ),
}  # fmt: skip

SERVICE = Service(
    "destatis", "GENESIS-Online", "https://genesis.destatis.de/genesisWS/rest/2020",
    "Registrierung auf www-genesis.destatis.de",
)  # fmt: skip
DATABASE = Database(SERVICE, TABLES)
datasets, unavailable_de, questions = DATABASE.datasets, DATABASE.unavailable_de, DATABASE.questions
ask, tables, check = DATABASE.ask, DATABASE.tables, DATABASE.check
