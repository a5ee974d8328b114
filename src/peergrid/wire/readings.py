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


class Receipt(Message):
    """What became of a batch, once it is committed: twice is once."""

    model_config = example(received=48, stored=47, corrected=0, unchanged=1)

    received: int
    stored: int
    corrected: int
    unchanged: int
