import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.sources.simulator import plain, redirect, serve
from tests.sources.simulators.genesis import (
    CITIES,
    DISSOLVED,
    DISTRICT,
    GEMEINDEN,
    KREISE,
    LAST,
    PASSWORD,
    TOKEN,
    USER,
    Destatis,
    Genesis,
    Regio,
    Zensus,
    column,
    edited,
    packed,
)
from zwk_data.sources import destatis_api, ffcsv, genesis, regio_api, zensus, zensus_api
from zwk_data.sources.archive import Archive
from zwk_data.sources.errors import (
    EmptyAnswer,
    ExtractionTooBig,
    ForeignRedirect,
    Incomplete,
    NoAccess,
    ServiceError,
    StillPreparing,
    Unavailable,
)
from zwk_data.sources.genesis_account import Account, account
from zwk_data.sources.genesis_tidy import age_of, day_of, place_of, tidy
from zwk_data.sources.http import Client, Limits
from zwk_data.sources.provider import Question, Scope
from zwk_data.sources.refresh import refresh_one, tidy_of
from zwk_data.sources.rows import Row, to_table

BY_AGE, OF_GEMEINDEN = "regio_12411_02_03_4", "regio_12411_02_03_5"
VARIABLES = [f"ZWK_{name}_{part}" for name in ("REGIO", "DESTATIS", "ZENSUS") for part in ("USER", "PASSWORD", "TOKEN")]


@pytest.fixture(autouse=True)
def nobody_is_signed_in(monkeypatch):
    for name in (*VARIABLES, "ZWK_SECRETS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def running(monkeypatch):
    @contextmanager
    def run(simulator: Genesis, *, signed_in: bool = True) -> Iterator[Genesis]:
        with serve(simulator) as server:
            monkeypatch.setenv(simulator.environment, server.url)
            for name, value in simulator.settings().items() if signed_in else ():
                monkeypatch.setenv(name, value)
            yield server

    return run


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(waits):
    return Client(Limits(total=20, tries=2), sleep=waits.append, jitter=lambda: 0)


def refreshed(server, folder: Path, client, dataset=None, scope=None):
    archive, name = Archive(folder), dataset or server.datasets[0]
    outcome = refresh_one(server.provider, name, archive, scope or server.scope(), client)
    load = archive.last(name)
    table = pq.read_table(tidy_of(server.provider, load, archive, scope or server.scope())) if load else None
    return outcome, table


def value(table, **where):
    found = [row for row in table.to_pylist() if all(row[name] == wanted for name, wanted in where.items())]
    assert len(found) == 1, found[:3]
    return found[0]["value"]


def asked(server, method):
    return [one for one in server.asked if one.path.endswith(method)]


# --- codes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "group"),
    [
        ("", ("total", 0, None)), ("INSGESAMT", ("total", 0, None)), ("ALT000B03", ("", 0, 2)),
        ("ALT065B75", ("", 65, 74)), ("ALT075UM", ("", 75, None)), ("ALT020", ("", 20, 20)), ("ALT000", ("", 0, 0)),
        ("ALTUNB", None), ("ALT030B039", None), ("ALT030B20", None),
    ],
)  # fmt: skip
def test_ages_are_read_from_their_codes(code, group):
    assert age_of(code) == group


@pytest.mark.parametrize(
    ("variable", "code", "ags"),
    [
        ("KREISE", "05758", "05758"), ("KREISE", "02", "02000"), ("KREISE", "02000", "02000"), ("KREISE", "11", "11000"),
        ("KREISE", DISTRICT, None), ("KREISF", "05911", "05911"), ("KREISF", "05911000", "05911"),
        ("GEMEIN", "05758012", "05758012"), ("GEMEIN", "02000000", "02000"), ("GEMEIN", "05911", "05911"),
        ("GEOGM4", "073355011022", "07335022"), ("GEOGM4", "020000000000", "02000"), ("DLAND", "05", "05"),
        ("DINSG", "DG", "DG"),
    ],
)  # fmt: skip
def test_places_are_read_from_variable_and_code(variable, code, ags):
    assert place_of(variable, code) == ags


