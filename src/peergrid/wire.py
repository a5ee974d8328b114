"""The messages that cross HTTP, shared by both ends.

Energies are whole Wh, money whole micros of a US dollar, instants UTC, days local (Harare).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from peergrid.energy import MAX_WH, Quality
from peergrid.money import Unit

MAX_READINGS = 1_000  # in one batch

Wh = Annotated[int, Field(ge=0, le=MAX_WH)]
Email = Annotated[str, Field(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]


class Role(StrEnum):
    """What a member may do."""

    PRODUCER = "producer"
    CONSUMER = "consumer"
    OPERATOR = "operator"


class Message(BaseModel):
    """Frozen, and strict about keys: a misspelt one is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Problem(BaseModel):
    """What went wrong and what to do about it (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


# Who asks


class SignIn(Message):
    email: Email = Field(examples=["rudo@example.org"])
    password: str = Field(min_length=1, max_length=256, examples=["correct horse battery"])


class Refresh(Message):
    refresh_token: str = Field(min_length=1, max_length=256)


class Tokens(Message):
    """``access_token`` lives ``expires_in_s``; ``refresh_token`` is good for one use."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    role: Role


class SchemeInfo(Message):
    """How shared energy is priced; ``is_pilot``: no rule in force allows it yet."""

    name: str
    title: str
    sentence: str
    is_pilot: bool


class Me(Message):
    member_id: int
    name: str
    email: str
    role: Role
    community: str
    meters: list[str]
    scheme: SchemeInfo


# What meters send


class ReadingMessage(Message):
    """One meter's counts in one half hour; ``meter`` is its serial."""

    meter: str = Field(max_length=64, examples=["harare_street-001"])
    interval_start: datetime = Field(examples=["2026-09-01T10:30:00Z"])
    import_wh: Wh = Field(examples=[0])
    export_wh: Wh = Field(examples=[640])
    generation_wh: Wh = Field(default=0, examples=[910])
    quality: Literal[Quality.MEASURED, Quality.ESTIMATED, Quality.EDITED] = Quality.MEASURED
    revision: int = Field(default=0, ge=0, le=32_767)


class Batch(Message):
    readings: list[ReadingMessage] = Field(min_length=1, max_length=MAX_READINGS)


class Receipt(Message):
    """What became of a batch, once it is committed: twice is once."""

    received: int
    stored: int
    corrected: int
    unchanged: int


# What a member sees


class Energy(Message):
    """Sums over an interval or a longer time; money and sharing count once settled."""

    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int
    demand_wh: int
    bought_wh: int
    sold_wh: int
    grid_import_wh: int
    grid_export_wh: int
    paid_micros: int
    earned_micros: int
    retail_micros: int
    levy_micros: int
    feed_in_micros: int
    credit_earned_wh: int
    credit_used_wh: int


class EnergyInterval(Energy):
    interval_start: datetime
    quality: Quality
    is_settled: bool


class EnergyDay(Message):
    """A local day in half hours. ``latest`` is the last day of the community with readings."""

    day: date
    latest: date
    total: Energy
    intervals: list[EnergyInterval]


class EnergyPart(Energy):
    """A day of a month, or a month of a year: ``start`` is its first day."""

    start: date
    readings: int
    settled_readings: int


class EnergyPeriod(Message):
    start: date
    end: date
    total: Energy
    parts: list[EnergyPart]


class Balance(Message):
    """``amount`` is micros for USD and Wh for WH; positive is the member's."""

    unit: Unit
    amount: int


class Wallet(Message):
    settled_until: datetime | None
    balances: list[Balance]


class StatementLine(Message):
    """One kind of transfer on one day; ``amount`` is signed as the balance is."""

    day: date
    kind: str
    unit: Unit
    amount: int
    energy_wh: int
    words: str
    is_reversal: bool


class Statement(Message):
    """``opening`` plus the sum of the lines is ``closing``, for each unit."""

    month: date
    opening: list[Balance]
    lines: list[StatementLine]
    closing: list[Balance]


class MarketInterval(Message):
    """``price`` is what a drawn kWh cost on average, ``payout`` what a shared one earned."""

    interval_start: datetime
    supply_wh: int
    demand_wh: int
    shared_wh: int
    grid_import_wh: int
    grid_export_wh: int
    price_micros_per_kwh: int | None
    payout_micros_per_kwh: int | None


class Market(Message):
    """The settled half hours of a local day in one's own community."""

    community: str
    day: date
    latest: date
    scheme: SchemeInfo
    intervals: list[MarketInterval]


# What the operator sees


class Overview(Message):
    """``latest`` is the newest interval any meter reported: the community's clock."""

    community: str
    latest: datetime | None
    settled_until: datetime | None
    households: int
    producers: int
    silent_meters: int
    supply_wh: int
    demand_wh: int
    reported_meters: int


class MemberRow(Message):
    member_id: int
    name: str
    email: str
    role: Role
    meters: list[str]
    usd_micros: int
    credit_wh: int


class MeterRow(Message):
    """``intervals_behind`` the community's clock; ``is_silent`` from the second one on."""

    meter: str
    member: str
    has_panels: bool
    connection_w: int
    latest: datetime | None
    intervals_behind: int | None
    is_silent: bool


class BlockRow(Message):
    up_to_wh: int | None
    price_micros_per_kwh: int


class TariffRow(Message):
    name: str
    valid_from: date
    scheme: SchemeInfo
    blocks: list[BlockRow]
    levy_ppm: int
    credit_ratio_ppm: int
    feed_in_micros_per_kwh: int


class SettlementRow(Message):
    interval_start: datetime
    settled_at: datetime
    shared_wh: int
    transfers: int
    estimated: int
    is_reversal: bool


class SettlementState(Message):
    """What is settled, what it waits for, and whether the books add up (0 for each unit)."""

    settled_until: datetime | None
    latest: datetime | None
    waiting_intervals: int
    missing_meters: list[str]
    corrections_waiting: int
    unbalanced: list[Balance]
    recent: list[SettlementRow]
