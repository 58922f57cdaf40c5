"""Figures that a town brings itself: its register of residents, its quarters.

Read from a documented table, checked row by row, small cells made secret before anything is stored, kept in the one
store for what people write, and handed to the build as observations of a source of their own on the basis ``register``.
"""
