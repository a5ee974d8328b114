"""A member's own energy: by half hour, day or month."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Day, HouseholdMember
from peergrid.database.pool import Connection
from peergrid.energy import (
    FIRST_YEAR,
    LAST_YEAR,
    Quality,
    day_start,
    local_day,
    month_start,
    next_month,
)
from peergrid.errors import NotFound
from peergrid.members.membership import Member, community_by_id
from peergrid.meters.latest import clock_of
from peergrid.meters.registry import Meter, meters_of_member
from peergrid.meters.retention import check_kept
from peergrid.settlement.worth import Step, Worth, worth_between

router = APIRouter(prefix="/energy", tags=["energy"], responses=GUARDED)

MeterSerial = Annotated[
    str | None, Query(max_length=64, description="One of your meters; all of them without it.")
]


@router.get("/day")
def energy_day(
    member: HouseholdMember,
    database: Data,
    day: Day | None = None,
    meter: MeterSerial = None,
) -> wire.EnergyDay:
    """One local day in half hours; the latest day with readings, if none is named."""
    with database.transaction() as connection:
        meters = _own(connection, member, meter)
        latest = latest_day(connection, member.community_id)
        asked = day or latest
        rows = _worth(connection, member, meters, (asked, asked + timedelta(days=1)), Step.INTERVAL)
    intervals = [
        wire.EnergyInterval(
            **_energy(row),
            interval_start=row.start,
            quality=Quality(row.quality),
            is_settled=row.settled == row.readings,
        )
        for row in rows
    ]
    return wire.EnergyDay(day=asked, latest=latest, total=_total(rows), intervals=intervals)


@router.get("/month")
def energy_month(
    member: HouseholdMember, database: Data, month: Day, meter: MeterSerial = None
) -> wire.EnergyPeriod:
    """The local calendar month that ``month`` lies in, day by day."""
    start = month_start(month)
    return _period(database, member, meter, (start, next_month(start)), Step.DAY)


@router.get("/year")
def energy_year(
    member: HouseholdMember,
    database: Data,
    year: Annotated[int, Query(ge=FIRST_YEAR, lt=LAST_YEAR)],
    meter: MeterSerial = None,
) -> wire.EnergyPeriod:
    """A calendar year, month by month."""
    return _period(database, member, meter, (date(year, 1, 1), date(year + 1, 1, 1)), Step.MONTH)


def latest_day(connection: Connection, community_id: int) -> date:
    """The day of the newest reading in a community; of its first interval before any came."""
    latest = clock_of(connection, community_id)
    return local_day(latest or community_by_id(connection, community_id).settled_until)


def _period(
    database: Data, member: Member, meter: str | None, span: tuple[date, date], step: Step
) -> wire.EnergyPeriod:
    with database.transaction() as connection:
        rows = _worth(connection, member, _own(connection, member, meter), span, step)
    parts = [
        wire.EnergyPart(
            **_energy(row),
            start=local_day(row.start),
            readings=row.readings,
            settled_readings=row.settled,
        )
        for row in rows
    ]
    return wire.EnergyPeriod(start=span[0], end=span[1], total=_total(rows), parts=parts)


def _own(connection: Connection, member: Member, serial: str | None) -> list[Meter]:
    """The member's meters, or the one asked for. Raises NotFound if it is not theirs."""
    meters = meters_of_member(connection, member.member_id)
    if serial is None:
        return meters
    own = [meter for meter in meters if meter.serial == serial]
    if not own:
        raise NotFound(f"You have no meter {serial}.")
    return own


def _worth(
    connection: Connection, member: Member, meters: list[Meter], span: tuple[date, date], step: Step
) -> list[Worth]:
    """What the meters counted while they were the member's own.

    Raises Conflict if the half hours of that time are kept no longer.
    """
    check_kept(connection, span[0])
    ids = [meter.meter_id for meter in meters]
    first, end = (day_start(day) for day in span)
    return worth_between(connection, ids, first, end, step, owner=member.member_id)


def _energy(row: Worth) -> dict[str, int]:
    values = asdict(row)
    return {name: values[name] for name in wire.Energy.model_fields}


def _total(rows: list[Worth]) -> wire.Energy:
    return wire.Energy(
        **{name: sum(getattr(row, name) for row in rows) for name in wire.Energy.model_fields}
    )
