"""What stands in the tables of the page Methoden that is no declaration: the rules, in words, and short forms."""

from datetime import date

from zwk_data.catalog import Indicator, Term, sources
from zwk_data.language import Language

LEVELS = {
    "germany": ("Deutschland", "Germany"),
    "land": ("Länder", "Länder"),
    "kreis": ("Kreise und kreisfreie Städte", "Districts and independent cities"),
    "gemeinde": ("Gemeinden", "Municipalities"),
}
SHORT = {  # in a list of levels
    "germany": ("Deutschland", "Germany"),
    "land": ("Länder", "Länder"),
    "kreis": ("Kreise", "districts"),
    "gemeinde": ("Gemeinden", "municipalities"),
}
SHORT_PROVIDERS = {"Statistische Ämter des Bundes und der Länder": "Statistische Ämter"}
MEASURES = {
    "population": ("Bevölkerung", "population"),
    "live_births": ("Lebendgeborene", "live births"),
    "deaths": ("Gestorbene", "deaths"),
    "in_migration": ("Zuzüge", "in-migration"),
    "out_migration": ("Fortzüge", "out-migration"),
    "in_migration_across_kreise": ("Zuzüge über Kreisgrenzen", "in-migration across district borders"),
    "out_migration_across_kreise": ("Fortzüge über Kreisgrenzen", "out-migration across district borders"),
    "net_migration": ("Wanderungssaldo", "net migration"),
    "net_migration_residual": ("Wanderungssaldo als Restgröße", "net migration as residual"),
    "area_km2": ("Fläche", "area"),
    "death_probability": ("Sterbewahrscheinlichkeit", "probability of dying"),
    "life_expectancy": ("Lebenserwartung", "life expectancy"),
    "fertility_share": ("Anteil an den Geburten", "share of births"),
    "total_fertility_rate": ("Zusammengefasste Geburtenziffer", "total fertility rate"),
    "population_share": ("Anteil an der Bevölkerung", "share of the population"),
    "foreign_share": ("Ausländeranteil", "share of foreign nationals"),
    "mean_age": ("Durchschnittsalter", "mean age"),
    "mean_age_first_birth": ("Alter der Mutter bei der ersten Geburt", "mean age of mothers at first birth"),
    "crude_birth_rate": ("Lebendgeborene je 1.000 Einwohner", "live births per 1,000"),
    "crude_death_rate": ("Gestorbene je 1.000 Einwohner", "deaths per 1,000"),
    "natural_balance_rate": ("Natürlicher Saldo je 1.000 Einwohner", "natural balance per 1,000"),
    "net_migration_rate": ("Wanderungssaldo je 1.000 Einwohner", "net migration per 1,000"),
    "population_change_rate": ("Bevölkerungsänderung je 1.000 Einwohner", "population change per 1,000"),
    "population_density": ("Bevölkerungsdichte", "population density"),
}
CHANCE = {
    "none": (
        "Bestand oder Verhältnis von Beständen: kein Zufallsbereich",
        "stock or ratio of stocks: no interval",
    ),
    "poisson": ("Ereignisse: 95-%-Bereich nach Byar (Poisson)", "events: 95% interval by Byar (Poisson)"),
    "skellam": (
        "Saldo zweier Ströme: Streuung ist die Summe beider (Skellam)",
        "balance of two flows: the variance is the sum of both (Skellam)",
    ),
}
POLARITY = {
    "none": ("keine: weder hoch noch niedrig gilt als besser", "none: neither high nor low counts as better"),
    "up": ("höher gilt als besser", "higher counts as better"),
    "down": ("niedriger gilt als besser", "lower counts as better"),
}


