"""What is agreed and asked for is a connection's: no meter that ends stops a settlement."""

from datetime import date

import pytest

from peergrid.database.pool import Connection, Database
from peergrid.errors import Conflict, Invalid
from peergrid.members.membership import Member, add_member, community_by_id
from peergrid.meters.registry import Meter, meter_by_id
from peergrid.money import PARTS
from peergrid.settlement.agreements import add_agreement, apply_agreement, publish_agreement
from peergrid.settlement.check import audit
from peergrid.settlement.connections import end, hand_over, replace
from peergrid.settlement.limits import set_limit
from peergrid.settlement.replay import replay
from peergrid.settlement.settle import settle
from peergrid.settlement.settled_month import SettledMonth, settled_month
from peergrid.settlement.terms import terms_between
from tests.community import FIRST, START, Street, begun_at, found_street, report, report_both

FIRST_DAY, SECOND_DAY = date(2026, 9, 1), date(2026, 9, 2)
BOUNDARY = FIRST.later(2)
HALF_HOURS = 4


def agreed(connection: Connection, street: Street, parts: dict[str, int], day: date) -> None:
    who = street.community_id, street.chipo.member_id
    number = add_agreement(connection, *who, parts).agreement_id
    publish_agreement(connection, *who, number)
    apply_agreement(connection, *who, number, day)


def street_that_agreed(connection: Connection, name: str, scheme: str = "coefficients") -> Street:
    """Ada has a quarter of the surplus, Ben three quarters."""
    street = found_street(connection, name, scheme)
    parts = {street.ada_meter.serial: 250_000, street.ben_meter.serial: 750_000}
    agreed(connection, street, parts, FIRST_DAY)
    return street


def parts_at(connection: Connection, street: Street) -> list[list[int]]:
    """Ada's and Ben's parts, whenever they change."""
    both = [street.ada_meter.meter_id, street.ben_meter.meter_id]
    span = START, FIRST.later(96).start
    found = terms_between(connection, street.community_id, both, *span)
    return [terms.coefficient_ppm.tolist() for _, terms in found]


def live_on(database: Database, street: Street, meters: dict[int, Meter | None]) -> SettledMonth:
    """Ada sends 1,000 Wh out in each half hour, and whichever meter is Ben's draws 400."""
    for number in range(HALF_HOURS):
        report(database, street.ada_meter, FIRST.later(number), 0, 1_000)
        meter = meters.get(number, street.ben_meter)
        if meter:
            report(database, meter, FIRST.later(number), 400, 0)
    assert settle(database, street.community_id).settled == HALF_HOURS
    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
    with database.transaction() as connection:
        settled = settled_month(connection, street.community_id, FIRST_DAY)
    assert replay(settled, settled.tariffs) == settled.booked
    return settled


def test_the_part_of_a_connection_that_ends_goes_to_those_who_stay(database: Database) -> None:
    with database.transaction() as connection:
        street = street_that_agreed(connection, "ended")
        end(connection, *street.at_bens, BOUNDARY.start)
        parts = parts_at(connection, street)

    settled = live_on(database, street, {2: None, 3: None})

    assert parts == [[250_000, 750_000], [PARTS, 0]]
    assert settled.booked[street.ben.member_id].bought_wh == 2 * 400


def test_a_new_meter_goes_on_with_the_part_of_its_connection(database: Database) -> None:
    """Of 1,000 Wh Ben has agreed to 750 and draws 400, whichever meter counts."""
    with database.transaction() as connection:
        street = street_that_agreed(connection, "replaced")
        new = replace(
            connection,
            street.community_id,
            street.ben_meter.meter_id,
            "replaced-ben-2",
            BOUNDARY.start,
        )
        parts = parts_at(connection, street)

    settled = live_on(database, street, {2: new, 3: new})

    assert parts == [[250_000, 750_000]]
    assert settled.booked[street.ben.member_id].bought_wh == HALF_HOURS * 400


def test_when_all_who_agreed_have_left_those_there_have_equal_parts(database: Database) -> None:
    with database.transaction() as connection:
        street = found_street(connection, "left", "coefficients")
        agreed(connection, street, {"left-ben": PARTS}, FIRST_DAY)
        end(connection, *street.at_bens, BOUNDARY.start)

        assert parts_at(connection, street) == [[0, PARTS], [PARTS, 0]]


def test_an_agreement_names_a_connection_by_any_of_its_meters(
    connection: Connection, street: Street
) -> None:
    replace(connection, *street.at_bens, "street-ben-2", BOUNDARY.start)

    agreed(connection, street, {"street-ada": 400_000, "street-ben-2": 600_000}, FIRST_DAY)
    agreed(connection, street, {"street-ada": 300_000, "street-ben": 700_000}, SECOND_DAY)
    found = parts_at(connection, street)
    with pytest.raises(Invalid, match="of a connection named already"):
        agreed(connection, street, {"street-ben": 400_000, "street-ben-2": 600_000}, SECOND_DAY)

    assert found == [[400_000, 600_000], [300_000, 700_000]]


