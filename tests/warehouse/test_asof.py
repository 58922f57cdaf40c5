"""Earlier states of the figures, and that what was exported from one is the same bytes after a later refresh."""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.render.kinds import ADDRESSES
from tests.warehouse.generations import copied
from ui.share import MIME, content
from zwk_data.exhibits import Address, AddressError, Context, make
from zwk_data.language import GERMAN
from zwk_data.sources.archive import Archive, Download
from zwk_data.sources.eurostat import LAND_OF_NUTS1
from zwk_data.warehouse import NoSuchState, Statistics, asof, open_as_of, open_statistics, states
from zwk_data.warehouse.asof import KEEP, open_around
from zwk_data.warehouse.build import LoadsMissing, build
from zwk_data.warehouse.paths import archive_folder
from zwk_data.warehouse.publish import publish_state, whole_state

BIRTHS = "eurostat_demo_r_births"
EMBEDDED, FIRST, SECOND = date(2026, 11, 22), date(2026, 11, 24), date(2026, 12, 1)
EXPORTED = {
    **{chart: ADDRESSES[chart] for chart in ("line", "map", "tiles", "table", "pyramid") if chart in ADDRESSES},
    "births": "time_series?ags=05758,05&indicator=births",
    "status": "data_status", "loads": "data_status?part=loads",
}  # fmt: skip


def table_of(statistics: Statistics, plus: int) -> bytes:
    """Eurostat's table of births with the embedded figures of 2020 and, made up, ``plus`` more births in Herford."""
    rows = statistics.frame(
        "SELECT ags, reference_date, value FROM current_observation WHERE dataset = $dataset"
        " AND reference_date IN ('2019-12-31', '2020-12-31')", dataset=BIRTHS,
    )  # fmt: skip
    known = {(row["ags"], row["reference_date"].year): int(row["value"]) for row in rows.to_dict("records")}
    codes = {"DE": "DG", **LAND_OF_NUTS1}
    kreise = {place.nuts3: place.ags for place in statistics.places if place.level == "kreis" and place.current}
    lines = ["freq,unit,geo\\TIME_PERIOD\t2019 \t2020 "]
    for code, ags in {**codes, **kreise}.items():
        more = plus if ags == "05758" else 0
        lines.append(f"A,NR,{code}\t{known[ags, 2019]} \t{known[ags, 2020] + more} ")
    return "\n".join([*lines, ""]).encode()


def taken(folder: Path, body: bytes, day: date) -> None:
    """Accept a table as the load of a day, as a refresh does."""
    archive = Archive(archive_folder(folder))
    moment = datetime(day.year, day.month, day.day, 23, 30, tzinfo=UTC)
    answer = Download(BIRTHS, "https://x.example/data", (), body, "text/plain", moment, moment)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("zwk_data.sources.archive.now", lambda: moment)
        archive.accept(BIRTHS, [archive.keep(answer, 1)], f"{day}")


def exports(current: Statistics, day: date, folder: Path) -> dict[tuple[str, str], bytes]:
    """CSV, XLSX and PNG of several kinds for one state."""
    with open_as_of(current, day, folder=folder) as data:
        made = {name: make(Address.parse(text).at(day), Context(data)) for name, text in EXPORTED.items()}
        reader = SimpleNamespace(language=GERMAN)
        return {(name, ending): content(found, reader, ending) for name, found in made.items() for ending in MIME}


@pytest.fixture(scope="module")
def history(data_folder, statistics, tmp_path_factory) -> Iterator[SimpleNamespace]:
    """Two refreshes after the embedded snapshot, with what was exported for the first one before the second came."""
    folder = copied(data_folder, statistics, tmp_path_factory.mktemp("history") / "data")
    taken(folder, table_of(statistics, 100), FIRST)
    build(folder)
    with open_statistics(folder) as then:
        before = exports(then, FIRST, folder)
    taken(folder, table_of(statistics, 500), SECOND)
    build(folder)
    with open_statistics(folder) as now:
        yield SimpleNamespace(folder=folder, now=now, before=before)


def births(data: Statistics) -> float:
    rows = data.totals("05758", ["live_births"])
    return float(rows[(rows["reference_date"] == "2020-12-31") & (rows["dataset"] == BIRTHS)]["value"].iloc[0])


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "asof").glob("*.duckdb"))


