"""A member's month: what was read, shared and owed, and how each amount came about."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from peergrid.money import Unit
from peergrid.wire.member import Balance
from peergrid.wire.message import Message, example
from peergrid.wire.tariffs import BlockRow


class StatementLine(Message):
    """One kind of transfer on one day; ``amount`` is signed as the balance is."""

    model_config = example(
        day="2026-09-01",
        kind="shared_energy",
        unit="USD",
        amount=238_080,
        energy_wh=3_200,
        words="Energy shared with neighbours, 3.20 kWh",
        is_reversal=False,
    )

    day: date
    kind: str
    unit: Unit
    amount: int
    energy_wh: int
    words: str
    is_reversal: bool


class PricedEnergy(Message):
    """Some energy at one of the grid's prices, without levy."""

    energy_wh: int
    price_micros_per_kwh: int


class DayPart(Message):
    """What one local day adds to a sum."""

    day: date
    half_hours: int
    energy_wh: int
    amount: int


class BlocksFormula(Message):
    """The charge for the month's first ``after_wh`` less that for its first ``before_wh``."""

    name: Literal["blocks"]
    before_wh: int
    after_wh: int
    blocks: list[BlockRow]


class LevyFormula(Message):
    """A share of the charge of the month up to ``after_micros`` less that of ``before_micros``."""

    name: Literal["levy"]
    before_micros: int
    after_micros: int
    levy_ppm: int


class CreditFormula(Message):
    """A share of the month's exports up to ``after_wh`` less that of those up to ``before_wh``."""

    name: Literal["credit"]
    before_wh: int
    after_wh: int
    credit_ratio_ppm: int


class OneToOneFormula(Message):
    """Each Wh for a Wh."""

    name: Literal["one_to_one"]
    energy_wh: int


class PricedFormula(Message):
    """Energy times its price, plus what rounding each half hour came to."""

    name: Literal["priced"]
    energy_wh: int
    price_micros_per_kwh: int
    half_hours: int
    rounding_micros: int


class HalfwayFormula(Message):
    """Energy halfway between the grid's price with levy and its feed-in price, plus rounding."""

    name: Literal["halfway"]
    steps: list[PricedEnergy]
    levy_ppm: int
    feed_in_micros_per_kwh: int
    half_hours: int
    rounding_micros: int


class DayByDayFormula(Message):
    """The sum of the days: each half hour had a price of its own."""

    name: Literal["day_by_day"]
    days: list[DayPart]


type Formula = Annotated[
    BlocksFormula
    | LevyFormula
    | CreditFormula
    | OneToOneFormula
    | PricedFormula
    | HalfwayFormula
    | DayByDayFormula,
    Field(discriminator="name"),
]


class ExplainedLine(Message):
    """One kind of transfer of one meter under one tariff, in a whole month.

    ``amount`` is signed as the balance is; its size is what ``formula`` gives. Of the transfers
    in it ``taken_back`` were reversals, of ``taken_back_amount`` together. ``words``, ``terms``,
    ``pilot`` and ``steps`` tell it in the language asked for.
    """

    model_config = example(
        meter="street-ada",
        kind="feed_in",
        unit="USD",
        tariff="ZETDC domestic, December 2023",
        valid_from="2023-12-01",
        energy_wh=600,
        amount=38_400,
        half_hours=1,
        taken_back=0,
        taken_back_amount=0,
        formula={
            "name": "priced",
            "energy_wh": 600,
            "price_micros_per_kwh": 64_000,
            "half_hours": 1,
            "rounding_micros": 0,
        },
        words="Energy sold to the grid, 0.60 kWh",
        terms="Tariff: ZETDC domestic, December 2023, in force from 2023-12-01.",
        pilot="Pilot scheme: Mid-market rate; no rule in force allows it yet.",
        steps=["0.600 kWh \N{MULTIPLICATION SIGN} US$0.0640 = US$0.038400"],
    )

    meter: str
    kind: str
    unit: Unit
    tariff: str | None
    valid_from: date | None
    energy_wh: int
    amount: int
    half_hours: int
    taken_back: int
    taken_back_amount: int
    formula: Formula
    words: str
    terms: str
    pilot: str
    steps: list[str]


class MeterMonth(Message):
    """What one meter counted, from how many readings, and how the settled part was shared.

    ``trued_up`` readings replaced an earlier one; ``settled`` counts half hours.
    """

    meter: str
    import_wh: int
    export_wh: int
    generation_wh: int
    measured: int
    estimated: int
    missing: int
    trued_up: int
    bought_wh: int
    sold_wh: int
    grid_import_wh: int
    grid_export_wh: int
    settled: int


class Rate(Message):
    """What a US dollar was worth on a day [micros of ZiG]."""

    day: date
    zig_micros_per_usd: int


class Statement(Message):
    """``opening`` plus the sum of the lines is ``closing``, for each unit.

    That holds for ``lines``, day by day, and for ``explained``, the same transfers of the whole
    month. ``rate`` is null where none is known.
    """

    member: str
    community: str
    month: date
    settled_until: datetime
    meters: list[MeterMonth]
    opening: list[Balance]
    lines: list[StatementLine]
    explained: list[ExplainedLine]
    closing: list[Balance]
    rate: Rate | None = None
