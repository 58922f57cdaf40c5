"""The entries of a plan as a toolbox: what exists, what to strive for, for whom, by theme, with place and source."""

from collections import Counter

import pandas as pd

from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.plans import is_own, plan_sources, required_plan, short_note
from zwk_data.exhibits.registry import Context, choice, kind, place
from zwk_data.language import Language
from zwk_data.plan import labels
from zwk_data.plan.model import Entry, Plan
from zwk_data.plan.synthesis import SHELVES, THEMES, shelf
from zwk_data.warehouse.places import Place

SEPARATOR = "; "
NONE = "none"  # as a filter: entries without a theme, an audience or a stage
STAGES = ("idea", "option", "recommendation", "action")
AUDIENCES = ("kommune", "politik", "buergerschaft")
COLUMNS = (
    "theme", "id", "title", "shelf", "state", "stage", "audience", "description", "where", "capacity", "secured",
    "concepts", "origin", "evidence", "url",
)  # fmt: skip


@kind(
    required={"ags": place},
    optional={
        "theme": choice(*THEMES, NONE), "audience": choice(*AUDIENCES, NONE), "stage": choice(*STAGES, NONE),
        "state": choice(*SHELVES),
    },
    of_plan=True,
)  # fmt: skip
def plan_options(
    context: Context, *, ags: Place, theme: str = "", audience: str = "", stage: str = "", state: str = ""
) -> Exhibit:
    """Show the entries of a plan below their themes; an entry with two themes stands below both.

    Raises:
        AddressError: the place has no plan.
    """
    plan, text = required_plan(ags, context), context.language.text
    kept = [entry for entry in plan.entries if fits(entry, audience, stage, state)]
    pairs = [(name, entry) for name, entry in by_theme(kept) if not theme or _slug(name) == theme]
    table = pd.DataFrame([_row(context, plan, name, entry) for name, entry in pairs], columns=list(COLUMNS))
    entries = list(dict.fromkeys(entry for _, entry in pairs))
    names = dict.fromkeys(str(name) for name in table["theme"])
    return Exhibit(
        Address.of("plan_options", ags=ags.ags, theme=theme, audience=audience, stage=stage, state=state),
        text("Möglichkeiten"), _subtitle(context.language, theme, audience, stage, state),
        _sentence(context, ags, entries, bool(theme or audience or stage or state)),
        text("Tabelle der Möglichkeiten nach Themen: {names}.", names=", ".join(names))
        if entries else text("Tabelle ohne Einträge."),
        table, _columns(context.language), Marks("table", options={"layout": "options"}),
        evidence_of(plan, entries, ags, context),
        notes=(_shelf_note(context.language), *sorting_notes(plan, context.language)),
    )  # fmt: skip


def fits(entry: Entry, audience: str = "", stage: str = "", state: str = "") -> bool:
    """Tell whether an entry passes the filters; an empty one lets everything through."""
    return (
        (not audience or audience in entry.audience or (audience == NONE and not entry.audience))
        and (not stage or entry.stage == (None if stage == NONE else stage))
        and (not state or shelf(entry) == state)
    )


def by_theme(entries: list[Entry]) -> list[tuple[str, Entry]]:
    """Return theme and entry in the order of the toolbox, inside a theme what exists first; no theme comes last."""
    found: list[tuple[str, Entry]] = [
        (theme, entry) for theme in THEMES.values() for entry in entries if theme in entry.themes
    ]
    found += [("", entry) for entry in entries if not entry.themes]
    order = ["", *THEMES.values()]
    return sorted(found, key=lambda pair: (not pair[0], order.index(pair[0]), SHELVES.index(shelf(pair[1]))))


def _slug(theme: str) -> str:
    return next((key for key, name in THEMES.items() if name == theme), NONE)


def _row(context: Context, plan: Plan, theme: str, entry: Entry) -> tuple[object, ...]:
    language = context.language
    titles = {concept.id: concept.title for concept in plan.concepts}
    says = [_mention(titles[one.concept], one.page, language) for one in entry.mentions]
    return (
        theme_word(theme, language), entry.id, entry.title, shelf(entry), shelf_word(entry, language),
        labels.stages(language)[entry.stage] if entry.stage else "", audience_words(entry, language),
        entry.description or "", entry.place or entry.example_place or "", _capacity(entry, language),
        language.date(entry.secured_until) if entry.secured_until else "", SEPARATOR.join(says),
        origin_words(entry, language), SEPARATOR.join(source.name for source in entry.evidence),
        next((source.url for source in entry.evidence if source.url), ""),
    )  # fmt: skip


def _mention(title: str, page: str | None, language: Language) -> str:
    return language.text("{title}, S. {page}", title=title, page=page) if page else title


