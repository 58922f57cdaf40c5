"""What the tests of scenarios share: real places, and exhibits by kind and parameters."""

from zwk_data.exhibits import Address, Context, Exhibit, make
from zwk_data.language import Language
from zwk_data.warehouse import Statistics

KREISE = ("12073", "05758", "15001", "13071", "16069", "09162")  # partners, the smallest structure, a large city
GERMAN, ENGLISH = Language("de"), Language("en")


def shown(statistics: Statistics, kind: str, language: Language = GERMAN, **parameters: object) -> Exhibit:
    return make(Address.of(kind, **parameters), Context(statistics, language))


def said(exhibit: Exhibit) -> str:
    return exhibit.sentence.replace("\xa0", " ")
