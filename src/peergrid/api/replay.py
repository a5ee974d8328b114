"""A settled month under other schemes: for the operator with everybody in it, for each their own.

Nothing is written: it is on paper.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, Data, Day, Operator
from peergrid.api.me import scheme_info
from peergrid.market.schemes import SCHEMES
from peergrid.market.tariff import Tariff
from peergrid.members.membership import members_of
from peergrid.meters.registry import Meter, meters_of_community, meters_of_member
from peergrid.settlement.replay import Household, households_of, replay, total_of, under
from peergrid.settlement.settled_month import SettledMonth, Sums, settled_month
from peergrid.settlement.tariffs import tariff_on

router = APIRouter(tags=["replay"], responses=GUARDED)

SchemeName = Annotated[str, Query(min_length=1, max_length=48, description="Such as feed_in.")]


@router.get("/operator/replay")
def everybody(member: Operator, database: Data, month: Day, scheme: SchemeName) -> wire.Replay:
    """The local month that ``month`` lies in, under another scheme, member by member."""
    with database.transaction() as connection:
        settled = settled_month(connection, member.community_id, month)
        meters = meters_of_community(connection, member.community_id)
        names = {one.member_id: one.name for one in members_of(connection, member.community_id)}
    tariffs = under(settled.tariffs, scheme)
    replayed = replay(settled, tariffs)
    owners = {meter.meter_id: meter.member_id for meter in meters}
    return wire.Replay(
        community=member.community,
        month=settled.month,
        is_complete=settled.is_complete,
        settled_until=settled.settled_until,
        scheme=_scheme(settled, tariffs),
        booked=figures(total_of(settled.booked)),
        replayed=figures(total_of(replayed)),
        members=replayed_members(meters, names, households_of(settled, replayed, owners)),
    )


@router.get("/market/replay")
def own(member: AnyMember, database: Data, month: Day) -> wire.MyReplay:
    """What you would have paid and earned in a local month under each scheme there is.

    Your own figures, and those of all together; nobody else's.
    """
    with database.transaction() as connection:
        settled = settled_month(connection, member.community_id, month)
        mine = [meter.meter_id for meter in meters_of_member(connection, member.member_id)]
    schemes = []
    for scheme in SCHEMES:
        tariffs = under(settled.tariffs, scheme)
        replayed = replay(settled, tariffs)
        schemes.append(
            wire.ReplayedScheme(
                scheme=_scheme(settled, tariffs),
                own=figures(_of(mine, replayed)),
                community=figures(total_of(replayed)),
            )
        )
    return wire.MyReplay(
        community=member.community,
        month=settled.month,
        is_complete=settled.is_complete,
        settled_until=settled.settled_until,
        own=figures(_of(mine, settled.booked)),
        all_together=figures(total_of(settled.booked)),
        schemes=schemes,
    )


def figures(sums: Sums) -> wire.MonthFigures:
    return wire.MonthFigures(**asdict(sums), bill_micros=sums.bill_micros)


def replayed_members(
    meters: Iterable[Meter], names: Mapping[int, str], households: Iterable[Household]
) -> list[wire.ReplayedMember]:
    """Households with their names and the serials of their meters."""
    serials: dict[int, list[str]] = {}
    for meter in meters:
        serials.setdefault(meter.member_id, []).append(meter.serial)
    return [
        wire.ReplayedMember(
            member_id=one.member_id,
            name=names[one.member_id],
            meters=serials[one.member_id],
            booked=figures(one.booked),
            replayed=figures(one.replayed),
        )
        for one in households
    ]


def _of(meter_ids: Iterable[int], sums: Mapping[int, Sums]) -> Sums:
    return total_of({meter_id: sums[meter_id] for meter_id in meter_ids if meter_id in sums})


def _scheme(settled: SettledMonth, tariffs: list[Tariff]) -> wire.SchemeInfo:
    """The scheme, told with the figures of the tariff that began the month or came first in it."""
    dated = [(0, tariff) for tariff in tariffs]
    first = min((tariff.valid_from for tariff in tariffs), default=settled.month)
    return scheme_info(tariff_on(dated, max(settled.month, first))[1])