@pytest.mark.parametrize(
    ("variable", "code"), [("KREISE", "5758"), ("GEMEIN", "1051001"), ("DLAND", "1"), ("GEMEIN", "05")]
)
def test_a_key_that_lost_its_zero_is_refused(variable, code):
    with pytest.raises(Exception, match="key of a place|GEMEIN"):
        place_of(variable, code)


def test_a_year_is_its_last_day_and_nothing_else_is_a_time():
    assert day_of("2023", stock=False) == day_of("2023-12-31", stock=True) == date(2023, 12, 31)
    for text, stock in (("2023", True), ("2023-10P6M", False), ("2023-06-30", False), ("31.12.2023", True)):
        with pytest.raises(ValueError):
            day_of(text, stock=stock)


# --- good answers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("simulator", [Regio, Destatis, Zensus])
def test_every_table_of_a_database_is_accepted(running, simulator, tmp_path, client):
    with running(simulator()) as server:
        for dataset in server.datasets:
            outcome, table = refreshed(server, tmp_path, client, dataset)
            assert outcome.ok, (dataset, outcome)
            assert table.num_rows == outcome.rows > 0
            assert refreshed(server, tmp_path, client, dataset)[0].unchanged
    assert set(simulator.provider.datasets()) == set(simulator.datasets)


def test_kreise_keep_their_figures_and_lander_are_their_sums(running, tmp_path, client):
    with running(Regio()) as server:
        _, table = refreshed(server, tmp_path, client)
    last, key = date(LAST, 12, 31), "05052"
    assert value(table, ags=key, reference_date=last, sex="t", age_set="total") == KREISE[key]
    groups = [
        r
        for r in table.to_pylist()
        if r["ags"] == key and r["reference_date"] == last and r["sex"] == "f" and r["age_set"] == "rdb17"
    ]
    assert sum(r["value"] for r in groups) == KREISE[key] - KREISE[key] // 2
    assert {(r["age_from"], r["age_to"]) for r in groups} >= {(0, 2), (65, 74), (75, None)}
    assert value(table, ags="DG", reference_date=last, sex="t", age_set="total") == sum((KREISE | CITIES).values())
    assert value(table, ags="02", reference_date=last, sex="t", age_set="total") == CITIES["02000"]


def test_dissolved_kreise_and_parts_of_kreise_are_left_out_and_counted(running, tmp_path, client):
    with running(Regio()) as server:
        outcome, table = refreshed(server, tmp_path, client, "regio_12411_01_01_4")
    assert not {DISSOLVED, DISTRICT} & set(table["ags"].to_pylist())
    assert outcome.notes == {"dissolved_places": 1, "parts_of_kreise": 1}


def test_gemeinden_and_cities_that_are_a_kreis_have_canonical_keys(running, tmp_path, client):
    with running(Regio()) as server:
        _, table = refreshed(server, tmp_path, client, OF_GEMEINDEN)
    assert set(table["ags"].to_pylist()) == {*GEMEINDEN, *CITIES}
    assert (
        value(table, ags="01051002", reference_date=date(LAST, 12, 31), sex="t", age_set="total")
        == GEMEINDEN["01051002"]
    )


def test_moves_over_borders_of_gemeinden_and_of_kreise_are_never_one_measure(running, tmp_path, client):
    with running(Regio()) as server:
        _, inside = refreshed(server, tmp_path, client, "regio_12711_01_03_4")
        _, across = refreshed(server, tmp_path, client, "regio_12711_04_02_4")
    assert set(inside["measure"].to_pylist()) == {"in_migration", "out_migration"}
    assert set(across["measure"].to_pylist()) == {"in_migration_across_kreise", "out_migration_across_kreise"}


def test_the_census_is_read_as_the_embedded_file_of_it_is(running, tmp_path, client):
    with running(Zensus()) as server:
        _, table = refreshed(server, tmp_path, client)
        text = server.text({"name": "1000A-0000"})
    embedded = zensus.parse(text.encode()).replace_schema_metadata()
    assert table.equals(embedded)


