"""Decks: which slides, in which order, in whose words; proposed, saved, made, and checked against newer figures."""
