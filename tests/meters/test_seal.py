"""Sealed or open, a reading is the same reading."""

from datetime import timedelta
from typing import Any

import pytest

from peergrid.database.pool import Database
from peergrid.energy import Quality
from peergrid.members.membership import community_by_id
from peergrid.meters.outages import report_outage
from peergrid.meters.seal import seal
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from peergrid.settlement.state import state_of
from tests.community import FIRST, Street, report, report_both

ALL = """
select interval_start, meter_id, import_wh, export_wh, generation_wh, quality, revision
from every_reading order by 1, 2"""


def all_readings(database: Database) -> list[tuple[Any, ...]]:
    with database.transaction() as connection:
        return connection.execute(ALL).fetchall()


def shapes(database: Database) -> tuple[int, int]:
    """How many rows are of the open shape, and of the sealed one."""
    with database.transaction() as connection:
        row = connection.execute(
            "select (select count(*) from reading), (select count(*) from sealed_day)"
        ).fetchone()
    assert row is not None
    return row


@pytest.fixture
def two_days(database: Database, street: Street) -> Database:
    """A whole day of both, and a half hour of the next; all is settled."""
    for offset in range(49):
        report_both(database, street, FIRST.later(offset))
    settle(database, street.community_id)
    return database


def findings(database: Database, street: Street) -> list[str]:
    settle(database, street.community_id)
    with database.transaction() as connection:
        return audit(connection, community_by_id(connection, street.community_id)).findings


def test_a_settled_day_is_sealed_and_says_what_it_said(two_days: Database, street: Street) -> None:
    before = all_readings(two_days)

    assert seal(two_days, keep_open_days=1) == 2

    assert shapes(two_days) == (2, 2)
    assert all_readings(two_days) == before
    with two_days.transaction() as connection:
        kept = connection.execute(
            "select export_wh, generation_wh, self_consumed_wh, readings, qualities, revisions"
            " from sealed_day where meter_id = %s",
            (street.ada_meter.meter_id,),
        ).fetchone()
        part = connection.execute("select to_regclass('reading_20260901')").fetchone()
    assert kept == (48_000, 62_400, 14_400, 48, None, None)
    assert part == (None,)
    assert findings(two_days, street) == []


def test_an_empty_day_that_somebody_writes_to_goes_another_time(
    two_days: Database, street: Street
) -> None:
    query = "select to_regclass('reading_20260901') is not null"
    with two_days.transaction() as writer:
        writer.execute("lock table reading in row exclusive mode")
        assert seal(two_days, keep_open_days=1) == 2
    with two_days.transaction() as connection:
        assert connection.execute(query).fetchone() == (True,)

    assert seal(two_days, keep_open_days=1) == 0

    with two_days.transaction() as connection:
        assert connection.execute(query).fetchone() == (False,)
    assert shapes(two_days) == (2, 2)


def test_what_is_not_settled_stays_open(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    report_both(database, street, FIRST.later(96))

    assert seal(database, keep_open_days=1) == 0
    assert shapes(database) == (4, 0)


def test_a_correction_of_a_sealed_day_is_kept_settled_and_sealed_again(
    two_days: Database, street: Street
) -> None:
    seal(two_days, keep_open_days=1)

    report(two_days, street.ada_meter, FIRST.later(3), 0, 900, 1_300, revision=1)

    assert shapes(two_days) == (50, 1)
    with two_days.transaction() as connection:
        kept = connection.execute("select export_wh, revision from reading_version").fetchall()
    assert kept == [(1_000, 0)]
    assert findings(two_days, street) == []
    before = all_readings(two_days)
    assert seal(two_days, keep_open_days=1) == 1
    assert all_readings(two_days) == before


def test_the_same_reading_of_a_sealed_day_again_changes_nothing(
    two_days: Database, street: Street
) -> None:
    seal(two_days, keep_open_days=1)
    before = all_readings(two_days)

    outcome = report(two_days, street.ada_meter, FIRST, 0, 1_000, 1_300)

    assert (outcome.unchanged, outcome.stored) == (1, 0)
    assert all_readings(two_days) == before


def test_an_outage_of_a_sealed_day_still_puts_estimates_right(
    database: Database, street: Street
) -> None:
    for offset in range(48 * 5):
        report(database, street.ada_meter, FIRST.later(offset), 0, 1_000, 1_300)
    report(database, street.ben_meter, FIRST, 400, 0)
    settle(database, street.community_id)
    seal(database, keep_open_days=1)
    assert shapes(database)[1] > 0

    with database.transaction() as connection:
        start = FIRST.later(2).start
        report_outage(connection, street.community_id, start, start + timedelta(hours=1))

    dark = [row for row in all_readings(database) if row[5] == Quality.OUTAGE]
    assert len(dark) == 2
    assert findings(database, street) == []


def test_who_is_missing_is_told_of_sealed_days_too(two_days: Database, street: Street) -> None:
    seal(two_days, keep_open_days=1)

    with two_days.transaction() as connection:
        state = state_of(connection, community_by_id(connection, street.community_id))

    assert (state.waiting, state.missing) == (0, [])
