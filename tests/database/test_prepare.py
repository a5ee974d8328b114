"""A superuser makes what PeerGrid needs of a server, and PeerGrid itself is none."""

import psycopg
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import connect
from peergrid.database.prepare import prepare
from peergrid.errors import Invalid
from peergrid.migrations.migrate import migrate


def test_a_login_gets_a_database_of_its_own_and_migrates_it(server: EmbeddedServer) -> None:
    host = server.url.partition("?")[2]
    url = f"postgresql://grid_owner:long-and-secret@/grid?{host}"
    again = url.replace("long-and-secret", "another-secret")

    prepare(server.admin_url, url)
    migrate(url)
    prepare(server.admin_url, again)

    with connect(again) as connection:
        asked = connection.execute(
            "select rolsuper, pg_has_role('peergrid_api', 'set') from pg_roles"
            " where rolname = current_user"
        )
        assert asked.fetchone() == (False, True)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url)


def test_a_url_without_a_password_is_refused_before_anything_is_made() -> None:
    with pytest.raises(Invalid, match="must name user, password, host and database"):
        prepare("postgresql://nobody@127.0.0.1:1/none", "postgresql://peergrid@db/peergrid")
