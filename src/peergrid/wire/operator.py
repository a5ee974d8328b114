"""What the operator sees: now, members, meters, settlement."""

from datetime import datetime

from peergrid.wire.member import Balance
from peergrid.wire.message import Message, example
from peergrid.wire.sign_in import Role, Standing


class Overview(Message):
    """``latest`` is the newest interval any meter reported: the community's clock."""

    model_config = example(
        community="A street in Harare",
        latest="2026-09-01T10:00:00Z",
        settled_until="2026-09-01T10:30:00Z",
        households=12,
        producers=5,
        silent_meters=0,
        supply_wh=6_400,
        demand_wh=2_100,
        reported_meters=12,
    )

    community: str
    latest: datetime | None
    settled_until: datetime | None
    households: int
    producers: int
    silent_meters: int
    supply_wh: int
    demand_wh: int
    reported_meters: int


class MemberLine(Message):
    """A member in a list: without balances, which are sums over all that was ever booked."""

    member_id: int
    name: str
    email: str
    role: Role
    standing: Standing
    meters: list[str]


class MemberRow(MemberLine):
    model_config = example(
        member_id=1,
        name="Home 001",
        email="harare_street-001@harare-street.example",
        role="producer",
        standing="active",
        meters=["harare_street-001"],
        usd_micros=1_250_000,
        credit_wh=0,
    )

    usd_micros: int
    credit_wh: int


class MeterRow(Message):
    """``intervals_behind`` the community's clock; ``is_silent`` from the second one on.

    One that begins later, at ``active_from``, or has ended, at ``active_until``, is not silent.
    """

    model_config = example(
        meter_id=1,
        meter="harare_street-001",
        member_id=1,
        member="Home 001",
        has_panels=True,
        connection_w=13_800,
        latest="2026-09-01T10:00:00Z",
        intervals_behind=0,
        is_silent=False,
        active_from="2026-08-31T22:00:00Z",
        active_until=None,
    )

    meter_id: int
    meter: str
    member_id: int
    member: str
    has_panels: bool
    connection_w: int
    latest: datetime | None
    intervals_behind: int | None
    is_silent: bool
    active_from: datetime
    active_until: datetime | None


class SettlementRow(Message):
    interval_start: datetime
    settled_at: datetime
    shared_wh: int
    transfers: int
    estimated: int
    is_reversal: bool


class AwaitedMeter(Message):
    """A meter that the next half hour waits for, and from when on its readings lack.

    It ``is_silent`` if it is two half hours or more behind the community's clock; else it is
    late: it reports, but that one reading is not there yet.
    """

    model_config = example(meter="harare_street-001", since="2026-09-01T09:00:00Z", is_silent=True)

    meter: str
    since: datetime
    is_silent: bool


class SettlementState(Message):
    """What is settled, what it waits for, and whether the books add up (0 for each unit).

    What is missing once the community's clock has passed ``waits_until`` is estimated; null if
    nothing waits.
    """

    settled_until: datetime | None
    latest: datetime | None
    waiting_intervals: int
    missing_meters: list[str]
    awaited: list[AwaitedMeter]
    waits_until: datetime | None
    corrections_waiting: int
    unbalanced: list[Balance]
    recent: list[SettlementRow]


class AuditResult(Message):
    """What an audit at an instant found; no findings: all adds up.

    ``intervals`` half hours were cleared anew, of those before ``settled_until``.
    """

    model_config = example(
        at="2026-09-01T10:32:00Z",
        intervals=693,
        settled_until="2026-09-01T10:30:00Z",
        findings=[],
    )

    at: datetime
    intervals: int
    settled_until: datetime
    findings: list[str]
