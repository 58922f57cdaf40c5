"""``role``: who may what, from the command line of the server; the way to the first admin."""

from typing import TYPE_CHECKING, Annotated

import typer

from zwk_data.access import EVERYWHERE, ROLES, Person
from zwk_data.cli.figures import canonical
from zwk_data.cli.messages import KEPT, USAGE, out, say, stop, table
from zwk_data.cli.storing import named

app = typer.Typer(no_args_is_help=True, help="Rollen: vergeben, entziehen, auflisten.")
if TYPE_CHECKING:
    from zwk_data.access.accounts import Account as Known
    from zwk_data.store import Store

OPERATOR = Person("local", "Kommandozeile", {EVERYWHERE: "admin"})  # who can start programs here can read every file

Account = Annotated[str, typer.Argument(help="Konto (konto-…), wie es die Seite Zugang nennt, oder der Name dazu")]
Place = Annotated[str, typer.Option("--ags", help="Gemeindeschlüssel; ohne Angabe überall")]


@app.command()
def grant(
    account: Account,
    role: Annotated[str, typer.Argument(help="reader, editor, decider oder admin")],
    ags: Place = EVERYWHERE,
) -> None:
    """Einem Konto eine Rolle geben; eine andere dort wird ersetzt."""
    from zwk_data.access.roles import LastAdmin, Roles
    from zwk_data.store import open_store

    if role not in ROLES:
        stop(f"Die Rolle »{role}« gibt es nicht. Möglich sind: {', '.join(ROLES)}.", USAGE)
    place = _place(ags)
    with named(), open_store() as store:
        found = _account(store, account)
        try:
            Roles(store, OPERATOR).grant(found, place, role)
        except LastAdmin as error:
            stop(error.reason_de, KEPT)
    say(f"{found} hat nun die Rolle {role} ({_where(ags)}).")


@app.command()
def revoke(account: Account, ags: Place = EVERYWHERE) -> None:
    """Einem Konto die Rolle entziehen."""
    from zwk_data.access.roles import LastAdmin, Roles
    from zwk_data.store import open_store

    place = _place(ags)
    with named(), open_store() as store:
        found = _account(store, account)
        try:
            Roles(store, OPERATOR).revoke(found, place)
        except LastAdmin as error:
            stop(error.reason_de, KEPT)
    say(f"{found} hat keine Rolle mehr ({_where(ags)}).")


@app.command(name="list")
def list_roles(
    account: Annotated[str, typer.Argument(help="nur dieses Konto")] = "",
) -> None:
    """Alle Rollen und Anfragen auflisten."""
    from zwk_data.access.accounts import known
    from zwk_data.access.roles import Roles
    from zwk_data.store import open_store

    with named(), open_store() as store:
        accounts = known(store)
        only = _account(store, account) if account else ""
        held = Roles(store, OPERATOR).everything()
    rows: list[tuple[str, str, str, str]] = [
        (one.account, one.place, one.role, _name(accounts.get(one.account))) for one in held
    ]
    rows += [(one.id, ags, "(angefragt)", one.name) for one in accounts.values() for ags in one.asked]
    out(table(("account", "place", "role", "name"), [row for row in rows if not only or row[0] == only]))


def _name(account: "Known | None") -> str:
    return account.name if account else ""


def _where(ags: str) -> str:
    return "überall" if ags == EVERYWHERE else ags


def _place(ags: str) -> str:
    """Return the canonical key of a municipality: a kreisfreie Stadt has that of its Kreis."""
    return ags if ags == EVERYWHERE else canonical(ags)


def _account(store: "Store", wanted: str) -> str:
    """Return the account of an id, or of a name that exactly one account has."""
    from zwk_data.access.accounts import ACCOUNT, known

    if ACCOUNT.fullmatch(wanted):
        return wanted
    found = [one.id for one in known(store).values() if one.name == wanted]
    if len(found) != 1:
        stop(f"»{wanted}« ist kein Konto (konto- und 20 Zeichen), und kein einzelnes Konto heißt so.", USAGE)
    return found[0]
