"""Datenstand: which figures are here, from when, under which terms, what changed, and how new ones come in."""

from ui import refreshing, registers

registers.refused()
registers.status()
refreshing.panel()
registers.how_to_refresh()
