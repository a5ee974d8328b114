"""When a community's feeder was off."""

from pydantic import AwareDatetime

from peergrid.wire.message import Message, example


class OutageReport(Message):
    """From ``starts`` until ``ends``, with a time zone; to the minute, if that is known."""

    model_config = example(starts="2026-09-01T16:00:00Z", ends="2026-09-01T20:10:00Z")

    starts: AwareDatetime
    ends: AwareDatetime


class Outage(OutageReport):
    """An outage as it was reported."""

    model_config = example(
        starts="2026-09-01T16:00:00Z",
        ends="2026-09-01T20:10:00Z",
        reported_at="2026-09-01T20:15:00Z",
    )

    reported_at: AwareDatetime