def test_figures_carry_the_basis_of_their_date(running, tmp_path, client):
    with running(Regio()) as server:
        _, table = refreshed(server, tmp_path, client)
    bases = {row["reference_date"].year: row["basis"] for row in table.to_pylist()}
    assert bases == {2019: "census2011", 2020: "census2011", 2021: "census2011", 2022: "census2022", 2023: "census2022"}


# --- what "-" means --------------------------------------------------------------------------------------------------


def test_nothing_is_zero_in_a_place_with_inhabitants_and_no_figure_elsewhere(running, tmp_path, client):
    def edit(header, rows):
        key, age, at = (
            header.index(name) for name in ("1_variable_attribute_code", "3_variable_attribute_code", "value")
        )
        for line in rows:
            if line[key] == "01051001" and line[age] == "ALT000B03":
                line[at] = "-"
            if line[key] == "01051002":
                line[at] = "-"
        return header, rows

    with running(Regio()) as server:
        scope = server.scope()
        body = server.tablefile(_form("12411-02-03-5", 2023)).body
    path = tmp_path / "flat.zip"
    path.write_bytes(edited(edit)(body))
    with ffcsv.opened(path) as stream:
        table = tidy(ffcsv.read(iter([stream])), regio_api.TABLES[OF_GEMEINDEN], OF_GEMEINDEN, scope, 2023)
    zero = value(table, ags="01051001", sex="f", age_from=0, age_to=2)
    none = [row for row in table.to_pylist() if row["ags"] == "01051002"]
    assert zero == 0
    assert {(row["value"], row["status"]) for row in none} == {(None, "not_available")}


def test_a_year_without_a_birth_is_zero_after_the_first_birth_and_unknown_before(running, tmp_path, client):
    with running(Regio()) as server:
        server.mutate = edited(lambda header, rows: (header, [_without_birth(header, line) for line in rows]))
        _, table = refreshed(server, tmp_path, client, "regio_12612_91_01_5")
    by_year = {r["reference_date"].year: (r["value"], r["status"]) for r in table.to_pylist() if r["ags"] == "01051001"}
    assert by_year[2019] == (None, "not_available")
    assert by_year[2020][1] == "ok"
    assert by_year[2020][0] > 0
    assert by_year[2022] == (0, "ok")


def test_fewer_years_asked_for_give_the_same_figures_of_these_years(running, tmp_path, client):
    with running(Regio()) as server:
        server.mutate = edited(lambda header, rows: (header, [_without_birth(header, line) for line in rows]))
        for dataset in ("regio_12612_91_01_5", "regio_12411_01_01_5"):
            _, whole = refreshed(server, tmp_path / "whole", client, dataset)
            _, recent = refreshed(server, tmp_path / "since", client, dataset, _since(server.scope(), 2022))
            found = {(r["ags"], r["reference_date"], r["sex"]): (r["value"], r["status"]) for r in recent.to_pylist()}
            rows = [r for r in whole.to_pylist() if r["reference_date"].year >= 2022]
            assert {k: v for k, v in found.items() if k[1].year >= 2022} == {
                (r["ags"], r["reference_date"], r["sex"]): (r["value"], r["status"]) for r in rows
            }
            assert (min(k[1].year for k in found) == 2022) == dataset.startswith("regio_12411")


def _without_birth(header, line):
    if line[header.index("1_variable_attribute_code")] == "01051001" and line[header.index("time")] in ("2019", "2022"):
        line[header.index("value")] = "-"
    return line


def _form(code, year):
    from tests.sources.simulator import Asked

    params = dict(genesis.parameters(code, (year, year), ""))
    return Asked("POST", "/data/tablefile", {}, {name: [text] for name, text in params.items()}, b"", {})


