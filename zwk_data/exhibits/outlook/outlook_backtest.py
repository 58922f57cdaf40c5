"""The test against the past as a table: errors of three methods, whether the band held, and of the split by age."""

from collections.abc import Callable

import pandas as pd

from zwk_data import outlook
from zwk_data.exhibits.exhibit import Address, Column, Exhibit, Marks, Note
from zwk_data.exhibits.outlook import accuracy, common
from zwk_data.exhibits.outlook.accuracy import ALL, HINDCAST
from zwk_data.exhibits.registry import Context, Reader, choice, kind
from zwk_data.language import Language
from zwk_data.projection.backtest import GROUPS, SIZE_CLASSES

size: Reader = choice(ALL, *SIZE_CLASSES)
OPEN_FROM = 85  # ages from which the split is least sure
PERCENT = 100


def group(value: str, context: Context) -> str:
    """Read a tested age group or ``all``; of any other group of people the tested one that is nearest."""
    if value in (ALL, *GROUPS):
        return value
    found = common.group(value, context)
    return outlook.tested_group(found.ages)


@kind(required={}, optional={"group": group, "size": size, "part": choice("errors", "hindcast", "split")})
def outlook_backtest(context: Context, *, group: str = "", size: str = "", part: str = "errors") -> Exhibit:
    """Show how far earlier projections of all Kreise were from what came.

    Args:
        context: data and language.
        group: a tested age group, ``all`` for each of them; everyone where none is given.
        size: a size class, ``all`` for all together; each class where none is given.
        part: ``hindcast``: from the first year with rates observed later, which is no test; ``split``: the error of
            single ages made from age groups.
    """
    language = context.language
    group = group if group != "total" else ""
    group, size = (group, size) if part != "split" else ("", "")
    address = Address.of("outlook_backtest", group=group, size=size, part=part if part != "errors" else "")
    if context.data.projection_errors().empty:
        return _none(context, address)
    table, columns, title, sentence, notes = _PARTS[part](context, group or "total", size)
    return Exhibit(
        address=address,
        title=title,
        subtitle=language.text("alle 400 Kreise, Abweichung in % der Zahl, die kam"),
        sentence=sentence,
        alt=language.text("Tabelle: {sentence}", sentence=sentence),
        table=table,
        columns=columns,
        marks=Marks("table"),
        sources=accuracy.lines(context),
        notes=notes,
    )


Part = tuple[pd.DataFrame, tuple[Column, ...], str, str, tuple[Note, ...]]


def _chosen(rows: pd.DataFrame, group: str, size: str) -> pd.DataFrame:
    if group != ALL:
        rows = rows[rows["group"] == group]
    return rows[rows["size_class"] == size] if size else rows


