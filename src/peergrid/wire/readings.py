"""What meters send, and what they are told."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from peergrid.energy import MAX_WH, Quality
from peergrid.wire.message import Message, example

MAX_READINGS = 1_000  # in one batch

Wh = Annotated[int, Field(ge=0, le=MAX_WH)]


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


class RefusedRow(Message):
    """Rows count from 1."""

    row: int
    reason: str


class BulkReceipt(Message):
    """What became of a collector's request, once it is committed: twice is once.

    ``received`` is what was stored, corrected, unchanged and refused together; none is refused
    unless that was asked for. ``is_replay``: the same request came before, and this is its
    receipt.
    """

    model_config = example(
        received=10_000,
        stored=9_999,
        corrected=0,
        unchanged=1,
        refused_count=0,
        refused=[],
        is_replay=False,
    )

    received: int
    stored: int
    corrected: int
    unchanged: int
    refused_count: int
    refused: list[RefusedRow]
    is_replay: bool


class CollectorName(Message):
    name: str = Field(pattern=r"^[a-z0-9_-]{1,48}$", examples=["head-end-1"])


class CollectorKey(Message):
    """A key that is shown this once."""

    name: str
    key: str = Field(examples=["ck_..."])


class Receipt(Message):
    """What became of a batch, once it is committed: twice is once."""

    model_config = example(received=48, stored=47, corrected=0, unchanged=1)

    received: int
    stored: int
    corrected: int
    unchanged: int
