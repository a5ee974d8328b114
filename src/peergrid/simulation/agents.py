"""Who takes part: homes with panels, homes without, and the grid that pools and clears."""

from collections import Counter
from collections.abc import Sequence

import mesa

from peergrid.energy import INTERVALS_PER_HOUR, Interval, Reading
from peergrid.ledger.transfer import Account, balances
from peergrid.market.clearing import Clearing, clear, standings_after
from peergrid.market.tariff import Standing, Tariff
from peergrid.money import Unit
from peergrid.settlement.transfers import transfers_of
from peergrid.simulation.households import Household


class HouseholdAgent(mesa.Agent):  # type: ignore[misc]
    """A home: what it used, drew and sent out in the interval last stepped, all [Wh]."""

    def __init__(self, model: mesa.Model, household: Household) -> None:
        super().__init__(model)
        self.household = household
        self.connection_wh = household.connection_w // INTERVALS_PER_HOUR
        self.demand_wh = 0
        self.generation_wh = 0
        self.import_wh = 0
        self.export_wh = 0
        self._demand_of_day_wh: Sequence[int] = ()

    def plan_demand(self, demand_of_day_wh: Sequence[int]) -> None:
        """Take a local day's demand [48]; the breaker holds back what is more than it carries."""
        self._demand_of_day_wh = demand_of_day_wh

    def consume(self, of_day: int) -> None:
        """Use what interval ``of_day`` (0 to 47) of the day asks for."""
        self.demand_wh = min(self._demand_of_day_wh[of_day], self.connection_wh)
        self.import_wh = self.demand_wh

    def reading(self, interval: Interval) -> Reading:
        """What the meter counted."""
        return Reading(
            self.household.number,
            interval,
            import_wh=self.import_wh,
            export_wh=self.export_wh,
            generation_wh=self.generation_wh,
        )


class ConsumerAgent(HouseholdAgent):
    """A home without panels: it never exports."""


class ProducerAgent(HouseholdAgent):
    """A home with panels: its own use first, the rest to the community, up to its breaker.

    ``curtailed_wh`` is what the panels could have made but the connection could not carry.
    """

    def __init__(self, model: mesa.Model, household: Household) -> None:
        super().__init__(model, household)
        self.self_consumed_wh = 0
        self.curtailed_wh = 0
        self._sun_of_day_wh: Sequence[int] = ()

    def plan_sun(self, sun_of_day_wh: Sequence[int]) -> None:
        """Take what the panels can make in a local day [48]."""
        self._sun_of_day_wh = sun_of_day_wh

    def share(self, of_day: int) -> None:
        """Once demand is known: generate, use at home first, and send out what is left."""
        available_wh = self._sun_of_day_wh[of_day]
        self.self_consumed_wh = min(available_wh, self.demand_wh)
        self.import_wh = self.demand_wh - self.self_consumed_wh
        self.export_wh = min(available_wh - self.self_consumed_wh, self.connection_wh)
        self.generation_wh = self.self_consumed_wh + self.export_wh
        self.curtailed_wh = available_wh - self.generation_wh


class GridAgent(mesa.Agent):  # type: ignore[misc]
    """The central pool and the public supply behind it.

    It takes in what homes share, sells it to those who draw, imports or exports the difference,
    and keeps the books. ``clearing`` is of the interval last cleared, empty before the first.
    """

    def __init__(self, model: mesa.Model, tariff: Tariff, before: Interval) -> None:
        super().__init__(model)
        self.tariff = tariff
        self.standings: dict[int, Standing] = {}
        self.books: Counter[tuple[Account, Unit]] = Counter()
        self.clearing: Clearing = clear(before, (), self.standings, tariff)

    @property
    def price_micros_per_kwh(self) -> int | None:
        """The mean price of a kWh drawn in the interval last cleared."""
        return self.clearing.price_micros_per_kwh

    @property
    def payout_micros_per_kwh(self) -> int | None:
        """The mean money earned by a kWh sent out in the interval last cleared."""
        return self.clearing.payout_micros_per_kwh

    def clear(self, interval: Interval, readings: Sequence[Reading]) -> None:
        """Clear an interval by the platform's own rule and book what it moves."""
        self.clearing = clear(interval, readings, self.standings, self.tariff)
        self.standings = standings_after(self.clearing, self.standings)
        self.books.update(balances(transfers_of(self.clearing)))
