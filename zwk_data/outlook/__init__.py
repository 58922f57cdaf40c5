"""Projections of the places of the figures: where they start, what they say, and how sure that is."""
