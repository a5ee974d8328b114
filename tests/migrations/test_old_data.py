"""What earlier releases stored and booked by their own programs is the same after an upgrade."""

import json
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from peergrid.api.app import create_app
from peergrid.cli.serve import serving
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.meters.seal import seal
from peergrid.migrations.schema import newest, schema_of
from peergrid.settings import Settings
from peergrid.settlement.settle import settle
from tests.community import FIRST
from tests.conftest import SECRET, free_port, new_database
from tests.migrations.release import ROOT, Release, unpacked

HALF_HOURS = 60  # more than a day
LIVED = f"""
import json, os
from peergrid.cli.storage import opened
from peergrid.settlement.settle import settle
from tests.community import FIRST, found_street, report, report_both
with opened(os.environ["PEERGRID_DATABASE_URL"]) as database:
    with database.transaction() as connection:
        street = found_street(connection, "street")
    for number in range({HALF_HOURS}):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST.later(3), 500, 0, revision=1)
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST.later(5), 300, 0, revision=1)
print(json.dumps(street.ada_key))
"""  # settled, corrected and settled again; corrected once more, which waits to be settled
READINGS = (
    "select meter_id, sum(import_wh), sum(export_wh), sum(revision), count(*) from {} group by 1"
)
BALANCES = "select account_id, unit::text, sum(change)::bigint from entry group by 1, 2"


def kept(url: str, readings: str) -> tuple[list[tuple[Any, ...]], ...]:
    """Sums of what meters counted, and what is in each account."""
    with psycopg.connect(url) as connection:
        counted = connection.execute(READINGS.format(readings).encode()).fetchall()
        booked = connection.execute(BALANCES).fetchall()
    return sorted(counted), sorted(booked)


@pytest.mark.parametrize("schema", ["0001", "0005", "0013", "0016"])
def test_old_readings_and_books_are_kept_and_go_on(
    server: EmbeddedServer, tmp_path: Path, schema: str
) -> None:
    url = new_database(server, empty=True)
    before = Release(unpacked(schema, tmp_path), url, tmp_path)
    before.told("migrate")
    assert schema_of(url) == schema
    ada_key = json.loads(before.ran(LIVED))
    told = kept(url, "reading")
    after = Release(ROOT, url, tmp_path)

    after.told("migrate")

    assert schema_of(url) == newest()
    assert kept(url, "every_reading") == told
    assert len(told[0]) == 2
    assert "add up" in after.told("check")
    send_on(url, ada_key, tmp_path)
    with opened(url) as database:
        assert settle(database, 1).reversed > 0  # what waited to be settled anew
        assert seal(database, keep_open_days=1) > 0
    assert "add up" in after.told("check")


def send_on(url: str, key: str, data_dir: Path) -> None:
    """The meter's old key still opens the door."""
    settings = Settings(data_dir, url, SECRET, simulated_time=True)
    port, start = free_port(), FIRST.later(HALF_HOURS).start
    one = {
        "meter": "street-ada",
        "interval_start": start.isoformat(),
        "import_wh": 1,
        "export_wh": 2,
    }
    with serving(create_app(settings, url), "127.0.0.1", port):
        answer = httpx.post(
            f"http://127.0.0.1:{port}/api/v1/readings",
            headers={"Authorization": f"Bearer {key}"},
            json={"readings": [one]},
            timeout=60,
        )
    assert answer.json()["stored"] == 1, answer.text
