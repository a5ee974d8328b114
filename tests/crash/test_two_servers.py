"""A second PostgreSQL on the same data is refused, and the first goes on."""

import os
import subprocess
from typing import Any

import psycopg

from peergrid.database.embedded import EmbeddedServer, binaries


def test_a_second_server_on_one_data_directory_is_refused(server: EmbeddedServer) -> None:
    owner = server.cluster.stat()
    as_owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}

    second = subprocess.run(
        [str(binaries() / "postgres"), "-D", str(server.cluster)],
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **as_owner,
    )

    assert second.returncode != 0
    assert "postmaster.pid" in second.stderr
    with psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
