"""Money that leaves to a member's mobile wallet: what is asked for, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from peergrid.wire.message import WORDS, Message, example

MOST_MICROS = 2**53  # far above any limit: what every client's numbers can hold
MOST_IN_BATCH = 500

AmountMicros = Annotated[int, Field(ge=1, le=MOST_MICROS)]
PayoutIds = Annotated[
    list[Annotated[int, Field(ge=1, le=2**31 - 1)]],
    Field(min_length=1, max_length=MOST_IN_BATCH),
]


class MobileMoney(StrEnum):
    """Whose mobile wallet."""

    ECOCASH = "ecocash"
    INNBUCKS = "innbucks"


class PayoutState(StrEnum):
    """Requested, then held (or rejected), then paid or failed (given back)."""

    REQUESTED = "requested"
    HELD = "held"
    PAID = "paid"
    FAILED = "failed"
    REJECTED = "rejected"


class PayoutQuote(Message):
    """What becomes of an amount [micros]: ``taken`` = received + fee + tax, at most the amount."""

    model_config = example(
        service="ecocash",
        amount_micros=10_000_000,
        received_micros=9_680_000,
        fee_micros=130_000,
        tax_micros=190_000,
        taken_micros=10_000_000,
    )

    service: MobileMoney
    amount_micros: int
    received_micros: int
    fee_micros: int
    tax_micros: int
    taken_micros: int


class PayoutRequest(Message):
    """``key`` is the client's own: the same request twice is one payout.

    ``received_micros`` is what was quoted and agreed to.
    """

    key: str = Field(pattern=r"^[!-~]{1,64}$", examples=["5f0c2b7e-7d0b-4f0e-9a51-1f0d6a3c9b11"])
    service: MobileMoney = Field(examples=["ecocash"])
    number: str = Field(min_length=1, max_length=32, examples=["0771234567"])
    amount_micros: AmountMicros = Field(examples=[10_000_000])
    received_micros: AmountMicros = Field(examples=[9_680_000])


class Payout(PayoutQuote):
    """One of one's own payouts; ``reason`` says why it failed or was rejected."""

    model_config = example(
        payout_id=7,
        reference="PG0F3A9C17D2B84E6A",
        service="ecocash",
        number="+263771234567",
        amount_micros=10_000_000,
        received_micros=9_680_000,
        fee_micros=130_000,
        tax_micros=190_000,
        taken_micros=10_000_000,
        state="held",
        reason=None,
        requested_at="2026-09-01T10:04:11Z",
        concluded_at=None,
    )

    payout_id: int
    reference: str
    number: str
    state: PayoutState
    reason: str | None
    requested_at: datetime
    concluded_at: datetime | None


class PayoutRow(Payout):
    """A member's payout as an operator sees it; ``attempts`` is how often a provider was asked.

    ``created_by`` is the member id of who put it into its batch, and cannot approve it;
    ``by_file``: a person pays that batch from a file.
    """

    model_config = example(
        payout_id=7,
        reference="PG0F3A9C17D2B84E6A",
        service="ecocash",
        number="+263771234567",
        amount_micros=10_000_000,
        received_micros=9_680_000,
        fee_micros=130_000,
        tax_micros=190_000,
        taken_micros=10_000_000,
        state="held",
        reason=None,
        requested_at="2026-09-01T10:04:11Z",
        concluded_at=None,
        member_id=3,
        member="Home 003",
        batch_id=2,
        created_by=1,
        by_file=False,
        attempts=1,
    )

    member_id: int
    member: str
    batch_id: int | None
    created_by: int | None
    by_file: bool | None
    attempts: int


class BatchOfPayouts(Message):
    """What one operator puts together for another to approve; ``by_file``: a person pays it."""

    payout_ids: PayoutIds = Field(examples=[[7, 8]])
    by_file: bool = False


class BatchCreated(Message):
    model_config = example(batch_id=2)

    batch_id: int


class BatchApproval(Message):
    batch_id: int = Field(ge=1, le=2**31 - 1, examples=[2])


class BatchApproved(Message):
    """``rejected`` are those that their member's balance no longer covered."""

    model_config = example(held=2, rejected=0)

    held: int
    rejected: int


class PayoutRejection(Message):
    payout_ids: PayoutIds = Field(examples=[[7]])
    reason: str = Field(
        min_length=1, max_length=200, pattern=WORDS, examples=["Please give your own number."]
    )


class PayoutConclusion(Message):
    """What became of payouts that a person paid from a file."""

    payout_ids: PayoutIds = Field(examples=[[7]])
    outcome: Literal[PayoutState.PAID, PayoutState.FAILED] = Field(examples=["paid"])
