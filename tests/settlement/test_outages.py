"""An outage is not a missing reading."""

from datetime import timedelta

import pytest

from peergrid.database.pool import Database
from peergrid.energy import INTERVAL, Interval, Quality
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.ledger.book import balances_of
from peergrid.members.membership import Member, community_by_id
from peergrid.meters.outages import outages_of, report_outage, withdraw_outage
from peergrid.money import Unit
from peergrid.settlement.check import audit
from peergrid.settlement.settle import Run, settle
from peergrid.settlement.state import state_of
from tests.community import FIRST, Street, report, report_both

NEIGHBOUR_MICROS = (32_000 + 1_920 + 25_600) // 2  # for 400 Wh in the first block


def dark(database: Database, street: Street, first: Interval, intervals: int) -> None:
    with database.transaction() as connection:
        report_outage(
            connection, street.community_id, first.start, first.start + intervals * INTERVAL
        )


def usd(database: Database, member: Member) -> int:
    with database.transaction() as connection:
        return balances_of(connection, [member.member_id])[member.member_id][Unit.USD]


def qualities(database: Database, street: Street) -> list[tuple[int, int]]:
    """What is known of Ben's meter: energy drawn [Wh] and how it came about."""
    with database.transaction() as connection:
        return connection.execute(
            "select import_wh, quality from reading where meter_id = %s order by interval_start",
            (street.ben_meter.meter_id,),
        ).fetchall()


def assert_books_add_up(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []


def test_in_an_outage_the_silent_counted_nothing_and_are_not_waited_for(
    database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    for number in (1, 2):
        report(database, street.ada_meter, FIRST.later(number), 0, 0)
    report_both(database, street, FIRST.later(3))
    assert settle(database, street.community_id).settled == 1

    dark(database, street, FIRST.later(1), 2)
    assert settle(database, street.community_id).settled == 3

    assert qualities(database, street) == [
        (400, Quality.MEASURED),
        (0, Quality.OUTAGE),
        (0, Quality.OUTAGE),
        (400, Quality.MEASURED),
    ]
    assert usd(database, street.ben) == -2 * NEIGHBOUR_MICROS
    with database.transaction() as connection:
        rows = connection.execute("select distinct estimated from settlement").fetchall()
    assert rows == [(0,)]
    assert_books_add_up(database, street)


def test_a_half_hour_that_is_only_partly_dark_is_waited_for(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, FIRST, 0, 0)
    with database.transaction() as connection:
        late = FIRST.start + timedelta(minutes=1)
        report_outage(connection, street.community_id, late, FIRST.end)

    assert settle(database, street.community_id).settled == 0

    with database.transaction() as connection:
        state = state_of(connection, community_by_id(connection, street.community_id))
    assert state.missing == ["street-ben"]


def test_estimates_give_way_when_the_outage_is_reported_later(
    database: Database, street: Street
) -> None:
    for number in range(48):
        report_both(database, street, FIRST.later(number))
    for number in range(48, 48 + 145):
        report(database, street.ada_meter, FIRST.later(number), 0, 0)
    assert settle(database, street.community_id).settled == 49
    before = usd(database, street.ben)

    dark(database, street, FIRST.later(48), 1)
    run = settle(database, street.community_id)

    assert run == Run(settled=1, reversed=1)
    assert usd(database, street.ben) == before + 400 * 80 * 106 // 100
    assert_books_add_up(database, street)


def test_a_reading_that_comes_all_the_same_counts(database: Database, street: Street) -> None:
    report(database, street.ada_meter, FIRST, 0, 1_000, 1_300)
    dark(database, street, FIRST, 1)
    settle(database, street.community_id)
    assert usd(database, street.ben) == 0

    report(database, street.ben_meter, FIRST, 400, 0)
    settle(database, street.community_id)

    assert usd(database, street.ben) == -NEIGHBOUR_MICROS
    assert_books_add_up(database, street)


def test_the_same_outage_twice_is_one(database: Database, street: Street) -> None:
    dark(database, street, FIRST, 3)
    dark(database, street, FIRST, 3)

    with database.transaction() as connection:
        assert len(outages_of(connection, street.community_id)) == 1


def test_an_outage_ends_after_it_starts(database: Database, street: Street) -> None:
    with pytest.raises(Invalid, match="ends after it starts"):
        dark(database, street, FIRST, -1)


def withdraw_newest(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        newest, *_ = outages_of(connection, street.community_id)
        withdraw_outage(connection, street.community_id, newest.outage_id)


def test_an_outage_that_is_withdrawn_makes_nobody_silent(
    database: Database, street: Street
) -> None:
    """Ben's meter sent an estimate, the outage set it aside: now it counts, and the rest waits."""
    report(database, street.ben_meter, FIRST, 700, 0, quality=Quality.ESTIMATED)
    for number in range(2):
        report(database, street.ada_meter, FIRST.later(number), 0, 0)
    dark(database, street, FIRST, 2)
    assert qualities(database, street) == [(0, Quality.OUTAGE)]

    withdraw_newest(database, street)

    assert qualities(database, street) == [(700, Quality.ESTIMATED)]
    assert settle(database, street.community_id).settled == 1


def test_what_another_outage_covers_stays_dark(database: Database, street: Street) -> None:
    report(database, street.ben_meter, FIRST, 700, 0, quality=Quality.ESTIMATED)
    dark(database, street, FIRST, 2)
    dark(database, street, FIRST.later(-1), 2)

    with database.transaction() as connection:
        first = outages_of(connection, street.community_id)[0]
        withdraw_outage(connection, street.community_id, first.outage_id)

    assert qualities(database, street) == [(0, Quality.OUTAGE)]


def test_an_outage_that_is_settled_stays(database: Database, street: Street) -> None:
    report(database, street.ada_meter, FIRST, 0, 0)
    dark(database, street, FIRST, 2)
    settle(database, street.community_id)

    with pytest.raises(Conflict, match="is settled: what a meter still sends"):
        withdraw_newest(database, street)
    with database.transaction() as connection:
        assert len(outages_of(connection, street.community_id)) == 1
        with pytest.raises(NotFound, match="no outage 999"):
            withdraw_outage(connection, street.community_id, 999)
