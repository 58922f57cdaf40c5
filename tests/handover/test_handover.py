"""A municipality handed over: out of one store, into another, out again; conflicts, kills, hostile files."""

import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from zwk_data.access import LOCAL
from zwk_data.access.guests import Guests, Target
from zwk_data.decks.kept import Decks
from zwk_data.decks.model import Deck, Slide
from zwk_data.exhibits import Address, Context, make
from zwk_data.exhibits.registry import example_plan
from zwk_data.handover.bundle import NotABundle, bundle_of, packed, unpacked
from zwk_data.handover.kinds import STAY, TRAVEL
from zwk_data.handover.taking import preview, take
from zwk_data.outlook import saved
from zwk_data.outlook.saved import Content
from zwk_data.own_data import records
from zwk_data.own_data.columns import Cell
from zwk_data.own_data.records import Release
from zwk_data.plan.service import Plans
from zwk_data.projection.scenario import Scenario
from zwk_data.rounds.model import Decision, Item, Meeting, Remark
from zwk_data.rounds.service import Kept, Meetings
from zwk_data.store import Store, open_store
from zwk_data.workshops.model import Group, Result, Workshop
from zwk_data.workshops.service import Workshops

A, B = "13071107", "15001"
ROOT = Path(__file__).parents[2]
MADE = datetime(2026, 11, 23, 12, tzinfo=UTC)


def fill(store: Store, statistics) -> None:
    """Write one of everything that travels, and of what stays."""
    plans = Plans(store, LOCAL)
    example = example_plan(A)
    plans.begin(A, example, request_id="begin")
    plans.publish(A, "entry", example.entries[0].id, request_id="publish")
    scenario = Scenario.parse("continue~tfr_1.6~name_Muster")
    saved.save(store, "scenario-1", Content(scenario, "Amt für Muster", A, date(2024, 12, 31), (("own_muster", "1"),)),
               seen_version=0, actor="muster", request_id="s")  # fmt: skip
    Decks(store, LOCAL).save(
        "d1", Deck("Musterfolien", A, (Slide("title", "", "Muster"),)), seen_version=0, request_id="d"
    )
    workshops = Workshops(store, LOCAL)
    workshops.save(
        A, Workshop("w1", A, "Musterwerkstatt", groups=(Group("g1", "Gruppe 1"),)), seen_version=0, request_id="w"
    )
    workshops.save(A, Result("r1", "w1", "g1", "Muster-Idee", votes=3), seen_version=0, request_id="r")
    meetings = Meetings(store, LOCAL)
    items = tuple(Item(f"i{n}", f"Frage {n}?") for n in (1, 2, 3))
    kept = Kept(Meeting("m1", A, "Muster-Runde", date(2026, 12, 1), items=items), 1)
    meetings.save(A, kept.part, seen_version=0, request_id="m")
    begun = meetings.begin(A, kept, request_id="mb")
    meetings.show(A, "m1", "i1", make(Address.parse(f"population_line?ags={A}"), Context(statistics)))
    meetings.save(A, Decision("m1", "i1", "Frage 1?", "adopted", "Das Amt prüft"), seen_version=0, request_id="md")
    meetings.save(A, Remark("n1", "m1", "i1", "Muster-Notiz"), seen_version=0, request_id="mr")
    meetings.close(A, Kept(begun, 2), plans.plan(A), request_id="mc")
    store.save("evidence_decision", f"{A}:card", {"card": "card", "reason": "Muster", "finding": "x"}, seen_version=0,
               actor="muster", request_id="e", scope=A)  # fmt: skip
    release = Release("Muster", "Melderegister (Muster)", "Hauptwohnsitz", "Amt für Muster", date(2026, 11, 1))
    cells = [
        Cell("", "2025-12-31", "population", sex, -1, -1, count) for sex, count in (("m", 111), ("f", 222), ("t", 333))
    ]
    records.save(store, "own-1", A, release, cells, seen_version=0, actor="muster", request_id="o")
    Guests(store, LOCAL).create("Muster", Target("plan", A), 30)
    plans.begin(B, example_plan(B), request_id="other")


@pytest.fixture(scope="module")
def handed(statistics, tmp_path_factory) -> bytes:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('from') / 'store.sqlite'}") as store:
        fill(store, statistics)
        return packed(bundle_of(store, A, MADE))


