"""Zukunftswerkstatt Kommunen: the frame. One line per page."""

from ui.frame import run

run(
    {
        "Lage": [
            ("pages/situation/overview.py", "Überblick", "ueberblick"),
            ("pages/situation/compare.py", "Vergleich", "vergleich"),
            ("pages/situation/map.py", "Karte", "karte"),
            ("pages/situation/age_structure.py", "Altersstruktur", "altersstruktur"),
            ("pages/situation/movements.py", "Bewegungen", "bewegungen"),
        ],
        "Zukunft": [
            ("pages/future/scenarios.py", "Szenarien", "szenarien"),
        ],
        "Handeln": [
            ("pages/action/werkstattplan.py", "Werkstattplan", "werkstattplan"),
            ("pages/action/options.py", "Möglichkeiten", "moeglichkeiten"),
            ("pages/action/effects.py", "Wirkung", "wirkung"),
        ],
        "Runden": [
            ("pages/rounds/management.py", "Managementrunde", "managementrunde"),
            ("pages/rounds/workshop.py", "Workshop", "workshop"),
        ],
        "Daten": [
            ("pages/data/status.py", "Datenstand", "datenstand"),
            ("pages/data/methods.py", "Methoden", "methoden"),
            ("pages/data/own_data.py", "Eigene Daten", "eigene-daten"),
            ("pages/data/access.py", "Zugang", "zugang"),
        ],
    },
    hidden=[("pages/action/shared.py", "Freigabe", "freigabe")],
)
