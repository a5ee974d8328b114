"""Settling is killed at any point and run again: the books are those of a run that was not."""

import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.energy import Reading
from peergrid.members.membership import community_by_id
from peergrid.meters.ingest import ingest
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from tests.community import FIRST, found_street
from tests.conftest import new_database

INTERVALS = 6 * 48
KILLS = 4
SETTLING = """
import sys
from peergrid.cli.storage import opened
from peergrid.settlement.settle import settle
with opened(sys.argv[1]) as database:
    print("begun", flush=True)
    settle(database, int(sys.argv[2]))
"""
SHARES = """
select s.interval_start, s.revision, s.reverses is null, s.estimated, s.transfers, h.*
from settlement s left join share h using (settlement_id) order by 1, 2, 3, h.meter_id"""
TRANSFERS = """
select interval_start, meter_id, kind, debit_account, credit_account, unit, amount, energy_wh,
  is_reversal from transfer order by 1, 2, 3, is_reversal, amount"""
BALANCES = "select account_id, sum(change) from entry group by 1 order by 1"


def readings_of(meter_id: int) -> list[Reading]:
    energies_wh = np.random.default_rng(meter_id).integers(0, 3_000, (INTERVALS, 2)).tolist()
    return [
        Reading(meter_id, FIRST.later(number), *energy_wh)
        for number, energy_wh in enumerate(energies_wh)
    ]


def ready(database: Database) -> int:
    """A street with days of readings, a first settlement, and a correction in it."""
    with database.transaction() as connection:
        street = found_street(connection, "street")
        for meter in (street.ada_meter, street.ben_meter):
            ingest(connection, meter, readings_of(meter.meter_id)[: INTERVALS // 2], None)
    settle(database, street.community_id)
    with database.transaction() as connection:
        for meter in (street.ada_meter, street.ben_meter):
            ingest(connection, meter, readings_of(meter.meter_id)[INTERVALS // 2 :], None)
        changed = Reading(street.ben_meter.meter_id, FIRST.later(60), 5, 7, revision=1)
        ingest(connection, street.ben_meter, [changed], None)
    return street.community_id


def books(database: Database) -> list[list[tuple[object, ...]]]:
    """All shares, transfers and balances; a killed run may have left a gap in the ids."""
    with database.transaction() as connection:
        found = [connection.execute(query).fetchall() for query in (SHARES, TRANSFERS, BALANCES)]
    return [[tuple(row) for row in rows] for rows in found]


def without_ids(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [(*row[:5], *row[6:]) for row in rows]


@pytest.fixture
def expected(database: Database) -> list[list[tuple[object, ...]]]:
    """The books of a run that nobody stopped."""
    settle(database, ready(database))
    return books(database)


@pytest.fixture
def other(server: EmbeddedServer) -> Iterator[tuple[str, Database]]:
    """A second database, and its URL."""
    url = new_database(server)
    with opened(url) as database:
        yield url, database


def started(url: str, community_id: int) -> subprocess.Popen[str]:
    """A process that settles, once it has begun."""
    command = [sys.executable, "-c", SETTLING, url, str(community_id)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def test_killed_at_random_points_and_run_again_the_books_are_the_same(
    expected: list[list[tuple[object, ...]]], other: tuple[str, Database]
) -> None:
    url, database = other
    community_id = ready(database)
    dice = np.random.default_rng(3)

    for _ in range(KILLS):
        process = started(url, community_id)
        time.sleep(dice.uniform(0, 0.4))
        process.kill()
        process.communicate(timeout=30)
    settle(database, community_id)

    found = books(database)
    assert without_ids(found[0]) == without_ids(expected[0])
    assert found[1:] == expected[1:]
    with database.transaction() as connection:
        result = audit(connection, community_by_id(connection, community_id))
    assert (result.intervals, result.findings) == (INTERVALS, [])


def test_two_processes_at_once_settle_once(
    expected: list[list[tuple[object, ...]]], other: tuple[str, Database]
) -> None:
    url, database = other
    community_id = ready(database)

    processes = [started(url, community_id) for _ in range(2)]
    for process in processes:
        process.communicate(timeout=120)
        assert process.returncode == 0

    found = books(database)
    assert without_ids(found[0]) == without_ids(expected[0])
    assert found[1:] == expected[1:]
