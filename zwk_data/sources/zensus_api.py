"""The census database as a provider: official number of inhabitants of every Gemeinde on 15 May 2022.

The line of Germany there counts something else (``PRS001``, persons of every kind) and is left out.
"""

from zwk_data.sources.genesis import Database
from zwk_data.sources.genesis_service import Service
from zwk_data.sources.genesis_tidy import Table

NAME_DE = "Zensus 2022"
PARSER_VERSION = 1
TABLES = {
    "zensus_1000a_0000": Table(
        "1000A-0000", {"PRS018": "population"}, "gemeinde", 10_787, 1, since=2022, until=2022, sexes=False
    ),
}  # fmt: skip

SERVICE = Service(
    "zensus", "die Zensusdatenbank", "https://ergebnisse.zensus2022.de/api/rest/2020",
    "Registrierung auf ergebnisse.zensus2022.de",
)  # fmt: skip
DATABASE = Database(SERVICE, TABLES)
datasets, unavailable_de, questions = DATABASE.datasets, DATABASE.unavailable_de, DATABASE.questions
ask, tables, check = DATABASE.ask, DATABASE.tables, DATABASE.check
