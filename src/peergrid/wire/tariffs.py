"""Tariffs: published ones, drafts, and what a draft would change."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from peergrid.wire.message import Message, example
from peergrid.wire.replay import MonthFigures, ReplayedMember
from peergrid.wire.sign_in import SchemeInfo

Amount = Annotated[int, Field(ge=-(10**12), le=10**12)]  # the rules of a tariff are stricter
FirstDay = Annotated[date, Field(ge=date(2000, 1, 2), le=date(2100, 12, 1))]
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]


class BlockRow(Message):
    """A step of a month's energy: up to ``up_to_wh`` (null: without end) at a price."""

    up_to_wh: Amount | None
    price_micros_per_kwh: Amount


class TimeRow(Message):
    """What a kWh costs more, or less, from local half hour ``first`` to before ``end``."""

    name: Name
    first: Amount
    end: Amount
    micros_per_kwh: Amount
    on: Literal["every day", "weekdays", "weekends"] = "every day"


class CreditRow(Message):
    """What becomes of energy credit at the end of a month and of a year, and its cap [W]."""

    rolls_over: bool = True
    year_end: Literal["kept", "lost", "paid"] = "kept"
    paid_micros_per_kwh: Amount = 0
    cap_w: Amount | None = None


class TariffPrices(Message):
    """Dated prices and rules; ``_ppm`` are parts of a million."""

    name: Name
    valid_from: FirstDay
    blocks: list[BlockRow] = Field(max_length=100)
    levy_ppm: Amount
    credit_ratio_ppm: Amount
    feed_in_micros_per_kwh: Amount
    vat_ppm: Amount = 0
    fixed_micros_per_month: Amount = 0
    times: list[TimeRow] = Field(default=[], max_length=100)
    credit: CreditRow = CreditRow()
    halfway_ppm: Amount = 500_000
    compensation_ppm: Amount = 0


class TariffTerms(TariffPrices):
    """A tariff as an operator writes it."""

    model_config = example(
        name="From October",
        valid_from="2026-10-01",
        scheme="supply_demand",
        blocks=[
            {"up_to_wh": 50_000, "price_micros_per_kwh": 80_000},
            {"up_to_wh": None, "price_micros_per_kwh": 160_000},
        ],
        levy_ppm=60_000,
        credit_ratio_ppm=800_000,
        feed_in_micros_per_kwh=64_000,
        vat_ppm=0,
        fixed_micros_per_month=0,
        times=[{"name": "evening", "first": 36, "end": 42, "micros_per_kwh": 20_000}],
        credit={"rolls_over": True, "year_end": "kept"},
        halfway_ppm=500_000,
        compensation_ppm=0,
    )

    scheme: str = Field(min_length=1, max_length=48)


class SchemeRow(Message):
    """A scheme a tariff may name: a ``sentence`` for producers, a ``paragraph`` for operators.

    ``is_by_month``: priced when a month is over. The sentence may hold {credit_ratio}, which the
    tariff fills in.
    """

    model_config = example(
        name="bill_sharing",
        title="Bill sharing",
        sentence="At the end of the month all share the community's bill.",
        paragraph="The community is billed as one. What it drew is billed to all.",
        is_pilot=True,
        is_by_month=True,
    )

    name: str
    title: str
    sentence: str
    paragraph: str
    is_pilot: bool
    is_by_month: bool


class TariffRow(TariffPrices):
    """A published tariff; who published it and when is null if nobody noted it."""

    scheme: SchemeInfo
    published_by: str | None
    published_at: datetime | None


class TariffDraft(Message):
    """A tariff that is not in force; ``drafted_by`` wrote it last."""

    draft_id: int
    terms: TariffTerms
    drafted_by: str
    changed_at: datetime


class TariffPreview(Message):
    """A settled month as it was booked, and as it would have been under a draft.

    ``households`` are ten real ones, from the one that draws least to the one that draws most;
    of all, ``dearer`` would have paid more, ``cheaper`` less.
    """

    draft_id: int
    month: date
    is_complete: bool
    settled_until: datetime
    households: list[ReplayedMember]
    booked: MonthFigures
    replayed: MonthFigures
    dearer: int
    cheaper: int
