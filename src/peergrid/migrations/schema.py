"""Which schemas this version of PeerGrid knows, and which one a database has."""

from pathlib import Path

from peergrid.database.curing import told_of_rights
from peergrid.database.pool import connect
from peergrid.errors import Conflict

VERSIONS = Path(__file__).with_name("versions")
# From the names of the files, for Alembic takes seconds to load, and most databases are current.
KNOWN = tuple(sorted(file.stem.split("_")[0] for file in VERSIONS.glob("[0-9]*.py")))
HAS_ONE = "select to_regclass('alembic_version') is not null"
SCHEMA = "select max(version_num) from alembic_version"


def newest() -> str:
    """The schema this version of PeerGrid works with."""
    return KNOWN[-1]


def schema_of(url: str) -> str | None:
    """The schema a database has; None if it is empty.

    Raises Unavailable if it does not answer, and Conflict if who signs in may not even ask.
    """
    with told_of_rights(url, "read"), connect(url) as connection:
        is_there = connection.execute(HAS_ONE).fetchone() == (True,)
        row = connection.execute(SCHEMA).fetchone() if is_there else None
    return row[0] if row else None


def check_not_newer(schema: str | None) -> None:
    """Raises Conflict unless this version of PeerGrid knows ``schema``."""
    if schema is not None and schema not in KNOWN:
        raise Conflict(
            f"The database has schema {schema}; this PeerGrid knows none after {newest()}."
            " Update PeerGrid."
        )


def check_current(url: str) -> None:
    """Raises Conflict unless the database has exactly this version's schema."""
    schema = schema_of(url)
    check_not_newer(schema)
    if schema is None:
        raise Conflict("The database is empty: run `peergrid migrate` first.")
    if schema != newest():
        raise Conflict(
            f"The database has an older schema, {schema}, and this PeerGrid works with {newest()}:"
            " run `peergrid migrate` first."
        )
