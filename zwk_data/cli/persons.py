"""``person``: what is kept about a name, and erasing it; for the operator, over all municipalities or one."""

import json
from typing import Annotated

import typer

from zwk_data.cli.figures import canonical
from zwk_data.cli.messages import KEPT, USAGE, out, say, stop
from zwk_data.cli.roles import OPERATOR
from zwk_data.cli.storing import named

app = typer.Typer(no_args_is_help=True, help="Namen von Personen: Auskunft und Löschung.")
Name = Annotated[str, typer.Argument(help="Name, wie er geschrieben wurde, zum Beispiel »Vorname Nachname«")]
Place = Annotated[str, typer.Option("--ags", help="nur diese Kommune (Gemeindeschlüssel); ohne Angabe alle")]
SHORT = "Der Name braucht mindestens drei Buchstaben."


@app.command()
def export(name: Name, ags: Place = "") -> None:
    """Alles ausgeben, was zu einem Namen gespeichert ist: jetzt, in früheren Fassungen und in Entwürfen (JSON)."""
    from zwk_data.plan import persons
    from zwk_data.plan.checking import NotUsable
    from zwk_data.store import open_store

    ags = ags and canonical(ags)
    with named(), open_store() as store:
        try:
            found = persons.export(store, OPERATOR, name, ags)
        except NotUsable:
            stop(SHORT, USAGE)
    out(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    say(f"Gefunden: {len(found['found'])} Texte.")


@app.command()
def erase(
    name: Name, ags: Place = "", yes: Annotated[bool, typer.Option("--yes", help="ohne Rückfrage löschen")] = False
) -> None:
    """Einen Namen überall durch »[gelöscht]« ersetzen und die früheren Fassungen dieser Einträge löschen."""
    from zwk_data.plan import persons
    from zwk_data.plan.checking import NotUsable
    from zwk_data.store import open_store

    ags = ags and canonical(ags)
    with named(), open_store() as store:
        try:
            found = persons.find(store, OPERATOR, name, ags)
        except NotUsable:
            stop(SHORT, USAGE)
        if found and not yes:
            typer.confirm(f"{len(found)} Texte enthalten den Namen. Endgültig löschen?", abort=True, err=True)
        done = persons.erase(store, OPERATOR, name, ags)
    say(f"Bereinigt: {done.records} Einträge, {done.removed} entfernte Einträge, {done.drafts} Entwürfe.")
    if done.left:
        stop(f"Noch enthalten in {len(done.left)} Texten; bitte den Befehl wiederholen.", KEPT)
    say("Sicherungen von früher enthalten den Namen weiterhin.")