def rules(language: Language) -> list[tuple[str, str]]:
    """Return the rules every figure follows: name and plain explanation."""
    text = language.text
    return [
        (text("Stichtag"), text(
            "Bestände gelten für den 31. Dezember. Eurostat nennt den 1. Januar des nächsten Jahres; er wird einmal, "
            "beim "
            "Einlesen, umgestellt. Ereignisse (Geburten, Sterbefälle, Wanderungen) gehören zum Kalenderjahr.")),
        (text("Basis"), text(
            "Die amtliche Fortschreibung beginnt mit jedem Zensus neu. »Basis Zensus 2011« und »Basis Zensus 2022« "
            "stehen an jeder Zahl, die darauf beruht. Eine Zahl vom 31.12.2022 ruht noch auf dem Zensus 2011. "
            "Geburten, Sterbefälle, Zu- und Fortzüge werden gezählt; ihre Anzahlen hängen von keinem Zensus ab.")),
        (text("Veränderung"), text(
            "Eine Veränderung wird nur innerhalb einer Basis und eines unveränderten Gebiets gebildet, über die "
            "längste "
            "mögliche Spanne. Bei Gemeinden darf sich die Fläche um höchstens 1 % unterscheiden.")),
        (text("Verhältniszahlen"), text(
            "Zähler und Nenner werden getrennt gespeichert. Der Wert eines Kreises oder Landes ist Summe durch Summe, "
            "nie ein "
            "Mittel von Quoten. Nenner ist die Bevölkerung am 31. Dezember desselben Jahres, wenn nichts anderes "
            "angegeben ist.")),
        (text("Altersgruppen"), text(
            "Verwendet werden nur Altersgrenzen, die eine Quelle selbst hat; beide Grenzen zählen mit. Verschiedene "
            "Gruppierungen werden nie zusammengerechnet. Gibt eine Quelle die Grenze nicht her, fehlt der Wert.")),
        (text("Fehlende Werte"), text(
            "Geheim gehaltene Zahlen sind nicht null und werden nicht zurückgerechnet; eine Summe mit einem geheimen "
            "Teil ist "
            "geheim. Fehlendes bleibt leer und trägt seinen Grund.")),
        (text("Zufall"), text(
            "Zahlen von Ereignissen schwanken zufällig. Für Geburten und Sterbefälle und ihre Raten gilt ein "
            "95-%-Bereich "
            "nach Byar (Poisson). Überlappen zwei Bereiche, wird kein Unterschied behauptet. Bei Salden ist die "
            "Streuung die "
            "Summe beider Ströme (Skellam). Bestände sind Vollzählungen und haben keinen Bereich.")),
        (text("Kleine Zahlen"), text(
            "Manche Raten brauchen eine Mindestgröße des Nenners (»Mindestbasis«). Darunter steht der Wert nur mit "
            "Hinweis.")),
        (text("Kreiswert"), text(
            "Liegen für eine Gemeinde keine eigenen Zahlen vor, steht der Wert des Kreises da und ist als Kreiswert "
            "gekennzeichnet. Eigene Zahlen treten an seine Stelle, sobald sie abgerufen sind.")),
        (text("Veröffentlichte Werte"), text(
            "Gibt es für einen Ort keine Anzahlen, aber einen amtlich veröffentlichten Anteil oder eine Rate gleicher "
            "Bedeutung, steht dieser gerundete Wert, mit Quelle. In einer Linie stehen nie berechnete und "
            "veröffentlichte Werte nebeneinander: Wo Anzahlen einen Wert geben, bleiben veröffentlichte derselben "
            "Basis weg.")),
        (text("Rang"), text(
            "Rang 1 hat den höchsten Wert. Gezählt werden nur Orte mit einem Wert zum selben Stichtag auf derselben "
            "Basis: "
            "Kreise in Deutschland, Gemeinden in ihrem Land. Haben weniger als die Hälfte einen Wert, gibt es keinen "
            "Rang.")),
        (text("Ähnliche Orte"), text(
            "Gleiche Ebene, gleicher Grad der Verstädterung, kleinster Unterschied der Einwohnerzahl.")),
    ]  # fmt: skip


def level_name(level: str, language: Language) -> str:
    """Return the plural name of a level of places."""
    return LEVELS[level][language.code == "en"]


def measure_name(measure: str, language: Language) -> str:
    """Return a measure in words."""
    return MEASURES[measure][language.code == "en"] if measure in MEASURES else measure


def age_range(first: int, last: int | None) -> str:
    """Write an age group with both limits: ``15–19``, ``75+``, ``0``."""
    if last is None or last != last:
        return f"{int(first)}+"
    return str(int(first)) if first == last else f"{int(first)}–{int(last)}"


def needed_ages(indicator: Indicator) -> str:
    """Return the age limits an indicator needs, each once: ``15–19, 60–64``; empty where it needs none."""
    terms: tuple[Term, ...] = (*indicator.numerator_terms, *indicator.denominator_terms)
    return ", ".join(dict.fromkeys(age_range(term.age_from, term.age_to) for term in terms if not term.is_total))


def formula(indicator: Indicator, language: Language) -> str:
    """Return the formula of an indicator in words."""
    return (indicator.formula_en if language.code == "en" else "") or language.text(indicator.formula_de)


def caveat(indicator: Indicator, language: Language) -> str:
    """Return what a reader of an indicator must know."""
    return (indicator.caveat_en if language.code == "en" else "") or language.text(indicator.caveat_de)


def dataset_name(dataset: str, language: Language) -> str:
    """Return provider and code of a dataset: ``Eurostat demo_r_pjangrp3``."""
    source = sources()[dataset]
    provider = SHORT_PROVIDERS.get(source.provider, source.provider)
    return f"{language.text(provider)} {language.text(source.code)}"


def years_between(first: date, last: date) -> str:
    """Write the years of two days: ``2013–2021``, ``2018``."""
    return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
