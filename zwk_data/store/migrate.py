"""Tables made and changed under a lock, with a backup before; several processes may start at once."""

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, func, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateSchema

from zwk_data.store import engine as engines
from zwk_data.store.errors import BackupFailed, NoBackup, Unreadable, WrongSchema
from zwk_data.store.models import AuditRow

SCRIPTS = Path(__file__).resolve().parent / "migrations"
FORCE = "ZWK_MIGRATE_WITHOUT_BACKUP"
MIGRATION_LOCK = 0x7A776B02


def migrate(url: URL, target: str = "head", *, without_backup: bool | None = None) -> Path | None:
    """Bring the tables to ``target``; return the backup made before, None where nothing was there or to do.

    Raises:
        WrongSchema: the tables are newer than the software.
        NoBackup: the store is not empty and could not be backed up.
        Unreadable: the database is out of reach.
    """
    forced = bool(os.environ.get(FORCE)) if without_backup is None else without_backup
    path = engines.file_of(url)
    try:
        if (path is None or path.exists()) and _current(url) == _number(target):
            return None
        return _migrate(url, target, forced)
    except (SQLAlchemyError, OSError) as error:
        raise Unreadable(f"{type(error).__name__}: {getattr(error, 'orig', error)}") from error


def _current(url: URL) -> str | None:
    with engines.disposed(engines.make_engine(url)) as engine, engine.connect() as connection:
        return _revision(connection)


def is_store(url: URL) -> bool:
    """Tell whether a database holds tables of a store; an empty file is a database too."""
    return _current(url) is not None


def _migrate(url: URL, target: str, forced: bool) -> Path | None:
    with (
        engines.disposed(engines.make_engine(url, create=True)) as engine,
        engines.writer(engine).begin() as connection,  # SQLite: nobody else writes from here on
    ):
        if connection.dialect.name == "postgresql":
            lock_migration(connection)
            connection.execute(CreateSchema(engines.SCHEMA, if_not_exists=True))
        found = _revision(connection)
        if found == _number(target):  # another process was faster
            return None
        if found is not None and found not in _order():
            raise WrongSchema(found)
        kept = _backup_before(url, forced) if found and filled(connection) else None
        _run(connection, target, found)
        return kept


def lock_migration(connection: Connection) -> None:
    """Wait until nobody else changes tables (PostgreSQL); the lock ends with the transaction."""
    connection.execute(select(func.pg_advisory_xact_lock(MIGRATION_LOCK)))


def bring_to_head(connection: Connection) -> None:
    """Migrate restored tables within the transaction of the restore.

    Raises:
        WrongSchema: not the tables of a store, or newer than the software.
    """
    found = _revision(connection)
    if found not in _order():
        raise WrongSchema(str(found))
    _run(connection, "head", found)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _number(target: str) -> str | None:
    """Return the revision of a target; None is the state without tables."""
    return _scripts().get_current_head() if target == "head" else None if target == "base" else target


def _order() -> list[str]:
    """Return all revisions, oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def _run(connection: Connection, target: str, found: str | None) -> None:
    order = _order()
    wanted = _number(target)
    down = found is not None and (wanted is None or order.index(wanted) < order.index(found))
    try:
        (command.downgrade if down else command.upgrade)(_config(connection), target)
    except CommandError as error:
        raise WrongSchema(str(error)) from error


def filled(connection: Connection) -> bool:
    """Tell whether anything was ever saved."""
    if not inspect(connection).has_table(AuditRow.__tablename__):
        return False
    return connection.scalar(select(func.count()).select_from(select(AuditRow.seq).limit(1).subquery())) == 1


def _backup_before(url: URL, forced: bool) -> Path | None:
    """Back the store up through a second connection, while the caller's keeps everybody else from migrating."""
    from zwk_data.store.backup import backup_folder, ending, stamp, write_backup  # it migrates what it restores

    path = backup_folder(url) / f"before-migration-{stamp()}{ending(url)}"
    try:
        write_backup(url, path, schema_of_today=False)
    except BackupFailed as error:
        if forced:
            return None
        raise NoBackup(str(error)) from error
    return path
