"""The disk is full: what cannot be kept is refused, and once there is room nothing is missing."""

import time
from pathlib import Path

import httpx
import psycopg

from peergrid.api.app import create_app
from peergrid.cli.books import audited
from peergrid.cli.serve import serving
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.energy import Reading
from peergrid.meters.ingest import ingest
from peergrid.migrations.migrate import migrate
from peergrid.settings import Settings
from peergrid.settlement.settle import settle
from tests.community import FIRST, found_street
from tests.conftest import SECRET, free_port
from tests.crash.disk import fill, small_disk

PATIENCE_S = 60
FILLING = 400  # requests at most until the log of the database finds no room
TIGHT = "alter system set wal_recycle = off"  # no old segment of the log stands in for a new one


def test_on_a_full_disk_readings_are_refused_and_later_all_that_were_acknowledged_are_there(
    tmp_path: Path, short_dir: Path
) -> None:
    with small_disk(short_dir / "disk") as disk:
        server = EmbeddedServer(disk / "server")
        server.start()
        try:
            _see_it_through(server, disk, tmp_path)
        finally:
            server.stop(at_once=True)


def _see_it_through(server: EmbeddedServer, disk: Path, tmp_path: Path) -> None:
    migrate(server.url)
    with opened(server.url) as database, database.transaction() as connection:
        street = found_street(connection, "street")
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(TIGHT)
        admin.execute("select pg_reload_conf()")
    settings = Settings(tmp_path, server.url, SECRET, simulated_time=True)
    port = free_port()
    acknowledged: set[int] = set()
    refused: set[int] = set()

    def send(first: int) -> int:
        readings = [
            {
                "meter": street.ada_meter.serial,
                "interval_start": FIRST.later(number).start.isoformat(),
                "import_wh": 0,
                "export_wh": number % 1_000,
            }
            for number in range(first, first + 100)
        ]
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/readings",
            json={"readings": readings},
            headers={"Authorization": f"Bearer {street.ada_key}"},
            timeout=60,
        )
        if answer.status_code == 200:
            acknowledged.update(range(first, first + 100))
        return answer.status_code

    with serving(create_app(settings, server.url), "127.0.0.1", port):
        assert send(0) == 200
        ballast = fill(disk)
        for first in range(100, 100 * FILLING, 100):
            status = send(first)
            if status != 200:
                assert status in {429, 503}
                refused.add(first)
                if status == 503:
                    break
                time.sleep(1)
        assert refused, "the disk never was full"
        ballast.unlink()
        server.start()  # unless it lives
        deadline = time.monotonic() + PATIENCE_S
        for first in sorted(refused):
            while send(first) != 200:
                assert time.monotonic() < deadline, "it does not recover"
                time.sleep(0.2)

    with opened(server.url) as database:
        with database.transaction() as connection:
            kept = connection.execute(
                "select interval_start, export_wh from every_reading order by 1"
            ).fetchall()
            ingest(
                connection,
                street.ben_meter,
                [Reading(street.ben_meter.meter_id, FIRST.later(n), 300, 0) for n in range(48)],
                not_after=None,
            )
        assert kept == [(FIRST.later(n).start, n % 1_000) for n in sorted(acknowledged)]
        settle(database, street.community_id)
        assert audited(database) == 0
