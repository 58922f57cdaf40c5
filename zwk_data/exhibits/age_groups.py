"""Functional age groups, from day care to old age, each with the limits that the source really has."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from zwk_data.exhibits.ages import SINGLE, AgeTable, label, no_ages, pick, with_ages
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.provenance import basis_name, kreis_note, sources_of
from zwk_data.exhibits.registry import Context, choice, kind, place, year
from zwk_data.exhibits.series import crosses_break
from zwk_data.language import Language
from zwk_data.warehouse.places import Place


@dataclass(frozen=True)
class Group:
    """A phase of life with its ages; ``part`` marks a group that lies inside the one before it."""

    name: str
    age_from: int
    age_to: int | None
    part: bool = False


OLDER = (Group("Lebensmitte", 50, 64), Group("Älter", 65, 74), Group("Hohes Alter", 75, None))
ADULT = (Group("Berufseinstieg", 25, 29), Group("Familie", 30, 49), *OLDER)
# Which phases each grid of ages can give without splitting a group; names are translated where they are used.
PHASES: dict[str, tuple[Group, ...]] = {
    "rdb17": (
        Group("Krippe", 0, 2), Group("Kindergarten", 3, 5), Group("Grundschule", 6, 9), Group("Sekundarstufe", 10, 17),
        Group("Ausbildung", 18, 24), *ADULT,
    ),
    "single": (
        Group("Krippe", 0, 2), Group("Kindergarten", 3, 5), Group("Grundschule", 6, 9), Group("Sekundarstufe", 10, 17),
        Group("Ausbildung", 18, 24), *ADULT, Group("davon", 80, None, True),
    ),
    "five_year": (
        Group("Krippe, Kita", 0, 4), Group("Grundschule", 5, 9), Group("Sekundarstufe", 10, 14),
        Group("Jugend", 15, 19), Group("Ausbildung", 20, 24), *ADULT, Group("davon", 80, None, True),
    ),
}  # fmt: skip


@kind(required={"ags": place}, optional={"year": year, "ages": choice("groups", "single")})
def age_groups(context: Context, *, ags: Place, year: int | None = None, ages: str = "groups") -> Exhibit:
    """Show how many people are in each phase of life, and the change since the first year on the same census basis.

    Raises:
        AddressError: there are no age groups for that year.
    """
    address = Address.of("age_groups", ags=ags.ags, year=year, ages=ages if ages == "single" else "")
    shown, found = with_ages(context, ags)
    if not found:
        return no_ages(context, address, ags)
    table = pick(context, found, year, single=ages == "single")
    start = _start(found, table)
    rows = _rows(context, table, start)
    if rows.loc[~rows["part"], "persons"].isna().all():
        return no_ages(context, address, ags)
    return Exhibit(
        address=address,
        title=context.language.text("Altersgruppen nach Lebensphasen"),
        subtitle=_subtitle(context, table, start),
        sentence=_sentence(context, rows, table, start),
        alt=_alt(context, rows, table),
        table=rows,
        columns=_columns(context, start),
        marks=Marks("bars", x="group", y="persons", options={
            "text": "text", "soft": "part", "maximum": _maximum(found, table), "above": True}),
        sources=sources_of([table.dataset, *([start.dataset] if start else [])], context),
        notes=_notes(context, ags, table),
    )  # fmt: skip


def _start(found: Sequence[AgeTable], table: AgeTable) -> AgeTable | None:
    """Return the first comparable table: same basis, same grid, unchanged territory, an earlier date."""
    earlier = [
        other
        for other in found
        if other.basis == table.basis and other.age_set == table.age_set and other.day < table.day
        and not crosses_break(table.place.ags, other.day, table.day)
    ]  # fmt: skip
    return earlier[0] if earlier else None


def _rows(context: Context, table: AgeTable, start: AgeTable | None) -> pd.DataFrame:
    """Return one row per phase: persons, share, change."""
    language, found = context.language, []
    for group in PHASES[table.age_set]:
        persons = table.between(group.age_from, group.age_to)
        before = start.between(group.age_from, group.age_to) if start else None
        change = (persons - before) if persons is not None and before is not None else None
        percent = change / before * 100 if change is not None and before else None
        found.append({
            "group": _group_name(group, language), "ages": label(group.age_from, group.age_to, language),
            "persons": persons, "share": table.share(group.age_from, group.age_to), "change": change,
            "percent": percent, "part": group.part, "text": _text(language, persons, percent),
        })  # fmt: skip
    return pd.DataFrame(found).astype({"persons": float, "share": float, "change": float, "percent": float})


def _group_name(group: Group, language: Language) -> str:
    return f"{phase(group.name, language)} {label(group.age_from, group.age_to, language)}"


def phase(name: str, language: Language) -> str:
    """Return the name of a phase of life in the reader's language."""
    words = {
        "Krippe": language.text("Krippe"), "Kindergarten": language.text("Kindergarten"),
        "Grundschule": language.text("Grundschule"), "Sekundarstufe": language.text("Sekundarstufe"),
        "Krippe, Kita": language.text("Krippe, Kita"), "Jugend": language.text("Jugend"),
        "Ausbildung": language.text("Ausbildung"), "Berufseinstieg": language.text("Berufseinstieg"),
        "Familie": language.text("Familie"), "Lebensmitte": language.text("Lebensmitte"),
        "Älter": language.text("Ältere"), "Hohes Alter": language.text("Hohes Alter"), "davon": language.text("davon"),
    }  # fmt: skip
    return words[name]


