"""Energy by hour, day or month, from sums that are kept: one's own, and the community's."""

from dataclasses import asdict
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Day, HouseholdMember, Overseer
from peergrid.api.energy import MeterSerial
from peergrid.energy import month_start
from peergrid.errors import Invalid, NotFound
from peergrid.meters.ranking import By, Ranked, highest
from peergrid.meters.registry import meters_of_member
from peergrid.meters.sums import Step, Sum, sums_of_community, sums_of_member

router = APIRouter(tags=["energy"], responses=GUARDED)

ENERGIES = ("readings", "import_wh", "export_wh", "generation_wh", "self_consumed_wh")
MOST_DAYS = {Step.HOUR: 31, Step.DAY: 366, Step.MONTH: 3_660}  # some hundred rows at most

Each = Annotated[wire.Step, Query(description="How long each sum is.")]


@router.get("/energy/sums")
def energy_sums(
    member: HouseholdMember,
    database: Data,
    step: Each,
    first: Day,
    end: Day,
    meter: MeterSerial = None,
) -> wire.EnergySums:
    """One's own energy in the local days ``[first, end)``; without money, so it is light."""
    of = _checked(step, first, end)
    with database.transaction() as connection:
        sums = sums_of_member(connection, member.member_id, first, end, of, meter)
        if meter and not sums:
            own = {one.serial for one in meters_of_member(connection, member.member_id)}
            if meter not in own:
                raise NotFound(f"You have no meter {meter}.")
    return _message(first, end, step, sums)


@router.get("/operator/energy")
def community_sums(
    member: Overseer, database: Data, step: Each, first: Day, end: Day
) -> wire.EnergySums:
    """What all meters of the operator's community counted in the local days ``[first, end)``."""
    of = _checked(step, first, end)
    with database.transaction() as connection:
        sums = sums_of_community(connection, member.community_id, first, end, of)
    return _message(first, end, step, sums)


@router.get("/operator/energy/highest")
def highest_of_month(
    member: Overseer,
    database: Data,
    month: Day,
    by: wire.Rank = wire.Rank.GENERATION,
    most: Annotated[int, Query(ge=1, le=100)] = 10,
) -> wire.Ranking:
    """The connections that counted most in the local calendar month that ``month`` lies in.

    A month is counted anew within minutes of a change; with very many meters, within hours.
    """
    first = month_start(month)
    with database.transaction() as connection:
        rows = highest(connection, member.community_id, first, By(by), most)
    return wire.Ranking(month=first, by=by, connections=[_ranked(row) for row in rows])


def _ranked(row: Ranked) -> wire.RankedConnection:
    energies = {name: getattr(row, name) for name in ENERGIES}
    return wire.RankedConnection(
        meter=row.serial, member_id=row.member_id, member=row.name, **energies
    )


def _checked(step: wire.Step, first: date, end: date) -> Step:
    """Raises Invalid for no time, or for more of it than one answer holds."""
    most = MOST_DAYS[Step(step)]
    if not first < end:
        raise Invalid("Ask for a time that ends after it begins: end is the day after the last.")
    if (end - first).days > most:
        raise Invalid(f"By the {step}, ask for at most {most} days at a time.")
    return Step(step)


def _message(first: date, end: date, step: wire.Step, sums: list[Sum]) -> wire.EnergySums:
    rows = [wire.EnergySum(**asdict(one), demand_wh=one.demand_wh) for one in sums]
    return wire.EnergySums(first=first, end=end, step=step, sums=rows)
