"""What an operator is to look at, and whether one of them has."""

from datetime import datetime
from enum import StrEnum

from peergrid.wire.message import Message, example
from peergrid.wire.outages import Instant


class AlertKind(StrEnum):
    """The gravest first."""

    BOOKS_OFF = "books_off"
    POWER_OFF = "power_off"
    SETTLEMENT_WAITS = "settlement_waits"
    SILENT_METERS = "silent_meters"
    PAYOUTS_WAIT = "payouts_wait"
    MEMBERS_LEAVE = "members_leave"


class Alert(Message):
    """``count`` meters, half hours, payouts, members or units; the newest came up at ``since``.

    ``acknowledged_by`` somebody, until a newer one comes up.
    """

    model_config = example(
        kind="silent_meters",
        count=2,
        since="2026-09-01T09:00:00Z",
        acknowledged_by="Operator",
        acknowledged_at="2026-09-01T10:02:11Z",
    )

    kind: AlertKind
    count: int
    since: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None


class Acknowledgement(Message):
    """All of ``kind`` that came up until ``since`` has been seen."""

    model_config = example(kind="silent_meters", since="2026-09-01T09:00:00Z")

    kind: AlertKind
    since: Instant