def test_everything_of_one_municipality_arrives_and_leaves_again_as_the_same_bytes(handed, store) -> None:
    bundle = unpacked(handed)
    assert set(bundle.counts()) >= set(TRAVEL) - {"plan_target", "plan_swot", "plan_progress", "plan_concept"}
    assert not [line for line in bundle.lines if B in line.id]
    found = preview(store, bundle, A)
    assert len(found.of("new")) == len(bundle.lines) and take(store, found, "muster") == []
    assert packed(bundle_of(store, A, MADE)) == handed
    assert {one.stand for one in preview(store, bundle, A).differences} == {"same"}
    assert take(store, preview(store, bundle, A), "muster") == [] and store.verify().ok
    meetings, plans = Meetings(store, LOCAL), Plans(store, LOCAL)
    assert meetings.one(A, "m1").part.closed and len(meetings.shown(A, "m1")) == 1
    assert [one.title for one in plans.plan(A).entries] == [one.title for one in example_plan(A).entries]
    assert not store.records("guest_link") and not store.records("plan_head", B)


def test_every_kind_that_the_program_writes_travels_or_stays_on_purpose(handed, statistics, tmp_path) -> None:
    said = {
        kind for path in (ROOT / "zwk_data").rglob("*.py") if "handover" not in path.parts
        for line in re.findall(r"^(?:[A-Z_]+, )*(?:KIND|EPOCH|PUBLIC|WORKSHOP|MEETING|SHOWN)\b[^\n]*=\s*(\"[^\n]*)$",
                               path.read_text(encoding="utf-8"), re.M)
        for kind in re.findall(r'"([a-z_]+)"', line)
    }  # fmt: skip
    assert {"scenario", "deck", "meeting", "meeting_shown", "workshop_result", "guest_link", "own_data"} <= said
    forms = {"workshop_capture", "own_data_release", "session_ended"}
    assert said - forms - set(TRAVEL) - set(STAY) == set()
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        fill(store, statistics)
        assert set(store.kinds()) - set(TRAVEL) - set(STAY) == set()


def changed(handed: bytes, alter) -> bytes:
    """Return a bundle whose records were changed, with right checksums."""
    bundle = unpacked(handed)
    return packed(replace(bundle, lines=tuple(alter(line) for line in bundle.lines)))


def retitled(line):
    return replace(line, body={**line.body, "title": "Anderer Titel"}) if line.kind == "meeting" else line


def test_what_differs_is_previewed_field_by_field_and_stays_unless_asked_for(handed, store) -> None:
    take(store, preview(store, unpacked(handed), A), "muster")
    other = unpacked(changed(handed, retitled))
    found = preview(store, other, A)
    [one] = found.of("differs")
    assert (one.title, dict(one.fields)) == ("Anderer Titel", {"title": ("Muster-Runde", "Anderer Titel")})
    take(store, found, "muster")
    assert Meetings(store, LOCAL).one(A, "m1").part.title == "Muster-Runde"
    take(store, found, "muster", theirs=True)
    assert Meetings(store, LOCAL).one(A, "m1").part.title == "Anderer Titel"
    texts = [one.body for one in store.history("meeting", f"{A}:m1")]
    assert [body["title"] for body in texts if body] == ["Muster-Runde", "Anderer Titel"]


def test_what_is_only_here_stays(handed, store) -> None:
    Workshops(store, LOCAL).save(A, Workshop("mine", A, "Meine"), seen_version=0, request_id="mine")
    found = preview(store, unpacked(handed), A)
    take(store, found, "muster", theirs=True)
    assert found.only_here == 1 and len(Workshops(store, LOCAL).all(A)) == 2


def test_a_second_table_of_own_figures_of_the_same_day_is_refused(handed, store) -> None:
    release = Release("Schon da", "Melderegister (Muster)", "Hauptwohnsitz", "Amt", date(2026, 11, 1))
    cells = [Cell("", "2025-12-31", "population", sex, -1, -1, 50 * (1 + (sex == "t"))) for sex in "mft"]
    records.save(store, "mine", A, release, cells, seen_version=0, actor="muster", request_id="mine")
    [refused] = take(store, preview(store, unpacked(handed), A), "muster")
    assert refused.line.kind == "own_data" and "Schon da" in refused.reason


@pytest.mark.parametrize("alter, stand", [
    (lambda line: replace(line, body={}) if line.kind == "plan_entry" else line, "unreadable"),
    (lambda line: replace(line, body={**line.body, "items": 3}) if line.kind == "meeting" else line, "unreadable"),
    (lambda line: replace(line, id=line.id.replace(A, B)) if line.kind == "deck" else line, "foreign"),
    (lambda line: replace(line, body={**line.body, "ags": B}) if line.kind == "workshop" else line, "foreign"),
])  # fmt: skip
def test_a_record_that_cannot_be_taken_is_named_and_the_rest_goes_on(handed, store, alter, stand) -> None:
    found = preview(store, unpacked(changed(handed, alter)), A)
    left_out = len(found.of(stand))
    assert left_out and len(found.of("new")) == len(found.differences) - left_out
    take(store, found, "muster")
    assert len(preview(store, unpacked(handed), A).of("new")) == left_out


