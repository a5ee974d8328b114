"""The server's clock is wrong by hours: nothing breaks, and all is kept once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from peergrid.api.app import create_app
from peergrid.api.dependencies import clock
from peergrid.cli.books import audited
from peergrid.cli.serve import serving
from peergrid.database.pool import Database
from peergrid.energy import Interval
from peergrid.settings import Settings
from peergrid.settlement.settle import settle
from tests.community import Street
from tests.conftest import SECRET, free_port

TRUE = datetime(2026, 9, 1, 10, 5, tzinfo=UTC)
JUMPS = [timedelta(hours=hours) for hours in (-400 * 24, -12, -1, 1, 12, 400 * 24)]


@dataclass
class Clock:
    now: datetime = TRUE


@dataclass(frozen=True)
class Jumpy:
    """A backend that believes a clock that can be set."""

    url: str
    clock: Clock

    def send(self, key: str, serial: str, interval: Interval, export_wh: int) -> httpx.Response:
        reading = {
            "meter": serial,
            "interval_start": interval.start.isoformat(),
            "import_wh": 0,
            "export_wh": export_wh,
        }
        headers = {"Authorization": f"Bearer {key}"}
        body = {"readings": [reading]}
        return httpx.post(f"{self.url}/api/v1/readings", json=body, headers=headers, timeout=20)


@pytest.fixture
def jumpy(url: str, database: Database, tmp_path: Path) -> Iterator[Jumpy]:
    told, port = Clock(), free_port()
    app = create_app(Settings(tmp_path, url, SECRET, second_factor=False), url)
    app.dependency_overrides[clock] = lambda: told.now
    with serving(app, "127.0.0.1", port):
        yield Jumpy(f"http://127.0.0.1:{port}", told)


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_reading_of_a_half_hour_that_is_not_over_by_the_clock_waits_until_it_is(
    jumpy: Jumpy, street: Street, database: Database, jump: timedelta
) -> None:
    over = Interval(TRUE - timedelta(minutes=35))
    coming = Interval(TRUE + timedelta(minutes=25))
    ada, ben = street.ada_meter.serial, street.ben_meter.serial
    jumpy.clock.now = TRUE + jump

    early = jumpy.send(street.ada_key, ada, over, 500)
    ahead = jumpy.send(street.ben_key, ben, Interval(coming.start + 2 * jump), 9)

    assert early.status_code == (200 if jump > timedelta() else 422), early.text
    assert ahead.status_code in {200, 422}
    if jump < timedelta(0):
        assert "over" in early.json()["detail"] or "not" in early.json()["detail"]
    jumpy.clock.now = TRUE
    again = jumpy.send(street.ada_key, ada, over, 500)
    assert again.status_code == 200
    with database.transaction() as connection:
        kept = connection.execute(
            "select export_wh from every_reading where meter_id = %s", (street.ada_meter.meter_id,)
        ).fetchall()
    assert kept == [(500,)]
    settle(database, street.community_id)
    assert audited(database) == 0
