"""Who leaves pays until the boundary, who comes from there on, and the sums stay the same."""

from dataclasses import replace as replace_in
from datetime import date, timedelta

import pytest

from peergrid.database.pool import Connection, Database
from peergrid.energy import Interval
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.ledger.book import balances_of, out_of_balance, statement_lines
from peergrid.market.schemes import SCHEMES
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import Member, add_member, community_by_id
from peergrid.meters.registry import meter_by_id
from peergrid.money import Unit
from peergrid.settlement.check import audit
from peergrid.settlement.connections import end, hand_over, replace
from peergrid.settlement.settle import settle
from peergrid.settlement.tariffs import add_tariff
from peergrid.settlement.worth import Step, worth_between
from tests.community import FIRST, START, Street, begun_at, found_street, report, report_both

SEPTEMBER = date(2026, 9, 1)
BOUNDARY = FIRST.later(2)
NEIGHBOUR_MICROS = (32_000 + 1_920 + 25_600) // 2  # for 400 Wh in the first block


@pytest.fixture
def dan(database: Database, street: Street) -> Member:
    with database.transaction() as connection:
        return add_member(connection, street.community_id, "Dan", "dan@street.example", "consumer")


def balance(database: Database, member: Member, unit: Unit = Unit.USD) -> int:
    with database.transaction() as connection:
        return balances_of(connection, [member.member_id])[member.member_id][unit]


def assert_books_add_up(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
        assert set(out_of_balance(connection, street.community_id).values()) == {0}


def hand_to(database: Database, meter_id: int, member: Member, start: Interval) -> None:
    with database.transaction() as connection:
        community_id = meter_by_id(connection, meter_id).community_id
        hand_over(connection, community_id, meter_id, member.member_id, start.start)


def test_the_leaver_pays_until_the_boundary_and_the_joiner_from_there_on(
    database: Database, street: Street, dan: Member
) -> None:
    hand_to(database, street.ben_meter.meter_id, dan, BOUNDARY)
    for number in range(5):
        report_both(database, street, FIRST.later(number))

    assert settle(database, street.community_id).settled == 5

    assert balance(database, street.ben) == -2 * NEIGHBOUR_MICROS
    assert balance(database, dan) == -3 * NEIGHBOUR_MICROS
    with database.transaction() as connection:
        of_ben = statement_lines(connection, street.ben.member_id, SEPTEMBER)
        of_dan = statement_lines(connection, dan.member_id, SEPTEMBER)
    assert [(line.kind, line.energy_wh) for line in of_ben] == [("neighbour_energy", 800)]
    assert [(line.kind, line.energy_wh) for line in of_dan] == [("neighbour_energy", 1_200)]
    assert_books_add_up(database, street)


def test_each_sees_the_energy_of_their_own_time(
    database: Database, street: Street, dan: Member
) -> None:
    hand_to(database, street.ben_meter.meter_id, dan, BOUNDARY)
    for number in range(5):
        report_both(database, street, FIRST.later(number))
    day = START, START + timedelta(days=1)

    with database.transaction() as connection:
        seen = [
            worth_between(
                connection, [street.ben_meter.meter_id], *day, Step.DAY, owner=one.member_id
            )
            for one in (street.ben, dan, street.ada)
        ]

    assert [[row.import_wh for row in rows] for rows in seen] == [[800], [1_200], []]


def test_a_correction_after_the_boundary_is_the_joiners_alone(
    database: Database, street: Street, dan: Member
) -> None:
    hand_to(database, street.ben_meter.meter_id, dan, BOUNDARY)
    for number in range(4):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)

    report(database, street.ben_meter, FIRST.later(3), 0, 0, revision=1)
    settle(database, street.community_id)

    assert balance(database, street.ben) == -2 * NEIGHBOUR_MICROS
    assert balance(database, dan) == -NEIGHBOUR_MICROS
    assert_books_add_up(database, street)


