"""What can go wrong in the store, each with a German reason for the person whose input is at stake."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from zwk_data.language import GERMAN, Language
from zwk_data.store.records import Record

READERS_CLOCK = ZoneInfo("Europe/Berlin")


class StoreError(RuntimeError):
    """The store cannot do what was asked; ``reason_de`` says why to the reader, ``str()`` to the log."""

    reason_de = "Der Speicher für Eingaben hat die Anfrage nicht ausgeführt."

    def __init__(self, message: str = "", reason_de: str = "") -> None:
        self.reason_de = reason_de or type(self).reason_de
        super().__init__(message or self.reason_de)


class Unreadable(StoreError):
    """The database did not answer a question."""

    reason_de = "Der Speicher für Eingaben ist zurzeit nicht erreichbar."


class NotSaved(StoreError):
    """The save was not acknowledged: repeat it with the same ``request_id``, it cannot be saved twice."""

    reason_de = (
        "Nicht gespeichert: Der Speicher für Eingaben ist zurzeit nicht erreichbar. Bitte versuchen Sie es erneut."
    )


class DiskFull(NotSaved):
    """No room for the transaction; it was rolled back whole."""

    reason_de = "Nicht gespeichert: Der Datenträger ist voll. Ihre Eingabe bleibt im Formular stehen."


class ReadOnly(NotSaved):
    """The database or its folder may not be written to."""

    reason_de = "Nicht gespeichert: Der Speicher für Eingaben ist schreibgeschützt."


class TooLarge(NotSaved):
    """The body is larger than the declared cap."""

    reason_de = "Nicht gespeichert: Die Eingabe ist größer als erlaubt."


class NetworkFolder(StoreError):
    """SQLite on a network file system: its locks cannot be relied on there."""

    reason_de = (
        "Die Datei für Eingaben liegt auf einem Netzlaufwerk. Bitte legen Sie sie auf einen lokalen Datenträger "
        "(ZWK_DATA_DIR) oder nutzen Sie PostgreSQL (ZWK_DATABASE_URL)."
    )


class UnsafeJournal(StoreError):
    """A file in WAL mode, and an SQLite whose WAL may lose committed data."""

    reason_de = (
        "Die Datei für Eingaben ist im WAL-Modus, den diese SQLite-Version nicht sicher beherrscht. Bitte stellen Sie "
        "sie mit einem aktuellen SQLite um (PRAGMA journal_mode=DELETE)."
    )


class UnknownDatabase(StoreError, ValueError):
    """An address of another kind of database than SQLite (file) or PostgreSQL."""

    reason_de = "ZWK_DATABASE_URL nennt keine Datenbank, die unterstützt wird (SQLite-Datei oder PostgreSQL)."


class WrongSchema(StoreError):
    """The store was written by a newer version of the software."""

    reason_de = "Der Speicher für Eingaben stammt von einer neueren Version des Programms."


class NoBackup(StoreError):
    """A backup before the migration was not possible."""

    reason_de = (
        "Vor der Umstellung der Datenbank war keine Sicherung möglich (pg_dump fehlt oder schlug fehl). Es wurde "
        "nichts umgestellt. Sichern Sie selbst und setzen Sie dann ZWK_MIGRATE_WITHOUT_BACKUP=1."
    )


class BackupFailed(StoreError):
    """The backup could not be written, or was not readable afterwards."""

    reason_de = "Die Sicherung wurde nicht geschrieben oder war danach nicht lesbar."


class NotRestored(StoreError):
    """The backup is damaged or the store is not empty; the store is as it was."""

    reason_de = "Nicht wiederhergestellt: Die Sicherung ist beschädigt. Der bisherige Stand bleibt."


class NotEmpty(StoreError):
    """A restore would replace what people have written."""

    reason_de = (
        "Nicht wiederhergestellt: Der Speicher enthält Eingaben. Mit --force werden sie zur Seite gelegt und ersetzt."
    )


class Conflict(StoreError):
    """Somebody saved in between; nothing was overwritten and nothing is lost.

    ``current`` is what is stored now (None: it was removed), ``yours`` the refused body, ``seen`` the body the form was
    opened with (None: a new record, or erased since). ``actor`` and ``at`` say who changed it last and when (UTC).
    """

    def __init__(
        self,
        current: Record | None,
        yours: Mapping[str, Any],
        seen: Mapping[str, Any] | None,
        actor: str,
        at: datetime | None,
    ) -> None:
        self.current, self.yours, self.seen = current, yours, seen
        self.actor, self.at = actor, at
        super().__init__("conflict", self.reason(GERMAN))

    def reason(self, language: Language) -> str:
        """Return who changed it when, in the reader's language."""
        if self.at is None:
            return language.text("Nicht gespeichert: Diesen Eintrag gibt es nicht.")
        local = self.at.astimezone(READERS_CLOCK)
        values = {"actor": self.actor, "day": language.date(local.date()), "time": f"{local:%H:%M}"}
        if self.current is None:
            return language.text(
                "Nicht gespeichert: {actor} hat den Eintrag am {day} um {time} Uhr entfernt. Ihre Fassung liegt vor.",
                **values,
            )
        return language.text(
            "Nicht gespeichert: {actor} hat den Eintrag am {day} um {time} Uhr geändert. Beide Fassungen liegen vor.",
            **values,
        )
