"""A page outlives its server; and what net metering changes is told in energy, not in money."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from peergrid.database.pool import Database
from peergrid.settlement.settle import settle
from tests.browser.driving import visiting
from tests.community import FIRST, PASSWORD, Street, found_street, report_both
from tests.conftest import PEERGRID, SECRET, free_port

pytestmark = pytest.mark.browser

COMEBACK_MS = 90_000  # the browser waits longer from try to try


@pytest.fixture
def street(database: Database) -> Street:
    """Ada has sent out 1 kWh and Ben has drawn 0.4 kWh, under net metering."""
    with database.transaction() as connection:
        street = found_street(connection, "street", "net_metering")
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    return street


@contextmanager
def served(url: str, folder: Path, port: int) -> Iterator[None]:
    """`peergrid serve`, which ends as in a power cut."""
    environment = {"PEERGRID_DATABASE_URL": url, "PEERGRID_SECRET": SECRET}
    environment["PEERGRID_SIMULATED_TIME"] = "1"
    command = [str(PEERGRID), "serve", "--port", str(port), "--data-dir", str(folder)]
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        while process.poll() is None and not answers(port):
            time.sleep(0.1)
        assert process.poll() is None, "the backend ended before it answered"
        yield
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def test_a_page_outlives_its_server_and_tells_energy_credit_in_kwh(
    browser: Browser, street: Street, database: Database, url: str, tmp_path: Path
) -> None:
    port = free_port()
    with ExitStack() as window:
        with served(url, tmp_path, port):
            visit = window.enter_context(visiting(browser, f"http://127.0.0.1:{port}"))
            visit.sign_in(street.ada.email, PASSWORD)
            visit.sees("Energy credit earned today: 0.80 kWh for 1.00 kWh sent out")
            visit.enter("Wallet", "My wallet")
            visit.sees("Energy credit: 0.80 kWh taken off what you draw later")

        report_both(database, street, FIRST.later(1))
        settle(database, street.community_id)
        with served(url, tmp_path, port):
            credit = visit.text("Energy credit: 1.60 kWh taken off what you draw later")
            expect(credit).to_be_visible(timeout=COMEBACK_MS)
            expect(visit.heading("My wallet")).to_be_visible()
