"""The page Datenstand: what it shows of attempts and changes, and who may start a refresh from it."""

import json
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages import opened
from zwk_data.catalog import sources
from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.data_changes import changes_part
from zwk_data.warehouse import Statistics
from zwk_data.warehouse.progress import Result, told

PAGE = "pages/data/status.py"
BIRTHS = "eurostat_demo_r_births"
REASON = "Die Quelle war nicht erreichbar oder die Verbindung brach ab."


@pytest.fixture
def own(data_folder: Path, statistics: Statistics, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build folder of its own; its archive knows one failed and one good attempt."""
    for name in ("CURRENT.json", statistics.generation.file):
        shutil.copyfile(data_folder / name, tmp_path / name)
    monkeypatch.setenv("ZWK_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("ZWK_ACCESS", raising=False)
    folder = tmp_path / "archive" / "attempts"
    folder.mkdir(parents=True)
    for dataset, ok in ((BIRTHS, False), ("eurostat_demo_r_deaths", True)):
        note = {"dataset": dataset, "at": "2026-11-20T08:00:00+00:00", "ok": ok, "reason_de": "" if ok else REASON,
                "detail": "GET https://secret.example.invalid/key"}  # fmt: skip
        (folder / f"{dataset}.json").write_text(json.dumps(note), encoding="utf-8")
    return tmp_path


def buttons(page: AppTest) -> dict[str, bool]:
    return {button.label: button.disabled for button in page.button}


def words(page: AppTest) -> str:
    return "\n".join(
        str(getattr(element, "value", "")) for element in (*page.markdown, *page.caption, *page.warning, *page.error)
    )


def test_nobody_may_start_a_refresh_unless_it_is_allowed(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(PAGE)
    assert not page.exception
    assert "Zahlen jetzt abrufen" not in buttons(page)
    monkeypatch.setenv("ZWK_ACCESS", "local")
    assert buttons(opened(PAGE))["Zahlen jetzt abrufen"] is False


def test_while_a_refresh_runs_nobody_can_start_another(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZWK_ACCESS", "local")
    with told(own / "archive") as writer:
        writer.step(BIRTHS, 3, 16)
        page = opened(PAGE)
        writer.end([Result(BIRTHS, False, reason_de=REASON)], "")
    assert buttons(page)["Zahlen jetzt abrufen"] is True
    assert "Ein Abruf läuft" in words(page)
    after = opened(PAGE)
    assert buttons(after)["Zahlen jetzt abrufen"] is False
    assert "bisheriger Stand behalten. Die Quelle war nicht erreichbar" in words(after)


def test_a_reason_that_holds_for_many_datasets_is_told_once(own: Path) -> None:
    family = [name for name in sources() if name.startswith("regio_")]
    with told(own / "archive") as writer:
        writer.end([Result(name, False, reason_de=REASON) for name in family] + [Result(BIRTHS, True, rows=1)], "")
    said = words(opened(PAGE))
    assert said.count(REASON) == 1 and f"und {len(family) - 3} weitere: bisheriger Stand behalten" in said
    assert sources()[family[0]].title_de in said and "1 Zeilen übernommen" in said


def test_attempts_on_what_never_had_figures_are_listed_with_the_others(own: Path) -> None:
    """However many there are, each reason can be read whole."""
    for name in sources():
        note = {"dataset": name, "at": "2026-11-30T08:00:00+00:00", "ok": False, "reason_de": REASON, "detail": ""}
        (own / "archive" / "attempts" / f"{name}.json").write_text(json.dumps(note), encoding="utf-8")
    page = opened(PAGE, part="attempts")
    assert not page.exception and not page.error
    [drawn] = [one.proto.body for one in page.get("html") if "<table" in one.proto.body]
    assert drawn.count(REASON) == len(sources())


def test_a_long_table_may_lack_dates() -> None:
    def script() -> None:
        import pandas as pd

        from ui.card import table
        from zwk_data.exhibits.exhibit import Column
        from zwk_data.language import GERMAN

        rows = pd.DataFrame({"day": [pd.Timestamp("2024-12-31"), pd.NaT] * 100, "count": range(200)})
        table(rows, (Column("day", "Tag"), Column("count", "Zahl", decimals=0)), GERMAN, alt="")

    page = AppTest.from_function(script).run()
    assert not page.exception
    assert page.dataframe[0].value["day"].tolist()[:2] == ["31.12.2024", ""]


def test_the_newest_attempt_stands_above_older_ones_of_other_months(own: Path, statistics: Statistics) -> None:
    for dataset, at in ((BIRTHS, "2026-12-01"), ("eurostat_demo_r_deaths", "2026-11-30")):
        note = {"dataset": dataset, "at": f"{at}T08:00:00+00:00", "ok": False, "reason_de": REASON, "detail": ""}
        (own / "archive" / "attempts" / f"{dataset}.json").write_text(json.dumps(note), encoding="utf-8")
    table = make(Address.of("data_status", part="attempts"), Context(statistics)).table
    assert table["tried"].tolist()[:2] == ["01.12.2026", "30.11.2026"]


def test_attempts_name_the_reason_but_neither_address_nor_detail(own: Path, statistics: Statistics) -> None:
    exhibit = make(Address.of("data_status", part="attempts", today="2026-11-25", seen="x1"), Context(statistics))
    first = exhibit.table.iloc[0]
    assert (first["tried"], first["result"]) == ("20.11.2026", f"nicht übernommen: {REASON}")
    assert exhibit.sentence.startswith("Bei 1 von 2 versuchten Datensätzen")
    assert "gelungen" in exhibit.table["result"].tolist()
    page = opened(PAGE, part="attempts")
    assert not page.exception
    shown = words(page) + str([element.proto for element in page.main])
    assert "example.invalid" not in shown


def test_the_age_of_the_figures_is_told_in_days_and_then_in_months(own: Path, statistics: Statistics) -> None:
    ages = {}
    for today in ("2026-11-22", "2028-11-22"):
        table = make(Address.of("data_status", part="attempts", today=today), Context(statistics)).table
        ages[today] = table["age"].iloc[0]
    assert ages["2028-11-22"].endswith("Monate")
    assert ages["2026-11-22"] != ages["2028-11-22"]


def test_changes_of_the_newest_load_are_told_in_words(own: Path, statistics: Statistics) -> None:
    assert len(changes_part(Context(statistics))[0]) == 0
    row = {
        "class": "revision", "measure": "live_births", "ags": "05758", "reference_date": "2021-12-31", "sex": "t",
        "age_set": "total", "age_from": 0, "age_to": None, "basis": "census2011", "old_value": 2368.0,
        "new_value": 2410.0, "size": 42.0, "percent": 1.7736,
    }  # fmt: skip
    folder = own / "archive" / "changes" / BIRTHS
    folder.mkdir(parents=True)
    short = {
        "old": f"{BIRTHS}@1",
        "new": f"{BIRTHS}@2",
        "classes": [{"name": "revision", "count": 3, "biggest": [row]}],
    }
    (folder / "2.json").write_text(json.dumps(short), encoding="utf-8")
    exhibit = make(Address.of("data_status", part="changes"), Context(with_loads(statistics)))
    line = exhibit.table.iloc[0]
    assert (line["kind"], line["count"]) == ("Revision", 3)
    assert line["biggest"] == "Kreis Herford, 31.12.2021, Lebendgeborene: 2.368 → 2.410 (+1,8 %)"
    assert "3 Werte wurden revidiert" in exhibit.sentence


def with_loads(statistics: Statistics) -> Statistics:
    """The same figures, as if two loads of one dataset had come in."""
    from copy import copy

    import pandas as pd

    other, loads = copy(statistics), statistics.loads()
    known = loads[loads["dataset"] == BIRTHS].iloc[0]
    more = [{**known, "load_id": f"{BIRTHS}@{seq}", "seq": seq} for seq in (1, 2)]
    every = pd.concat([loads, pd.DataFrame(more)]).sort_values(["dataset", "seq"], ascending=[True, False])
    other.loads = lambda: every  # type: ignore[method-assign]
    for kept in ("newest_loads", "every_load"):
        other.__dict__.pop(kept, None)
    return other


@pytest.mark.parametrize("bad", [{"seen": "<x>"}, {"today": "gestern"}, {"part": "all"}])
def test_what_does_not_belong_into_the_address_is_refused(statistics: Statistics, bad: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="»"):
        make(Address.of("data_status", **bad), Context(statistics))


def test_a_refresh_that_was_killed_is_named_as_interrupted(own: Path) -> None:
    import os
    import time

    with told(own / "archive") as writer:
        writer.step(BIRTHS, 3, 16)
        silent = time.time() - 60
        half = (own / "archive" / "refresh.json").read_bytes()
    (own / "archive" / "refresh.json").write_bytes(half)
    os.utime(own / "archive" / "refresh.json", (silent, silent))
    assert "Der letzte Abruf wurde unterbrochen" in words(opened(PAGE))


def test_a_child_that_died_before_it_could_tell_anything_is_a_failed_start() -> None:
    import subprocess
    import sys

    from ui.refreshing import Child
    from zwk_data.warehouse.progress import Progress

    process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    process.wait()
    child = Child(process, "2026-11-22T10:00:00+00:00")
    assert child.failed(None)
    assert child.failed(Progress("2026-11-22T09:00:00+00:00"))
    assert not child.failed(Progress("2026-11-22T10:00:01+00:00"))
