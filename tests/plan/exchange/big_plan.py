"""A plan of 300 actions with every field filled, recognisably synthetic: umlauts, line breaks, formulas as text."""

from datetime import date, timedelta
from decimal import Decimal

from zwk_data.plan.model import (
    Concept,
    Effect,
    Entry,
    Fact,
    Goal,
    Handlungsfeld,
    Link,
    Mention,
    Origin,
    Plan,
    Progress,
    PublicSource,
    Step,
    Swot,
    Target,
    Tool,
)

AGS = "05758012"
LONG = ("Sehr langer Text mit Umlauten äöüß, »Anführung« und\nZeilenumbruch; Semikolon. " * 130)[:9_990].strip()
STATUS = ("idee", "geplant", "laufend", "umgesetzt", "verstetigt", "pausiert", "verworfen")
STAGES = ("idea", "option", "recommendation", "action")
SOURCES = tuple(
    PublicSource(f"quelle{n}", f"Quelle {n} (Beispiel)", f"https://example.org/{n}?a=1&b=2") for n in range(9)
)
FIRST = date(2024, 1, 15)


def _entry(n: int) -> Entry:
    start = FIRST + timedelta(days=n)
    return Entry(
        f"massnahme{n}", f"=Maßnahme {n} äöüß [Test]" if n % 50 == 0 else f"Maßnahme {n}: „Übung“ & <Probe>", STAGES[n % 4],
        LONG if n % 100 == 0 else "=1+1\n+49 30 123\n-1+1\n@SUM(A1)", STATUS[n % 7], f"Amt für Straße {n % 6}",
        ("Verein; Verbund e. V.", "=cmd|'/C calc'!A0"), "Ältere", start, start + timedelta(days=400), "ab 2026",
        Decimal("12345.67") + n, "'=Förderung", "14 Plätze", (SOURCES[n % 9], SOURCES[(n + 1) % 9]),
        (f"feld{n % 4}", f"feld{(n + 1) % 4}"), (f"ziel{n % 5}",), (f"werkzeug{n % 3}",), "'''=Begründung",
        ("kommune", "politik"), ("Wohnen", "Begegnung, Beratung, Selbsthilfe"), "Beispielort", n % 2 == 0, "Ortsteil Ö",
        "daycare", Decimal("12.5"), "Plätze", date(2030, 12, 31), Decimal("0.1"), Decimal("33.33"), "Kriterium\nzwei Zeilen",
        Origin("workshop", "Gruppe 3", "kennzahlen?ags=05758012", FIRST), (Step("idea", FIRST), Step("option", start)),
        (Mention(f"konzept{n % 2}", "S. 12 f.", "sagt: =A1"),),
        (Effect("in18", Decimal("-2.5"), Decimal("1"), Decimal("4.25"), 2026, "Annahme", "Beispiel", 2035),),
        "weil nicht", "weil keine", "Notiz – intern", "Stelle, Tel. +49 1",
    )  # fmt: skip


def big_plan() -> Plan:
    """Return the plan, and a little of every other part."""
    entries = tuple(_entry(n) for n in range(300))
    return Plan(
        AGS, "=Plan mit Umlauten ÄÖÜ", "Zeile 1\nZeile 2", None,
        tuple(Handlungsfeld(f"feld{n}", f"Feld {n} Süd; Nord", "Leitsatz =x", "population_total", "12 %", SOURCES[n], n)
              for n in range(4)),
        tuple(Goal(f"ziel{n}", f"Ziel {n}", f"feld{n % 4}", "leitziel", "Jüngere", "halten") for n in range(5)),
        tuple(Tool(f"werkzeug{n}", f"Werkzeug {n}", f"feld{n}", "Wohnen") for n in range(3)),
        tuple(Concept(f"konzept{n}", f"Konzept {n}", "Beispielstadt", 2020, "https://example.org/k") for n in range(2)),
        entries,
        tuple(Link(entry.id, "population_total", "outcome", "up", "Soll beitragen zu …", n % 2 == 0, 3)
              for n, entry in enumerate(entries)),
        (Target("zielwert1", "population_total", Decimal("12000"), 2035, 2024, Decimal("0.5"), "feld1", "=Grund", "Q"),),
        tuple(Progress(f"stand{n}", f"massnahme{n}", FIRST, "laufend", "getan:\n=1+1", "geplant", n, Decimal("1.10"), "14", "Amt")
              for n in range(50)),
        tuple(Swot(f"swot{n}", "chance", f"=Aussage {n}", "kennzahlen?x=1", "karte?y=2", "dagegen", "Quelle", FIRST)
              for n in range(5)),
        (Fact("termin1", "Termin", "Text\n\nText", FIRST, FIRST, "bald", (SOURCES[0],), "zukunftswerkstatt", "Rathaus"),),
        SOURCES, "internal",
    )  # fmt: skip
