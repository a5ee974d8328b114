"""Step the Mesa model through a scenario and keep what a run leaves."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.simulation.agents import INTERVALS_PER_HOUR, ProducerAgent
from peergrid.simulation.demand import CLASSES
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Scenario

OF_SHARE = (
    *("paid_micros", "earned_micros", "retail_micros", "levy_micros", "feed_in_micros"),
    *("credit_earned_wh", "credit_used_wh"),
)
OF_FLOW = ("import_wh", "export_wh", "bought_wh", "sold_wh")
OF_HOME = ("demand_wh", "generation_wh", "curtailed_wh", "self_consumed_wh")
NEVER = ("unserved_wh", "lost_wh", "homes_off", "overload_wh")  # this model knows no outage

type Flows = dict[str, NDArray[np.int64]]  # of a day: (n, 48) by name


class Writer(Protocol):
    """Where every reading goes, day by day: see results.readings."""

    def write_day(
        self,
        day: date,
        import_wh: NDArray[np.integer],
        export_wh: NDArray[np.integer],
        generation_wh: NDArray[np.integer],
    ) -> None: ...


def simulate_run(
    scenario: Scenario,
    on_day: Callable[[int], None] | None = None,
    writer: Writer | None = None,
) -> Run:
    """Run ``scenario``; ``on_day`` hears 1, 2, ... as each day is done.

    KeyboardInterrupt ends the run early: the whole days done are kept. ``writer`` is handed
    every day's readings, (48, n) each.
    """
    model = CommunityModel(scenario)
    series: list[NDArray[np.int64]] = []
    sums: list[dict[str, NDArray[np.int64]]] = []
    try:
        for day in range(scenario.days):
            flows = _day(model)
            if writer:
                at = scenario.start + timedelta(days=day)
                writer.write_day(
                    at, *(flows[each].T for each in ("import_wh", "export_wh", "generation_wh"))
                )
            sums.append({name: values.sum(axis=1) for name, values in flows.items()})
            series.append(np.stack([_of_site(flows, name) for name in SERIES]))
            if on_day:
                on_day(day + 1)
    except KeyboardInterrupt:
        del sums[len(series) :]
    nothing = np.zeros(len(model.homes), np.int64)
    names = [*OF_HOME, *OF_FLOW, *OF_SHARE, *NEVER[:2]]
    of_homes = {name: sum((day[name] for day in sums), nothing) for name in names}
    return Run(
        scenario,
        len(series) * INTERVALS_PER_DAY,
        (scenario.site,),
        np.concatenate([np.zeros((len(SERIES), 0), np.int64), *series], axis=1)[None],
        _columns(model) | of_homes,
        _community(model),
    )


def _day(model: CommunityModel) -> Flows:
    names = (*OF_HOME, *OF_FLOW, *OF_SHARE)
    flows = {name: np.zeros((len(model.homes), INTERVALS_PER_DAY), np.int64) for name in names}
    flows |= {name: np.zeros_like(flows["demand_wh"]) for name in NEVER}
    for of_day in range(INTERVALS_PER_DAY):
        model.step()
        for row, (home, share) in enumerate(
            zip(model.homes, model.grid.clearing.shares, strict=True)
        ):
            for name in OF_HOME:
                flows[name][row, of_day] = getattr(home, name, 0)
            for name in OF_FLOW:
                flows[name][row, of_day] = getattr(share.flow, name)
            for name in OF_SHARE:
                flows[name][row, of_day] = getattr(share, name)
    return flows


def _of_site(flows: Flows, name: str) -> NDArray[np.int64]:
    return np.asarray(flows["bought_wh" if name == "shared_wh" else name].sum(axis=0), np.int64)


def _columns(model: CommunityModel) -> dict[str, NDArray[Any]]:
    homes = [home.household for home in model.homes]
    classes = list(CLASSES)
    return {
        "community": np.zeros(len(homes), np.int32),
        "place": np.arange(1, len(homes) + 1, dtype=np.int32),
        "household_class": np.array([classes.index(h.household_class) for h in homes], np.uint8),
        "monthly_kwh": np.array([h.monthly_kwh for h in homes], np.float32),
        "kwp": np.array([h.kwp for h in homes], np.float32),
        "tilt_deg": np.array([h.orientation.tilt_deg for h in homes], np.float32),
        "azimuth_deg": np.array([h.orientation.azimuth_deg for h in homes], np.float32),
        "can_export": np.array([isinstance(h, ProducerAgent) for h in model.homes]),
        "connection_wh": np.array([h.connection_w // INTERVALS_PER_HOUR for h in homes], np.int32),
    }


def _community(model: CommunityModel) -> dict[str, NDArray[Any]]:
    return {
        "site": np.zeros(1, np.uint8),
        "first": np.zeros(1, np.int64),
        "homes": np.array([len(model.homes)], np.int32),
        "outage_intervals": np.zeros(1, np.int64),
        "overload_intervals": np.zeros(1, np.int64),
    }
