"""``bundle``: all that a municipality has written as one file, and such a file into this store."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zwk_data.cli.figures import canonical
from zwk_data.cli.messages import KEPT, USAGE, out, say, stop, table
from zwk_data.cli.storing import named

if TYPE_CHECKING:
    from zwk_data.handover.taking import Preview

app = typer.Typer(no_args_is_help=True, help="Übergabe: alles einer Kommune als eine Datei ausgeben und einlesen.")
Ags = Annotated[str, typer.Option("--ags", help="Gemeindeschlüssel, wie in places")]
ACTOR = "Übergabe"
SIDES = ("mine", "theirs")


@app.command()
def export(
    ags: Ags, out_file: Annotated[Path, typer.Option("--out", help="Datei, die geschrieben wird", dir_okay=False)]
) -> None:
    """Plan, Szenarien, Folien, Workshops, Sitzungen und eigene Zahlen schreiben; keine Konten, keine Links."""
    from zwk_data.handover.bundle import bundle_of, packed
    from zwk_data.store import open_store

    ags = canonical(ags)
    with named(), open_store() as store:
        bundle = bundle_of(store, ags, datetime.now(UTC))
    raw = packed(bundle)
    try:
        out_file.write_bytes(raw)
    except OSError as error:
        stop(f"Nicht geschrieben: {error.strerror}", KEPT)
    out(table(("kind", "records"), list(bundle.counts().items())))
    say(f"Geschrieben: {out_file} ({len(bundle.lines)} Einträge, {len(raw)} Bytes)")


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="Datei aus bundle export", exists=True, dir_okay=False)],
    ags: Ags,
    show: Annotated[bool, typer.Option("--preview", help="nur zeigen, was sich ändern würde")] = False,
    side: Annotated[str, typer.Option("--take", help="bei Abweichungen: mine (hier bleibt) oder theirs")] = "mine",
) -> None:
    """Eine Übergabedatei einlesen: Neues kommt hinzu, Abweichendes wird genannt, nichts wird entfernt."""
    from zwk_data.handover.bundle import NotABundle, unpacked
    from zwk_data.handover.taking import preview, take
    from zwk_data.store import open_store

    if side not in SIDES:
        stop(f"Unbekannt: {side}. Möglich: {', '.join(SIDES)}", USAGE)
    ags = canonical(ags)
    try:
        bundle = unpacked(file.read_bytes())
    except (NotABundle, OSError) as error:
        stop(f"{file}: {error}", USAGE)
    if bundle.ags != ags:
        stop(f"{file} gehört zu {bundle.ags}, nicht zu {ags}.", USAGE)
    with named(), open_store() as store:
        found = preview(store, bundle, ags)
        _tell(found)
        if show:
            return
        refused = take(store, found, ACTOR, theirs=side == "theirs")
    for one in refused:
        say(f"Nicht übernommen: {one.line.kind} »{one.title}«: {one.reason}")
    left = [] if side == "theirs" else found.of("differs")
    if refused or left or found.of("unreadable") or found.of("foreign"):
        stop("Übernommen, was sich übernehmen ließ; das oben Genannte blieb, wie es hier war.", KEPT)
    say("Übernommen.")


def _tell(found: "Preview") -> None:
    """Say what taking would do: counts, then each record that differs or cannot be taken."""
    counts = [
        ("neu", len(found.of("new"))),
        ("gleich", len(found.of("same"))),
        ("abweichend", len(found.of("differs"))),
        ("nicht lesbar", len(found.of("unreadable"))),
        ("von anderswo", len(found.of("foreign"))),
        ("nur hier, bleibt", found.only_here),
    ]
    out(table(("Stand", "Einträge"), counts))
    for one in found.of("differs"):
        for name, (here, there) in (one.fields or {}).items():
            say(f"Abweichend: {one.line.kind} »{one.title}«, {name}: hier {here} | Datei {there}")
    for one in (*found.of("unreadable"), *found.of("foreign")):
        say(f"Bleibt außen vor: {one.line.kind} »{one.title}«" + (f": {one.reason}" if one.reason else ""))
