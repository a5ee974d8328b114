"""The keys that meters send with."""

from datetime import datetime

from pydantic import Field

from peergrid.wire.message import Message, example


class KeyOrder(Message):
    """A new key for a meter; those before it stay good for ``overlap_hours``."""

    meter: str = Field(min_length=1, max_length=64, examples=["harare_street-001"])
    overlap_hours: int = Field(default=24, ge=0, le=24 * 90)


class NewKey(Message):
    """``key`` is shown this once."""

    model_config = example(key_id=7, meter="harare_street-001", key="mk_...")

    key_id: int
    meter: str
    key: str


class KeyRow(Message):
    """A meter's key; ``last_used_at`` is to the hour, ``ends_at`` None: no end is set."""

    model_config = example(
        key_id=7,
        meter="harare_street-001",
        created_at="2026-09-01T10:00:00Z",
        last_used_at="2026-09-02T10:00:00Z",
        ends_at=None,
    )

    key_id: int
    meter: str
    created_at: datetime
    last_used_at: datetime | None
    ends_at: datetime | None
