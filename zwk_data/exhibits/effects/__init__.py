"""Exhibits of what is expected of a plan: what a target would take, what would be visible, what entries may add."""

from zwk_data.exhibits.effects import (
    effect_contributions,
    effect_levers,
    effect_need,
    effect_paths,
    effect_unquantified,
    effect_visible,
)

__all__ = [
    "effect_contributions", "effect_levers", "effect_need", "effect_paths", "effect_unquantified", "effect_visible",
]  # fmt: skip
