"""Bring a database to this version's schema, or say why not."""

from importlib import import_module

from peergrid.migrations.schema import check_not_newer, newest, schema_of


def migrate(url: str) -> None:
    """Apply what is missing, in one transaction; two at once take turns.

    Raises Conflict if the database is of a newer schema than this version knows, or if who signs
    in may not make tables, and Unavailable if it does not answer or has no room; either way
    nothing is changed.
    """
    schema = schema_of(url)
    check_not_newer(schema)
    if schema != newest():  # only then is Alembic loaded: it takes seconds
        import_module("peergrid.migrations.upgrade").upgrade(url)
