"""Managementrunde: a meeting prepared, held, closed and seen again; all decisions; the interim report."""

from ui.rounds import page

page.page()
