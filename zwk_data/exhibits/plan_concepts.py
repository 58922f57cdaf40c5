"""Concept x theme: which concept says what to each theme of the toolbox, what is said twice, where nobody speaks."""

import pandas as pd

from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.plan_options import evidence_of, sorting_notes, theme_word
from zwk_data.exhibits.plans import required_plan
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.language import Language
from zwk_data.plan.model import Concept, Entry, Plan
from zwk_data.plan.synthesis import ALIKE, THEMES, Statement, doubles, entries_of, gaps, silent, statements
from zwk_data.warehouse.places import Place

SEPARATOR = "; "
NOTHING = "–"
FIXED = ("theme_id", "theme", "finding", "state", "entries", "doubled", "others")


@kind(required={"ags": place}, optional={"only": choice("gaps", "doubled")}, of_plan=True)
def plan_concepts(context: Context, *, ags: Place, only: str = "") -> Exhibit:
    """Show what the concepts that a plan reads say to each theme; ``only`` the gaps, or what is said twice.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    rows = [_row(plan, key, theme, context.language) for key, theme in THEMES.items()]
    if outside := [entry for entry in plan.entries if not entry.themes]:
        rows.append(_row(plan, "none", "", context.language) | _outside(outside, context.language))
    wanted = {"gaps": ("gap_entry", "gap_concept"), "doubled": ("doubled",)}.get(only)
    columns = [*FIXED, *(_key(concept) for concept in plan.concepts)]
    table = pd.DataFrame([row for row in rows if not wanted or row["state"] in wanted], columns=columns)
    sentence = _sentence(plan, ags, context.language)
    return Exhibit(
        Address.of("plan_concepts", ags=ags.ags, only=only), text("Konzepte und Themen"),
        _subtitle(context.language, only), sentence,
        text("Tabelle: je Thema des Werkzeugkoffers, was jedes Konzept dazu sagt. {sentence}", sentence=sentence),
        table, _columns(plan, context.language),
        Marks("table", options={"layout": "concepts", "concepts": tuple(concept.id for concept in plan.concepts)}),
        evidence_of(plan, list(plan.entries), ags, context),
        notes=(_rule(context.language), *_silent(plan, context.language), *sorting_notes(plan, context.language)),
    )  # fmt: skip


def _key(concept: Concept) -> str:
    return f"concept_{concept.id}"


def _outside(entries: list[Entry], language: Language) -> dict[str, object]:
    return {"state": "outside", "finding": findings(language)["outside"], "entries": len(entries)}


def _row(plan: Plan, key: str, theme: str, language: Language) -> dict[str, object]:
    entries, said = entries_of(plan, theme), statements(plan, theme)
    named = {statement.entry.id for statement in said}
    state = _state(plan, theme)
    return {
        "theme_id": key, "theme": theme_word(theme, language), "state": state,
        "finding": findings(language)[state], "entries": len(entries), "doubled": _doubled(plan, theme, language),
        "others": _told([entry.title for entry in entries if entry.id not in named]),
        **{_key(concept): _told([_said(one, language) for one in said if one.concept.id == concept.id])
           for concept in plan.concepts},
    }  # fmt: skip


def _state(plan: Plan, theme: str) -> str:
    """Return what is found for a theme: ``gap_entry``, ``gap_concept``, ``doubled`` or ``said``."""
    missing = {str(name): kind for name, kind in gaps(plan)}.get(theme)
    if missing:
        return f"gap_{missing}"
    return "doubled" if doubles(plan, theme) else "said"


def findings(language: Language) -> dict[str, str]:
    """Return the words for what is found for a theme, by id."""
    text = language.text
    return {
        "gap_entry": text("Lücke: kein Eintrag"), "gap_concept": text("Lücke: kein Konzept sagt etwas"),
        "doubled": text("doppelt gesagt"), "said": text("belegt"), "outside": text("außerhalb der 13 Themen"),
    }  # fmt: skip


def _told(said: list[str]) -> str:
    """Return how many and which: ``2: A (S. 4); B``; a dash for none."""
    return f"{len(said)}: {SEPARATOR.join(said)}" if said else NOTHING


def _said(one: Statement, language: Language) -> str:
    """Return title, page and what is said there."""
    mention, title = one.mention, one.entry.title
    where = language.text("{title} (S. {page})", title=title, page=mention.page) if mention.page else title
    if not mention.says or mention.says.casefold() == title.casefold():
        return where
    return language.text("{where}, »{says}«", where=where, says=mention.says)


def _doubled(plan: Plan, theme: str, language: Language) -> str:
    return SEPARATOR.join(
        language.text(
            "»{first}« ({one}) und »{second}« ({other}): {share} gleiche Wörter", first=pair.first.entry.title,
            one=pair.first.concept.title, second=pair.second.entry.title, other=pair.second.concept.title,
            share=language.percent(100 * pair.share, 0),
        )
        if pair.first.entry.id != pair.second.entry.id
        else language.text("»{title}« steht in {one} und in {other}", title=pair.first.entry.title,
                           one=pair.first.concept.title, other=pair.second.concept.title)
        for pair in doubles(plan, theme)
    )  # fmt: skip


def _columns(plan: Plan, language: Language) -> tuple[Column, ...]:
    text = language.text
    return (
        Column("theme", text("Thema")), Column("finding", text("Befund")),
        *(Column(_key(concept), concept_name(concept)) for concept in plan.concepts),
        Column("others", text("In keinem Konzept")), Column("doubled", text("Doppelt")),
    )  # fmt: skip


def concept_name(concept: Concept) -> str:
    """Return a concept with its year."""
    return f"{concept.title} ({concept.year})" if concept.year else concept.title


def _subtitle(language: Language, only: str) -> str:
    text = language.text
    return {
        "gaps": text("nur Themen mit einer Lücke"), "doubled": text("nur Themen, zu denen etwas doppelt gesagt ist"),
    }.get(only, text("wer sagt was zu den 13 Themen des Werkzeugkoffers"))  # fmt: skip


def _sentence(plan: Plan, ags: Place, language: Language) -> str:
    text, states = language.text, [_state(plan, theme) for theme in THEMES.values()]
    empty, twice = states.count("gap_entry"), states.count("doubled")
    spoken = sum(state in ("said", "doubled") for state in states)
    if not plan.concepts:
        return text("{place}: Konzepte sind noch nicht erfasst; zu {empty} von 13 Themen gibt es keinen Eintrag.",
                    place=ags.name, empty=empty)  # fmt: skip
    concepts = text("Ein Konzept sagt") if len(plan.concepts) == 1 else text(
        "{count} Konzepte sagen", count=len(plan.concepts))  # fmt: skip
    told = text("{place}: {concepts} etwas zu {spoken} von 13 Themen; zu {empty} gibt es noch keinen Eintrag.",
                place=ags.name, concepts=concepts, spoken=spoken, empty=empty)  # fmt: skip
    if not twice:
        return told
    more = text("Zu einem Thema ist etwas doppelt gesagt.") if twice == 1 else text(
        "Zu {count} Themen ist etwas doppelt gesagt.", count=twice)  # fmt: skip
    return f"{told} {more}"


def _rule(language: Language) -> Note:
    return Note("method", language.text(
        "Doppelt heißt: Zwei Konzepte nennen zum selben Thema denselben Eintrag, oder ihre Titel oder Aussagen haben "
        "mindestens {share} ihrer Wörter gemeinsam (ohne Füllwörter und Endungen). Lücke heißt: Kein Eintrag gehört "
        "zu dem Thema, oder keines der Konzepte sagt etwas dazu.", share=language.percent(100 * ALIKE, 0)))  # fmt: skip


def _silent(plan: Plan, language: Language) -> tuple[Note, ...]:
    quiet = silent(plan)
    if not quiet:
        return ()
    names = ", ".join(concept.title for concept in quiet)
    return (Note("method", language.text("Noch kein Eintrag nennt: {names}.", names=names)),)