def test_an_export_of_a_state_is_the_same_bytes_after_a_later_refresh(history):
    after = exports(history.now, FIRST, history.folder)
    assert len(after) == 3 * len(EXPORTED) >= 18
    assert [name for name in after if after[name] != history.before[name]] == []
    newest = exports(history.now, SECOND, history.folder)
    assert newest["births", "csv"] != after["births", "csv"]
    assert "24.11.2026" in after["births", "csv"].decode("utf-8-sig")


def test_a_state_holds_the_loads_up_to_its_day_and_the_embedded_figures(history, statistics):
    embedded = births(statistics)
    found = {}
    for day in (EMBEDDED, date(2026, 11, 23), FIRST, date(2026, 11, 30), SECOND):
        with open_as_of(history.now, day, folder=history.folder) as data:
            assert data.as_of == day
            found[day.day] = births(data) - embedded
            assert set(data.loads()["dataset"]) == set(statistics.loads()["dataset"])
    assert found == {22: 0, 23: 0, 24: 100, 30: 100, 1: 500}


def test_days_with_the_same_loads_share_one_file_and_the_newest_state_needs_none(history):
    for day in (EMBEDDED, date(2026, 11, 23), FIRST, date(2026, 11, 30), SECOND):
        open_as_of(history.now, day, folder=history.folder).close()
    assert len(files(history.folder)) == 2


def test_the_days_on_which_loads_came_in_are_named_newest_first(history):
    assert states(history.now) == [SECOND, FIRST, EMBEDDED]


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2100, 1, 1)])
def test_before_the_first_figures_and_in_the_future_there_is_no_state(history, day):
    with pytest.raises(NoSuchState, match="gibt es keinen Datenstand. Möglich ist ein Tag vom 22.11.2026"):
        open_as_of(history.now, day, folder=history.folder)


def test_a_clock_set_back_cannot_change_a_state_that_was_shown(monkeypatch):
    """The third load bears the day of the first one, but came after the second: it counts from that one's day on."""
    days = {"@snapshot": EMBEDDED, "@1": FIRST, "@2": SECOND, "@3": FIRST}
    loads = [
        {"load_id": f"d{name}", "dataset": "d", "seq": seq, "sha256": "", "parser_version": 1,
         "retrieved_at": "2026-11-01T00:00:00+00:00", "accepted_at": f"{day}T23:59:59+00:00"}
        for seq, (name, day) in enumerate(days.items())
    ]  # fmt: skip
    asked: list[frozenset[str]] = []
    monkeypatch.setattr(asof, "_built", lambda where, key, known, *rest: asked.append(known) or 1 / 0)
    data = SimpleNamespace(every_load=loads, dated=lambda day: "current", generation=SimpleNamespace(own=""))
    for day in (EMBEDDED, FIRST):
        with pytest.raises(ZeroDivisionError):
            open_as_of(data, day)
    assert asked == [frozenset({"d@snapshot"}), frozenset({"d@snapshot", "d@1"})]
    assert open_as_of(data, SECOND) == "current"
    assert states(data) == [SECOND, FIRST, EMBEDDED]


def states_of(*days: str) -> SimpleNamespace:
    """Loads of one dataset that were retrieved long ago, and accepted on some days; the first one is embedded."""
    loads = [
        {"load_id": f"d@{seq or 'snapshot'}", "dataset": "d", "seq": seq, "sha256": "",
         "parser_version": 1, "retrieved_at": "2026-01-01", "accepted_at": day}
        for seq, day in enumerate(days)
    ]  # fmt: skip
    return SimpleNamespace(every_load=loads, generation=SimpleNamespace(own=""), dated=lambda day: f"current {day}")


def test_a_load_counts_from_the_day_it_became_known_here(monkeypatch):
    monkeypatch.setattr(asof, "_built", lambda where, key, known, *rest: 1 / 0)
    data = states_of("2026-01-01", "2026-03-10T10:00:00+00:00")
    with pytest.raises(ZeroDivisionError):
        open_as_of(data, date(2026, 3, 9))
    assert open_as_of(data, date(2026, 3, 10)) == "current 2026-03-10"


