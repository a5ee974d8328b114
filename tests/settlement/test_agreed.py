"""What members agreed or asked for is what is booked, from the time it holds."""

from datetime import date

import pytest

from peergrid.database.pool import Database
from peergrid.members.membership import community_by_id
from peergrid.settlement.agreements import add_agreement, apply_agreement, publish_agreement
from peergrid.settlement.check import audit
from peergrid.settlement.limits import set_limit
from peergrid.settlement.replay import replay
from peergrid.settlement.settle import settle
from peergrid.settlement.settled_month import SettledMonth, settled_month
from tests.community import FIRST, Street, found_street, report_both

SEPTEMBER = date(2026, 9, 1)
HALF_HOURS = 50  # the second day has begun


def settled_street(database: Database, street: Street) -> SettledMonth:
    """In each half hour Ada sends 1,000 Wh out and Ben draws 400."""
    for number in range(HALF_HOURS):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)
    with database.transaction() as connection:
        return settled_month(connection, street.community_id, SEPTEMBER)


def findings(database: Database, street: Street) -> list[str]:
    with database.transaction() as connection:
        return audit(connection, community_by_id(connection, street.community_id)).findings


def test_an_agreement_is_booked_from_its_day_on(database: Database) -> None:
    """Equal parts: Ben is allocated 500 of 1,000 Wh and takes 400; then a tenth, 100."""
    with database.transaction() as connection:
        street = found_street(connection, "agreed", "coefficients")
        who = street.community_id, street.chipo.member_id
        parts = {street.ada_meter.serial: 900_000, street.ben_meter.serial: 100_000}
        number = add_agreement(connection, *who, parts).agreement_id
        publish_agreement(connection, *who, number)
        apply_agreement(connection, *who, number, date(2026, 9, 2))

    settled = settled_street(database, street)

    ben = settled.booked[street.ben.member_id]
    assert ben.bought_wh == 48 * 400 + (HALF_HOURS - 48) * 100
    assert replay(settled, settled.tariffs) == settled.booked
    assert findings(database, street) == []


@pytest.mark.parametrize(("scheme", "price"), [("double_auction", 70_000), ("pay_as_bid", 80_000)])
def test_limit_prices_are_booked_from_the_half_hour_they_hold(
    database: Database, scheme: str, price: int
) -> None:
    """Ada's ask of 70 is partly served, so it is the one price; paid as bid, Ben pays his 80.

    Before, Ada asked the feed-in price of 64, and Ben bid 84.8.
    """
    with database.transaction() as connection:
        street = found_street(connection, "asked", scheme)
        second = FIRST.later(10).start
        set_limit(connection, street.ada_meter, street.ada.member_id, None, 70_000, second)
        set_limit(connection, street.ben_meter, street.ben.member_id, 80_000, None, second)

    settled = settled_street(database, street)

    before = {"double_auction": 64_000, "pay_as_bid": 84_800}[scheme]
    paid = settled.booked[street.ben.member_id].paid_micros
    assert paid == (10 * before + (HALF_HOURS - 10) * price) * 400 // 1_000
    assert replay(settled, settled.tariffs) == settled.booked
    assert findings(database, street) == []
