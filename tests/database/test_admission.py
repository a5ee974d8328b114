"""An administrator who is no superuser lets PeerGrid's login in, and that login does the rest."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import InsufficientPrivilege

from peergrid.cli.admit import admit
from peergrid.cli.books import audited
from peergrid.cli.storage import opened
from peergrid.database.admission import let_in, make_login_of_identity
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import connect
from peergrid.database.roles import API, AUDIT, ROLES, SETTLEMENT, check_role
from peergrid.errors import Conflict
from peergrid.migrations.migrate import migrate
from peergrid.migrations.schema import check_current
from peergrid.settlement.settle import settle
from tests.community import found_street
from tests.conftest import new_database

LOGINS = ("platform", "worker", "watcher")


def test_a_login_that_was_let_in_migrates_and_works(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = new_database(server, empty=True)
    name = conninfo_to_dict(empty)["dbname"]
    socket = empty.split("?")[1]
    steward = f"postgresql://steward:steward@/{name}?{socket}"
    platform = f"postgresql://platform:platform@/{name}?{socket}"
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute("create role steward login createrole bypassrls password 'steward'")
        for role in ROLES:  # made by a steward, they are the steward's to give
            admin.execute(f"grant {role} to steward with admin option".encode())
        try:
            admin.execute(f"alter database {name} owner to steward".encode())
            with pytest.raises(Conflict, match="knows no login platform"):
                let_in(steward, "platform")
            with pytest.raises(Conflict, match="not Azure's"):
                make_login_of_identity(steward, "platform")
            for login in LOGINS:
                admin.execute(f"create role {login} login password '{login}'".encode())

            monkeypatch.setenv("PEERGRID_DATABASE_URL", steward)
            admit("platform")
            admit("platform", settlement="worker", audit="watcher")  # twice is once
            said = capsys.readouterr().out
            assert "platform may migrate" in said
            assert "watcher may work in it as peergrid_audit" in said
            migrate(platform)
            with connect(platform) as connection:
                check_role(connection, API)
                check_role(connection, SETTLEMENT)

            worker, watcher = (platform.replace("platform", login) for login in LOGINS[1:])
            with opened(platform) as database, database.transaction() as connection:
                street = found_street(connection, "street")
            with opened(worker, SETTLEMENT) as database:
                check_current(worker)
                assert settle(database, street.community_id).settled == 0
            with opened(watcher, AUDIT) as database:
                assert audited(database) == 0
            for narrow, other in ((worker, AUDIT), (watcher, SETTLEMENT), (worker, API)):
                with connect(narrow) as connection, pytest.raises(Conflict, match="may not work"):
                    check_role(connection, other)
            for narrow in (worker, watcher):
                with connect(narrow) as connection, pytest.raises(InsufficientPrivilege):
                    connection.execute("select * from credential")

            with pytest.raises(Conflict, match="platform may not let platform in"):
                let_in(platform, "platform")
        finally:
            admin.execute(f"drop database {name} with (force)".encode())
            for login in (*LOGINS, "steward"):
                admin.execute(f"drop owned by {login} cascade".encode())
                admin.execute(f"drop role {login}".encode())
