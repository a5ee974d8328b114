"""What a community has settled, as a person reads it."""

from peergrid.cli.words import energy_and_money
from peergrid.database.pool import Connection
from peergrid.members.membership import Community
from peergrid.meters.registry import meters_of_community
from peergrid.settlement.worth import Step, worth_between


def account_of(connection: Connection, community: Community) -> str:
    """All that a community has settled, in the same words."""
    meters = meters_of_community(connection, community.community_id)
    first = min(meter.active_from for meter in meters)
    ids = [meter.meter_id for meter in meters]
    months = worth_between(connection, ids, first, community.settled_until, Step.MONTH)
    lines = energy_and_money(
        lambda name: sum(
            getattr(month, "sold_wh" if name == "shared_wh" else name) for month in months
        )
    )
    producers = sum(meter.has_panels for meter in meters)
    title = f"{community.title}: {len(meters)} homes, {producers} with panels"
    return "\n".join(
        (f"{title}, settled until {community.settled_until:%Y-%m-%d %H:%M} UTC", *lines)
    )
