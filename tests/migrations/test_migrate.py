"""A database is brought to this schema, or left alone with a sentence."""

import psycopg
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.errors import Conflict, Unavailable
from peergrid.migrations.migrate import check_current, migrate, newest, schema_of
from tests.conftest import new_database


def test_an_empty_database_is_migrated_once(server: EmbeddedServer) -> None:
    url = new_database(server, empty=True)
    assert schema_of(url) is None

    migrate(url)
    migrate(url)

    assert schema_of(url) == newest()
    check_current(url)


def test_a_database_that_was_never_migrated_is_told_so(server: EmbeddedServer) -> None:
    with pytest.raises(Conflict, match="peergrid migrate"):
        check_current(new_database(server, empty=True))


def test_a_newer_schema_is_refused_and_left_alone(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("update alembic_version set version_num = '9999'")

    with pytest.raises(Conflict, match="Update PeerGrid"):
        migrate(url)

    assert schema_of(url) == "9999"


def test_a_database_that_is_away_is_told_so() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        migrate("postgresql://nobody@127.0.0.1:1/none")
