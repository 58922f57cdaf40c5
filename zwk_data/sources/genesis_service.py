"""The client of the GENESIS web service: sign-in, direct answers, jobs in the background, and what an answer means.

POST only; the account travels in headers of the client and nowhere else. An answer is a zip or an envelope in JSON,
whatever its HTTP status and content type: 200 may carry an error, and 404 may be a wrong password.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from zwk_data.sources import ffcsv
from zwk_data.sources.archive import Download
from zwk_data.sources.errors import (
    EmptyAnswer,
    ExtractionTooBig,
    Moved,
    NoAccess,
    NotData,
    ServiceError,
    SourceError,
    StillPreparing,
    Truncated,
    Unavailable,
)
from zwk_data.sources.genesis_account import Account, account
from zwk_data.sources.http import Answer, Client, Params, Request
from zwk_data.sources.provider import Question

log = logging.getLogger(__name__)
BUSY_WAITS = (15, 30, 45, 900)  # seconds; code 6 comes without reason, too
MAINTENANCE_WAITS = (30, 60)
JOB_WAIT, JOB_WAITS = 15, 120  # half an hour in all
JOB_NAME = re.compile(r"([\w-]+_\d+)\.?\s*$")
YEAR = re.compile(r"\d{4}")
OK, ADJUSTED, BROKEN, TOO_LARGE, STARTED, BUSY, UNCHANGED = 0, 22, -1, 98, 99, 6, 50
GOOD = (OK, ADJUSTED)  # what came is checked against what was asked anyway
NOT_FOUND = (90, 103, 104)
WRONG_ACCOUNT = (2, 15)
GUEST = "GAST"
T = TypeVar("T")


@dataclass(frozen=True)
class Service:
    """Where a GENESIS database is and who may ask it.

    Attributes:
        name: of its account (see ``genesis_account``) and of the variable that names another address.
        name_de: as readers know it.
        base_url: address of the interface.
        registration_de: where an account is applied for.
        direct_cells: values of the largest answer that comes without a job.
    """

    name: str
    name_de: str
    base_url: str
    registration_de: str
    direct_cells: int = 40_000  # as GENESIS-Online says

    @property
    def environment(self) -> str:
        """The variable that names another address, for tests and mirrors."""
        return f"ZWK_{self.name.upper()}_URL"

    def url(self, method: str) -> str:
        """Return the address of a method such as ``data/tablefile``."""
        return f"{os.environ.get(self.environment, self.base_url).rstrip('/')}/{method}"

    def missing_de(self) -> str:
        """Return that an account is missing and where it can be had."""
        name = f"ZWK_{self.name.upper()}"
        return (
            f"Für {self.name_de} ist ein kostenloses Benutzerkonto nötig ({self.registration_de}). Bitte setzen Sie "
            f"{name}_USER und {name}_PASSWORD oder {name}_TOKEN, oder nennen Sie mit ZWK_SECRETS eine Datei dafür."
        )

    def refused_de(self) -> str:
        """Return that the account was refused."""
        return f"Die Anmeldung bei {self.name_de} wurde abgelehnt. Bitte prüfen Sie die Zugangsdaten."


@dataclass(frozen=True)
class Session:
    """A client that carries the account of one service."""

    service: Service
    account: Account
    client: Client

    @classmethod
    def of(cls, service: Service, client: Client) -> Session:
        """Return a session with the account that is set; raises NoAccess without one."""
        found = account(service.name)
        if not found.complete:
            raise NoAccess("no account", service.missing_de())
        return cls(service, found, client.with_headers(found.headers()))

    def post(self, method: str, params: Params) -> Answer:
        """Send a form."""
        return self.client.ask(Request(self.service.url(method), params, "POST"))

    # --- methods of the service ---------------------------------------------------------------------------------------

    def sign_in(self) -> None:
        """Check the account; the service answers 200 even where it refuses. Raises NoAccess."""
        content = self._patient(lambda: self._content(self.post("helloworld/logincheck", (("language", "de"),))))
        status = content.get("Status")
        said = status if isinstance(status, str) else said_in(content)
        if "erfolgreich" not in said.lower() or content.get("Username") == GUEST:
            raise NoAccess(f"sign-in refused: {self._public(said)}", self.service.refused_de())

    def period(self, code: str) -> tuple[int, int]:
        """Return the first and last year that the service announces for a table. Raises a SourceError.

        (The date of the last update there is that of the definition, not of the figures.)
        """
        params = (("name", code), ("area", "all"), ("language", "de"))
        content = self._patient(lambda: self._good(self._content(self.post("metadata/table", params)), code))
        time = (content.get("Object") or {}).get("Time") or {}
        first, last = (YEAR.search(str(time.get(end, ""))) for end in ("From", "To"))
        if first is None or last is None:
            raise ServiceError(f"{code}: no period announced")
        return int(first[0]), int(last[0])

    def tablefile(self, question: Question) -> Download:
        """Ask directly; raises ExtractionTooBig where the service wants a job instead."""
        code = dict(question.params)["name"]
        return self._patient(lambda: self._file(question, self.post("data/tablefile", question.params), code))

    def start(self, question: Question) -> str | None:
        """Start a job in the background and return its name; None where the service refuses to."""
        params = dict(question.params) | {"job": "true"}
        try:
            return self._patient(lambda: self._started(params))
        except ServiceError as error:
            log.warning("no job: %s", error)
            return None

    def _started(self, params: dict[str, str]) -> str:
        """Return the name of a new job, which stands at the end of a sentence."""
        content = self._content(self.post("data/tablefile", tuple(params.items())))
        match = JOB_NAME.search(said_in(content))
        if code_in(content) != STARTED or match is None:
            self._good(content, params["name"])
            raise ServiceError(f"{params['name']}: no job was started")
        return match[1]

    def result(self, question: Question, job: str) -> Download:
        """Wait for a job, fetch its result and remove it from the service. Raises a SourceError."""
        try:
            self._wait_for(job)
            wanted = tuple((dict(question.params) | {"name": job}).items())
            return self._patient(lambda: self._file(question, self.post("data/resultfile", wanted), job))
        finally:
            self._remove(job)

    def _wait_for(self, name: str) -> None:
        """Wait until a job is done; raises StillPreparing after half an hour."""
        params = (("selection", name), ("area", "user"), ("pagelength", "1"), ("language", "de"))
        for _ in range(JOB_WAITS):
            content = self._patient(lambda: self._content(self.post("catalogue/results", params)))
            if code_in(content) not in NOT_FOUND:
                self._good(content, name)
                if any(entry.get("Code") == name for entry in content.get("List") or []):
                    return
            self.client.sleep(JOB_WAIT)
        raise StillPreparing(name)

    def _remove(self, name: str) -> None:
        try:
            self.post("profile/removeResult", (("name", name), ("area", "user"), ("language", "de")))
        except SourceError as error:  # the service deletes it some day
            log.info("%s was not removed: %s", name, error)

    # --- what an answer means -----------------------------------------------------------------------------------------

    def _patient(self, action: Callable[[], T]) -> T:
        """Repeat while the service is busy, shows a maintenance page or sends a damaged file."""
        busy, damaged = list(BUSY_WAITS), list(MAINTENANCE_WAITS)
        while True:
            try:
                return action()
            except (_Busy, NotData, Truncated) as error:
                waits = busy if isinstance(error, _Busy) else damaged
                if not waits:
                    raise
                self.client.sleep(waits.pop(0))

    def _file(self, question: Question, answer: Answer, code: str) -> Download:
        """Return a verified zip; raises the SourceError that an envelope means."""
        if answer.status != 200 or not answer.body.startswith(b"PK"):
            self._good(self._content(answer), code)
            raise ServiceError(f"{code}: no file, though all is said to be well")
        ffcsv.verify(answer.body)
        return Download(
            question.dataset, question.url, tuple(question.params), answer.body, answer.content_type,
            answer.retrieved_at, method="POST",
        )  # fmt: skip

    def _content(self, answer: Answer) -> dict[str, Any]:
        """Return the envelope; raises NoAccess, Moved or NotData for what is none."""
        content = _json(answer.body)
        if answer.status in (401, 403) or code_in(content or {}) in WRONG_ACCOUNT:
            raise NoAccess(f"HTTP {answer.status}, code {code_in(content or {})}", self.service.refused_de())
        if answer.status in (301, 302, 303, 307, 308, 404, 405, 410, 411):
            raise Moved(f"HTTP {answer.status}")
        if content is None or answer.status != 200:
            raise NotData(f"HTTP {answer.status}, content type {answer.content_type!r}")
        return content

    def _good(self, content: dict[str, Any], code: str) -> dict[str, Any]:
        """Return the envelope where it says that all is well; raises what else it says."""
        number, said = code_in(content), f"{code}: {self._public(said_in(content))}"
        if number in GOOD:
            return content
        if number == BUSY:
            raise _Busy(said)
        if number == TOO_LARGE:
            raise ExtractionTooBig(said)
        if number in NOT_FOUND:
            raise EmptyAnswer(said, f"Die Quelle kennt zu Tabelle {code} keine Werte für diese Auswahl.")
        if number == BROKEN:
            raise ServiceError(said, f"Die Tabelle {code} ist bei der Quelle zurzeit gestört.")
        raise ServiceError(f"code {number}, {said}")

    def _public(self, said: str) -> str:
        return self.account.hidden_in(said)[:200]


class _Busy(Unavailable):
    """Too many requests at once, the service says, rightly or not."""


def code_in(content: dict[str, Any]) -> int | None:
    """Return the code of an envelope; some errors come without one around them."""
    status = content.get("Status")
    found = status.get("Code") if isinstance(status, dict) else content.get("Code")
    return int(found) if isinstance(found, (int, str)) and re.fullmatch(r"-?\d+", str(found)) else None


def said_in(content: dict[str, Any]) -> str:
    """Return the sentence of an envelope."""
    status = content.get("Status")
    return str((status if isinstance(status, dict) else content).get("Content", ""))


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
