"""Providers of official figures: network in, tidy rows out; one module each."""
