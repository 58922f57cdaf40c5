"""What is different from the last meeting: decisions first, then figures, assumptions and the status of entries.

Figures are compared as they were shown, frozen, with what their address gives now. Each difference has one kind:
``new_period`` (there are newer figures), ``revised`` (the same period says something else), ``withdrawn`` (a figure is
gone), ``assumption`` (the same figures, but a scenario assumes or computes something else), ``status`` (an entry of
the plan has another one, is new or gone).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from zwk_data.decks.check import news_of, words_of
from zwk_data.decks.comparing import Finding
from zwk_data.exhibits.exhibit import Exhibit
from zwk_data.exhibits.registry import KINDS, Context
from zwk_data.language import Language
from zwk_data.plan.labels import stages, statuses
from zwk_data.plan.model import Plan
from zwk_data.render.pptx.memory import memory_of
from zwk_data.rounds.frozen import NotFrozen, thaw
from zwk_data.rounds.model import Decision, PlanThen, Shown
from zwk_data.rounds.service import entries_of

Kind = Literal["new_period", "revised", "withdrawn", "assumption", "status"]
ORDER: tuple[Kind, ...] = get_args(Kind)
OF_STATUS: Mapping[str, Kind] = {"outdated": "new_period", "revised": "revised", "withdrawn": "withdrawn"}
PROJECTED = ("outlook", "effect")  # kinds of exhibits that rest on assumptions
TARGETS = ("plan_targets", "plan_target", "plan_since")  # of the kinds that read a plan, those with observed figures


@dataclass(frozen=True)
class Change:
    """One difference: its kind, what it is about, old and new as the reader writes them, and a sentence.

    ``address`` is of the exhibit it was shown in, empty for the status of an entry.
    """

    kind: Kind
    what: str
    old: str
    new: str
    sentence: str
    address: str = ""


@dataclass(frozen=True)
class Standing:
    """What became of decisions, each in one place: done (or dropped), still open, overdue."""

    done: tuple[Decision, ...] = ()
    open: tuple[Decision, ...] = ()
    overdue: tuple[Decision, ...] = ()


def kind_names(language: Language) -> dict[Kind, str]:
    """Return the kinds of differences in the reader's language."""
    text = language.text
    return {
        "new_period": text("Neue Zahlen"), "revised": text("Berichtigte Zahlen"),
        "withdrawn": text("Zurückgezogene Zahlen"), "assumption": text("Geänderte Annahmen"),
        "status": text("Geänderter Stand von Maßnahmen"),
    }  # fmt: skip


def standing(decisions: Iterable[Decision], day: date) -> Standing:
    """Tell what became of decisions, seen on a day."""
    found = list(decisions)
    late = tuple(one for one in found if one.is_overdue(day))
    return Standing(
        tuple(one for one in found if one.state != "open"),
        tuple(one for one in found if one.state == "open" and one not in late), late,
    )  # fmt: skip


def differences(
    shown: Sequence[Shown], then: PlanThen | None, plan: Plan | None, context: Context, *, asides: bool = False
) -> list[Change]:  # fmt: skip
    """Return what is different from a meeting, by kind in the order of ``ORDER``, each once.

    Args:
        shown: in that meeting.
        then: where the plan stood at its end (None: nothing is said of entries).
        plan: as the reader sees it now.
        context: figures and language now.
        asides: also of what was opened up beside the agenda.
    """
    found = [change for one in shown if asides or not one.aside for change in changes_of(one, context)]
    found += status_changes(then, plan, context.language)
    once = {(one.kind, one.what, one.old, one.new): one for one in reversed(found)}
    first = list(once.values())[::-1]
    return sorted(first, key=lambda one: ORDER.index(one.kind))


def changes_of(shown: Shown, context: Context) -> list[Change]:
    """Return what an exhibit says differently now from when it was shown."""
    try:
        old = thaw(shown.exhibit)
        assumed = thaw(shown.assumptions) if shown.assumptions else None
    except NotFrozen:
        return []
    kind = KINDS.get(old.address.kind)
    if kind is not None and kind.of_plan and old.address.kind not in TARGETS:
        return []  # what a plan says is said of its entries
    found = _figures(old, shown.language, context)
    projected = old.address.kind.startswith(PROJECTED)
    if projected and any(one.kind == "new_period" for one in found):
        found = [one for one in found if one.kind == "new_period"]  # the rest follows from where the run starts
    if assumed is not None and not any(one.kind == "new_period" for one in found):
        found += [_as_assumption(one) for one in _figures(assumed, shown.language, context)]
    return found


def _figures(old: Exhibit, code: str, context: Context) -> list[Change]:
    memory = memory_of(old, Language(code))
    words = words_of(memory, context)
    findings, _ = news_of(memory, context, words, {})
    same = old.address.kind.startswith(PROJECTED) and _same_loads(old, context)
    changes = [_change(one, old, context.language) for one in findings]
    return [_as_assumption(one) if same and one.kind == "revised" else one for one in changes]


def _same_loads(old: Exhibit, context: Context) -> bool:
    """Tell whether every load behind an exhibit is the newest still: then only assumptions can differ."""
    loads = {str(load["dataset"]): str(load["load_id"]) for load in context.data.newest_loads}
    return all(loads.get(line.dataset, line.vintage) == line.vintage for line in old.sources)


def _change(one: Finding, old: Exhibit, language: Language) -> Change:
    text, kind = language.text, OF_STATUS[one.status]
    what = one.what or old.title
    named = old.title if what == old.title else f"{old.title}, {what}"
    if one.figure == "sentence":
        said = text("{what} hieß: »{old}« Jetzt: »{new}«", what=named, old=one.old, new=one.new)
    elif kind == "new_period":
        said = text("{what}: neu {new}, zuletzt {old}", what=named, new=one.new, old=one.old)
    elif kind == "withdrawn" and not one.old:
        said = f"{named}: {one.sentence}"
    else:
        said = text("{what}: {old} → {new}", what=named, old=one.old or "–", new=one.new or "–")
    return Change(kind, named, one.old, one.new, said, str(old.address))


def _as_assumption(one: Change) -> Change:
    return Change("assumption", one.what, one.old, one.new, one.sentence, one.address)


def status_changes(then: PlanThen | None, plan: Plan | None, language: Language) -> list[Change]:
    """Return which entries have another stage or status than at the end of a meeting, are new or gone."""
    if then is None:
        return []
    before, now = then.entries, entries_of(plan)
    found = []
    for id in dict.fromkeys([*before, *now]):
        old, new = _stand(before.get(id), language), _stand(now.get(id), language)
        if old != new:
            title = str((now.get(id) or before[id])["title"])
            said = language.text("»{title}«: {old} → {new}", title=title, old=old, new=new)
            found.append(Change("status", title, old, new, said))
    return found


def _stand(entry: Mapping[str, Any] | None, language: Language) -> str:
    """Return stage and status of an entry in words."""
    if entry is None:
        return language.text("nicht im Plan")
    words = (stages(language).get(str(entry["stage"]), ""), statuses(language).get(str(entry["status"]), ""))
    return ", ".join(word for word in words if word) or language.text("ohne Angabe")