def again(raw: bytes, name: str, text: bytes, manifest: dict | None = None) -> bytes:
    """Return the file with a member changed or added, its manifest changed, and checksums as they were."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            body = old.read(one)
            if one == "manifest.json" and manifest is not None:
                body = json.dumps({**json.loads(body), **manifest}).encode()
            if one != name:
                new.writestr(one, body)
        if text:
            new.writestr(name, text)
    return made.getvalue()


def hostile(raw: bytes) -> dict[str, bytes]:
    bad = b'{"id": 1, "body": []}\n'
    sums = lambda text: {"sha256": {"deck.jsonl": hashlib.sha256(text).hexdigest()}}  # noqa: E731
    alone = lambda text: _only(raw, "deck.jsonl", text, sums(text))  # noqa: E731
    deep = b'{"id":"x","body":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    double = b'{"id":"13071107:a","body":{}}\n' * 2
    return {
        "empty": b"", "text": b"kein ZIP", "cut": raw[: len(raw) // 2], "tail": raw[-4000:], "path": again(raw, "../x", b"a"),
        "absolute": again(raw, "/etc/passwd", b"a"), "foreign": again(raw, "readme.txt", b"a"),
        "no_manifest": again(raw, "manifest.json", b""), "manifest": again(raw, "manifest.json", b"{"),
        "list": again(raw, "manifest.json", b"[]"), "newer": again(raw, "", b"", {"format": 2}),
        "nobody": again(raw, "", b"", {"ags": None}), "sum": again(raw, "deck.jsonl", b"{}\n"),
        "missing": again(raw, "deck.jsonl", b""), "more": again(raw, "account.jsonl", b"{}\n"),
        "no_record": alone(bad), "no_json": alone(b"{\n"), "deep": alone(deep), "double": alone(double),
        "bomb": again(raw, "deck.jsonl", b"0" * (64 << 20)), "bytes": alone(b"\xff\xfe\n"),
    }  # fmt: skip


def _only(raw: bytes, name: str, text: bytes, manifest: dict) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("manifest.json", json.dumps({**json.loads(old.read("manifest.json")), **manifest}))
        new.writestr(name, text)
    return made.getvalue()


def test_no_hostile_or_damaged_file_is_taken(handed) -> None:
    for name, raw in hostile(handed).items():
        with pytest.raises(NotABundle) as caught:
            unpacked(raw)
        assert len(str(caught.value)) > 15, name


def run(folder: Path, *words: str, **others: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "ZWK_DATABASE_URL": f"sqlite:///{folder / 'store.sqlite'}", **others}
    return subprocess.run([sys.executable, "-m", "zwk_data", "bundle", *words], cwd=ROOT, env=env, text=True,
                          capture_output=True, timeout=120)  # fmt: skip


def test_the_commands_say_what_they_did_and_a_killed_import_goes_on(handed, data_folder, tmp_path) -> None:
    file = tmp_path / "uebergabe.zip"
    file.write_bytes(handed)
    env = {"ZWK_DATA_DIR": str(data_folder)}
    shown = run(tmp_path, "import", str(file), "--ags", A, "--preview", **env)
    count = len(unpacked(handed).lines)
    assert shown.returncode == 0 and f"neu               {count}" in shown.stdout
    wrong = run(tmp_path, "import", str(file), "--ags", B, **env)
    assert wrong.returncode == 2 and f"gehört zu {A}" in wrong.stderr
    command = [sys.executable, "-m", "zwk_data", "bundle", "import", str(file), "--ags", A]
    killed = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **env, "ZWK_DATABASE_URL":
                              f"sqlite:///{tmp_path / 'store.sqlite'}"}, stdout=subprocess.PIPE)  # fmt: skip
    with open_store(f"sqlite:///{tmp_path / 'store.sqlite'}") as store:
        while not sum(store.kinds().values()) > 3 and killed.poll() is None:
            pass
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert sum(store.kinds().values()) < count
    assert run(tmp_path, "import", str(file), "--ags", A, **env).returncode == 0
    out = run(tmp_path, "export", "--ags", A, "--out", str(tmp_path / "again.zip"), **env)
    assert out.returncode == 0
    assert replace(unpacked((tmp_path / "again.zip").read_bytes()), made="") == replace(unpacked(handed), made="")
    file.write_bytes(changed(handed, retitled))
    left = run(tmp_path, "import", str(file), "--ags", A, **env)
    assert left.returncode == 1 and "title: hier Muster-Runde | Datei Anderer Titel" in left.stderr
    assert run(tmp_path, "import", str(file), "--ags", A, "--take", "theirs", **env).returncode == 0
