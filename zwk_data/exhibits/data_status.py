"""The state of the figures: by dataset what is newest, since when, under which terms, and what was changed."""

from datetime import date

import pandas as pd

from zwk_data.catalog import Licence, Source, licences, sources
from zwk_data.exhibits.data_changes import (
    SNAPSHOT,
    Part,
    attempts_part,
    attempts_sentence,
    changes_part,
    changes_sentence,
    load_name,
    title_of,
)
from zwk_data.exhibits.exhibit import Address, AddressError, Column, Exhibit, Marks, Note, SourceLine
from zwk_data.exhibits.plan_dates import day
from zwk_data.exhibits.registry import Context, choice, kind

# Stands at nearly every dataset: said once below the table, with a word in each line.
SECOND_HAND = (
    "Aus zweiter Hand übernommen (öffentliche Kopie des amtlichen Abrufs); vor einer Veröffentlichung mit dem "
    "Original zu "
    "vergleichen."
)
PARTS = ("current", "attempts", "changes", "terms", "loads")


def mark(value: str, context: Context) -> str:
    """Read a short word of letters and digits."""
    if not (value.isascii() and value.isalnum() and len(value) <= 32):
        raise AddressError(context.language.text("»{value}« ist hier nicht möglich.", value=value[:40]))
    return value


@kind(required={}, optional={"part": choice(*PARTS), "today": day, "seen": mark})
def data_status(context: Context, *, part: str = "current", today: date | None = None, seen: str = "") -> Exhibit:
    """Show one line per dataset: its figures, the last attempts, what changed, its terms; or every load.

    Attempts that fail leave the figures as they are: ``today`` is the day they are looked at, ``seen`` a word that is
    another one after every attempt.
    """
    text = context.language.text
    table, columns, title = _table(context, part, today)
    subtitle = _subtitle(context)
    sentence = _sentence(context, part)
    return Exhibit(
        address=Address.of("data_status", part="" if part == "current" else part, today=today, seen=seen),
        title=title,
        subtitle=subtitle,
        sentence=sentence,
        alt=text("Tabelle: {sentence}", sentence=sentence),
        table=table,
        columns=columns,
        marks=Marks("table"),
        sources=(own_source(context),),
        notes=_notes(context, part),
    )


def _table(context: Context, part: str, today: date | None) -> Part:
    if part == "attempts":
        return attempts_part(context, today)
    return {"current": _current, "changes": changes_part, "terms": _terms, "loads": _loads}[part](context)


def _subtitle(context: Context) -> str:
    """Return how much is in the database; an earlier state is named by its day, not by the file it lies in."""
    text, rows = context.language.text, context.data.generation.rows
    values = context.language.number(rows["current_observation"])
    if day := context.data.as_of:
        return text("Datenstand vom {date}, {values} Werte aus {loads} Ladungen",
                    date=context.language.date(day), values=values, loads=rows["load"])  # fmt: skip
    return text("Datenbank Nr. {number}, {values} Werte aus {loads} Ladungen",
                number=context.data.generation.number, values=values, loads=rows["load"])  # fmt: skip


def own_source(context: Context) -> SourceLine:
    """Return the source line of a register of this project."""
    taken = max(source.retrieved for source in sources().values())
    name = context.language.text("Verzeichnis dieses Projekts")
    return SourceLine("catalog", "Zukunftswerkstatt Kommunen", name, "MIT License", "MIT",
    "https://opensource.org/license/mit",
                      name, taken, False, "")  # fmt: skip


def _current(context: Context) -> Part:
    """Return newest and first date, rows, rows without value, and where the current figures come from."""
    text = context.language.text
    known = context.data.sources
    loads = {str(load["dataset"]): load for load in context.data.newest_loads}
    rows = [
        {
            "title": title_of(known[row["dataset"]], context.language),
            "provider": text(known[row["dataset"]].provider),
            "last": row["last_date"], "first": row["first_date"], "rows": row["rows"], "missing": row["without_value"],
            "retrieved": _retrieved(loads.get(row["dataset"]), known[row["dataset"]]),
            "load": text("eigene Angaben") if row["dataset"] in context.data.own_sources
            else _origin(loads.get(row["dataset"]), context),
        }
        for row in context.data.coverage().to_dict("records")
    ]  # fmt: skip
    table = pd.DataFrame(rows).assign(
        ahead=lambda t: t["last"] > t["retrieved"]
    )  # a projection is not the newest figure
    table = table.sort_values(["ahead", "last", "title"], ascending=[True, False, True], ignore_index=True)
    columns = (
        Column("title", text("Datensatz")), Column("provider", text("Anbieter")),
        Column("last", text("Neueste Zahlen")),
        Column("first", text("Erster Stichtag")), Column("rows", text("Werte"), decimals=0),
        Column("missing", text("davon fehlend"), decimals=0), Column("retrieved", text("Übernommen am")),
        Column("load", text("Ladung")),
    )  # fmt: skip
    return table, columns, text("Datensätze und ihr Stand")


def _retrieved(load: dict[str, object] | None, source: Source) -> pd.Timestamp:
    return pd.Timestamp(str(load["retrieved_at"])[:10]) if load else pd.Timestamp(source.retrieved)


