"""Parts of the data's state that move: how the last attempts ended, how old the figures are, what a load changed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd

from zwk_data.catalog import Source, sources
from zwk_data.exhibits.exhibit import Column
from zwk_data.exhibits.methods import measure_name
from zwk_data.exhibits.registry import Context
from zwk_data.language import Language
from zwk_data.warehouse.changes import ClassSummary
from zwk_data.warehouse.compared import noted, previous
from zwk_data.warehouse.registers import Ended, attempts

Part = tuple[pd.DataFrame, tuple[Column, ...], str]
SNAPSHOT = "snapshot"  # ending of the load ids of the embedded figures
NAMED = 3  # biggest changes of a class that are named


def title_of(source: Source, language: Language) -> str:
    """Return the title of a dataset in the reader's language."""
    return source.title_en if language.code == "en" else source.title_de


def load_name(load_id: str, context: Context) -> str:
    """Return a load as the reader knows it: delivered with the program, or a numbered retrieval."""
    number = load_id.rpartition("@")[2]
    if number == SNAPSHOT:
        return context.language.text("mitgeliefert")
    return context.language.text("Abruf {number}", number=number)


# --- attempts --------------------------------------------------------------------------------------------------------


def attempts_part(context: Context, today: date | None) -> Part:
    """Return by dataset: what is shown, since when, how old that is, and how the last attempt ended; failures first."""
    text = context.language.text
    ended = attempts()
    covered = {str(row["dataset"]): row for row in context.data.coverage().to_dict("records")}
    loads = {str(load["dataset"]): load for load in context.data.newest_loads}
    rows = [
        {
            "title": title_of(sources()[dataset], context.language),
            "last": covered[dataset]["last_date"] if dataset in covered else None,
            "retrieved": _taken(loads.get(dataset)), "age": _age(loads.get(dataset), today, context),
            "tried": _when(ended.get(dataset), context), "result": _result(ended.get(dataset), context),
            "failed": dataset in ended and not ended[dataset].ok, "at": ended[dataset].at if dataset in ended else "",
        }
        for dataset in sorted({*loads, *ended} & set(sources()))
    ]  # fmt: skip
    table = pd.DataFrame(rows).sort_values(["failed", "at", "title"], ascending=[False, False, True])
    columns = (
        Column("title", text("Datensatz")), Column("last", text("Neueste Zahlen")),
        Column("retrieved", text("Übernommen am")), Column("age", text("Alter")),
        Column("tried", text("Letzter Abruf")), Column("result", text("Ergebnis")),
    )  # fmt: skip
    return table.reset_index(drop=True), columns, text("Abrufe: was zuletzt versucht wurde")


def attempts_sentence(context: Context) -> str:
    """Say how many datasets the last attempts left as they were."""
    text, ended = context.language.text, list(attempts().values())
    failed = sum(not one.ok for one in ended)
    if not ended:
        return text("Abgerufen wurde noch nichts; alle Zahlen stammen aus dem mitgelieferten Auszug.")
    if not failed:
        return text("Der letzte Abruf ist bei allen {count} versuchten Datensätzen gelungen.", count=len(ended))
    return text(
        "Bei {failed} von {count} versuchten Datensätzen ist der letzte Abruf nicht gelungen; dort gilt der bisherige "
        "Stand weiter.",
        failed=failed, count=len(ended),
    )  # fmt: skip


def _taken(load: Mapping[str, object] | None) -> pd.Timestamp | None:
    return pd.Timestamp(str(load["retrieved_at"])[:10]) if load else None


