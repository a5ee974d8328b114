"""A home with panels in plain Python: the specification of what the engine computes."""

import numpy as np

from peergrid.simulation.agents.column import Column
from peergrid.simulation.agents.household import HouseholdAgent

PARTS = 1_000_000


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

    @property
    def most_export_wh(self) -> int:
        """What its inverter and its breaker let out in an interval."""
        return int(self.connection_wh) if self.can_export else 0

    def available_wh(self) -> int:
        """What its panels could give past their inverter."""
        sun = self.model.today.sun[self.orientation, self.model.of_day]
        wh = int(sun * np.float32(self.gain) + np.float32(0.5))
        return min(wh, int(self.inverter_wh))

    def use_battery(self, balance_wh: int) -> int:
        """Charge with what is left over, or discharge for what is missing; the balance after.

        With the feeder on the reserve stays, and one who reacts to prices keeps the battery for
        the dearer half of yesterday's half hours.
        """
        if balance_wh > 0:
            charged = min(balance_wh, self.battery_wh - self.soc_wh, self.battery_power_wh)
            self.soc_wh += charged * self.efficiency_ppm // PARTS
            return int(balance_wh - charged)
        is_on = self.feeder_is_on
        if is_on and self.reacts and not self.grid.is_dear:
            return balance_wh
        least_wh = self.reserve_wh if is_on else 0
        given = max(min(-balance_wh, self.soc_wh - least_wh, self.battery_power_wh), 0)
        self.soc_wh -= given
        return int(balance_wh + given)

    def generate(self, available_wh: int, spilled_wh: int, *, lost_wh: int) -> None:
        """Count what the panels made, and what they could have made."""
        self.generation_wh = available_wh - spilled_wh
        self.total_generation_wh += self.generation_wh
        self.total_curtailed_wh += spilled_wh
        self.total_lost_wh += lost_wh

    def hold_back(self, wh: int) -> None:
        """Export less than was metered: the transformer could not carry it."""
        before = self.export_wh
        self.export_wh -= wh
        self.generation_wh -= wh
        self.total_export_wh -= wh
        self.total_generation_wh -= wh
        self.total_curtailed_wh += wh
        self.total_net_squared_wh2 += self.export_wh**2 - before**2
