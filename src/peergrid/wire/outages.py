"""When a community's feeder was off."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

from peergrid.energy import FIRST_YEAR, LAST_YEAR
from peergrid.wire.message import Message, example


def _in_utc(instant: datetime) -> datetime:
    if not FIRST_YEAR < instant.year < LAST_YEAR:  # a day's room for every time zone
        raise ValueError(f"must lie between {FIRST_YEAR} and {LAST_YEAR}")
    return instant.astimezone(UTC)


type Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class OutageReport(Message):
    """From ``starts`` until ``ends``, with a time zone; to the minute, if that is known."""

    model_config = example(starts="2026-09-01T16:00:00Z", ends="2026-09-01T20:10:00Z")

    starts: Instant
    ends: Instant


class Outage(OutageReport):
    """An outage as it was reported."""

    model_config = example(
        outage_id=1,
        starts="2026-09-01T16:00:00Z",
        ends="2026-09-01T20:10:00Z",
        reported_at="2026-09-01T20:15:00Z",
    )

    outage_id: int
    reported_at: AwareDatetime


class PriceAhead(Message):
    """From ``starts`` until ``ends`` a kWh from the grid costs ``micros_per_kwh`` more."""

    model_config = example(
        name="evening",
        starts="2026-09-01T16:00:00Z",
        ends="2026-09-01T19:00:00Z",
        micros_per_kwh=20_000,
    )

    name: str
    starts: datetime
    ends: datetime
    micros_per_kwh: int


class Ahead(Message):
    """What is known at ``at``, the end of the community's newest reading.

    ``outages`` are those of that day and the next 24 hours, ``prices`` of the next 24 hours.
    """

    at: datetime
    outages: list[Outage]
    prices: list[PriceAhead]
