"""A home in plain Python: the specification of what the engine computes."""

from typing import Any

import mesa
import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.shares import Share
from peergrid.simulation.agents.column import Column, vectorized
from peergrid.simulation.agents.homes import refusal
from peergrid.simulation.demand.library import rows_of
from peergrid.simulation.engine.columns import HABITS


class HouseholdAgent(mesa.Agent):
    """A home: what it has, how it stands, what it did in the interval last lived, all [Wh].

    A handle on a row of its model's table, made when somebody looks; its attributes are the
    table's columns. ``total_*`` are sums over the run.
    """

    community = Column()
    household_class = Column()
    households = Column()
    kind = Column()
    monthly_kwh = Column()
    demand_factor = Column()
    shift_wh = Column()
    shift_power_wh = Column()
    reacts = Column()
    tank_wh = Column()
    owed_wh = Column()
    waiting_wh = Column(np.int32)  # what will be owed once this interval is served
    kwp = Column()
    connection_wh = Column()
    demand_wh = Column()
    generation_wh = Column()
    import_wh = Column()
    export_wh = Column()
    billed_wh = Column()
    sent_wh = Column()
    credit_wh = Column()
    total_demand_wh = Column()
    total_unserved_wh = Column()
    total_import_wh = Column()
    total_export_wh = Column()
    total_bought_wh = Column()
    total_sold_wh = Column()
    total_paid_micros = Column()
    total_earned_micros = Column()
    total_retail_micros = Column()
    total_levy_micros = Column()
    total_feed_in_micros = Column()
    total_credit_earned_wh = Column()
    total_credit_used_wh = Column()
    total_net_squared_wh2 = Column()

    def __init__(self, model: Any, row: int) -> None:  # no super(): a handle is not registered
        self.model = model
        self.row = row
        self.pos = None

    def remove(self) -> None:
        """Mesa would forget an agent, but this one is a row of the table. Raises TypeError."""
        raise TypeError(refusal(self))

    @property
    def unique_id(self) -> int:
        """Its number, from 1: its meter's id."""
        return self.row + 1

    @property
    def grid(self) -> Any:
        """The grid agent of its community."""
        return self.model.grids[self.community]

    @vectorized
    @property
    def feeder_is_on(self) -> bool:
        """Whether its feeder has power in this interval."""
        return bool(self.grid.is_on)

    @feeder_is_on.population
    def feeder_is_on(homes: Any) -> Any:  # noqa: N805
        return homes.of_grid("is_on")

    @vectorized
    def asks_wh(self) -> int:
        """What the home asks for in this interval: a library day's, and its shiftable load.

        Of that load what an outage or the breaker keeps from it is owed, up to the tank, and made
        up as soon as there is power; what is more than the tank is asked for in vain.
        """
        day, j = self.model.today, self.model.of_day
        factor = np.float32(self.demand_factor) * day.growth
        wh = int(np.float32(day.profiles[self.kind, self.profile, j]) * factor + np.float32(0.5))
        most, is_on = int(self.connection_wh), self.feeder_is_on
        wh = min(wh, most)
        due_wh = self.owed_wh + self.shifts_wh()
        heated_wh = min(due_wh, self.shift_power_wh, most - wh) if is_on else 0
        self.waiting_wh = min(due_wh - heated_wh, self.tank_wh)
        lost_wh = 0 if is_on else due_wh - self.waiting_wh
        return int(min(wh + heated_wh + lost_wh, most))

    @asks_wh.population
    def asks_wh(homes: Any) -> Any:  # noqa: N805
        day, j = homes.model.today, homes.model.of_day
        wh = day.profiles[homes.kind, homes.profile, j].astype(np.float32)
        wh = (wh * (homes.demand_factor * day.growth) + np.float32(0.5)).astype(np.int64)
        most, is_on = homes.connection_wh, homes.feeder_is_on
        wh = np.minimum(wh, most)
        due_wh = homes.owed_wh + homes.shifts_wh()
        heated_wh = np.minimum(np.minimum(due_wh, homes.shift_power_wh), most - wh) * is_on
        waiting_wh = np.minimum(due_wh - heated_wh, homes.tank_wh)
        homes.waiting_wh = waiting_wh
        lost_wh = np.where(is_on, 0, due_wh - waiting_wh)
        return np.minimum(wh + heated_wh + lost_wh, most)

    @vectorized
    @property
    def profile(self) -> int:
        """Which of its kind's days in the library the home lives today."""
        day = self.model.today
        key = self.model.table["key"][self.row : self.row + 1]
        return int(rows_of(key, day.number, day.profiles.shape[1])[0])

    @profile.population
    def profile(homes: Any) -> Any:  # noqa: N805
        day = homes.model.today
        return rows_of(homes.key, day.number, day.profiles.shape[1])

    @vectorized
    def shifts_wh(self) -> int:
        """The part of the day's shiftable load that falls into this interval."""
        day = self.model.today
        left = int(np.float32(self.shift_wh) * day.growth + np.float32(0.5))
        habit = int(day.rising[self.kind, self.profile])
        for j in day.order[HABITS + self.grid.place if self.reacts else habit].tolist():
            part = min(left, self.shift_power_wh)
            if j == self.model.of_day:
                return int(part)
            left -= part
        raise AssertionError(f"interval {self.model.of_day} is none of {INTERVALS_PER_DAY}")

    @shifts_wh.population
    def shifts_wh(homes: Any) -> Any:  # noqa: N805
        day = homes.model.today
        rank = np.argmax(day.order == homes.model.of_day, axis=1)
        habit = day.rising[homes.kind, homes.profile]
        rank = rank[np.where(homes.reacts, HABITS + homes.community, habit)]
        power = homes.shift_power_wh.astype(np.int64)
        need_wh = homes.shift_wh.astype(np.float32) * day.growth + np.float32(0.5)
        return np.clip(need_wh.astype(np.int64) - rank * power, 0, power)

    @vectorized
    def serve(self, asked_wh: int, served_wh: int) -> None:
        """Count what it asked for and got."""
        self.owed_wh = self.waiting_wh
        self.demand_wh = served_wh
        self.total_demand_wh += served_wh
        self.total_unserved_wh += asked_wh - served_wh

    @serve.population
    def serve(homes: Any, asked_wh: Any, served_wh: Any) -> None:  # noqa: N805
        homes.owed_wh = homes.waiting_wh
        homes.demand_wh = served_wh
        homes.total_demand_wh += served_wh
        homes.total_unserved_wh += asked_wh - served_wh

    @vectorized
    def meter(self, import_wh: int, export_wh: int) -> None:
        """Let the meter count what passed it."""
        self.import_wh, self.export_wh = import_wh, export_wh
        self.total_import_wh += import_wh
        self.total_export_wh += export_wh
        self.total_net_squared_wh2 += (export_wh - import_wh) ** 2

    @meter.population
    def meter(homes: Any, import_wh: Any, export_wh: Any) -> None:  # noqa: N805
        homes.import_wh, homes.export_wh = import_wh, export_wh
        homes.total_import_wh += import_wh
        homes.total_export_wh += export_wh
        homes.total_net_squared_wh2 += (np.asarray(export_wh, np.int64) - import_wh) ** 2

    @vectorized
    def book(self, share: Share) -> None:
        """Take its part of what the grid cleared."""
        self.billed_wh += share.billed_wh
        self.sent_wh += share.flow.export_wh
        self.credit_wh += share.credit_earned_wh - share.credit_used_wh
        self.total_bought_wh += share.flow.bought_wh
        self.total_sold_wh += share.flow.sold_wh
        self.total_paid_micros += share.paid_micros
        self.total_earned_micros += share.earned_micros
        self.total_retail_micros += share.retail_micros
        self.total_levy_micros += share.levy_micros
        self.total_feed_in_micros += share.feed_in_micros
        self.total_credit_earned_wh += share.credit_earned_wh
        self.total_credit_used_wh += share.credit_used_wh

    @book.population
    def book(homes: Any, share: Any) -> None:  # noqa: N805
        body: Any = HouseholdAgent.book
        body.one(homes, share)


class ConsumerAgent(HouseholdAgent):
    """A home without panels: it draws what it asks for, while its feeder is on."""

    @vectorized
    def step(self) -> None:
        """One interval."""
        asked_wh = self.asks_wh()
        served_wh = asked_wh if self.feeder_is_on else 0
        self.serve(asked_wh, served_wh)
        self.meter(served_wh, 0)

    @step.population
    def step(homes: Any) -> None:  # noqa: N805
        asked_wh = homes.asks_wh()
        served_wh = np.where(homes.feeder_is_on, asked_wh, 0)
        homes.serve(asked_wh, served_wh)
        homes.meter(served_wh, 0)
