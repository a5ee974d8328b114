"""What a member sees: energy, wallet, market."""

from datetime import date, datetime

from peergrid.energy import Quality
from peergrid.money import Unit
from peergrid.wire.message import Message, example
from peergrid.wire.sign_in import SchemeInfo


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

    model_config = example(unit="USD", amount=1_250_000)

    unit: Unit
    amount: int


class Wallet(Message):
    settled_until: datetime | None
    balances: list[Balance]


class MarketInterval(Message):
    """``price`` is what a drawn kWh cost on average, ``payout`` what a shared one earned."""

    model_config = example(
        interval_start="2026-09-01T10:00:00Z",
        supply_wh=1_000,
        demand_wh=400,
        shared_wh=400,
        grid_import_wh=0,
        grid_export_wh=600,
        price_micros_per_kwh=74_400,
        payout_micros_per_kwh=68_160,
    )

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
