"""Methoden: the catalogue in words, one part at a time, and one indicator explained."""

from ui import controls, registers, show

part = registers.method_part()
show("method_catalogue", part="" if part == "available" else part, **registers.method_filter(part))
if part == "available":
    show("method_profile", indicator=controls.indicator())
elif part == "projection":
    show("outlook_backtest")
    show("outlook_backtest", part="split")
