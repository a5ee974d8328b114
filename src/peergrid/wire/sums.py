"""Energy by hour, day or month: few rows for charts of a month or a year."""

from datetime import date, datetime
from enum import StrEnum

from peergrid.wire.message import Message, example


class Step(StrEnum):
    """How long each sum is; days and months are local."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class EnergySum(Message):
    """What ``readings`` readings counted from ``start`` on, for one step."""

    model_config = example(
        start="2026-08-31T22:00:00Z",
        readings=1_440,
        import_wh=96_000,
        export_wh=210_000,
        generation_wh=402_000,
        self_consumed_wh=192_000,
        demand_wh=288_000,
    )

    start: datetime
    readings: int
    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int
    demand_wh: int


class Rank(StrEnum):
    """What connections are ranked by."""

    IMPORT = "import"
    EXPORT = "export"
    GENERATION = "generation"


class RankedConnection(Message):
    """A connection's month; ``meter`` is its newest, ``member`` whose it is now."""

    model_config = example(
        meter="harare_street-001",
        member_id=1,
        member="Home 001",
        readings=1_440,
        import_wh=96_000,
        export_wh=210_000,
        generation_wh=402_000,
        self_consumed_wh=192_000,
    )

    meter: str
    member_id: int
    member: str
    readings: int
    import_wh: int
    export_wh: int
    generation_wh: int
    self_consumed_wh: int


class Ranking(Message):
    """The connections that counted most in a local month, the first first."""

    month: date
    by: Rank
    connections: list[RankedConnection]


class EnergySums(Message):
    """The local days ``[first, end)``, step by step; one without a reading is left out."""

    first: date
    end: date
    step: Step
    sums: list[EnergySum]
