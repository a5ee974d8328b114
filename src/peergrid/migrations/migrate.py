"""Bring a database to this version's schema, or say why not."""

from pathlib import Path

import alembic.command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from peergrid.database.pool import connect
from peergrid.errors import Conflict

LOCK = 7_260_001  # any number, the same for all who migrate


def newest() -> str:
    """The schema this version of PeerGrid works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "the folder of migrations is empty"  # noqa: S101
    return head


def migrate(url: str) -> None:
    """Apply what is missing, in one transaction; two at once take turns.

    Raises Conflict if the database is of a newer schema than this version knows, and
    Unavailable if it does not answer; either way nothing is changed.
    """
    config = _config()
    with _engine(url).begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        check_not_newer(MigrationContext.configure(connection).get_current_revision())
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, "head")


def schema_of(url: str) -> str | None:
    """The schema a database has; None if it is empty."""
    with _engine(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check_not_newer(schema: str | None) -> None:
    """Raises Conflict unless this version of PeerGrid knows ``schema``."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if schema is not None and schema not in known:
        raise Conflict(
            f"The database has schema {schema}; this PeerGrid knows none after {newest()}."
            " Update PeerGrid."
        )


def check_current(url: str) -> None:
    """Raises Conflict unless the database has exactly this version's schema."""
    schema = schema_of(url)
    check_not_newer(schema)
    if schema != newest():
        raise Conflict("The database has an older schema: run `peergrid migrate` first.")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    return create_engine("postgresql+psycopg://", creator=lambda: connect(url), poolclass=NullPool)
