"""Declarations of the dashboard: sources, indicators, participants, breaks, corrections, licences."""

from zwk_data.catalog.declarations import (
    GROUPS,
    UNITS,
    Break,
    DeclarationError,
    Indicator,
    Licence,
    Participant,
    Source,
    Term,
    breaks,
    indicators,
    licences,
    participants,
    sources,
)

__all__ = [
    "GROUPS", "UNITS", "Break", "DeclarationError", "Indicator", "Licence", "Participant", "Source", "Term",
    "breaks", "indicators", "licences", "participants", "sources",
]  # fmt: skip
