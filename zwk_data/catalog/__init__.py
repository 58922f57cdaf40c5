"""Declarations of the dashboard: sources, indicators, participants, breaks, corrections, licences, levers, services."""

from zwk_data.catalog.declarations import (
    GROUPS,
    UNITS,
    Break,
    DeclarationError,
    Indicator,
    Lever,
    LeverPart,
    Licence,
    Participant,
    Service,
    Source,
    Term,
    breaks,
    indicators,
    levers,
    licences,
    participants,
    services,
    sources,
)

__all__ = [
    "GROUPS", "UNITS", "Break", "DeclarationError", "Indicator", "Lever", "LeverPart", "Licence", "Participant",
    "Service", "Source", "Term",
    "breaks", "indicators", "levers", "licences", "participants", "services", "sources",
]  # fmt: skip
