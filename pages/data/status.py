"""Datenstand: which figures are here, from when, under which terms, and how new ones come in. Read only."""

from ui import registers, show

registers.refused()
part = registers.status_part()
show("data_status", part="" if part == "current" else part)
registers.how_to_refresh()