def _text(language: Language, persons: float | None, percent: float | None) -> str:
    said = language.number(persons)
    return said if percent is None else f"{said}  ({language.percent(percent, sign=True)})".replace(" %", "\u00a0%")


def _maximum(found: Sequence[AgeTable], table: AgeTable) -> float:
    """Return the largest group of any year, so that the scale stays while the year moves."""
    values = [other.between(group.age_from, group.age_to) or 0.0 for other in found for group in PHASES[other.age_set]]
    return max(values)


def _subtitle(context: Context, table: AgeTable, start: AgeTable | None) -> str:
    language, text = context.language, context.language.text
    day, basis = language.date(table.day.date()), basis_name(table.basis, language)
    if start is None:
        return text("Personen am {date}, {basis}", date=day, basis=basis)
    return text("Personen am {date}, in Klammern Veränderung seit {start}, {basis}", date=day,
                start=language.date(start.day.date()), basis=basis)  # fmt: skip


def _sentence(context: Context, rows: pd.DataFrame, table: AgeTable, start: AgeTable | None) -> str:
    """Say which phase grew most and which shrank most, or the largest one where there is no comparison."""
    text, number = context.language.text, context.language.number
    whole = rows[~rows["part"] & rows["persons"].notna()]
    changed = whole.dropna(subset=["percent"])
    if start is None or changed.empty:
        top = whole.sort_values("persons").iloc[-1]
        return text("{place}: Die größte Gruppe ist {group} mit {persons} Personen.", place=table.place.name,
                    group=top["group"], persons=number(top["persons"]))  # fmt: skip
    ordered = changed.sort_values("percent")
    up, down = ordered.iloc[-1], ordered.iloc[0]
    return text(
        "{place} {span}: {up} {up_value}\u00a0%, {down} {down_value}\u00a0%.", place=table.place.name,
        span=f"{start.day.year}–{table.day.year}", up=up["group"], up_value=number(up["percent"], 1, sign=True),
        down=down["group"], down_value=number(down["percent"], 1, sign=True),
    )  # fmt: skip


def _alt(context: Context, rows: pd.DataFrame, table: AgeTable) -> str:
    parts = ", ".join(f"{row['group']} {context.language.number(row['persons'])}" for _, row in rows.iterrows())
    return context.language.text(
        "Balkendiagramm der Altersgruppen, {place}, {date}: {parts}.", place=table.place.name,
        date=context.language.date(table.day.date()), parts=parts,
    )  # fmt: skip


def _columns(context: Context, start: AgeTable | None) -> tuple[Column, ...]:
    text = context.language.text
    columns = (
        Column("group", text("Lebensphase")), Column("persons", text("Personen"), "", 0),
        Column("share", text("Anteil"), "%", 1),
    )  # fmt: skip
    if start is None:
        return columns
    since = text("Veränderung seit {year}", year=start.day.year)
    return (*columns, Column("change", since, text("Personen"), 0, True), Column("percent", since, "%", 1, True))


def _notes(context: Context, asked: Place, table: AgeTable) -> tuple[Note, ...]:
    text = context.language.text
    notes = [kreis_note(asked, table.place, context.language)] if asked != table.place else []
    if table.age_set == "five_year":
        notes.append(Note("method", text(
            "Die Quelle hat Fünfjahresgruppen; die Lebensphasen sind ihnen so nah wie möglich zugeordnet, "
            "ohne Gruppen zu teilen.")))  # fmt: skip
    elif table.age_set != SINGLE:
        notes.append(Note("method", text(
            "Die Quelle endet mit der Gruppe 75 und älter; 80 und älter gibt sie nicht an.")))  # fmt: skip
    return tuple(notes)
