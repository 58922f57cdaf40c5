"""A host whose certificate nobody knows is refused, unless its authority is in the file the operator names."""

import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from zwk_data.sources.errors import ConnectionFailed
from zwk_data.sources.http import Client, Limits

WITHOUT = "openssl is not installed: no certificate can be made for the test"
CLIENT = Client(Limits(total=10, tries=1), sleep=lambda seconds: None)


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
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            pass

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    running = HTTPServer(("127.0.0.1", 0), Handler)
    running.socket = context.wrap_socket(running.socket, server_side=True)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield f"https://127.0.0.1:{running.server_address[1]}/"
    running.shutdown()
    running.server_close()


def test_an_unknown_authority_is_refused(server: str):
    with pytest.raises(ConnectionFailed):
        CLIENT.get(server)


def test_the_authority_in_the_named_file_is_trusted(server: str, certificate: Path):
    assert CLIENT.with_certificates(certificate).get(server).body == b"ok"