def test_what_was_settled_and_is_undone_keeps_its_owner(
    database: Database, street: Street, dan: Member
) -> None:
    class StoppedError(Exception):
        pass

    def stop(_: int) -> None:
        raise StoppedError

    hand_to(database, street.ben_meter.meter_id, dan, BOUNDARY)
    for number in range(4):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST, 0, 0, revision=1)
    with pytest.raises(StoppedError):  # all four are undone, two settled anew
        settle(database, street.community_id, stop)

    with pytest.raises(Conflict, match="before 2026-09-01T00:00Z is settled"):
        hand_to(database, street.ben_meter.meter_id, street.ben, FIRST.later(3))
    hand_to(database, street.ben_meter.meter_id, street.ben, FIRST.later(4))
    assert_books_add_up(database, street)
    settle(database, street.community_id)

    assert balance(database, street.ben) == -NEIGHBOUR_MICROS
    assert balance(database, dan) == -2 * NEIGHBOUR_MICROS
    assert_books_add_up(database, street)


def test_energy_credit_stays_with_who_earned_it(database: Database) -> None:
    with database.transaction() as connection:
        street = found_street(connection, "credits", "net_metering")
        eve = add_member(connection, street.community_id, "Eve", "eve@credits.example", "producer")
    hand_to(database, street.ada_meter.meter_id, eve, BOUNDARY)
    for number in range(2):
        report_both(database, street, FIRST.later(number))
    for number in range(2, 4):  # 500 Wh drawn: Ada's credit does not pay for it
        report(database, street.ada_meter, FIRST.later(number), 500, 0)
        report(database, street.ben_meter, FIRST.later(number), 0, 0)

    settle(database, street.community_id)

    assert balance(database, street.ada, Unit.WH_CREDIT) == 2 * 800
    assert balance(database, eve, Unit.WH_CREDIT) == 0
    assert balance(database, eve) == -1_000 * 80 * 106 // 100
    assert_books_add_up(database, street)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_what_all_pay_and_receive_is_the_same_whoever_owns_the_meter(
    database: Database, scheme: str
) -> None:
    month_end = Interval(START + timedelta(days=30)).later(-6)
    sums = []
    for name in ("kept", "handed"):
        with database.transaction() as connection:
            street = found_street(connection, name, scheme)
            joiner = add_member(
                connection, street.community_id, "Joi", f"joi@{name}.example", "consumer"
            )
            connection.execute(
                "update community set settled_until = %s where community_id = %s",
                (month_end.start, street.community_id),
            )
            connection.execute(
                "update meter set active_from = %s where community_id = %s",
                (month_end.start, street.community_id),
            )
        if name == "handed":
            hand_to(database, street.ben_meter.meter_id, joiner, month_end.later(3))
        for number in range(6):
            report_both(database, street, month_end.later(number))
        assert settle(database, street.community_id).settled == 6
        assert_books_add_up(database, street)
        sums.append(
            (
                balance(database, street.ada),
                balance(database, street.ben) + balance(database, joiner),
            )
        )

    assert sums[0] == sums[1]


