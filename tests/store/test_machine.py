"""Any order of saves, conflicts, repeats, removals and reopenings: the audit, replayed, is the table."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from zwk_data.store import Conflict, open_store

IDS = st.sampled_from(["a", "b", "c"])
PEOPLE = st.sampled_from(["anna", "bert"])
BODIES = st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(), max_size=3)  # fmt: skip


class People(RuleBasedStateMachine):
    """The model: id -> (version, body), and what every request had as its answer."""

    new_url: Callable[[], str]

    @initialize()
    def open(self) -> None:
        self.url = type(self).new_url()
        self.store = open_store(self.url)
        self.model: dict[str, tuple[int, dict]] = {}
        self.versions: dict[str, int] = {}
        self.answers: list[tuple[tuple, object]] = []
        self.erased: set[str] = set()
        self.changes = 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()

    @rule(id=IDS, who=PEOPLE, body=BODIES, stale=st.integers(0, 2))
    def save(self, id, who, body, stale) -> None:
        now = self.model[id][0] if id in self.model else 0
        seen = max(0, now - stale)
        request = uuid4().hex
        if seen != now:
            with pytest.raises(Conflict) as refused:
                self.store.save("k", id, body, seen_version=seen, actor=who, request_id=request)
            assert refused.value.current.body == self.model[id][1]
            return
        answer = self.store.save("k", id, body, seen_version=seen, actor=who, request_id=request)
        self.versions[id] = self.versions.get(id, 0) + 1
        assert (answer.version, answer.body, answer.actor) == (self.versions[id], body, who)
        self.model[id] = (answer.version, body)
        self.answers.append(((id, body, seen, who, request), answer))
        self.changes += 1

    @rule(which=st.integers(0))
    def repeat(self, which) -> None:
        if not self.answers:
            return
        (id, body, seen, who, request), answer = self.answers[which % len(self.answers)]
        try:
            again = self.store.save("k", id, body, seen_version=seen, actor=who, request_id=request)
        except Conflict:
            assert request in self.erased
        else:
            assert again == answer

    @rule(id=IDS, who=PEOPLE, erase=st.booleans())
    def remove(self, id, who, erase) -> None:
        if id not in self.model:
            return
        self.store.remove("k", id, seen_version=self.model.pop(id)[0], actor=who, request_id=uuid4().hex, erase=erase)
        self.versions[id] += 1
        self.changes += 1
        if erase:
            self.erased |= {words[4] for words, _ in self.answers if words[0] == id}

    @rule(id=IDS, who=PEOPLE, body=BODIES)
    def redact(self, id, who, body) -> None:
        if id not in self.model:
            return
        seen = self.model[id][0]
        answer = self.store.redact("k", id, body, seen_version=seen, actor=who, request_id=uuid4().hex)
        self.versions[id] += 1
        assert (answer.version, answer.body) == (self.versions[id], body)
        self.model[id] = (answer.version, body)
        self.changes += 1
        self.erased |= {words[4] for words, _ in self.answers if words[0] == id}

    @rule(id=IDS, who=PEOPLE, body=BODIES)
    def draft(self, id, who, body) -> None:
        self.store.keep_draft(who, "form", "k", id, body, version_seen=0)
        assert self.store.draft(who, "form", "k", id).body == body

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = open_store(self.url)

    @invariant()
    def the_audit_replayed_is_the_table(self) -> None:
        if not hasattr(self, "store"):
            return
        found = self.store.verify()
        assert found.problems == ()
        assert found.changes == self.store.state() == self.changes
        assert {record.id: (record.version, record.body) for record in self.store.records("k")} == self.model


def test_on_a_file(tmp_path: Path):
    class OnFile(People):
        new_url = staticmethod(lambda: f"sqlite:///{tmp_path / uuid4().hex}.sqlite")

    run_state_machine_as_test(OnFile, settings=settings(max_examples=8, stateful_step_count=20, deadline=None))


def test_on_a_server(cluster):
    class OnServer(People):
        new_url = staticmethod(cluster.database)

    run_state_machine_as_test(OnServer, settings=settings(max_examples=4, stateful_step_count=20, deadline=None))
