"""`refresh` in a process of its own, over the real snapshot: several providers at once, then with one of them broken."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.sources.simulator import Simulator, serve
from tests.sources.simulators.regionalatlas import figures_of
from tests.test_cli import run
from tests.warehouse.country import Atlas, Kreise, Register, births
from zwk_data.catalog import sources
from zwk_data.exhibits import Address, Context, make
from zwk_data.warehouse import Statistics, open_statistics

TABLE = "regio_12411_02_03_4"
ATLAS = "regionalatlas_ai002_1_5"
WANTED = ("gvisys", "eurostat_demo_r_births", ATLAS, TABLE)
HERFORD, KREIS = "05758012", "05758"


@dataclass(frozen=True)
class Providers:
    """Running servers by provider, and the environment that leads a process to them and to a folder of its own."""

    servers: dict[str, Simulator]
    environment: dict[str, str]
    folder: Path

    def refresh(self) -> tuple[int, list[str]]:
        """Run the command; exit code and what it said line by line."""
        words = [word for dataset in WANTED for word in ("--dataset", dataset)]
        done = run("refresh", "--since", "2023", *words, folder=self.folder, **self.environment)
        return done.returncode, done.stdout.decode("utf-8").splitlines()


@pytest.fixture(scope="module")
def providers(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Providers]:
    folder = tmp_path_factory.mktemp("office") / "data"
    shutil.copytree(data_folder, folder)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv("ZWK_DATA_DIR", str(folder))
        with open_statistics(folder) as statistics:
            eurostat = births(statistics)
        servers: dict[str, Simulator] = {
            "gvisys": Register(), "eurostat": eurostat, "regionalatlas": Atlas(), "regio": Kreise(),
        }  # fmt: skip
        for server in servers.values():
            stack.enter_context(serve(server))
        environment = {"NO_PROXY": "127.0.0.1"}
        for server in servers.values():
            environment |= {server.environment: server.url, **server.settings()}
        yield Providers(servers, environment, folder)


def test_one_command_brings_the_figures_of_all_and_a_broken_provider_holds_no_other_back(providers: Providers):
    code, lines = providers.refresh()
    assert code == 0, lines
    assert sorted(line.partition(":")[0] for line in lines) == sorted(WANTED)
    assert all(line.endswith("(Abruf 1)") and "Zeilen übernommen" in line for line in lines)
    with open_statistics(providers.folder) as statistics:
        taken_over(statistics, births_of_herford=2001.0)
        on_the_pages(statistics)

    providers.servers["regionalatlas"].mutate = Atlas.mutations["renamed_column"]
    providers.servers["eurostat"].round = 2  # type: ignore[attr-defined]
    code, lines = providers.refresh()
    said = {line.partition(":")[0]: line.partition(": ")[2] for line in lines}
    assert code == 1 and set(said) == set(WANTED)
    kept = {dataset for dataset, words in said.items() if words.startswith("bisheriger Stand behalten. ")}
    assert kept == {ATLAS}
    assert said["eurostat_demo_r_births"].endswith("Zeilen übernommen (Abruf 2)")
    assert (said["gvisys"], said[TABLE]) == ("unverändert (Abruf 1)",) * 2
    with open_statistics(providers.folder) as statistics:
        taken_over(statistics, births_of_herford=2002.0)
        with_a_reason(statistics)


def taken_over(statistics: Statistics, births_of_herford: float) -> None:
    """What the providers serve is what is read, the kept state of the broken one included."""
    assert value(statistics, "population_total", HERFORD, date(2025, 12, 31)) == 67_460  # real: 67,459 in 2022
    atlas = figures_of("AI002-1-5", HERFORD, 2024)["ai0209"]
    assert value(statistics, "births_per_1000", HERFORD, date(2024, 12, 31)) == pytest.approx(atlas)
    newest = statistics.totals(KREIS, ["live_births"]).query("dataset == 'eurostat_demo_r_births'")
    assert newest["value"].iloc[-1] == births_of_herford
    assert len(statistics.coverage().query("dataset == @TABLE")) == 1


def value(statistics: Statistics, indicator: str, ags: str, day: date) -> float:
    found = statistics.values([indicator], [ags])
    return float(found[found["reference_date"].dt.date == day]["value"].iloc[-1])


def on_the_pages(statistics: Statistics) -> None:
    context = Context(statistics)
    sentence = make(Address.of("data_status"), context).sentence
    assert "31.12.2025 für Gemeinden" in sentence
    loads = make(Address.of("data_status", part="loads"), context)
    assert f"{len(WANTED)} Abrufe" in loads.sentence
    changes = make(Address.of("data_status", part="changes"), context)
    assert len(changes.table) > 0


def with_a_reason(statistics: Statistics) -> None:
    attempts = make(Address.of("data_status", part="attempts"), Context(statistics)).table
    failed = attempts[attempts["failed"]]
    assert failed["title"].tolist() == [sources()[ATLAS].title_de]
    assert failed["result"].str.startswith("nicht übernommen: ").all()
    assert failed["last"].dt.year.tolist() == [2024]  # the kept state