def _ordered(rows: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return rows by group and size class, all together first, with both in words."""
    groups, sizes = list(GROUPS), [ALL, *SIZE_CLASSES]
    found = rows.assign(g=rows["group"].map(groups.index), s=rows["size_class"].map(sizes.index))
    found = found.sort_values(["g", "s", "horizon"], kind="stable")
    return found.assign(
        people=found["group"].map(lambda name: accuracy.tested(name, language).label),
        size=found["size_class"].map(lambda name: accuracy.size_name(name, language)),
    ).drop(columns=["g", "s"]).reset_index(drop=True)  # fmt: skip


def _covered(context: Context, name: str, *, ahead: bool = False) -> pd.DataFrame:
    """Return how much of what came lay inside the band, in per cent, all folds together; all sizes as ``all``."""
    rows = outlook.coverage(context.data, ahead=ahead)
    both = pd.concat([rows, rows.assign(size_class=ALL)], ignore_index=True)
    found = both.groupby(["size_class", "group", "horizon"], observed=True)[["cases", "inside"]].sum().reset_index()
    return found.assign(**{name: PERCENT * found["inside"] / found["cases"]})[["size_class", "group", "horizon", name]]


def _errors(context: Context, group: str, size: str) -> Part:
    text, language = context.language.text, context.language
    rows = outlook.errors(context.data)
    rows = accuracy.wide(_chosen(rows, group, size))
    for covered in (_covered(context, "covered"), _covered(context, "covered_ahead", ahead=True)):
        rows = rows.merge(covered, on=["size_class", "group", "horizon"], how="left")
    rows = rows.assign(best=[accuracy.winner(row, language) for _, row in rows.iterrows()])
    table = _ordered(rows, language)
    columns = (
        *((Column("people", text("Altersgruppe")),) if group == ALL else ()), Column("size", text("Größe des Kreises")),
        Column("horizon", text("Jahre voraus"), "", 0), Column("cohort", text("diese Rechnung"), "%", 2),
        Column("shares", text("gleiche Anteile"), "%", 2), Column("linear", text("Trend"), "%", 2),
        Column("bias", text("Verzerrung dieser Rechnung"), "%", 2, True),
        Column("covered", text("im 80-%-Bereich"), "%", 0),
        Column("covered_ahead", text("im 80-%-Bereich, aus früheren Jahren"), "%", 0),
        Column("p80", text("vier von fünf höchstens"), "%", 1),
        Column("best", text("am genauesten")), Column("n", text("Fälle"), "", 0),
    )  # fmt: skip
    notes = (accuracy.test_note(language), Note("band", text(
        "Im 80-%-Bereich: Anteil der Fälle, die im Bereich lagen, wenn er an der einen Hälfte der Länder bestimmt und "
        "an der anderen geprüft wird; 80 wären genau richtig. Aus früheren Jahren: in der Mitte der Probe "
        "bestimmt, an den Jahren danach geprüft; das ist die härtere Probe.")), Note("method", text(
        "Verzerrung: über null wurden zu viele Menschen gerechnet.")))  # fmt: skip
    return table, columns, text("Wie genau solche Rechnungen waren"), _sentence(context, table, group), notes


def _sentence(context: Context, table: pd.DataFrame, group: str) -> str:
    """Say the mean error of the first rows at the last horizon, of all three methods, and where ours lost."""
    language, text = context.language, context.language.text
    first = table[(table["group"] == table["group"].iloc[0]) & (table["size"] == table["size"].iloc[0])].iloc[-1]
    values = {
        "people": first["people"], "years": accuracy.horizons([int(first["horizon"])], language), "size": first["size"],
        "ours": language.percent(first["cohort"], 1), "shares": language.percent(first["shares"], 1),
        "linear": language.percent(first["linear"], 1),
    }  # fmt: skip
    said = text("{people}, {size}: Nach {years} lag diese Rechnung im Mittel {ours} daneben, die Rechnung mit gleichen "
                "Anteilen {shares}, der Trend {linear}.", **values)  # fmt: skip
    missed = accuracy.lost(table)
    if missed.empty:
        return said + " " + text("In allen {count} Zeilen war sie die genaueste.", count=len(table))
    return said + " " + text("In {count} von {all} Zeilen war eine einfache Methode genauer.", count=len(missed),
                             all=len(table))  # fmt: skip


def _hindcast(context: Context, group: str, size: str) -> Part:
    text, language = context.language.text, context.language
    rows = outlook.errors(context.data)
    table = _ordered(_chosen(rows[rows["method"] == HINDCAST], group, size), language)
    columns = (
        *((Column("people", text("Altersgruppe")),) if group == ALL else ()), Column("size", text("Größe des Kreises")),
        Column("horizon", text("Jahre voraus"), "", 0), Column("mape", text("mittlere Abweichung"), "%", 2),
        Column("bias", text("Verzerrung"), "%", 2, True), Column("p80", text("vier von fünf höchstens"), "%", 1),
        Column("n", text("Fälle"), "", 0),
    )  # fmt: skip
    last = table[table["size"] == table["size"].iloc[0]].iloc[-1]
    sentence = text(
        "Kein Test: Von Ende 2013 an mit Raten gerechnet, die erst später beobachtet wurden, liegt die Rechnung nach "
        "{years} im Mittel {mape} daneben ({people}, {size}).", people=last["people"], size=last["size"],
        years=accuracy.horizons([int(last["horizon"])], language), mape=language.percent(last["mape"], 1),
    )  # fmt: skip
    notes = (Note("method", text(
        "Rückrechnung: Niemand hätte diese Raten damals kennen können. Sie zeigt, wie gut das Modell rechnet, wenn die "
        "Annahmen stimmen, nicht, wie gut die Annahmen sind.")),)  # fmt: skip
    return table, columns, text("Rückrechnung mit später beobachteten Raten"), sentence, notes


def _split(context: Context, group: str, size: str) -> Part:
    text, language = context.language.text, context.language
    rows = context.data.projection_split()
    rows = rows[rows["groups"] == rows["groups"].iloc[0]] if len(rows) else rows
    table = rows.assign(ages=[str(age) for age in rows["age"]])
    columns = (Column("ages", text("Alter")), Column("error", text("mittlere Abweichung"), "%", 1))
    title = text("Einzelne Altersjahre aus Altersgruppen")
    return table, columns, title, split_sentence(rows, language), (Note("method", text(
        "Gemessen am 31.12.2018, für den die Altersjahre aller Kreise bekannt sind: zusammengefasst zu den Gruppen der "
        "heutigen Tabelle und wieder aufgeteilt.")),)  # fmt: skip


def split_sentence(rows: pd.DataFrame, language: Language) -> str:
    """Say how far single ages made of age groups are from the known ones, below and above the open ages."""
    text = language.text
    if rows.empty:
        return text("Wie gut Altersgruppen in Altersjahre aufgeteilt sind, ließ sich hier nicht prüfen.")
    young, old = rows[rows["age"] < OPEN_FROM]["error"], rows[rows["age"] >= OPEN_FROM]["error"]
    return text(
        "Ein einzelnes Altersjahr, aus {groups} Altersgruppen geschätzt, liegt im Mittel {young} neben der bekannten "
        "Zahl, ab {age} Jahren {old}.", groups=rows["groups"].iloc[0], age=OPEN_FROM,
        young=language.percent(float(young.mean()), 1), old=language.percent(float(old.mean()), 1),
    )  # fmt: skip


def _none(context: Context, address: Address) -> Exhibit:
    """Return what is shown where nothing could be tested."""
    text = context.language.text
    sentence = text("In diesen Zahlen gibt es keine frühere Rechnung, die sich prüfen ließe.")
    table = pd.DataFrame({"state": [text("keine Zahlen")]})
    return Exhibit(address, text("Wie genau solche Rechnungen waren"), text("keine Zahlen"), sentence, sentence, table,
                   (Column("state", text("Stand")),), Marks("table"), accuracy.lines(context))  # fmt: skip


_PARTS: dict[str, Callable[[Context, str, str], Part]] = {"errors": _errors, "hindcast": _hindcast, "split": _split}