def _capacity(entry: Entry, language: Language) -> str:
    """Return the places as entered, else the published figure of what exists."""
    if entry.capacity is None:
        return entry.success_figure or "" if entry.exists else ""
    decimals = 0 if entry.capacity == entry.capacity.to_integral_value() else 1
    unit = entry.capacity_unit or language.text("Plätze")
    return f"{language.number(float(entry.capacity), decimals)} {unit}"


def _columns(language: Language) -> tuple[Column, ...]:
    text = language.text
    return (
        Column("theme", text("Thema")), Column("title", text("Eintrag")), Column("state", text("Lage")),
        Column("stage", text("Stufe")), Column("audience", text("Richtet sich an")), Column("where", text("Ort")),
        Column("capacity", text("Umfang")), Column("secured", text("Gesichert bis")),
        Column("concepts", text("Steht in")), Column("origin", text("Herkunft")), Column("evidence", text("Quelle")),
    )  # fmt: skip


def theme_word(theme: str, language: Language) -> str:
    """Return a theme in words; the empty one is none of the thirteen."""
    return labels.themes(language).get(theme, language.text("Ohne Thema des Werkzeugkoffers"))


def shelf_words(language: Language) -> dict[str, str]:
    """Return the words for where an entry stands in the toolbox, by id."""
    text = language.text
    return {
        "exists": text("gibt es"), "wanted": text("anzustreben"), "planned": text("Maßnahme im Plan"),
        "open": text("nicht eingeordnet"), "dropped": text("verworfen"),
    }  # fmt: skip


def shelf_word(entry: Entry, language: Language) -> str:
    """Return where an entry stands in the toolbox, in words."""
    return shelf_words(language)[shelf(entry)]


def audience_words(entry: Entry, language: Language) -> str:
    """Return for whom an entry is, in words; empty where nothing is said."""
    words = labels.audiences(language)
    return ", ".join(words[one] for one in AUDIENCES if one in entry.audience)


def origin_words(entry: Entry, language: Language) -> str:
    """Return where an entry came from and the stages it had, in one line; empty where nothing is known."""
    origin, words = entry.origin, labels.stages(language)
    parts = []
    if origin:
        name = origin.text or labels.origins(language)[origin.kind]
        parts.append(f"{name}, {language.date(origin.day)}" if origin.day else name)
    parts += [
        language.text("{stage} bis {date}", stage=words[step.stage], date=language.date(step.until))
        for step in entry.was
    ]
    return SEPARATOR.join(parts)


def _subtitle(language: Language, theme: str, audience: str, stage: str, state: str) -> str:
    """Name the filters in words."""
    text = language.text
    chosen = [
        theme_word(THEMES.get(theme, ""), language) if theme else "",
        {**labels.audiences(language), NONE: text("ohne Adressat")}.get(audience, ""),
        {**labels.stages(language), NONE: text("ohne Stufe")}.get(stage, ""),
        shelf_words(language).get(state, ""),
    ]
    named = " · ".join(word for word in chosen if word)
    return named or text("nach den Themen des Werkzeugkoffers")


def _sentence(context: Context, ags: Place, entries: list[Entry], filtered: bool) -> str:
    text, count = context.language.text, Counter(shelf(entry) for entry in entries)
    if not entries:
        if filtered:
            return text("{place}: Zu dieser Auswahl gibt es keinen Eintrag.", place=ags.name)
        return text("{place}: Einträge sind noch nicht erfasst.", place=ags.name)
    words = {
        "exists": text("{count} vorhanden"), "wanted": text("{count} anzustreben"),
        "planned": text("{count} als Maßnahme im Plan"), "open": text("{count} nicht eingeordnet"),
        "dropped": text("{count} verworfen"),
    }  # fmt: skip
    told = ", ".join(words[name].format(count=count[name]) for name in SHELVES if count[name])
    if len(entries) == 1:
        return text("{place}: ein Eintrag ({told}).", place=ags.name, told=told)
    return text("{place}: {count} Einträge, davon {told}.", place=ags.name, count=len(entries), told=told)


def evidence_of(plan: Plan, entries: list[Entry], ags: Place, context: Context) -> tuple[SourceLine, ...]:
    """Return the sources of entries."""
    return plan_sources(plan, [source for entry in entries for source in entry.evidence], ags, context.language)


def sorting_notes(plan: Plan, language: Language) -> tuple[Note, ...]:
    """Return whose plan it is, and who sorted an example by theme and audience."""
    if is_own(plan):
        return (short_note(plan, language),)
    said = language.text("Die Zuordnung zu Themen und Adressaten ist ein Vorschlag dieses Projekts.")
    return (short_note(plan, language), Note("proposal", said))


def _shelf_note(language: Language) -> Note:
    return Note("method", language.text(
        "»Gibt es« steht nur, wo der Eintrag es sagt; Ideen, Möglichkeiten und Empfehlungen gelten als anzustreben."
    ))  # fmt: skip
