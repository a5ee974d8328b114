"""`peergrid watch` measures what somebody has to be woken for, and audits the books."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from peergrid.cli.watch import FIGURES, Watch
from peergrid.database.pool import Database
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report, report_both
from tests.conftest import PEERGRID, free_port

PATIENCE_S = 60


@pytest.fixture
def settled(database: Database, street: Street) -> Street:
    """Three half hours, of which Ben's last is missing, and two are settled."""
    for number in range(2):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)
    report(database, street.ada_meter, FIRST.later(2), 0, 1_000)
    report(database, street.ada_meter, FIRST.later(3), 0, 1_000)
    return street


def looked(database: Database, capsys: pytest.CaptureFixture[str], backups: Path) -> dict[str, str]:
    Watch(database, 3_600, backups).look()
    told = capsys.readouterr().out.splitlines()[-1].split(", ")
    return dict(one.split(" ") for one in told)


def test_what_waits_and_what_is_silent_is_measured(
    database: Database, settled: Street, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "kept.zip").touch()

    figures = looked(database, capsys, tmp_path)

    assert {"peergrid." + name for name in figures} == FIGURES.keys()
    assert figures["communities"] == "1"
    assert figures["settlement.lag"] == "3600"
    assert (figures["meters"], figures["meters.silent"]) == ("2", "1")
    assert (figures["settlement.late"], figures["payouts.held"]) == ("0", "0")
    assert figures["books.findings"] == "0"


def test_books_that_are_off_and_a_settlement_that_is_late_are_measured(
    url: str,
    database: Database,
    settled: Street,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("alter table transfer disable trigger user")
        connection.execute("update transfer set amount = amount + 1 where amount > 10")
        connection.execute("update community set deadline_hours = 1")
    report(database, settled.ada_meter, FIRST.later(8), 0, 1_000)

    figures = looked(database, capsys, tmp_path)

    assert int(figures["books.findings"]) > 0
    assert figures["settlement.late"] == "1"
    assert "backup.made" not in figures  # there is none: nothing is said, and that is an alert


def test_the_audit_is_not_done_at_every_look(
    database: Database, settled: Street, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Watch(database, 3_600, None)

    watch.look()
    assert "add up" in capsys.readouterr().out
    watch.look()
    assert "add up" not in capsys.readouterr().out


@contextmanager
def telling(url: str, folder: Path, *command: str) -> Iterator[tuple[str, Path]]:
    """A command that goes on: where its measures are, and its log."""
    port, log = free_port(), folder / f"{command[0]}.log"
    given = {
        "PEERGRID_DATABASE_URL": url,
        "PEERGRID_DATA_DIR": str(folder),
        "PEERGRID_JSON_LOG": "1",
        "PEERGRID_METRICS": f"127.0.0.1:{port}",
    }
    with (
        log.open("w") as outlet,
        subprocess.Popen(
            [str(PEERGRID), *command], env=os.environ | given, stdout=outlet, stderr=outlet
        ) as process,
    ):
        try:
            yield f"http://127.0.0.1:{port}/metrics", log
        finally:
            process.send_signal(signal.SIGINT)
    assert process.returncode == 0, log.read_text()


def measured(address: str, name: str) -> float:
    """What is told under a name, as soon as it is."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            families = list(text_string_to_metric_families(httpx.get(address).text))
        except httpx.TransportError:
            families = []
        found = [one for family in families for one in family.samples if one.name == name]
        if found:
            return float(found[0].value)
        time.sleep(0.2)
    raise AssertionError(f"{name} is not told")


def test_who_watches_reads_it_as_measures_and_as_lines(
    url: str, settled: Street, tmp_path: Path
) -> None:
    begun = datetime.now(UTC).timestamp()
    with ExitStack() as stack:
        watching, log = stack.enter_context(telling(url, tmp_path, "watch", "--every", "1"))
        settling, _ = stack.enter_context(telling(url, tmp_path, "settle", "--every", "1"))

        assert measured(settling, "peergrid_settlement_duration_seconds_count") >= 1
        assert measured(watching, "peergrid_books_audited_seconds") >= begun
        assert measured(watching, "peergrid_books_findings") == 0
        assert measured(watching, "peergrid_settlement_lag_seconds") == 3_600
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    told = next(line for line in lines if line["message"] == "figures")
    assert told["peergrid.meters.silent"] == 1
    assert FIGURES.keys() - told.keys() == {"peergrid.backup.made"}
