"""Pages of members and of meters, and what one member holds."""

from datetime import date, datetime
from enum import StrEnum

from peergrid.wire.message import Message, example
from peergrid.wire.operator import MemberLine, MeterRow

LINE = {
    "member_id": 1,
    "name": "Home 001",
    "email": "harare_street-001@harare-street.example",
    "role": "producer",
    "standing": "active",
    "meters": ["harare_street-001"],
}
METER = {
    "meter_id": 1,
    "meter": "harare_street-001",
    "member_id": 1,
    "member": "Home 001",
    "has_panels": True,
    "connection_w": 13_800,
    "latest": "2026-09-01T10:00:00Z",
    "intervals_behind": 0,
    "is_silent": False,
    "active_from": "2026-08-31T22:00:00Z",
    "active_until": None,
}


class MemberOrder(StrEnum):
    """By name, or the newest first."""

    NAME = "name"
    NEWEST = "newest"


class MeterOrder(StrEnum):
    """By serial, or the newest first."""

    SERIAL = "serial"
    NEWEST = "newest"


class MeterKind(StrEnum):
    """Two half hours behind or more; with panels; with an end that is set."""

    SILENT = "silent"
    PANELS = "panels"
    ENDED = "ended"


class MemberPage(Message):
    """``after`` is what to ask the next page with; None: this is the last."""

    model_config = example(rows=[LINE], after=None)

    rows: list[MemberLine]
    after: int | None


class MeterPage(Message):
    """``after`` is what to ask the next page with; None: this is the last."""

    model_config = example(rows=[METER], after=None)

    rows: list[MeterRow]
    after: int | None


class AgreedPart(Message):
    """A connection's part of the surplus; ``valid_from`` None: published, not in force yet."""

    agreement_id: int
    valid_from: date | None
    part_ppm: int


class HeldConnection(Message):
    """A member's from ``since`` (None: from its beginning) until before ``until`` (None: still).

    Its ``meters`` replaced one another, the oldest first; some may be of another owner's time.
    """

    model_config = example(
        connection_id=1,
        since=None,
        until=None,
        meters=[METER],
        agreed=[{"agreement_id": 1, "valid_from": "2026-10-01", "part_ppm": 400_000}],
    )

    connection_id: int
    since: datetime | None
    until: datetime | None
    meters: list[MeterRow]
    agreed: list[AgreedPart]
