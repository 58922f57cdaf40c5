"""A host whose certificate nobody knows is refused, unless its authority is in the file the operator names."""

import os
import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from zwk_data.sources.errors import ConnectionFailed, DeadlineExceeded, SourceError
from zwk_data.sources.http import Client, Limits

WITHOUT = "openssl is not installed: no certificate can be made for the test"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, made for this run, with its key in the same file."""
    if not shutil.which("openssl"):
        pytest.fail(WITHOUT, pytrace=False) if os.environ.get("CI") else pytest.skip(WITHOUT)
    folder = tmp_path_factory.mktemp("certificate")
    made = [folder / "key.pem", folder / "certificate.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=synthetic",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(made[0]), "-out", str(made[1])],
        check=True, capture_output=True,
    )  # fmt: skip
    return made[1]


@pytest.fixture
def server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.flush_headers()
            for _ in range(80 if self.path == "/slow" else 0):
                self.wfile.write(b"X-Slow: 1\r\n")
                time.sleep(0.05)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://127.0.0.1:{running.server_address[1]}/"
    running.shutdown()
    running.server_close()


@pytest.fixture(autouse=True)
def _of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZWK_CA_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def once() -> Client:
    """A client as every provider gets it: its session is made under the settings of this moment."""
    return Client(Limits(total=10, tries=1), sleep=lambda seconds: None)


def test_an_unknown_authority_is_refused(server: str):
    with pytest.raises(ConnectionFailed):
        once().get(server)


def test_the_authority_in_the_named_file_is_trusted(server: str, certificate: Path):
    assert once().with_certificates(certificate).get(server).body == b"ok"


@pytest.mark.parametrize("setting", ["ZWK_CA_FILE", "REQUESTS_CA_BUNDLE"])
def test_the_authority_of_a_town_hall_is_trusted_for_every_source(
    server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch, setting: str
):
    monkeypatch.setenv(setting, str(certificate))
    assert once().get(server).body == b"ok"


def test_the_setting_of_this_program_counts_before_that_of_the_library(
    server: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ZWK_CA_FILE", str(certificate))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.with_name("none.pem")))
    assert once().get(server).body == b"ok"


def test_a_file_of_authorities_that_is_not_there_is_named(server: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZWK_CA_FILE", "/none/town-hall.pem")
    with pytest.raises(SourceError) as refused:
        once().get(server)
    assert "ZWK_CA_FILE" in refused.value.reason_de


def test_the_deadline_holds_under_encryption_too(server: str, certificate: Path):
    client = once().with_certificates(certificate).with_limits(Limits(total=0.6, tries=1))
    begun = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        client.get(f"{server}slow")
    assert time.monotonic() - begun < 1.6
