"""What a page needs: the view chosen in the frame, controls bound to the address, and exhibit cards."""

from ui import controls, documents, effects, options, plan, plan_shown, refreshing, registers, scenarios
from ui.by_itself import by_itself
from ui.card import show
from ui.layout import side_by_side
from ui.view import view

__all__ = [
    "by_itself",
    "controls",
    "documents",
    "effects",
    "options",
    "plan",
    "plan_shown",
    "refreshing",
    "registers",
    "scenarios",
    "show",
    "side_by_side",
    "view",
]
