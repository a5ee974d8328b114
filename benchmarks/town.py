"""A few homes, some members without one yet, and two operators; nothing reported so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peergrid.database.pool import Connection
from peergrid.energy import Interval, day_start
from peergrid.ledger.book import open_accounts
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import Member, add_community, add_member
from peergrid.meters.registry import Meter, add_meter
from peergrid.settlement.tariffs import add_tariff
from reference import Reference

TURN = date(2026, 10, 1)
FIRST = Interval(day_start(TURN) - timedelta(hours=8))  # the month turns while they live
HOMES = 3
JOINERS = 2  # members who have no meter yet
DEADLINE_H = 4  # the silent are soon estimated
CONNECTION_W = 100_000  # enough that they earn what can be paid out
HASTEN = "update community set deadline_hours = %s where community_id = %s"
HOW_MANY = "select count(*)::int from community"


@dataclass(frozen=True)
class Town:
    """Who lives and works there; ``members`` begin with the homes' owners."""

    community_id: int
    members: Sequence[Member]
    meters: Sequence[Meter]
    clerk: Member
    chief: Member
    reference: Reference


def found_town(connection: Connection, scheme: str) -> Town:
    """Another town in the database, under a scheme of the market."""
    row = connection.execute(HOW_MANY).fetchone()
    name = f"town{row[0] if row else 0}"  # a seed may live again in the same database
    community_id = add_community(connection, name, name, FIRST.start).community_id
    connection.execute(HASTEN, (DEADLINE_H, community_id))
    roles = ["producer"] * (HOMES + JOINERS) + ["operator"] * 2
    *members, clerk, chief = [
        add_member(connection, community_id, f"M{place}", f"m{place}@{name}.example", role)
        for place, role in enumerate(roles)
    ]
    meters = [
        add_meter(
            *(connection, community_id, owner.member_id, f"{name}-{place}"),
            has_panels=True,
            connection_w=CONNECTION_W,
            active_from=FIRST.start,
        )
        for place, owner in enumerate(members[:HOMES])
    ]
    tariff = zetdc_tariff(scheme)
    add_tariff(connection, community_id, tariff)
    reference = Reference(tariff, FIRST.number)
    for meter in meters:
        reference.owners[meter.meter_id] = [(FIRST.number, meter.member_id)]
    owners = {meter.meter_id: meter.member_id for meter in meters}
    open_accounts(connection, community_id, owners)
    return Town(community_id, members, meters, clerk, chief, reference)
