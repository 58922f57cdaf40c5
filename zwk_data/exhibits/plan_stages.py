"""The programme's five stages and what follows them, with the dates that a plan's facts give them."""

from datetime import date

import pandas as pd

from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks
from zwk_data.exhibits.plan_dates import day as read_day
from zwk_data.exhibits.plan_dates import latest_day
from zwk_data.exhibits.plans import is_own, period, plan_sources, required_plan, seen_from, short_note, unknown
from zwk_data.exhibits.registry import Context, kind, place
from zwk_data.plan.labels import programme_stages
from zwk_data.plan.model import Fact, Plan
from zwk_data.warehouse.places import Place

COLUMNS = ("stage", "when", "what", "state", "mark", "past")
REACHED, AHEAD, OPEN = "reached", "ahead", "open"


@kind(required={"ags": place}, optional={"day": read_day}, of_plan=True)
def plan_stages(context: Context, *, ags: Place, day: date | None = None) -> Exhibit:
    """Show the stages of the programme as a line, each with its dates, seen from ``day``.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    table = _table(plan, seen_from(plan, day), context)
    sentence = _sentence(plan, table, ags, context)
    evidence = [source for fact in plan.facts if fact.stage for source in fact.evidence]
    return Exhibit(
        Address.of("plan_stages", ags=ags.ags, day=day.isoformat() if day else ""),
        text("Die Stufen des Programms"), text("Stand {date}", date=context.language.date(seen_from(plan, day))),
        sentence, text("Linie der fünf Stufen und der Verstetigung: {sentence}", sentence=sentence), table,
        (Column("stage", text("Programmstufe")), Column("when", text("Wann")), Column("what", text("Was")),
         Column("state", text("Stand"))),
        Marks("table", options={"layout": "stages"}), plan_sources(plan, evidence, ags, context.language),
        notes=(short_note(plan, context.language),),
    )  # fmt: skip


def _table(plan: Plan, day: date, context: Context) -> pd.DataFrame:
    """Return one row per stage, in the programme's order, whatever the plan says of it."""
    rows = [
        _row(word, [fact for fact in plan.facts if fact.stage == stage], plan, day, context)
        for stage, word in programme_stages(context.language).items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(word: str, facts: list[Fact], plan: Plan, day: date, context: Context) -> tuple[str, ...]:
    language = context.language
    facts = sorted(facts, key=lambda fact: _last(fact) or date.max)
    dated = [fact for fact in facts if _last(fact)]
    said = {REACHED: language.text("erreicht"), AHEAD: language.text("kommend"),
            OPEN: language.text("Termin {missing}", missing=unknown(language, own=is_own(plan)))}  # fmt: skip
    mark = _mark([found for fact in dated if (found := _last(fact))], day)
    when = "; ".join(period(fact, language) for fact in dated)
    past = [period(fact, language) for fact in dated if (found := _last(fact)) and found <= day]
    return word, when, "; ".join(fact.title for fact in facts), said[mark], mark, past[-1] if past else ""


def _last(fact: Fact) -> date | None:
    return latest_day(fact.start, fact.end, fact.date_text)


def _mark(days: list[date], day: date) -> str:
    """Return whether a stage has been reached: one date of it that lies behind is enough."""
    if not days:
        return OPEN
    return REACHED if min(days) <= day else AHEAD


def _sentence(plan: Plan, table: pd.DataFrame, ags: Place, context: Context) -> str:
    text = context.language.text
    dated, reached = table[table["mark"] != OPEN], table[table["mark"] == REACHED]
    if dated.empty:
        return text("{place}: Zu keiner Stufe des Programms steht ein Termin im Plan.", place=ags.name) if is_own(
            plan) else text("{place}: Zu keiner Stufe des Programms ist ein Termin veröffentlicht.",
                            place=ags.name)  # fmt: skip
    if reached.empty:
        return text("{place}: Die erste Stufe mit Termin ist {stage} ({when}).", place=ags.name,
                    stage=dated.iloc[0]["stage"], when=dated.iloc[0]["when"])  # fmt: skip
    last = reached.iloc[-1]
    return text("{place} hat die Stufe {stage} erreicht ({when}).", place=ags.name, stage=last["stage"],
                when=last["past"])  # fmt: skip
