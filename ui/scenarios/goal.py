"""What it would take: a group, a year, a number to reach, a lever; and the way to take the answer over."""

import streamlit as st

from ui import controls, parameters
from ui.data import statistics
from ui.scenarios import chosen
from ui.scenarios.studio import Studio, groups
from zwk_data.catalog import levers
from zwk_data.exhibits import AddressError, Context
from zwk_data.exhibits.outlook import common
from zwk_data.exhibits.outlook.outlook_goal import DEFAULT_GROUP, fitting
from zwk_data.projection.ages import count
from zwk_data.projection.goal import Found, seek

FIRST, MOST = 2040, 5_000_000


def choice(studio: Studio) -> dict[str, object]:
    """Draw the question, and return it as parameters of the exhibit."""
    now = studio.now
    years = {str(year): str(year) for year in common.UNTIL if year > studio.start.year}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="goal"):
        group = controls.select("goal_group", now.text("Wessen Zahl"), groups(now, "goal_group"), DEFAULT_GROUP)
        year = int(controls.segments("goal_year", now.text("Ende"), years, str(FIRST)))
        ages = common.group(group, Context(statistics(), now.language)).ages
        today = round(float(count(studio.start.baseline.population, ages)))
        target = _target(studio, today)
        singles = {one.id: one.label(now.language.code) for one in levers().values() if one.single}
        usual = fitting(ages, year - studio.start.year)
        lever = controls.select("goal_lever", now.text("Mit welchem Hebel"), singles, usual)
    return {"group": group, "year": year, "lever": lever, "target": target if target != today else ""}


def _target(studio: Studio, today: int) -> int:
    """Draw the number to reach: today's until the reader says another."""
    now = studio.now

    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 7 and int(text) <= MOST):
            raise AddressError(now.text("»{value}« ist keine Zahl von Menschen.", value=text[:40]))
        return int(text)

    found = parameters.read("goal_target", parse, today)
    if now.present:
        return found
    st.session_state["goal_target_field"] = found

    def moved() -> None:
        value = int(st.session_state["goal_target_field"])
        parameters.write("goal_target", "" if value == today else str(value))

    label = now.text("Ziel (heute {number})", number=now.language.number(today))
    st.number_input(label, 0, MOST, step=100 if today > 2_000 else 10, key="goal_target_field", on_change=moved)
    return found


def take_over(studio: Studio, asked: dict[str, object]) -> None:
    """Offer the value that was found as an own scenario."""
    if studio.now.present:
        return
    lever, year = str(asked["lever"]), int(str(asked["year"]))
    ages = common.group(str(asked["group"]), Context(statistics(), studio.now.language)).ages
    target = float(str(asked["target"])) if asked["target"] != "" else float(
        count(studio.start.baseline.population, ages))  # fmt: skip

    def apply() -> None:
        found = seek(studio.start.baseline, studio.focus, lever, ages, "t", year, target)
        if isinstance(found, Found):
            chosen.changed(studio.scenarios, lambda _: found.scenario)
            parameters.write("edit", "1")
        else:
            st.toast(
                studio.now.text("Mit diesem Hebel allein ist das Ziel nicht zu erreichen."), icon=":material/info:"
            )

    label = studio.now.text("Diesen Wert als eigenes Szenario nehmen")
    st.button(label, key="goal_take", icon=":material/tune:", type="tertiary", on_click=apply)
