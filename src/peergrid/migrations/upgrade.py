"""Apply what is missing of a schema, with Alembic."""

from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from peergrid.database.curing import told_of_rights, told_of_room
from peergrid.database.pool import connect
from peergrid.migrations.schema import check_not_newer

LOCK = 7_260_001  # any number, the same for all who migrate


def upgrade(url: str) -> None:
    """Apply what is missing, in one transaction; two at once take turns.

    Raises as ``peergrid.migrations.migrate.migrate``.
    """
    with told_of_rights(url, "change"), told_of_room():
        try:
            _upgrade(url)
        except DBAPIError as error:  # of Alembic's own statements; ours raise what is in it
            raise (error.orig or error) from None


def _upgrade(url: str) -> None:
    config = _config()
    with _engine(url).begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        check_not_newer(MigrationContext.configure(connection).get_current_revision())
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")


def chain() -> list[str]:
    """All schemas as Alembic orders them, the first first."""
    newest_first = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in newest_first][::-1]


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    return create_engine("postgresql+psycopg://", creator=lambda: connect(url), poolclass=NullPool)
