"""What listeners are told: where to look again."""

from datetime import datetime
from enum import StrEnum

from peergrid.wire.message import Message, example


class NewsKind(StrEnum):
    """What is new.

    ``here`` opens a feed, ``reload`` too if more was missed than can be told: look at everything.
    Then readings came or were corrected, or intervals were settled or their settlement undone.
    """

    HERE = "here"
    RELOAD = "reload"
    READINGS = "readings"
    SETTLED = "settled"
    REVERSED = "reversed"


class News(Message):
    """A change in half hours of one's own community, from the first to the last of them."""

    model_config = example(
        news_id=4_711,
        kind="settled",
        first_interval="2026-09-01T10:00:00Z",
        last_interval="2026-09-01T10:00:00Z",
    )

    news_id: int
    kind: NewsKind
    first_interval: datetime | None = None
    last_interval: datetime | None = None
