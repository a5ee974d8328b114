"""Money that a member pays in: what is asked for, and what became of it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from peergrid.wire.message import Message, example
from peergrid.wire.payouts import MOST_MICROS


class TopUpState(StrEnum):
    """Asked, then waiting until it is paid on its page, then paid or failed."""

    ASKED = "asked"
    WAITING = "waiting"
    PAID = "paid"
    FAILED = "failed"


class TopUpRequest(Message):
    """``key`` is the client's own: the same request twice is one top-up, with one page."""

    key: str = Field(pattern=r"^[!-~]{1,64}$", examples=["5f0c2b7e-7d0b-4f0e-9a51-1f0d6a3c9b11"])
    amount_micros: int = Field(ge=1, le=MOST_MICROS, examples=[10_000_000])


class TopUp(Message):
    """One of one's own top-ups; it is paid on the page at ``page_url``."""

    model_config = example(
        top_up_id=4,
        reference="TU0F3A9C17D2B84E6A",
        amount_micros=10_000_000,
        state="waiting",
        page_url="https://www.paynow.co.zw/Payment/ConfirmPayment/9510",
        asked_at="2026-09-01T10:04:11Z",
        concluded_at=None,
    )

    top_up_id: int
    reference: str
    amount_micros: int
    state: TopUpState
    page_url: str | None
    asked_at: datetime
    concluded_at: datetime | None
