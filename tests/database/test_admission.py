"""An administrator who is no superuser lets PeerGrid's login in, and that login does the rest."""

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from peergrid.cli.admit import admit
from peergrid.database.admission import let_in, make_login_of_identity
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import connect
from peergrid.database.roles import API, ROLES, SETTLEMENT, check_role
from peergrid.errors import Conflict
from peergrid.migrations.migrate import migrate
from tests.conftest import new_database


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
            admin.execute("create role platform login password 'platform'")

            monkeypatch.setenv("PEERGRID_DATABASE_URL", steward)
            admit("platform")
            admit("platform")  # twice is once
            assert "platform may migrate" in capsys.readouterr().out
            migrate(platform)
            with connect(platform) as connection:
                check_role(connection, API)
                check_role(connection, SETTLEMENT)

            with pytest.raises(Conflict, match="platform may not let platform in"):
                let_in(platform, "platform")
        finally:
            admin.execute(f"drop database {name} with (force)".encode())
            for login in ("platform", "steward"):
                admin.execute(f"drop owned by {login} cascade".encode())
                admin.execute(f"drop role {login}".encode())
