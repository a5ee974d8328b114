"""What a settled month would have come to under another scheme or tariff."""

from datetime import date, datetime

from peergrid.wire.message import Message
from peergrid.wire.sign_in import SchemeInfo


class MonthFigures(Message):
    """A month of one member, or of all: ``bill_micros`` is owed, below 0 it is earned."""

    import_wh: int
    export_wh: int
    bought_wh: int
    sold_wh: int
    billed_wh: int
    paid_micros: int
    earned_micros: int
    retail_micros: int
    levy_micros: int
    vat_micros: int
    fixed_micros: int
    feed_in_micros: int
    credit_earned_wh: int
    credit_used_wh: int
    credit_lost_wh: int
    credit_paid_micros: int
    bill_micros: int


class ReplayedMember(Message):
    """One member's month as it was booked, and as it would have been."""

    member_id: int
    name: str
    meters: list[str]
    booked: MonthFigures
    replayed: MonthFigures


class Replay(Message):
    """A month settled again on paper; all of it if ``is_complete``, else until ``settled_until``.

    Each member starts from the energy credit they had when the month began, under every scheme.
    """

    community: str
    month: date
    is_complete: bool
    settled_until: datetime
    scheme: SchemeInfo
    booked: MonthFigures
    replayed: MonthFigures
    members: list[ReplayedMember]


class MyReplay(Message):
    """One's own month as it was booked and under one scheme, and that of all together."""

    community: str
    month: date
    is_complete: bool
    settled_until: datetime
    scheme: SchemeInfo
    booked: MonthFigures
    replayed: MonthFigures
    community_booked: MonthFigures
    community_replayed: MonthFigures
