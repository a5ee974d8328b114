"""Agreements on coefficients, members' own limit prices, and the day's exchange rate."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from peergrid.wire.message import WORDS, Message, example
from peergrid.wire.tariffs import FirstDay

MOST_PARTS = 10_000

Serial = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f]+$")]
LimitMicros = Annotated[int, Field(ge=0, le=100_000_000)]


class AgreementState(StrEnum):
    """How far an agreement has come; an applied one never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"
    APPLIED = "applied"


class AgreementPart(Message):
    """A meter's part of the community's surplus [ppm]."""

    meter: Serial
    coefficient_ppm: int = Field(ge=0, le=1_000_000)


class AgreementParts(Message):
    """All parts of an agreement; they sum to 1,000,000."""

    model_config = example(
        parts=[
            {"meter": "harare_street-001", "coefficient_ppm": 400_000},
            {"meter": "harare_street-002", "coefficient_ppm": 600_000},
        ]
    )

    parts: list[AgreementPart] = Field(max_length=MOST_PARTS)


class AgreementStart(Message):
    """The local day from which a published agreement is to hold."""

    model_config = example(valid_from="2026-10-01")

    valid_from: FirstDay


class Agreement(AgreementParts):
    model_config = example(
        agreement_id=1,
        state="applied",
        parts=[{"meter": "harare_street-001", "coefficient_ppm": 1_000_000}],
        published_at="2026-09-20T08:00:00Z",
        applied_at="2026-09-25T08:00:00Z",
        valid_from="2026-10-01",
    )

    agreement_id: int
    state: AgreementState
    published_at: datetime | None
    applied_at: datetime | None
    valid_from: date | None


class LimitPrices(Message):
    """The most to pay a neighbour for a kWh, the least to take for one; null: any price.

    Without ``valid_from`` they hold from the next half hour that is not metered yet.
    """

    model_config = example(
        meter="harare_street-001", bid_micros_per_kwh=None, ask_micros_per_kwh=90_000
    )

    meter: Serial
    bid_micros_per_kwh: LimitMicros | None = None
    ask_micros_per_kwh: LimitMicros | None = None
    valid_from: datetime | None = None


class ExchangeRate(Message):
    """A US dollar in millionths of a ZiG from a local day on; the books stay in US dollars.

    The example's rate is derived: a tariff page gave prices in both on that day.
    """

    model_config = example(
        day="2025-02-26", unit="ZiG", micros_per_usd=26_485_000, source="zimpricecheck.com, derived"
    )

    day: FirstDay
    unit: str = Field(default="ZiG", pattern="^ZiG$")
    micros_per_usd: int = Field(gt=0, le=10**12)
    source: str = Field(min_length=1, max_length=200, pattern=WORDS)


class EnteredRate(ExchangeRate):
    """A day's rate with who entered it when; entered again, the latest counts."""

    model_config = example(
        day="2025-02-26",
        unit="ZiG",
        micros_per_usd=26_485_000,
        source="zimpricecheck.com, derived",
        entered_by="Operator",
        entered_at="2025-02-26T08:00:00Z",
    )

    entered_by: str
    entered_at: datetime
