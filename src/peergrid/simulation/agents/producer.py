"""A home with panels in plain Python: the specification of what the engine computes."""

from typing import Any

import numpy as np

from peergrid.money import PARTS
from peergrid.simulation.agents.column import Column, vectorized
from peergrid.simulation.agents.household import HouseholdAgent


class ProducerAgent(HouseholdAgent):
    """A home with panels: its own use first, then its battery, then the community.

    ``total_curtailed_wh`` is what the panels could have made and nobody could take, and
    ``total_lost_wh`` the part of it that only an outage kept from being shared. A battery keeps
    ``reserve_wh`` for outages; an inverter that ``islands`` lets the home live on through them.
    """

    gain = Column()
    orientation = Column()
    inverter_wh = Column()
    can_export = Column()
    islands = Column()
    battery_wh = Column()
    battery_power_wh = Column()
    reserve_wh = Column()
    efficiency_ppm = Column()
    soc_wh = Column()
    total_generation_wh = Column()
    total_curtailed_wh = Column()
    total_lost_wh = Column()

    @vectorized
    def step(self) -> None:
        """One interval."""
        asked_wh, available_wh = self.asks_wh(), self.available_wh()
        if self.feeder_is_on:
            balance_wh = self.use_battery(available_wh - asked_wh)
            sent_wh = min(max(balance_wh, 0), self.most_export_wh)
            self.serve(asked_wh, asked_wh)
            self.generate(available_wh, max(balance_wh, 0) - sent_wh, lost_wh=0)
            self.meter(max(-balance_wh, 0), sent_wh)
        elif self.islands:
            balance_wh = self.use_battery(available_wh - asked_wh)
            self.serve(asked_wh, asked_wh - max(-balance_wh, 0))
            spilled_wh = max(balance_wh, 0)
            self.generate(available_wh, spilled_wh, lost_wh=min(spilled_wh, self.most_export_wh))
            self.meter(0, 0)
        else:
            self.serve(asked_wh, 0)
            lost_wh = min(max(available_wh - asked_wh, 0), self.most_export_wh)
            self.generate(available_wh, available_wh, lost_wh=lost_wh)
            self.meter(0, 0)

    @step.population
    def step(homes: Any) -> None:  # noqa: N805
        asked_wh, available_wh = homes.asks_wh(), homes.available_wh()
        is_on = homes.feeder_is_on
        alive = is_on | homes.islands.astype(bool)
        balance_wh = available_wh - asked_wh
        living = homes.select(where=alive)
        balance_wh[alive] = living.use_battery(balance_wh[alive])
        missing_wh, surplus_wh = np.maximum(-balance_wh, 0), np.maximum(balance_wh, 0)
        sent_wh = np.minimum(surplus_wh, homes.most_export_wh)
        off_wh = np.where(alive, asked_wh - missing_wh, 0)
        homes.serve(asked_wh, np.where(is_on, asked_wh, off_wh))
        spilled_wh = np.where(is_on, surplus_wh - sent_wh, surplus_wh)
        spilled_wh = np.where(alive, spilled_wh, available_wh)
        homes.generate(available_wh, spilled_wh, lost_wh=np.where(is_on, 0, sent_wh))
        homes.meter(np.where(is_on, missing_wh, 0), np.where(is_on, sent_wh, 0))

    @vectorized
    @property
    def most_export_wh(self) -> int:
        """What its inverter and its breaker let out in an interval."""
        return int(self.connection_wh) if self.can_export else 0

    @most_export_wh.population
    def most_export_wh(homes: Any) -> Any:  # noqa: N805
        return homes.connection_wh * homes.can_export

    @vectorized
    @property
    def sent_first_wh(self) -> int:
        """How much of its surplus it sends out before it charges its battery."""
        sends = self.reacts and self.efficiency_ppm < self.model.today.worth_ppm
        return self.most_export_wh if sends else 0

    @sent_first_wh.population
    def sent_first_wh(homes: Any) -> Any:  # noqa: N805
        sends = homes.reacts.astype(bool) & (homes.efficiency_ppm < homes.model.today.worth_ppm)
        return homes.most_export_wh * sends

    @vectorized
    def available_wh(self) -> int:
        """What its panels could give past their inverter."""
        sun = self.model.today.sun[self.orientation, self.model.of_day]
        wh = int(sun * np.float32(self.gain) + np.float32(0.5))
        return min(wh, int(self.inverter_wh))

    @available_wh.population
    def available_wh(homes: Any) -> Any:  # noqa: N805
        sun = homes.model.today.sun[homes.orientation, homes.model.of_day]
        wh = (sun * homes.gain + np.float32(0.5)).astype(np.int64)
        return np.minimum(wh, homes.inverter_wh)

    @vectorized
    def use_battery(self, balance_wh: int) -> int:
        """Charge with what is left over, or discharge for what is missing; the balance after.

        With the feeder on the reserve stays, and one who reacts to prices keeps the battery for
        the dearer half of yesterday's half hours; where what is sent out is worth more than what
        the battery gives back, it sends out what it can before it charges more than the reserve.
        """
        is_on = self.feeder_is_on
        if balance_wh > 0:
            left_wh = balance_wh
            if is_on:
                refill_wh = min(self.reserve_wh - self.soc_wh, balance_wh)
                left_wh = max(balance_wh - self.sent_first_wh, refill_wh)
            charged = min(left_wh, self.battery_wh - self.soc_wh, self.battery_power_wh)
            charged = max(charged, 0)
            self.soc_wh += charged * self.efficiency_ppm // PARTS
            return int(balance_wh - charged)
        if is_on and self.reacts and not self.grid.is_dear:
            return balance_wh
        least_wh = self.reserve_wh if is_on else 0
        given = max(min(-balance_wh, self.soc_wh - least_wh, self.battery_power_wh), 0)
        self.soc_wh -= given
        return int(balance_wh + given)

    @use_battery.population
    def use_battery(homes: Any, balance_wh: Any) -> Any:  # noqa: N805
        soc_wh, power_wh = homes.soc_wh.astype(np.int64), homes.battery_power_wh
        is_on = homes.feeder_is_on
        refill_wh = np.minimum(homes.reserve_wh - soc_wh, balance_wh)
        left_wh = np.maximum(balance_wh - homes.sent_first_wh, refill_wh)
        left_wh = np.where(is_on, left_wh, balance_wh)
        charged = np.minimum(np.minimum(left_wh, homes.battery_wh - soc_wh), power_wh)
        charged = np.where(balance_wh > 0, np.maximum(charged, 0), 0)
        waits = is_on & homes.reacts.astype(bool) & ~homes.of_grid("is_dear")
        most_wh = soc_wh - np.where(is_on, homes.reserve_wh, 0)
        given = np.maximum(np.minimum(np.minimum(-balance_wh, most_wh), power_wh), 0)
        given = np.where(waits, 0, given)
        homes.soc_wh = soc_wh + charged * homes.efficiency_ppm // PARTS - given
        return balance_wh - charged + given

    @vectorized
    def generate(self, available_wh: int, spilled_wh: int, *, lost_wh: int) -> None:
        """Count what the panels made, and what they could have made."""
        self.generation_wh = available_wh - spilled_wh
        self.total_generation_wh += self.generation_wh
        self.total_curtailed_wh += spilled_wh
        self.total_lost_wh += lost_wh

    @generate.population
    def generate(homes: Any, available_wh: Any, spilled_wh: Any, *, lost_wh: Any) -> None:  # noqa: N805
        made_wh = available_wh - spilled_wh
        homes.generation_wh = made_wh
        homes.total_generation_wh += made_wh
        homes.total_curtailed_wh += spilled_wh
        homes.total_lost_wh += lost_wh

    def hold_back(self, wh: int) -> None:
        """Export less than was metered: the transformer could not carry it."""
        before = self.export_wh
        self.export_wh -= wh
        self.generation_wh -= wh
        self.total_export_wh -= wh
        self.total_generation_wh -= wh
        self.total_curtailed_wh += wh
        self.total_net_squared_wh2 += self.export_wh**2 - before**2
