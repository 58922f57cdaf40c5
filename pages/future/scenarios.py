"""Szenarien: what follows if assumptions hold, how sure that is, and what it would take to get somewhere else."""

from ui import by_itself, scenarios


def result(studio: scenarios.Studio) -> None:
    """Show the group over time, with its band."""
    studio.show("outlook_line", height=440)


def certain(studio: scenarios.Studio) -> None:
    """Show who of them lives here already, over time and by age."""
    studio.show("outlook_certainty")
    studio.show("outlook_pyramid")


def ages(studio: scenarios.Studio) -> None:
    """Show every age group."""
    studio.show("outlook_groups")


def services(studio: scenarios.Studio) -> None:
    """Show who needs day care, school, care, against the places there are."""
    studio.show("outlook_services", capacities=scenarios.capacities.entered(studio), year=min(2030, studio.until))
    scenarios.capacities.panel(studio)


def needed(studio: scenarios.Studio) -> None:
    """Show what holds in every scenario, and what it would take to reach a number."""
    studio.show("outlook_statements")
    asked = scenarios.goal.choice(studio)
    studio.show("outlook_goal", **asked)
    scenarios.goal.take_over(studio, asked)


def compare(studio: scenarios.Studio) -> None:
    """Show what makes the difference, between years and between two scenarios, and what others project."""
    for kind in ("outlook_components", "outlook_difference", "outlook_others"):
        studio.show(kind)


def basis(studio: scenarios.Studio) -> None:
    """Show how far it can be trusted, and what is assumed."""
    studio.show("outlook_shelf_life")
    studio.show("outlook_assumptions")
    studio.show("outlook_backtest", group=studio.tested, size=studio.start.size_class)


PARTS = (result, certain, ages, services, needed, compare, basis, scenarios.saved_scenarios)


def draw(studio: scenarios.Studio) -> None:
    """Draw the levers where they are open, and the chosen part; who presents goes through all."""
    with scenarios.beside_levers(studio):
        for part in scenarios.presented(studio):
            PARTS[scenarios.PARTS.index(part)](studio)


if studio := scenarios.opened():
    by_itself(lambda: draw(studio.again()), studio.seen)
