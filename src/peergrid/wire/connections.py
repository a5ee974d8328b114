"""Connections end, get another meter, or change hands."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from peergrid.wire.message import Message, example
from peergrid.wire.outages import Instant
from peergrid.wire.terms import Serial


class MeterEnd(Message):
    """A meter counts until before the half hour that starts at ``until``."""

    model_config = example(until="2026-10-01T06:00:00Z")

    until: Instant


class MeterReplacement(Message):
    """The device ``serial`` takes over from the half hour that starts at ``start`` on."""

    model_config = example(serial="harare_street-001-b", start="2026-10-01T06:00:00Z")

    serial: Serial
    start: Instant


class HandOver(Message):
    """The member takes over from the half hour that starts at ``start`` on."""

    model_config = example(member_id=2, start="2026-10-01T06:00:00Z")

    member_id: Annotated[int, Field(ge=1, le=2**31 - 1)]
    start: Instant


class Connected(Message):
    """A meter, whose it is by what is planned last, and when it is in force (null: still)."""

    model_config = example(
        meter_id=1,
        meter="harare_street-001",
        member="Home 001",
        active_from="2026-09-01T00:00:00Z",
        active_until=None,
    )

    meter_id: int
    meter: str
    member: str
    active_from: datetime
    active_until: datetime | None


class NewMeter(Message):
    """A meter that takes over, and the key it sends with: shown this once."""

    model_config = example(
        meter={
            "meter_id": 2,
            "meter": "harare_street-001-b",
            "member": "Home 001",
            "active_from": "2026-10-01T06:00:00Z",
            "active_until": None,
        },
        key="mk_shown-once",
    )

    meter: Connected
    key: str
