"""What meters send that know only their totals."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from peergrid.wire.message import Message, example
from peergrid.wire.readings import MAX_READINGS

TotalWh = Annotated[int, Field(ge=0, lt=10**15)]


class RegisterMessage(Message):
    """Totals at an instant: OBIS 1-0:1.8.0 (import), 1-0:2.8.0 (export), and generation."""

    at: datetime = Field(examples=["2026-09-01T10:30:00Z"])
    import_wh: TotalWh = Field(examples=[8_120_400])
    export_wh: TotalWh = Field(examples=[2_300_150])
    generation_wh: TotalWh = Field(default=0, examples=[4_000_000])


class Registers(Message):
    """``digits``: the totals begin again at 0 after 10**digits - 1 Wh; left out, they never do."""

    meter: str = Field(max_length=64, examples=["harare_street-001"])
    digits: int | None = Field(default=None, ge=1, le=15, examples=[9])
    registers: list[RegisterMessage] = Field(min_length=1, max_length=MAX_READINGS)


class GapMessage(Message):
    """A time of which the energy is known and its split is not.

    After a reset only what was counted since is known.
    """

    start: datetime
    end: datetime
    import_wh: int
    export_wh: int
    generation_wh: int
    is_reset: bool


class RegisterReceipt(Message):
    """What became of totals, once they are committed: twice is once."""

    model_config = example(received=3, stored=3, unchanged=0, readings=2, gaps=[])

    received: int
    stored: int
    unchanged: int
    readings: int
    gaps: list[GapMessage]
