"""Szenarien: what follows if assumptions hold, how sure that is, and what it would take to get somewhere else."""

from ui import scenarios

studio = scenarios.opened()


def result() -> None:
    """Show the group over time with its band, and how much of it is certain."""
    studio.show("outlook_line", height=440)
    studio.show("outlook_certainty")


def ages() -> None:
    """Show every age group, and the pyramid then and now."""
    studio.show("outlook_groups")
    studio.show("outlook_pyramid")


def services() -> None:
    """Show who needs day care, school, care, against the places there are."""
    studio.show("outlook_services", capacities=scenarios.capacities.entered(studio), year=min(2030, studio.until))
    scenarios.capacities.panel(studio)


def needed() -> None:
    """Show what holds in every scenario, and what it would take to reach a number."""
    studio.show("outlook_statements")
    asked = scenarios.goal.choice(studio)
    studio.show("outlook_goal", **asked)
    scenarios.goal.take_over(studio, asked)


def compare() -> None:
    """Show what makes the difference, between years and between two scenarios, and what others project."""
    studio.show("outlook_components")
    studio.show("outlook_difference")
    studio.show("outlook_others")


def basis() -> None:
    """Show how far it can be trusted, and what is assumed."""
    studio.show("outlook_shelf_life")
    studio.show("outlook_assumptions")
    studio.show("outlook_backtest", group=studio.tested, size=studio.start.size_class)


def saved() -> None:
    """Show what is saved, and the ways to save, pass on and take in."""
    scenarios.saved_scenarios(studio)


if studio is not None:
    parts = {
        "result": result, "ages": ages, "services": services, "needed": needed, "compare": compare, "basis": basis,
        "saved": saved,
    }  # fmt: skip
    with scenarios.beside_levers(studio):
        for part in scenarios.presented(studio):  # whoever presents goes through all, beginning with the chosen one
            parts[part]()