def test_no_part_is_agreed_for_what_will_not_be_there(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        end(connection, *street.at_bens, BOUNDARY.start)
        with pytest.raises(Conflict, match="street-ben is not in force on 2026-09-02"):
            agreed(connection, street, {"street-ada": 1, "street-ben": PARTS - 1}, SECOND_DAY)
    for number in range(2):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)

    with (
        database.transaction() as connection,
        pytest.raises(Conflict, match="street-ben has ended, and none took over"),
    ):
        agreed(connection, street, {"street-ben": PARTS}, SECOND_DAY)


def test_a_new_meter_goes_on_at_the_prices_of_its_connection(database: Database) -> None:
    """Ada has both offers' say: she asks 70 thousandths of a dollar, and gets just that."""
    with database.transaction() as connection:
        street = found_street(connection, "priced", "double_auction")
        set_limit(connection, street.ada_meter, street.ada.member_id, None, 70_000)
        new = replace(
            connection,
            street.community_id,
            street.ada_meter.meter_id,
            "priced-ada-2",
            BOUNDARY.start,
        )
    for number in range(HALF_HOURS):
        meter = street.ada_meter if number < 2 else new
        report(database, meter, FIRST.later(number), 0, 1_000)
        report(database, street.ben_meter, FIRST.later(number), 400, 0)
    settle(database, street.community_id)

    with database.transaction() as connection:
        settled = settled_month(connection, street.community_id, FIRST_DAY)

    assert settled.booked[street.ada.member_id].earned_micros == HALF_HOURS * 400 * 70
    assert replay(settled, settled.tariffs) == settled.booked


def test_who_takes_over_has_not_asked_for_anything_yet(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        dan = add_member(connection, street.community_id, "Dan", "dan@street.example", "consumer")
        set_limit(connection, street.ben_meter, street.ben.member_id, 80_000, None)
        hand_over(
            connection,
            street.community_id,
            street.ben_meter.meter_id,
            dan.member_id,
            BOUNDARY.start,
        )
        by_dan = set_limit(
            connection, street.ben_meter, dan.member_id, 90_000, None, FIRST.later(3).start
        )
        ben = [street.ben_meter.meter_id]
        found = terms_between(connection, street.community_id, ben, START, FIRST.later(9).start)
        with pytest.raises(Conflict, match="street-ben is not yours"):
            set_limit(connection, street.ben_meter, street.ben.member_id, 1, 1, BOUNDARY.start)
        with pytest.raises(Conflict, match="street-ben is not yours"):
            set_limit(connection, street.ben_meter, dan.member_id, 1, 1)

    told = [(int(t.bid_micros_per_kwh[0]), int(t.placed[0])) for _, t in found]
    assert told == [(80_000, by_dan.limit_id - 1), (-1, 0), (90_000, by_dan.limit_id)]


def test_a_meter_that_ended_is_asked_nothing(connection: Connection, street: Street) -> None:
    replace(connection, *street.at_bens, "street-ben-2", BOUNDARY.start)
    old = meter_by_id(connection, street.ben_meter.meter_id)

    with pytest.raises(Conflict, match="ended at 2026-08-31T23:00Z: name the one that took over"):
        set_limit(connection, old, street.ben.member_id, 1, None, BOUNDARY.start)


def joiner(connection: Connection, street: Street, name: str) -> Member:
    email = f"dan@{name}.example"
    return add_member(connection, street.community_id, "Dan", email, "producer")


@pytest.mark.parametrize("scheme", ["mid_market", "net_metering", "bill_sharing", "coefficients"])
def test_a_replay_is_what_was_booked_when_meters_and_members_change(
    database: Database, scheme: str
) -> None:
    """Ada hands over to Dan and gets it back; Ben's meter is replaced; all in one day."""
    with database.transaction() as connection:
        street = found_street(connection, "changed", scheme)
        dan = joiner(connection, street, "changed")
        first = FIRST.later(29 * 48 + 24)
        street = begun_at(street, connection, first)
    with database.transaction() as connection:
        hand_over(connection, *street.at_adas, dan.member_id, first.later(6).start)
        new = replace(
            connection,
            street.community_id,
            street.ben_meter.meter_id,
            "ben-2",
            first.later(8).start,
        )
        hand_over(connection, *street.at_adas, street.ada.member_id, first.later(12).start)
    for number in range(24):
        sunny = number % 3 > 0
        drawn, sent = (0, 3_000) if sunny else (2_500, 0)
        report(database, street.ada_meter, first.later(number), drawn, sent)
        meter = street.ben_meter if number < 8 else new
        report(database, meter, first.later(number), 6_000 - 200 * number, 0)
    assert settle(database, street.community_id).settled == 24

    with database.transaction() as connection:
        settled = settled_month(connection, street.community_id, FIRST_DAY)

    assert sorted(settled.booked) == [street.ada.member_id, street.ben.member_id, dan.member_id]
    assert replay(settled, settled.tariffs) == settled.booked
    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