def test_a_clock_that_was_years_ahead_once_hides_no_load():
    came_in = asof._came_in(states_of("2026-01-01", "2036-11-22T10:00:00+00:00", "2026-03-01", "2026-03-05"))
    assert [str(day) for day in came_in.values()] == ["2026-01-01", "2026-03-01", "2026-03-01", "2026-03-05"]
    today = datetime.now(UTC).date()
    assert asof._came_in(states_of("2026-01-01", "2999-11-22T10:00:00+00:00"))["d@1"] <= max(today, date(2026, 1, 1))


def test_the_states_around_a_load_differ_by_it_alone(monkeypatch):
    data = states_of("2026-01-01", "2026-03-01T10:00:00+00:00", "2026-03-01T12:00:00+00:00", "2026-04-01")
    data.every_load[2] |= {"load_id": "e@1", "dataset": "e", "seq": 1}
    asked: list[list[str]] = []
    made = SimpleNamespace(file="x")
    monkeypatch.setattr(asof, "_built", lambda where, key, known, *rest: asked.append(sorted(known)) or made)
    monkeypatch.setattr(asof, "Statistics", lambda path, generation: SimpleNamespace())
    before, after = open_around(data, "e@1")
    assert asked == [["d@1", "d@snapshot"], ["d@1", "d@snapshot", "e@1"]]
    assert before.as_of == after.as_of == date(2026, 3, 1)
    assert open_around(data, "d@3")[1] == "current 2026-04-01"
    with pytest.raises(KeyError):
        open_around(data, "d@9")
    with pytest.raises(NoSuchState):
        open_around(data, "d@snapshot")


def test_a_damaged_state_is_built_anew(history):
    with open_as_of(history.now, FIRST, folder=history.folder) as data:
        path, wanted = history.folder / "asof" / data.generation.file, births(data)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    with open_as_of(history.now, FIRST, folder=history.folder) as data:
        assert births(data) == wanted


def test_a_state_whose_files_are_gone_from_the_archive_is_not_built_from_the_rest(history, monkeypatch):
    listed = archive_folder(history.folder) / "loads" / BIRTHS / "000001.json"
    hidden = listed.with_suffix(".hidden")
    for name in files(history.folder):
        (history.folder / "asof" / name).unlink()
    listed.rename(hidden)
    try:
        with pytest.raises(LoadsMissing, match=f"{BIRTHS}@1"):
            open_as_of(history.now, FIRST, folder=history.folder)
    finally:
        hidden.rename(listed)
    assert list((history.folder / "asof").glob(".build-*")) == []


def test_of_the_states_the_last_used_ones_are_kept(tmp_path):
    keys = [f"{number:032x}" for number in range(KEEP + 2)]

    def write(path: Path) -> dict[str, int]:
        path.write_bytes(b"state")
        return {}

    for number, key in enumerate(keys):
        publish_state(tmp_path, key, write, "", KEEP)
        os.utime(tmp_path / f"{key}.json", ns=(number, number))
        assert whole_state(tmp_path, keys[0])  # used again and again
    kept = [key for key in keys if (tmp_path / f"{key}.duckdb").exists()]
    assert kept == [keys[0], *keys[3:]]
    assert [path.name for path in tmp_path.glob(".build-*")] == []


def test_an_exhibit_says_its_state_in_address_and_note_and_is_made_from_no_other(history):
    address = Address.parse("time_series?ags=05758&indicator=births")
    with open_as_of(history.now, FIRST, folder=history.folder) as data:
        made = make(address.at(FIRST), Context(data))
        assert str(made.address) == "time_series?ags=05758&as_of=2026-11-24&indicator=births"
        assert any("Datenstand vom 24.11.2026" in note.text for note in made.notes)
        assert make(address, Context(data)).address == made.address
    assert make(address, Context(history.now)).address == address
    with pytest.raises(AddressError, match="Der Datenstand vom 24.11.2026 ist hier nicht geöffnet"):
        make(address.at(FIRST), Context(history.now))
    for wrong in ("quatsch", "20261124", "2026-11-24T00:00:00", "2026-13-01"):
        with pytest.raises(AddressError, match="ist kein Datum"):
            make(Address.parse(f"{address}&as_of={wrong}"), Context(history.now))
