"""A settled month under other schemes: for the operator with everybody in it, for each their own.

Nothing is written: it is on paper.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, CommunityData, Data, Day, Overseer
from peergrid.api.me import scheme_info
from peergrid.database.pool import Connection
from peergrid.energy import day_start, month_start, next_month
from peergrid.market.schemes import SCHEMES
from peergrid.market.tariff import Tariff
from peergrid.members.membership import members_of
from peergrid.meters.registry import holders, meters_of_community
from peergrid.settlement.replay import Household, households_of, replay, total_of, under
from peergrid.settlement.settled_month import SettledMonth, Sums, settled_month
from peergrid.settlement.tariffs import tariff_on, tariffs_of

router = APIRouter(tags=["replay"], responses=GUARDED)

SchemeName = Annotated[str, Query(min_length=1, max_length=48, description="Such as feed_in.")]


@router.get("/operator/replay")
def everybody(member: Overseer, database: Data, month: Day, scheme: SchemeName) -> wire.Replay:
    """The local month that ``month`` lies in, under another scheme, member by member."""
    with database.transaction() as connection:
        settled = settled_month(connection, member.community_id, month)
        known = known_members(connection, settled)
    tariffs = under(settled.tariffs, scheme)
    replayed = replay(settled, tariffs)
    return wire.Replay(
        community=member.community,
        month=settled.month,
        is_complete=settled.is_complete,
        settled_until=settled.settled_until,
        scheme=_scheme(settled.month, tariffs),
        booked=figures(total_of(settled.booked)),
        replayed=figures(total_of(replayed)),
        members=replayed_members(known, households_of(settled, replayed)),
    )


@router.get("/market/replay/schemes")
def schemes(member: AnyMember, database: Data, month: Day) -> list[wire.SchemeInfo]:
    """What a local month can be replayed under, told with the figures of its tariff."""
    with database.transaction() as connection:
        tariffs = [tariff for _, tariff in tariffs_of(connection, member.community_id)]
    return [_scheme(month_start(month), under(tariffs, scheme)) for scheme in SCHEMES]


@router.get("/market/replay")
def own(
    member: AnyMember, database: CommunityData, month: Day, scheme: SchemeName
) -> wire.MyReplay:
    """What you would have paid and earned in a local month under one scheme.

    Your own figures, for the time in which a connection was yours, and those of all together;
    nobody else's.
    """
    with database.transaction() as connection:
        settled = settled_month(connection, member.community_id, month)
    tariffs = under(settled.tariffs, scheme)
    replayed = replay(settled, tariffs)
    return wire.MyReplay(
        community=member.community,
        month=settled.month,
        is_complete=settled.is_complete,
        settled_until=settled.settled_until,
        scheme=_scheme(settled.month, tariffs),
        booked=figures(settled.booked.get(member.member_id, Sums())),
        replayed=figures(replayed.get(member.member_id, Sums())),
        community_booked=figures(total_of(settled.booked)),
        community_replayed=figures(total_of(replayed)),
    )


def figures(sums: Sums) -> wire.MonthFigures:
    return wire.MonthFigures(**asdict(sums), bill_micros=sums.bill_micros)


@dataclass(frozen=True)
class Known:
    """A member by name, with the serials of the meters that were theirs in a month."""

    name: str
    serials: list[str]


def known_members(connection: Connection, settled: SettledMonth) -> dict[int, Known]:
    """Everybody of the community of a settled month, by member id."""
    community_id = settled.community_id
    span = day_start(settled.month), day_start(next_month(settled.month))
    serials = {one.meter_id: one.serial for one in meters_of_community(connection, community_id)}
    everybody = members_of(connection, community_id)
    known = {one.member_id: Known(one.name, []) for one in everybody}
    for meter_id, member_id in holders(connection, community_id, span):
        known[member_id].serials.append(serials[meter_id])
    return known


def replayed_members(
    known: Mapping[int, Known], households: Iterable[Household]
) -> list[wire.ReplayedMember]:
    """Households with their names and the serials of their meters."""
    return [
        wire.ReplayedMember(
            member_id=one.member_id,
            name=known[one.member_id].name,
            meters=known[one.member_id].serials,
            booked=figures(one.booked),
            replayed=figures(one.replayed),
        )
        for one in households
    ]


def _scheme(month: date, tariffs: list[Tariff]) -> wire.SchemeInfo:
    """The scheme, told with the figures of the tariff that began the month or came first in it."""
    dated = [(0, tariff) for tariff in tariffs]
    first = min((tariff.valid_from for tariff in tariffs), default=month)
    return scheme_info(tariff_on(dated, max(month, first))[1])