def _origin(load: dict[str, object] | None, context: Context) -> str:
    return load_name(str(load["load_id"]), context) if load else context.language.text("berechnet")


def _terms(context: Context) -> Part:
    """Return licence, whether it is confirmed, and what was changed, by dataset; switched off ones too."""
    text = context.language.text
    rows = [
        {
            "title": title_of(source, context.language),
            "code": text(source.code), "licence": text(_licence(licences()[source.licence])),
            "confirmed": text("bestätigt") if source.licence_confirmed else text("Lizenz zu bestätigen"),
            "used": text("ja") if source.included else text("nein, abgeschaltet"),
            "change": text(source.change_de) or text("unverändert"),
            "remark": _remark(source, context),
        }
        for source in sources().values()
    ]  # fmt: skip
    columns = (
        Column("title", text("Datensatz")), Column("code", text("Kennung beim Anbieter")),
        Column("licence", text("Lizenz")),
        Column("confirmed", text("Stand der Lizenz")), Column("used", text("Verwendet")),
        Column("change", text("Was verändert wurde")), Column("remark", text("Hinweis")),
    )  # fmt: skip
    return pd.DataFrame(rows), columns, text("Lizenzen und Bearbeitung")


def _remark(source: Source, context: Context) -> str:
    """Return the remark on a dataset; that it came at second hand is said in short."""
    text, own = context.language.text, source.note_de.removesuffix(SECOND_HAND).strip()
    return " ".join(part for part in (text(own), text("Aus zweiter Hand.") if own != source.note_de else "") if part)


def _licence(licence: Licence) -> str:
    return licence.short or licence.name


def _loads(context: Context) -> Part:
    """Return every load, newest of each dataset first: nothing is ever overwritten; why one is not read, if any."""
    text = context.language.text
    rows = [
        {
            "title": title_of(sources()[row["dataset"]], context.language), "load": load_name(row["load_id"], context),
            "retrieved": pd.Timestamp(str(row["retrieved_at"])[:10]), "rows": row["rows"],
            "published": str(row["published_at"] or "")[:10], "checksum": str(row["sha256"])[:12],
            "remark": reason if isinstance(reason := row.get("unread"), str) else "",
        }
        for row in context.data.loads().to_dict("records")
    ]  # fmt: skip
    remark = (Column("remark", text("Hinweis")),) if any(row["remark"] for row in rows) else ()
    columns = (
        Column("title", text("Datensatz")), Column("load", text("Ladung")), Column("retrieved", text("Übernommen am")),
        Column("published", text("Beim Anbieter veröffentlicht")), Column("rows", text("Zeilen"), decimals=0),
        Column("checksum", text("Prüfsumme (Anfang)")), *remark,
    )  # fmt: skip
    return pd.DataFrame(rows)[[column.key for column in columns]], columns, text("Alle Ladungen")


def newest_population(context: Context, level: str) -> str:
    """Return the newest 31 December with official totals for a level, as the reader writes it."""
    days = context.data.dates("population_total", level)
    days = days[days["reference_date"].dt.month == 12]
    most = days[
        days["places"] * 2 >= days["places"].max()
    ]  # a date that only a few places have is not the state of all
    return context.language.date(most["reference_date"].max().date())


def _sentence(context: Context, part: str) -> str:
    text = context.language.text
    if part == "attempts":
        return attempts_sentence(context)
    if part == "changes":
        return changes_sentence(context)
    if part == "terms":
        waiting = [source for source in sources().values() if source.included and not source.licence_confirmed]
        if not waiting:
            return text("Die Lizenzen aller Datensätze sind bestätigt.")
        return text(
            "Zu bestätigen ist die Lizenz von: {titles}.",
            titles="; ".join(title_of(one, context.language) for one in waiting),
        )
    if part == "loads":
        live = [load for load in context.data.loads()["load_id"] if not str(load).endswith(f"@{SNAPSHOT}")]
        if not live:
            return text("Alle Zahlen stammen aus dem mitgelieferten Auszug; abgerufen wurde noch nichts.")
        return text(
            "Zum mitgelieferten Auszug kamen {count} Abrufe hinzu; keine Ladung wird überschrieben.", count=len(live)
        )
    return text(
        "Die neuesten Bevölkerungszahlen sind vom {kreise} für Länder und Kreise und vom {gemeinden} für Gemeinden.",
        kreise=newest_population(context, "kreis"), gemeinden=newest_population(context, "gemeinde"),
    )  # fmt: skip


def _notes(context: Context, part: str) -> tuple[Note, ...]:
    text = context.language.text
    if part == "terms":
        return (Note("second_hand", text(
            "»Aus zweiter Hand« heißt: öffentliche Kopie des amtlichen Abrufs; vor einer Veröffentlichung mit dem "
            "Original zu "
            "vergleichen.")),)  # fmt: skip
    if context.data.as_of:  # its checksum is that of a file, which may be built anew
        return ()
    return (Note("build", text("Prüfsumme der Datenbank: {sum}", sum=context.data.generation.sha256[:16])),)
