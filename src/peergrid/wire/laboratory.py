"""The laboratory: what can be run, what is asked for, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from peergrid.wire.message import WORDS, Message, example

Title = Annotated[str, Field(min_length=1, max_length=100, pattern=WORDS)]
type DialSetting = float | int | Annotated[str, Field(max_length=64)]
MOST_SETTINGS = 20


class ExperimentState(StrEnum):
    """Waiting, then running, then done, failed or cancelled."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Dial(Message):
    """What may be set: one of ``choices``, or a number from ``least`` to ``most`` [unit].

    ``as_it_is`` is what the scenario itself says.
    """

    path: str
    says: str
    unit: str
    least: float | None
    most: float | None
    is_whole: bool
    as_it_is: float | None
    choices: list[str]


class LaboratoryOffer(Message):
    """A scenario that can be run, as it is without a dial turned."""

    scenario: str
    title: str
    households: int
    days: int
    scheme: str
    dials: list[Dial]


class ExperimentOrder(Message):
    """A scenario, and the dials that are turned, by path."""

    model_config = example(
        title="Twice the panels",
        scenario="harare_street",
        settings={"panels.size_factor": 2, "scheme": "mid_market"},
    )

    title: Title
    scenario: Annotated[str, Field(max_length=64)]
    settings: dict[str, DialSetting] = Field(default_factory=dict, max_length=MOST_SETTINGS)


class ExperimentFigure(Message):
    """One number of a run; ``unit`` is Wh, micros, micros/kWh, share, index, hours or g."""

    name: str
    title: str
    unit: str
    value: float


class ExperimentPeriod(Message):
    """A month or a day, and where what was used in it came from [Wh]."""

    label: str
    own_wh: int
    neighbours_wh: int
    grid_wh: int
    generation_wh: int


class ExperimentGains(Message):
    """What homes of one kind gain a month against the grid alone [US$]: percentiles 5 to 95."""

    label: str
    homes: int
    percentiles_usd: list[float]


class ExperimentResult(Message):
    """What a run came to; ``mean_day`` has the mean of each half hour of the day [Wh]."""

    scenario: str
    households: int
    producers: int
    days: int
    scheme: str
    figures: list[ExperimentFigure]
    mean_day: dict[str, list[float]]
    periods: list[ExperimentPeriod]
    gains: list[ExperimentGains]


class Experiment(Message):
    """An experiment and how far it is; in lists, and until it is done, without its ``result``."""

    experiment_id: int
    title: str
    scenario: str
    settings: dict[str, DialSetting]
    state: ExperimentState
    progress_ppm: int
    asked_at: datetime
    ended_at: datetime | None
    reason: str | None
    result: ExperimentResult | None
