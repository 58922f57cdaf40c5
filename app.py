"""Zukunftswerkstatt Kommunen: the frame. One line per page."""

from ui.frame import run

run(
    {
        "Lage": [
            ("pages/situation/overview.py", "Überblick", "ueberblick"),
            ("pages/situation/compare.py", "Vergleich", "vergleich"),
            ("pages/situation/map.py", "Karte", "karte"),
        ],
        "Handeln": [
            ("pages/action/werkstattplan.py", "Werkstattplan", "werkstattplan"),
        ],
    }
)
