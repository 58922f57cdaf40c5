"""A PostgreSQL of one's own for the tests: temporary, on loopback, without password, gone at the end."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

WITHOUT = "no PostgreSQL server found (Debian: postgresql; or set ZWK_POSTGRESQL to the folder of its programs)"


def find_postgresql() -> Path | None:
    """Folder with initdb, postgres and pg_ctl: ZWK_POSTGRESQL, the newest of Debian, or on the path."""
    own = os.environ.get("ZWK_POSTGRESQL")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    candidates = [*([Path(own)] if own else []), *debian[::-1], *([Path(found).resolve().parent] if found else [])]
    return next((path for path in candidates if (path / "initdb").exists() and (path / "postgres").exists()), None)


class Cluster:
    """A running server; ``database()`` makes an empty database and returns its address."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs, self.folder, self.data = programs, folder, folder / "data"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def run(self, program: str, *words: str) -> None:
        command = [str(self.programs / program), *words]
        if os.getuid() == 0:  # the server refuses to run as root
            command = ["setpriv", "--reuid", account(), "--regid", account(), "--clear-groups", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, timeout=120, check=False)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=32MB"
        with (self.folder / "log").open("a"):
            self.run(
                "pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log.server"), "-o", options, "start"
            )

    def stop(self, mode: str = "immediate") -> None:
        """Stop the server; ``immediate`` is as if it had been killed: the next start recovers."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def address(self, name: str = "postgres") -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/{name}"

    def database(self) -> str:
        import psycopg

        name = f"d{uuid4().hex[:12]}"
        with psycopg.connect(self.address(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.address(name)


def account() -> str:
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    programs = find_postgresql()
    assert programs, WITHOUT
    folder = Path(tempfile.mkdtemp(prefix="zwkpg"))  # short: a socket's path has at most 107 characters
    try:
        if os.getuid() == 0:
            shutil.chown(folder, account())
        cluster = Cluster(programs, folder)
        cluster.run(
            "initdb", "-D", str(cluster.data), "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C", "-k", "-N"
        )
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
