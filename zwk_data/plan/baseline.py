"""From when on a plan is looked back at: the day it began, and the year whose figures stand at its beginning."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from zwk_data.plan.model import Entry, Fact, Plan

YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True)
class Baseline:
    """The day, and why this one: ``given``, or the ``start``, the ``written`` period or the ``target`` of ``what``.

    ``what`` is a title, of a target the id of its indicator; empty where the day was given.
    """

    day: date
    why: Literal["given", "start", "written", "target"] = "given"
    what: str = ""

    @property
    def year(self) -> int:
        """The year whose 31 December (or whose events) is the last before anything began."""
        return self.day.year if (self.day.month, self.day.day) == (12, 31) else self.day.year - 1


def baseline(plan: Plan, since: date | None = None) -> Baseline | None:
    """Return the day from which a plan is looked back at: ``since``, else its earliest start or target base year.

    What exists already began before the plan and does not count; of the events only those of a stage of the programme
    do. A period in words (``2021-2024``) counts where no exact day is known. None where the plan names no time.
    """
    if since is not None:
        return Baseline(since)
    begun: list[Entry | Fact] = [*(one for one in plan.entries if not one.exists), *(f for f in plan.facts if f.stage)]
    exact = [Baseline(one.start, "start", one.title) for one in begun if one.start]
    exact += [Baseline(date(one.base_year, 12, 31), "target", one.indicator) for one in plan.targets if one.base_year]
    return min(exact or _written(begun), key=lambda one: one.day, default=None)


def _written(begun: list[Entry | Fact]) -> Iterator[Baseline]:
    for one in begun:
        if years := YEAR.findall(one.date_text or ""):
            yield Baseline(date(min(map(int, years)), 1, 1), "written", one.title)
