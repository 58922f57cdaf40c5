"""The page Szenarien: its head, the levers of an own scenario, goals, capacities, saved scenarios."""

from ui.scenarios import capacities, goal
from ui.scenarios.keeping import saved_scenarios
from ui.scenarios.levers import beside_levers
from ui.scenarios.studio import PARTS, Studio, opened, presented

__all__ = ["PARTS", "Studio", "beside_levers", "capacities", "goal", "opened", "presented", "saved_scenarios"]
