"""What a process that runs anyway does for the tables of readings, and nobody else meanwhile."""

from datetime import date

import pytest

from peergrid.database.pool import Database
from peergrid.meters.ranking import By, highest
from peergrid.meters.upkeep import LOCKS, ONLY, Upkeep
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report, report_both

SEPTEMBER = date(2026, 9, 1)
PARTS = """
select array_agg(relname::text order by relname) from pg_class
where relispartition and relkind = 'r'"""
UNFOLDED = "select count(*) from community_change"
IS_VISIBLE = """
select relallvisible = relpages and relpages > 0 from pg_class
where relname = 'sealed_day_202609'"""


def ask(database: Database, query: str) -> object:
    with database.transaction() as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


@pytest.fixture
def two_days(database: Database, street: Street) -> Database:
    for offset in range(49):
        report_both(database, street, FIRST.later(offset))
    settle(database, street.community_id)
    return database


def test_it_seals_folds_counts_and_makes_tables_ahead(two_days: Database, street: Street) -> None:
    assert Upkeep(two_days, keep_open_days=1).once()

    assert ask(two_days, PARTS) == [
        *("reading_20260902", "reading_20260903", "reading_20260904", "sealed_day_202609")
    ]
    assert ask(two_days, UNFOLDED) == 0
    assert ask(two_days, IS_VISIBLE) is True
    with two_days.transaction() as connection:
        rows = highest(connection, street.community_id, SEPTEMBER, By.EXPORT, 10)
    assert [(row.serial, row.name, row.readings, row.export_wh) for row in rows] == [
        (street.ada_meter.serial, "Ada", 49, 49_000)
    ]


def test_before_the_first_reading_there_is_nothing_to_do(database: Database) -> None:
    assert Upkeep(database, keep_open_days=1).once()

    assert ask(database, PARTS) is None


def test_only_one_process_of_all_does_it(two_days: Database) -> None:
    with two_days.lock(LOCKS, ONLY):
        assert not Upkeep(two_days, keep_open_days=1).once()

    assert ask(two_days, UNFOLDED) != 0


def test_a_stopped_one_begins_no_step(two_days: Database) -> None:
    upkeep = Upkeep(two_days, keep_open_days=1)
    upkeep.start()
    upkeep.stop()

    upkeep.once()

    assert ask(two_days, "select count(*) from sealed_day") == 0
    assert ask(two_days, "select count(*) from connection_month") == 0


def test_the_highest_stand_in_order_and_a_correction_moves_them(
    two_days: Database, street: Street
) -> None:
    upkeep = Upkeep(two_days, keep_open_days=1)
    report(two_days, street.ben_meter, FIRST.later(60), 0, 0, 500)
    for generation_wh, revision, leader in ((500, 0, "Ada"), (90_000, 1, "Ben")):
        report(
            *(two_days, street.ben_meter, FIRST.later(60), 0, 0, generation_wh), revision=revision
        )
        upkeep.once()
        upkeep._count_at = 0  # it would rest for a moment  # noqa: SLF001
        with two_days.transaction() as connection:
            rows = highest(connection, street.community_id, SEPTEMBER, By.GENERATION, 2)
            one = highest(connection, street.community_id, SEPTEMBER, By.GENERATION, 1)
        assert [row.name for row in one] == [leader]
        assert len(rows) == 2