def test_a_new_meter_goes_on_in_the_months_blocks(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        new = replace(
            connection,
            street.community_id,
            street.ben_meter.meter_id,
            "street-ben-2",
            FIRST.later(8).start,
        )
        old = meter_by_id(connection, street.ben_meter.meter_id)
    assert (old.active_until, new.active_from) == (FIRST.later(8).start, FIRST.later(8).start)
    for number in range(12):  # 12 times 6 kWh: past the 50 kWh of the first block in the ninth
        report(database, street.ada_meter, FIRST.later(number), 0, 0)
        report(database, old if number < 8 else new, FIRST.later(number), 6_000, 0)

    assert settle(database, street.community_id).settled == 12

    assert balance(database, street.ben) == -(50_000 * 80 + 22_000 * 90) * 106 // 100
    assert_books_add_up(database, street)


def test_credit_left_on_the_old_meter_does_not_begin_the_new_ones_month_again(
    database: Database,
) -> None:
    october = Interval(START + timedelta(days=30))
    with database.transaction() as connection:
        founded = found_street(connection, "credits", "net_metering")
        street = begun_at(founded, connection, october.later(-1))
        shares_money = replace_in(zetdc_tariff("mid_market"), valid_from=date(2026, 10, 1))
        add_tariff(connection, street.community_id, shares_money)
        new = replace(connection, *street.at_adas, "credits-ada-2", october.start)
    report(database, street.ada_meter, october.later(-1), 0, 1_000, 1_000)
    report(database, street.ben_meter, october.later(-1), 0, 0)
    for number in range(3):  # no credit for these any more, and none used
        report(database, new, october.later(number), 0, 1_000, 1_000)
        report(database, street.ben_meter, october.later(number), 0, 0)
        settle(database, street.community_id)

    with database.transaction() as connection:
        so_far = connection.execute(
            "select month_export_wh from share where meter_id = %s order by interval_start",
            (new.meter_id,),
        ).fetchall()
    assert so_far == [(1_000,), (2_000,), (3_000,)]
    assert balance(database, street.ada, Unit.WH_CREDIT) == 800
    assert_books_add_up(database, street)


def test_neither_meter_speaks_for_the_others_time(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        new = replace(
            connection,
            street.community_id,
            street.ben_meter.meter_id,
            "street-ben-2",
            BOUNDARY.start,
        )
        old = meter_by_id(connection, street.ben_meter.meter_id)

    with pytest.raises(Invalid, match="was in force until"):
        report(database, old, BOUNDARY, 1, 0)
    with pytest.raises(Invalid, match="is active from"):
        report(database, new, FIRST, 1, 0)


def test_a_connection_that_ended_is_not_waited_for(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        end(connection, *street.at_bens, BOUNDARY.start)
    for number in range(2):
        report_both(database, street, FIRST.later(number))
    for number in range(2, 4):
        report(database, street.ada_meter, FIRST.later(number), 0, 1_000, 1_300)

    assert settle(database, street.community_id).settled == 4

    assert balance(database, street.ben) == -2 * NEIGHBOUR_MICROS
    assert_books_add_up(database, street)


def test_what_is_settled_keeps_its_owner(database: Database, street: Street, dan: Member) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)

    with pytest.raises(Conflict, match="is settled: choose that or later"):
        hand_to(database, street.ben_meter.meter_id, dan, FIRST)


def test_a_meter_goes_to_nobody_of_another_community(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        there = found_street(connection, "elsewhere")

    with pytest.raises(Invalid, match="is not of the community"):
        hand_to(database, street.ben_meter.meter_id, there.ben, BOUNDARY)


def test_a_meter_ends_where_it_has_not_reported_yet(database: Database, street: Street) -> None:
    for number in range(3):
        report_both(database, street, FIRST.later(number))
    with database.transaction() as connection:
        for too_early in (FIRST.later(1).start, FIRST.later(2).start):
            with pytest.raises(Conflict, match="has reported until 2026-08-31T23:30Z"):
                end(connection, *street.at_bens, too_early)
            with pytest.raises(Conflict, match="has reported until 2026-08-31T23:30Z"):
                replace(connection, *street.at_bens, "street-ben-2", too_early)
        with pytest.raises(Invalid, match="is not on a half hour"):
            end(connection, *street.at_bens, START + timedelta(hours=2, minutes=7))
        end(connection, *street.at_bens, FIRST.later(3).start)
        with pytest.raises(Conflict, match="ends at 2026-08-31T23:30Z: name the one that takes"):
            end(connection, *street.at_bens, FIRST.later(9).start)


def test_nobody_ends_another_communitys_meter(connection: Connection, street: Street) -> None:
    there = found_street(connection, "elsewhere")

    with pytest.raises(NotFound, match="has no meter"):
        end(connection, there.community_id, street.ben_meter.meter_id, BOUNDARY.start)


def test_a_new_meter_before_a_hand_over_is_both_owners(
    database: Database, street: Street, dan: Member
) -> None:
    """Dan takes over at the fourth half hour; Ben's new meter counts from the third on."""
    hand_to(database, street.ben_meter.meter_id, dan, FIRST.later(3))
    with database.transaction() as connection:
        new = replace(connection, *street.at_bens, "street-ben-2", BOUNDARY.start)
    for number in range(5):
        report(database, street.ada_meter, FIRST.later(number), 0, 1_000)
        report(database, street.ben_meter if number < 2 else new, FIRST.later(number), 400, 0)

    assert settle(database, street.community_id).settled == 5

    assert balance(database, street.ben) == -3 * NEIGHBOUR_MICROS
    assert balance(database, dan) == -2 * NEIGHBOUR_MICROS
    assert_books_add_up(database, street)
