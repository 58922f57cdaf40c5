"""Indicators: pure functions from observations to values, as declared in the catalogue."""
