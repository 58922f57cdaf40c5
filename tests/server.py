"""The real dashboard on a free port of this machine, for tests that open it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def wait_until_healthy(process: subprocess.Popen[bytes], url: str, seconds: float, log: Path) -> None:
    deadline = time.monotonic() + seconds
    while not answers(f"{url}/_stcore/health"):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(
                f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}"
            )
        time.sleep(0.1)


@contextmanager
def running_app(
    folder: Path, env: Mapping[str, str] | None = None, *options: str, app: Path = ROOT / "app.py", seconds: float = 60
) -> Iterator[str]:
    """Start ``app`` in a process of its own and give its address; the log lies in ``folder``/server.log.

    Healthy means: the port answers. No page has run yet, so the first request of the test is the first of the process.
    """
    port = free_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", str(app), "--server.port", str(port), *options]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=app.parent, env={**os.environ, **(env or {})}, stdout=out, stderr=out)
    try:
        wait_until_healthy(process, f"http://127.0.0.1:{port}", seconds, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)
