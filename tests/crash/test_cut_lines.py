"""The line breaks in mid-answer, wherever that is: whoever asks again finds it done once."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from peergrid.cli.books import audited
from peergrid.database.pool import Database
from peergrid.errors import Unavailable
from peergrid.payments.run import pay_held
from peergrid.payments.sandbox import Sandbox
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report_both
from tests.conftest import Backend
from tests.crash.cutting import Line, line_to
from tests.payments.paying import USD, found_town

MOST_TRIES = 40
SIGNED_IN = 1_200  # bytes: what follows is answers to queries
INTERVALS = 6


@dataclass(frozen=True)
class Cut:
    """The database, over a line that can be cut."""

    url: str
    line: Line

    def until_done(self, work: Callable[[Database], object]) -> int:
        """Cut after ever more bytes of answers until ``work`` is through; how often it was not."""
        left = SIGNED_IN
        for failures in range(MOST_TRIES):
            self.line.left = left
            database = Database(self.url, timeout_s=3)
            database.open()
            try:
                work(database)
            except Unavailable:
                left += left // 3
            else:
                return failures
            finally:
                database.close()
        raise AssertionError("it never came through")


@pytest.fixture
def cut(url: str) -> Iterator[Cut]:
    account, _, place = url.partition("@/")
    name, _, folder = place.partition("?host=")
    (there,) = (path for path in Path(folder).glob(".s.PGSQL.*") if path.is_socket())
    with line_to(socket.AF_UNIX, str(there)) as line:
        yield Cut(f"{account}@127.0.0.1:{line.port}/{name}?sslmode=disable", line)


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.transaction() as connection:
        return connection.execute(query.encode()).fetchall()


def test_readings_whose_answer_is_cut_are_sent_again_and_kept_once(
    backend: Backend, street: Street
) -> None:
    address = urlsplit(backend.url)
    there = (str(address.hostname), int(address.port or 0))
    headers = {"Authorization": f"Bearer {street.ada_key}"}
    lost, unchanged = 0, 0
    with line_to(socket.AF_INET, there) as line:
        for number, left in enumerate((0, 1, 12, 60, 200, 400, 2**62)):
            reading = {
                "meter": street.ada_meter.serial,
                "interval_start": FIRST.later(number).start.isoformat(),
                "import_wh": 0,
                "export_wh": 100 + number,
            }
            line.left = left
            for _ in range(2):
                try:
                    answer = httpx.post(
                        f"http://127.0.0.1:{line.port}/api/v1/readings",
                        json={"readings": [reading]},
                        headers=headers,
                        timeout=20,
                    )
                except httpx.TransportError:
                    lost += 1
                    line.left = 2**62
                else:
                    assert answer.status_code == 200, answer.text
                    unchanged += answer.json()["unchanged"]
                    break

    assert lost >= 5
    assert unchanged == lost  # each was stored before its answer was cut
    kept = rows(backend.database, "select export_wh from every_reading order by 1")
    assert kept == [(100 + number,) for number in range(7)]


def test_a_settlement_that_is_cut_is_run_again_and_books_once(
    database: Database, street: Street, cut: Cut
) -> None:
    for number in range(INTERVALS):
        report_both(database, street, FIRST.later(number))

    failures = cut.until_done(lambda over: settle(over, street.community_id))

    assert failures > 3
    assert rows(database, "select count(*)::int from settlement") == [(INTERVALS,)]
    assert audited(database) == 0


def test_a_payout_that_is_cut_is_paid_once(database: Database, cut: Cut, tmp_path: Path) -> None:
    town = found_town(database)
    payouts = [town.ask(town.street.ada, 2 * USD) for _ in range(3)]
    town.approve(*payouts)
    provider = Sandbox(tmp_path / "record")

    def pay(over: Database) -> None:
        if pay_held(over, provider).held:
            raise Unavailable("Some are still held.")

    failures = cut.until_done(pay)

    assert failures > 3
    assert {town.state(payout) for payout in payouts} == {"paid"}
    number = payouts[0].number
    assert provider.paid_micros() == {number: sum(one.received_micros for one in payouts)}
    assert town.findings() == []
