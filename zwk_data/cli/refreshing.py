"""The command that asks the providers for new figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zwk_data.cli.figures import FIRST_YEAR, LAST_YEAR
from zwk_data.cli.messages import KEPT, kept_state, opened, out, progress, table, unknown
from zwk_data.warehouse import open_statistics

if TYPE_CHECKING:
    from zwk_data.sources.provider import Outcome, Scope
    from zwk_data.warehouse.live import Refreshed


def refresh(
    providers: Annotated[list[str] | None, typer.Argument(help="Anbieter; ohne Angabe alle")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="nur dieser Datensatz (mehrfach möglich)")] = None,
    since: Annotated[
        int | None,
        typer.Option(
            help="nur Jahre ab diesem; Bewegungen der GENESIS-Tabellen immer ganz", min=FIRST_YEAR, max=LAST_YEAR
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(help="nach so vielen Minuten wird nichts mehr gefragt", min=1)] = 360,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="nur zeigen, was abgerufen würde")] = False,
    from_archive: Annotated[
        Path | None, typer.Option(help="statt abzurufen: Auszug oder Archivordner eines anderen Rechners", exists=True)
    ] = None,
) -> None:
    """Neue Zahlen der Anbieter abrufen, prüfen, archivieren und die Datenbank neu bauen."""
    from zwk_data.warehouse.live import scope_of

    wanted = chosen_datasets(providers or [], dataset or [])
    if from_archive is not None:
        from zwk_data.cli.archive import taken

        tell(taken(from_archive, [one for some in wanted.values() for one in some], may_lack=True))
        return
    with opened() as statistics:
        scope = scope_of(statistics, since)
    if dry_run:
        with kept_state():
            out(table(("Datensatz", "Anfragen", "Zellen höchstens", "zuerst"), planned(wanted, scope)))
        return
    tell(refresh_now(wanted, scope, minutes * 60))


def tell(done: "Refreshed") -> None:
    """Print one line per dataset; ends with code 1 where an old state was kept."""
    out("".join(f"{line(outcome)}\n" for outcome in done.outcomes))
    if done.failed_de and all(outcome.ok for outcome in done.outcomes):
        out(f"Die Datenbank wurde nicht neu veröffentlicht: {done.failed_de}\n")
    if not done.complete:
        raise typer.Exit(KEPT)


def chosen_datasets(providers: Sequence[str], datasets: Sequence[str]) -> dict[str, list[str]]:
    """Return the datasets to load by provider; ends with code 2 where a name is unknown."""
    from zwk_data.warehouse.live import PROVIDERS, datasets_of  # the loading side: only where something is loaded

    for name in providers:
        if name not in PROVIDERS:
            unknown("Anbieter", name, PROVIDERS)
    on_offer = {name: datasets_of(name) for name in PROVIDERS if not providers or name in providers}
    known = [dataset for some in on_offer.values() for dataset in some]
    for name in datasets:
        if name not in known:
            unknown("Datensatz", name, known)
    chosen = {name: [one for one in some if not datasets or one in datasets] for name, some in on_offer.items()}
    return {name: some for name, some in chosen.items() if some}


def planned(wanted: Mapping[str, Sequence[str]], scope: "Scope") -> Iterator[tuple[str, int, str, str]]:
    """Yield per dataset: requests, values at most, and what the first request asks for, or why nothing can be asked.

    Some providers are asked for their catalogue first; one that cannot be reached hides none of the others.
    """
    from zwk_data.sources.errors import ConnectionFailed, SourceError
    from zwk_data.warehouse.live import PROVIDERS, asked

    for provider, datasets in wanted.items():
        unavailable = PROVIDERS[provider].unavailable_de()
        for dataset in datasets:
            reason = unavailable
            try:
                questions = [] if reason else list(asked({provider: [dataset]}, scope))
            except SourceError as error:
                questions, reason = [], error.reason_de
                unavailable = reason if isinstance(error, ConnectionFailed) else unavailable
            cells = sum(question.cells for question in questions)
            first = questions[0].label_de if questions else reason
            yield dataset, len(questions), str(cells or "unbekannt") if questions else "", first


def refresh_now(wanted: Mapping[str, Sequence[str]], scope: "Scope", seconds: float) -> "Refreshed":
    """Ask, archive and publish, with a progress bar; no provider is asked after that time."""
    from zwk_data.sources.http import Client
    from zwk_data.warehouse.live import refresh as run_refresh

    with kept_state(), progress() as bar:
        return run_refresh(
            wanted, scope, lambda: published(bar), lambda name, done, total: bar(name, done / max(total, 1)),
            Client().for_seconds(seconds),
        )  # fmt: skip


def published(bar: Callable[[str, float], None]) -> None:
    """Build and publish with a progress bar, and note what the new loads changed."""
    from zwk_data.warehouse.build import build as build_now
    from zwk_data.warehouse.compared import note_changes

    build_now(report=bar)
    bar("Mit der vorigen Ladung vergleichen", 1.0)
    with open_statistics() as statistics:
        note_changes(statistics)


def line(outcome: "Outcome") -> str:
    """Return what became of one dataset, in one line."""
    if not outcome.ok:
        return f"{outcome.dataset}: bisheriger Stand behalten. {outcome.reason_de}"
    if outcome.unchanged:
        return f"{outcome.dataset}: unverändert (Abruf {outcome.load})"
    return f"{outcome.dataset}: {outcome.rows} Zeilen übernommen (Abruf {outcome.load})"