def test_a_secret_part_makes_the_sum_secret(running, tmp_path, client):
    def edit(header, rows):
        key, at = header.index("1_variable_attribute_code"), header.index("value")
        return header, [[*line[:at], ".", *line[at + 1 :]] if line[key] == "05051" else line for line in rows]

    with running(Regio()) as server:
        server.mutate = edited(edit)
        outcome, table = refreshed(server, tmp_path, client, "regio_12612_01_01_4")
    assert outcome.ok, outcome
    found = {r["ags"]: r["status"] for r in table.to_pylist() if r["sex"] == "t" and r["reference_date"].year == LAST}
    assert (found["05051"], found["05"], found["DG"], found["01"]) == ("secret", "secret", "secret", "computed")


def _lacking(*lost):
    """Mutation: rows whose key begins with the first and whose other cells hold all the others are gone."""
    prefix, *cells = lost

    def edit(header, rows):
        key = header.index("1_variable_attribute_code")
        gone = [line for line in rows if line[key].startswith(prefix) and all(cell in line for cell in cells)]
        assert gone
        return header, [line for line in rows if line not in gone]

    return edited(edit)


def sums(table, year, sex="t"):
    return {
        r["ags"]: (r["value"], r["status"])
        for r in table.to_pylist()
        if len(r["ags"]) == 2 and r["reference_date"].year == year and r["sex"] == sex
    }


def read_without(server, folder, dataset, *lost):
    """The observations of an answer for the last year that lacks rows, before any check."""
    table = regio_api.TABLES[dataset]
    path = folder / "flat.zip"
    path.write_bytes(_lacking(*lost)(server.tablefile(_form(table.code, LAST)).body))
    with ffcsv.opened(path) as stream:
        return tidy(ffcsv.read(iter([stream])), table, dataset, server.scope(), LAST)


@pytest.mark.parametrize("lost", [("05051",), ("05051", "GESM")])
def test_a_sum_that_lacks_the_row_of_a_kreis_is_left_out(running, tmp_path, lost):
    with running(Regio()) as server:
        table = read_without(server, tmp_path, "regio_12411_01_01_4", *lost)
    found = sums(table, LAST, "m")
    assert len(found) == 15
    assert not {"05", "DG"} & set(found)
    assert found["01"][1] == "computed"
    assert ("DG" in sums(table, LAST)) == (len(lost) == 2)  # men alone are lacking: both sexes together are there


def test_germany_is_the_sum_of_all_sixteen_lander_or_of_nothing(running, tmp_path):
    with running(Regio()) as server:
        server.places = {key: n for key, n in server.places.items() if not key.startswith("10")}
        table = read_without(server, tmp_path, "regio_12411_01_01_4", "01051")
        assert set(sums(table, LAST)) == {f"{n:02d}" for n in range(2, 17)} - {"10"}
    with running(Regio()) as server:
        server.places = {key: n for key, n in server.places.items() if not key.startswith("10")}
        whole = read_without(server, tmp_path, "regio_12411_01_01_4", DISTRICT)
    assert set(sums(whole, LAST)) == {f"{n:02d}" for n in range(1, 17)} - {"10"}


@pytest.mark.parametrize("lost", ["03152", ""])
def test_a_kreis_formed_later_is_in_the_sum_by_all_it_was_formed_of_or_the_sum_is_left_out(running, tmp_path, lost):
    places = {**KREISE, **CITIES, "03152": 30_000, "03156": 10_000}  # Göttingen and Osterode until 2016
    with running(Regio(places)) as server:
        scope = server.scope()
        level = {key: name for key, name in scope.level_of.items() if key not in ("03152", "03156")}
        scope = replace(scope, level_of=level | {"03159": "kreis"}, current=frozenset({*level, "03159"}))
        text = server.text(dict(genesis.parameters("12411-01-01-4", (LAST, LAST), "")))
    lines = [
        line for line in text.replace(f"{LAST}-12-31", "2015-12-31").splitlines() if f";{lost or '-'};" not in line
    ]
    path = tmp_path / "flat.zip"
    path.write_bytes(packed("x_flat.csv", "\n".join(lines) + "\n"))
    with ffcsv.opened(path) as stream:
        table = tidy(
            ffcsv.read(iter([stream])), regio_api.TABLES["regio_12411_01_01_4"], "regio_12411_01_01_4", scope, LAST
        )
    found = sums(table, 2015)
    assert ("DG" in found, "03" in found) == (not lost,) * 2
    assert lost or found["03"] == (40_000 + CITIES["03099"], "computed")


