"""How a place stands in a sentence: ``in der Hansestadt Herford``, ``im Märkischen Kreis``, ``in Schossin``.

The register gives names without article. Which article a name takes follows from the word that says what it is, so a
few rules on that word cover every Land, Kreis and Gemeinde.
"""

import re

from zwk_data.language import Language
from zwk_data.warehouse.places import Place

MASCULINE = re.compile(
    r"(Landkreis|Kreis|Regionalverband) |.*[Kk]reis($| )"
)  # Landkreis X, Erzgebirgskreis, Rhein-Kreis X
FEMININE = re.compile(r"(Region|Städteregion|Hansestadt|Lutherstadt|Landeshauptstadt) ")
ADJECTIVE = re.compile(r"er Kreis$")  # Märkischer Kreis, Rheinisch-Bergischer Kreis
MEMBERS = {
    "gemeinde": ("Gemeinden", "municipalities"),
    "kreis": ("Kreisen", "districts"),
    "land": ("Ländern", "Länder"),
}


def at_place(place: Place, language: Language) -> str:
    """Return ``in`` with the name, in German with the article the name takes."""
    name = place.name
    if language.code != "de":
        return f"in {name}"
    if place.level == "land" and name == "Saarland":
        return f"im {name}"
    if place.level == "kreis" and not place.is_own_gemeinde and MASCULINE.match(name):
        return "im " + ADJECTIVE.sub("en Kreis", name)
    if FEMININE.match(name):
        return f"in der {name}"
    return f"in {name}"


def members(level: str, language: Language) -> str:
    """Return the places of a level in the dative plural, as after ``von 400``."""
    return MEMBERS[level][language.code == "en"]


def people(count: float, language: Language) -> str:
    """Write a number of inhabitants for a sentence: exact below a million, else in millions."""
    if count >= 1_000_000:
        number = language.number(count / 1e6, 1 if count >= 10_000_000 else 2)
        return language.text("{number} Millionen Menschen", number=number)
    if count == 1:
        return language.text("1 Mensch")
    return language.text("{number} Menschen", number=language.number(count))
