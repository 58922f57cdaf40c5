"""``store``: what people have written is looked after here: status, check, backup, restore.

The store is imported by the commands only: SQLAlchemy takes half a second that no other command should wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from zwk_data.cli.messages import KEPT, out, reason_of, say, stop, table

app = typer.Typer(no_args_is_help=True, help="Eingaben: Zustand, Prüfung, Sicherung, Wiederherstellung.")


@contextmanager
def named() -> Iterator[None]:
    """Turn what the store refuses into its German reason and the code "the old state was kept"."""
    from zwk_data.store import StoreError

    try:
        yield
    except StoreError as error:
        stop(reason_of(error), KEPT)


@app.command()
def status() -> None:
    """Wo der Speicher für Eingaben liegt und was er enthält."""
    from zwk_data.store import open_store

    with named(), open_store() as store:
        rows = [("place", store.place), ("changes", store.state()), *sorted(store.kinds().items())]
    out(table(("name", "value"), rows))


@app.command()
def verify() -> None:
    """Prüfen, ob Protokoll, Fassungen und Einträge zusammenpassen und nachträglich nichts geändert wurde."""
    from zwk_data.store import open_store

    with named(), open_store() as store:
        found = store.verify()
    for problem in found.problems:
        out(f"{problem}\n")
    if not found.ok:
        stop(f"Der Speicher für Eingaben ist beschädigt oder wurde verändert: {len(found.problems)} Stellen.", KEPT)
    say(f"In Ordnung: {found.records} Einträge, {found.changes} Änderungen.")
    out(f"{found.head}\n")


@app.command()
def backup(
    path: Annotated[Path | None, typer.Argument(help="Datei der Sicherung; ohne Angabe im Ordner backups")] = None,
) -> None:
    """Im laufenden Betrieb sichern; die Sicherung wird nach dem Schreiben geprüft."""
    from zwk_data.store.backup import backup as write
    from zwk_data.store.backup import next_path

    with named():
        where = path or next_path()
        found = write(where)
    say(f"Gesichert und geprüft: {found.records} Einträge, {found.changes} Änderungen.")
    out(f"{where}\n")


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="Datei der Sicherung", exists=True, dir_okay=False)],
    force: Annotated[bool, typer.Option("--force", help="auch wenn schon etwas gespeichert ist")] = False,
) -> None:
    """Eine Sicherung einspielen; sie wird zuvor geprüft, und der bisherige Stand bleibt daneben erhalten."""
    from zwk_data.store.backup import restore as bring_back

    with named():
        done = bring_back(path, force=force)
    say(f"Wiederhergestellt: {done.found.records} Einträge, {done.found.changes} Änderungen.")
    if done.kept:
        say("Der bisherige Stand ist aufgehoben:")
        out(f"{done.kept}\n")
