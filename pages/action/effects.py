"""Wirkung: what a target would take, what of it would be visible, and what entries of the plan may add."""

from ui import effects

page = effects.opened()
effects.heading(page)
effects.whose(page)
effects.need(page)
effects.visible(page)
effects.expected(page)