def test_kreise_without_a_figure_are_refused_when_they_are_more_than_a_handful():
    kreise = [f"{number:05d}" for number in range(1001, 1401)]
    scope = Scope({}, dict.fromkeys(kreise, "kreis"), frozenset(kreise))
    table = regio_api.TABLES["regio_12411_01_01_4"]

    def observed(without):
        day = date(2015, 12, 31)
        return to_table(
            Row("x", "population", ags, day, "t", "total", 0, None, "census2011", None, "not_available")
            if ags in without else Row("x", "population", ags, day, "t", "total", 0, None, "census2011", 5.0)
            for ags in kreise
        )  # fmt: skip

    genesis.check(table, observed(kreise[:8]), scope)
    with pytest.raises(Incomplete, match="375 of 400"):
        genesis.check(table, observed(kreise[:25]), scope)


def test_a_variable_that_is_not_declared_counts_with_its_total_only(running, tmp_path, client):
    def edit(header, rows):
        extra = [
            f"4_{name}"
            for name in ("variable_code", "variable_label", "variable_attribute_code", "variable_attribute_label")
        ]
        both = (["NAT", "Nationalität", "", "Insgesamt"], ["NAT", "Nationalität", "NATA", "Ausländer"])
        return [*header, *extra], [[*line, *more] for line in rows for more in both]

    with running(Regio()) as server:
        _, good = refreshed(server, tmp_path / "good", client)
        server.mutate = edited(edit)
        outcome, table = refreshed(server, tmp_path / "more", client)
    assert outcome.notes["parts_of_other_variables"] > 0
    assert table.equals(good)


# --- how it is asked -------------------------------------------------------------------------------------------------


def test_first_and_last_year_are_always_sent_and_the_last_one_is_asked_of_the_service(running, tmp_path, client):
    with running(Regio()) as server:
        refreshed(server, tmp_path, client, "regio_12411_01_01_4")
    [one] = asked(server, "data/tablefile")
    assert (one.one("startyear"), one.one("endyear"), one.one("job")) == ("2019", str(LAST), "false")
    assert {one.method for one in server.asked} == {"POST"}
    assert one.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=UTF-8"


def test_other_years_than_asked_for_are_refused(running, tmp_path, client):
    with running(Regio()) as server:
        server.mutate = column("time", lambda number, text: f"{int(text[:4]) + 5}{text[4:]}")
        outcome, _ = refreshed(server, tmp_path, client, "regio_12411_01_01_4")
    assert outcome.reason_de == "Die Quelle hat andere Jahre geliefert als angefragt."


def test_large_tables_are_asked_by_year_and_land_and_cells_are_known_before(running, client):
    with running(Regio()) as server:
        found = regio_api.questions(OF_GEMEINDEN, server.scope(), client)
        small = regio_api.questions("regio_12411_01_01_4", server.scope(), client)
        since = regio_api.questions(OF_GEMEINDEN, _since(server.scope(), 2022), client)
    assert len(found) == 16 * 5
    assert found[0].label_de == "Schleswig-Holstein, 2019"
    assert {dict(one.params)["regionalkey"] for one in found} >= {"01*", "16*"}
    assert [one.cells for one in small] == [489 * 3 * 5]
    assert len(since) == 16 * 2
    assert not any(word in repr(found) for word in (USER, PASSWORD))


def _since(scope: Scope, year: int) -> Scope:
    return Scope(scope.ags_of, scope.level_of, scope.current, scope.population, scope.today, year)


