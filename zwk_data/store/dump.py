"""PostgreSQL: backup with ``pg_dump -Fc`` of the checked snapshot, restore in one transaction.

The store has a schema of its own. A restore renames it, runs the dump, checks the result, and commits: until then
everybody sees the old one, and the old one stays under its new name.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, Connection, func, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.schema import DDL

from zwk_data.store import engine as engines
from zwk_data.store.checking import verify
from zwk_data.store.errors import BackupFailed, NotEmpty, NotRestored
from zwk_data.store.migrate import bring_to_head, filled, lock_migration
from zwk_data.store.models import Base
from zwk_data.store.records import Verification
from zwk_data.store.writing import lock

MAGIC = b"PGDMP"
LIMIT = 3600  # seconds for pg_dump or pg_restore
META = re.compile(r"^\\(un)?restrict \S+$", re.MULTILINE)  # for psql; no value of the store has a line break
INSERT = re.compile(r"^INSERT INTO zwk\.(\w+) ", re.MULTILINE)
EMPTY_PATH = re.compile(r"^SELECT pg_catalog\.set_config\('search_path', '', false\);$", re.MULTILINE)


def write(url: URL, part: Path, schema_of_today: bool) -> Verification | None:
    """Dump the store into a file and read it back whole: as many rows in each table as the snapshot has.

    Raises:
        BackupFailed: pg_dump is missing, failed, or left rows out.
    """
    with engines.disposed(engines.make_engine(url)) as engine, engines.reader(engine).connect() as connection:
        snapshot = str(connection.scalar(select(func.pg_export_snapshot())))
        with Session(connection) as session:
            found = verify(session) if schema_of_today else None
            counts = _counts(session) if schema_of_today else {}
        target = ("--format=custom", "--inserts", "--schema=zwk", f"--snapshot={snapshot}", "--file", str(part))
        _run("pg_dump", (*target, "--no-owner", "--no-privileges", "--dbname", _conninfo(url)), url)
    script = _script(part)
    for table, count in counts.items():
        if (dumped := sum(name == table for name in INSERT.findall(script))) != count:
            raise BackupFailed(f"{table}: {dumped} of {count} rows")
    return found


def restore(url: URL, path: Path, force: bool) -> tuple[Verification, str | None]:
    """Put a dump in the place of the store; return what it holds and the schema the old one is kept in.

    Raises:
        NotEmpty: something was saved in the store, and ``force`` is not given.
        NotRestored: not a dump of a store, or its check fails.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise NotRestored("not a dump of PostgreSQL")
    script = EMPTY_PATH.sub("", META.sub("", _script(path)))
    with engines.disposed(engines.make_engine(url)) as engine, engine.begin() as connection:
        lock_migration(connection)
        with Session(connection) as session:
            lock(session)
        kept = _aside(connection, force)
        connection.exec_driver_sql(script.replace("%", "%%"))
        bring_to_head(connection)
        with Session(connection) as session:
            found = verify(session)
        if not found.ok:
            raise NotRestored("; ".join(found.problems[:3]))
        connection.exec_driver_sql("SET search_path TO zwk")
    return found, kept


def _aside(connection: Connection, force: bool) -> str | None:
    """Rename the store's schema, if there is one."""
    schemas = set(inspect(connection).get_schema_names())
    if engines.SCHEMA not in schemas:
        return None
    if filled(connection) and not force:
        raise NotEmpty("schema zwk")
    number = 1 + sum(name.startswith("zwk_replaced_") for name in schemas)
    kept = f"zwk_replaced_{number:03d}"
    connection.execute(DDL("ALTER SCHEMA zwk RENAME TO %(kept)s", context={"kept": kept}))
    return kept


def _counts(session: Session) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def _script(part: Path) -> str:
    """Return a dump as SQL; reading it through to the end is its check."""
    done = _run("pg_restore", ("--no-owner", "--no-privileges", "--file", "-", str(part)), None)
    return done.decode("utf-8")


def _run(program: str, words: Sequence[str], url: URL | None) -> bytes:
    where = shutil.which(program)
    if where is None:
        raise BackupFailed(f"{program} not found")
    # Everybody on the machine sees a process's words, so the password is not among them.
    secret = {"PGPASSWORD": str(url.password)} if url and url.password else {}
    environment = {**os.environ, **secret}
    done = subprocess.run([where, *words], capture_output=True, check=False, timeout=LIMIT, env=environment)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"{program}: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}")
    return done.stdout


def _conninfo(url: URL) -> str:
    """Return the address as libpq reads it, without the password."""
    from psycopg.conninfo import make_conninfo

    parts = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database, **url.query}
    return make_conninfo("", **{name: str(value) for name, value in parts.items() if value})
