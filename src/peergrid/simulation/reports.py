"""What a model reports of every interval, written down when somebody reads it."""

from functools import partial
from typing import Any

from mesa.datacollection import DataCollector

from peergrid.energy import Interval, day_start
from peergrid.money import price_micros_per_kwh
from peergrid.simulation.engine.columns import Series
from peergrid.simulation.late import Lock, are_held

SUMS = {
    series.name.lower(): series
    for series in (
        *(Series.DEMAND_WH, Series.UNSERVED_WH, Series.GENERATION_WH),
        *(Series.IMPORT_WH, Series.EXPORT_WH, Series.SHARED_WH),
    )
}
PAYMENTS = [Series.PAID_MICROS, Series.RETAIL_MICROS, Series.LEVY_MICROS]
START, PRICE = "interval_start", "price_micros_per_kwh"


class Reports(DataCollector):  # type: ignore[misc]
    """Mesa's collector with a row an interval: sums over all homes, and what a kWh cost.

    The series of the engine tell them at any later time, so that a step need not. With reporters
    of one's own added it collects as Mesa does, at once.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._lock = Lock()
        self._waiting: list[int] = []
        super().__init__(
            model_reporters={name: partial(_now, name=name) for name in (START, *SUMS, PRICE)}
        )
        self._own = dict(self.model_reporters)

    def collect(self, model: Any) -> None:
        """A row for the interval last lived."""
        more = self.agent_reporters or self.agenttype_reporters
        if more or self.model_reporters != self._own:
            super().collect(model)
            return
        with self._lock:
            self._collection_steps.append(model.time)
            self._waiting.append(model.shown)
            if are_held(self._columns, *self._columns.values()):  # by who would miss the row
                self._write()

    @property
    def model_vars(self) -> dict[str, list[Any]]:
        """The columns by name, a value a row."""
        if self._waiting:
            with self._lock:
                self._write()
        return self._columns

    @model_vars.setter
    def model_vars(self, columns: dict[str, list[Any]]) -> None:
        self._columns = columns

    def _write(self) -> None:
        """Write down the rows that wait."""
        for name, values in told(self._model, self._waiting).items():
            self._columns[name] += values
        self._waiting = []


def told(model: Any, intervals: list[int]) -> dict[str, list[Any]]:
    """The columns of ``intervals`` that are lived, by their number from the start.

    The price is the mean one of a kWh drawn [micros/kWh], None where nobody drew.
    """
    sums = model.engine.series[:, :, intervals].sum(axis=0)
    paid, drawn = sums[PAYMENTS].sum(axis=0).tolist(), sums[Series.IMPORT_WH].tolist()
    first = Interval(day_start(model.community.start))
    return {
        START: [first.later(number).start for number in intervals],
        **{name: sums[series].tolist() for name, series in SUMS.items()},
        PRICE: list(map(price_micros_per_kwh, paid, drawn)),
    }


def _now(model: Any, name: str) -> Any:
    """What one column says of the interval last lived."""
    return told(model, [model.shown])[name][0]