@pytest.mark.parametrize("limit", [4_000, 1_000])
def test_what_is_too_large_comes_by_a_job_that_is_removed(running, tmp_path, client, waits, limit):
    with running(Regio()) as server:
        _, good = refreshed(server, tmp_path / "good", client)
        server.limit, server.asked = limit, []
        outcome, table = refreshed(server, tmp_path / "jobs", client)
    jobs = len(asked(server, "data/resultfile"))
    assert outcome.ok
    assert table.equals(good)
    assert (jobs > 0) == (limit == 1_000)
    assert len(asked(server, "profile/removeResult")) == jobs
    assert not server.jobs
    assert set(waits) <= {15}


def test_a_token_starts_no_job_but_asks_in_parts(running, tmp_path, client, monkeypatch):
    with running(Regio(), signed_in=False) as server:
        monkeypatch.setenv("ZWK_REGIO_TOKEN", TOKEN)
        server.account = (TOKEN, "")
        _, good = refreshed(server, tmp_path / "good", client)
        server.limit, server.asked = 150, []
        outcome, table = refreshed(server, tmp_path / "parts", client)
    assert outcome.ok, outcome
    assert table.equals(good)
    assert not [one for one in server.asked if one.one("job") == "true"]
    assert {len(one.one("regionalkey")) for one in asked(server, "data/tablefile")} >= {0, 3, 4}


@pytest.mark.parametrize(("empty", "refused"), [("05*", True), ("057*", True), ("050*", False)])
def test_nothing_found_for_a_part_is_believed_only_where_no_place_is_known(empty, refused):
    class Answers:
        def tablefile(self, question):
            asked_for = dict(question.params)["regionalkey"]
            if asked_for == "05*" and empty != "05*":
                raise ExtractionTooBig("x")
            if asked_for == empty:
                raise EmptyAnswer("104")
            return asked_for

    prefix = "" if empty == "05*" else "05"
    question = Question("x", "u", genesis.parameters("12411-02-03-5", (2023, 2023), prefix), "POST")
    known = frozenset({"05758012", "05758004"})
    if refused:
        with pytest.raises(Incomplete, match="2 places are known"):
            genesis.in_parts(Answers(), question, known)
    else:
        assert len(genesis.in_parts(Answers(), question, known)) == 9


def test_a_job_that_is_never_ready_is_given_up_after_half_an_hour(running, client, waits):
    with running(Regio()) as server:
        server.limit, server.polls = 10, 10_000
        [question, *_] = regio_api.questions(BY_AGE, server.scope(), client)
        with pytest.raises(StillPreparing):
            regio_api.ask(question, client, server.scope())
    assert sum(waits) == 1800
    assert not server.jobs


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (104, EmptyAnswer),
        (90, EmptyAnswer),
        (-1, ServiceError),
        (50, ServiceError),
        (15, NoAccess),
        (2, NoAccess),
        (0, ServiceError),
    ],
)
def test_every_code_of_the_service_has_its_error(running, client, code, error):
    with running(Regio()) as server:
        [question, *_] = regio_api.questions(BY_AGE, server.scope(), client)
        server.codes = [code]
        with pytest.raises(error) as raised:
            regio_api.ask(question, client, server.scope())
    assert raised.value.reason_de.endswith(".")


def test_a_busy_service_is_waited_for_and_given_up_in_the_end(running, client, waits):
    with running(Regio()) as server:
        [question, *_] = regio_api.questions(BY_AGE, server.scope(), client)
        server.codes = [6, 6]
        assert regio_api.ask(question, client, server.scope())
        assert waits == [15, 30]
        server.codes = [6] * 9
        with pytest.raises(Unavailable):
            regio_api.ask(question, client, server.scope())
    assert waits[2:] == [15, 30, 45, 900]


# --- accounts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "words"),
    [(regio_api, "regionalstatistik.de"), (destatis_api, "genesis.destatis.de"), (zensus_api, "zensus2022.de")],
)
def test_without_an_account_it_is_said_which_one_is_missing_and_where_it_can_be_had(provider, words, client):
    reason = provider.unavailable_de()
    assert "kostenloses Benutzerkonto" in reason
    assert words in reason
    with pytest.raises(NoAccess):
        provider.questions(provider.datasets()[0], Scope({}), client)


