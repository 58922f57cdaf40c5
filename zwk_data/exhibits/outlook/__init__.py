"""Exhibits of scenarios: what follows if the assumptions hold, how sure that is, and who already lives here."""

from zwk_data.exhibits.outlook import (
    outlook_assumptions,
    outlook_backtest,
    outlook_certainty,
    outlook_components,
    outlook_difference,
    outlook_goal,
    outlook_groups,
    outlook_line,
    outlook_others,
    outlook_pyramid,
    outlook_services,
    outlook_shelf_life,
    outlook_statements,
)

__all__ = [
    "outlook_assumptions", "outlook_backtest", "outlook_certainty", "outlook_components", "outlook_difference",
    "outlook_goal", "outlook_groups", "outlook_line", "outlook_others", "outlook_pyramid", "outlook_services",
    "outlook_shelf_life", "outlook_statements",
]  # fmt: skip