def _age(load: Mapping[str, object] | None, today: date | None, context: Context) -> str:
    """Return how long ago the figures shown came in."""
    if load is None:
        return ""
    text, now = context.language.text, today or datetime.now(UTC).date()
    days = (now - date.fromisoformat(str(load["retrieved_at"])[:10])).days
    if days < 1:
        return text("heute")
    if days < 60:
        return text("1 Tag") if days == 1 else text("{count} Tage", count=days)
    return text("{count} Monate", count=days * 12 // 365)


def _when(ended: Ended | None, context: Context) -> str:
    return context.language.date(date.fromisoformat(ended.at[:10])) if ended else ""


def _result(ended: Ended | None, context: Context) -> str:
    text = context.language.text
    if ended is None:
        return text("noch nicht abgerufen")
    if ended.ok:
        return text("gelungen")
    return text("nicht übernommen: {reason}", reason=text(ended.reason_de) or text("ohne Angabe"))


# --- changes ---------------------------------------------------------------------------------------------------------


def changes_part(context: Context) -> Part:
    """Return what the newest load of each dataset changed against the one before it, one line per kind of change."""
    text = context.language.text
    names = {place.ags: place.name for place in context.data.places}
    rows = [
        {
            "title": title_of(sources()[load_id.rpartition("@")[0]], context.language),
            "load": load_name(load_id, context), "kind": class_name(one.name, context.language), "count": one.count,
            "biggest": "; ".join(_change(row, names, context.language) for row in one.biggest[:NAMED]),
        }
        for load_id, classes in _newest(context).items()
        for one in classes
    ]  # fmt: skip
    columns = (
        Column("title", text("Datensatz")), Column("load", text("Ladung")), Column("kind", text("Art der Änderung")),
        Column("count", text("Werte"), decimals=0), Column("biggest", text("Größte Änderungen")),
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=["title", "load", "kind", "count", "biggest"])
    return table.astype({"count": "int64"}), columns, text("Was die neuesten Ladungen geändert haben")


def changes_sentence(context: Context) -> str:
    """Say how many published figures were revised or withdrawn."""
    text, number = context.language.text, context.language.number
    counts: dict[str, int] = {}
    newest = _newest(context)
    for classes in newest.values():
        for one in classes:
            counts[one.name] = counts.get(one.name, 0) + one.count
    if not newest:
        return text("Zu den mitgelieferten Zahlen kam noch keine Ladung hinzu, die etwas ändern könnte.")
    return text(
        "Die neuesten Ladungen brachten {new} Werte für neue Zeiträume; {revised} Werte wurden revidiert und "
        "{withdrawn} zurückgezogen.",
        new=number(counts.get("new_period", 0)), revised=number(counts.get("revision", 0)),
        withdrawn=number(counts.get("withdrawn", 0)),
    )  # fmt: skip


def _newest(context: Context) -> dict[str, list[ClassSummary]]:
    """Return the changes of the newest load of each dataset that was retrieved and compared; none is left out."""
    found = {}
    for load in context.data.newest_loads:
        load_id = str(load["load_id"])
        if not load_id.endswith(f"@{SNAPSHOT}") and previous(context.data, load_id) and (note := noted(load_id)):
            found[load_id] = note[1]
    return found


def class_name(name: str, language: Language) -> str:
    """Return the kind of a change in the reader's language."""
    text = language.text
    return {
        "new_period": text("neuer Zeitraum"), "revision": text("Revision"), "supplied": text("nachgeliefert"),
        "withdrawn": text("zurückgezogen"), "territory": text("anderer Gebietsstand"),
        "definition": text("andere Abgrenzung"), "mark": text("nur Kennzeichnung"),
    }[name]  # fmt: skip


def _change(row: Mapping[str, Any], names: Mapping[str, str], language: Language) -> str:
    """Return one change in words: place, date, measure, before and after."""
    what = [names.get(row["ags"], row["ags"]), language.date(date.fromisoformat(row["reference_date"])),
            measure_name(row["measure"], language), *_group(row, language)]  # fmt: skip
    before, after = (_number(row[name], language) for name in ("old_value", "new_value"))
    share = "" if row["percent"] is None else f" ({language.number(row['percent'], 1, sign=True)} %)"
    return f"{', '.join(what)}: {before} → {after}{share}"


def _group(row: Mapping[str, Any], language: Language) -> Sequence[str]:
    text = language.text
    sex = {"m": [text("Männer")], "f": [text("Frauen")]}.get(row["sex"], [])
    if row["age_set"] == "total":
        return sex
    low, high = row["age_from"], row["age_to"]
    if high is None:
        return [*sex, text("ab {age} Jahren", age=low)]
    return [*sex, text("{low}–{high} Jahre", low=low, high=high)]


def _number(value: float | None, language: Language) -> str:
    return language.number(value, 0 if value is None or value == round(value) else 1)