def test_an_account_is_found_in_a_file_of_secrets_that_only_its_owner_reads(monkeypatch, tmp_path):
    path = tmp_path / "secrets.toml"
    path.write_text(f'[regio]\nuser = "{USER}"\npassword = "{PASSWORD}"\n', encoding="utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("ZWK_SECRETS", str(path))
    assert account("regio") == Account(USER, PASSWORD)
    assert regio_api.unavailable_de() == ""
    assert "Benutzerkonto" in destatis_api.unavailable_de()


@pytest.mark.skipif(os.name != "posix", reason="permissions of files are those of POSIX")
def test_a_file_of_secrets_that_others_can_read_is_not_used(monkeypatch, tmp_path):
    path = tmp_path / "secrets.toml"
    path.write_text(f'[regio]\nuser = "{USER}"\npassword = "{PASSWORD}"\n', encoding="utf-8")
    path.chmod(0o644)
    monkeypatch.setenv("ZWK_SECRETS", str(path))
    assert "für andere lesbar" in regio_api.unavailable_de()


def test_a_line_end_in_a_password_ends_in_an_error_that_does_not_repeat_it(monkeypatch):
    monkeypatch.setenv("ZWK_REGIO_USER", USER)
    monkeypatch.setenv("ZWK_REGIO_PASSWORD", "first\nsecond")
    with pytest.raises(NoAccess) as raised:
        account("regio")
    assert "second" not in str(raised.value)


def test_nobody_sees_an_account(running, tmp_path, client, caplog, monkeypatch):
    """A refresh that succeeds, one that is refused, one that is sent elsewhere: no file, message or log repeats it."""
    caplog.set_level(logging.DEBUG)
    told = []
    with running(Regio()) as server:
        told.append(refreshed(server, tmp_path, client)[0])
        server.account = (USER, "another")
        told.append(refreshed(server, tmp_path, client)[0])
        server.account = (USER, PASSWORD)
        server.faults = [redirect("http://stranger.invalid/rest")]
        told.append(refreshed(server, tmp_path, client)[0])
        server.faults, server.mutate = (
            [plain],
            lambda body: b'{"Status":{"Code":77,"Content":"%s"}}' % PASSWORD.encode(),
        )
        told.append(refreshed(server, tmp_path, client)[0])
    assert [one.ok for one in told] == [True, False, False, False]
    everything = (
        repr(told) + caplog.text + repr(account("regio")) + repr(client.with_headers(account("regio").headers()))
    )
    for path in tmp_path.rglob("*"):
        everything += str(path) + (path.read_bytes().decode("utf-8", "replace") if path.is_file() else "")
    for secret in (USER, PASSWORD):
        assert secret not in everything
        assert secret.encode("utf-8").decode("latin-1") not in everything
    assert not any(
        secret in repr((one.path, one.query, one.body)) for one in server.asked for secret in (USER, PASSWORD)
    )


def test_a_redirect_is_never_followed_with_an_account(running, client):
    with running(Regio()) as server:
        [question, *_] = regio_api.questions(BY_AGE, server.scope(), client)
        server.faults = [redirect("/elsewhere")]
        with pytest.raises(ForeignRedirect):
            regio_api.ask(question, client, server.scope())


def test_a_guest_is_nobody(running, client, monkeypatch):
    with running(Regio()) as server:
        monkeypatch.setattr(server, "account", (USER, PASSWORD))
        monkeypatch.setattr(server, "signed_in", lambda asked: _guest())
        with pytest.raises(NoAccess, match="sign-in refused"):
            regio_api.questions(BY_AGE, server.scope(), client)


def _guest():
    from tests.sources.simulator import Reply

    return Reply(b'{"Status":"Sie wurden erfolgreich an- und abgemeldet!","Username":"GAST"}', data=False)
