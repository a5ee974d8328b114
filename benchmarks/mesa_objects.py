"""A scenario's homes as plain Mesa objects: what one writes who has Mesa and nothing else.

One Python object a home, with attributes, stepped by ``shuffle_do``; a home takes its day's 48
figures from NumPy as a list, since plain whole numbers are the quickest that Python has. It lives
by the rules of PeerGrid's own engine and comes to the same whole numbers, home by home, though it
keeps no sums by town. It knows net metering, and no homes that follow prices.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import mesa
import numpy as np

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.sharing import share_out
from peergrid.money import PARTS, WH_PER_KWH, divide, part_of, price_micros_per_kwh
from peergrid.simulation.demand.library import rows_of
from peergrid.simulation.engine.calendar import Calendar
from peergrid.simulation.engine.columns import Day
from peergrid.simulation.population import population_of
from peergrid.simulation.scenario import Scenario

HALF = np.float32(0.5)

type Home = dict[str, Any]


class ConsumerAgent(mesa.Agent):  # type: ignore[misc]
    """A home without panels; all amounts [Wh] and [micros], ``total_*`` since the beginning."""

    def __init__(self, model: "ObjectsModel", grid: "GridAgent", home: Home) -> None:
        super().__init__(model)
        self.grid = grid
        self.key = np.array([home["key"]], np.uint64)
        self.kind = home["kind"]
        self.demand_factor = np.float32(home["demand_factor"])
        self.connection_wh = home["connection_wh"]
        self.shift_wh, self.shift_power_wh = home["shift_wh"], home["shift_power_wh"]
        self.tank_wh, self.owed_wh = home["tank_wh"], 0
        self.asked: list[int] = []
        self.import_wh = self.export_wh = 0
        self.billed_wh = self.sent_wh = self.credit_wh = 0
        self.retail_micros = self.levy_micros = self.month_credit_wh = 0
        self.total_demand_wh = self.total_unserved_wh = 0
        self.total_generation_wh = self.total_curtailed_wh = self.total_lost_wh = 0
        self.total_import_wh = self.total_export_wh = self.total_net_squared_wh2 = 0
        self.total_bought_wh = self.total_sold_wh = 0
        self.total_retail_micros = self.total_levy_micros = 0
        self.total_credit_earned_wh = self.total_credit_used_wh = 0
        grid.homes.append(self)

    def wake(self) -> None:
        """Draw the day: what the home will ask for, half hour by half hour."""
        day: Day = self.model.today
        profiles, most = day.profiles[self.kind], self.connection_wh
        row = int(rows_of(self.key, day.number, len(profiles))[0])
        factor = self.demand_factor * day.growth
        wh = np.minimum((profiles[row].astype(np.float32) * factor + HALF).astype(int), most)
        self.asked = wh.tolist()
        if self.shift_wh:
            self.put_off(day, int(day.rising[self.kind, row]))

    def put_off(self, day: Day, habit: int) -> None:
        """Add the day's shiftable load, what outages keep from it when they are over."""
        left = int(np.float32(self.shift_wh) * day.growth + HALF)
        power, off = self.shift_power_wh, int(day.off[self.grid.place])
        parts = [0] * INTERVALS_PER_DAY
        for slot in day.order[habit].tolist():
            parts[slot] = min(left, power)
            left -= parts[slot]
        for slot, asked in enumerate(self.asked):
            is_on, due = not off >> slot & 1, self.owed_wh + parts[slot]
            heated = min(due, power, self.connection_wh - asked) if is_on else 0
            self.owed_wh = min(due - heated, self.tank_wh)
            lost = 0 if is_on else due - self.owed_wh
            self.asked[slot] = min(asked + heated + lost, self.connection_wh)

    def new_month(self) -> None:
        """Begin with the tariff's first block."""
        self.billed_wh = self.sent_wh = 0
        self.retail_micros = self.levy_micros = self.month_credit_wh = 0

    def step(self) -> None:
        """Use energy for half an hour."""
        asked = self.asked[self.model.slot]
        if self.grid.is_on:
            self.total_demand_wh += asked
            self.meter(asked, 0)
        else:
            self.total_unserved_wh += asked
            self.meter(0, 0)

    def meter(self, import_wh: int, export_wh: int) -> None:
        """Let the meter count, and the community with it."""
        self.import_wh, self.export_wh = import_wh, export_wh
        self.total_import_wh += import_wh
        self.total_export_wh += export_wh
        self.total_net_squared_wh2 += (export_wh - import_wh) ** 2
        self.grid.drawn_wh += import_wh
        self.grid.sent_wh += export_wh

    def settle(self) -> None:
        """Pay for the half hour: credits first, then the month's blocks, with levy."""
        if self.import_wh:
            used = min(self.credit_wh, self.import_wh)
            self.credit_wh -= used
            self.total_credit_used_wh += used
            self.billed_wh += self.import_wh - used
            retail = self.model.retail_micros(self.billed_wh)
            levy = part_of(retail, self.model.tariff.levy_ppm)
            charge, levied = retail - self.retail_micros, levy - self.levy_micros
            self.retail_micros, self.levy_micros = retail, levy
            self.total_retail_micros += charge
            self.total_levy_micros += levied
            self.grid.paid_micros += charge + levied
        if self.export_wh:
            self.sent_wh += self.export_wh
            credit = part_of(self.sent_wh, self.model.tariff.credit_ratio_ppm)
            earned, self.month_credit_wh = credit - self.month_credit_wh, credit
            self.credit_wh += earned
            self.total_credit_earned_wh += earned


class ProducerAgent(ConsumerAgent):
    """A home with panels: its own use first, then its battery, then its neighbours."""

    def __init__(self, model: "ObjectsModel", grid: "GridAgent", home: Home) -> None:
        super().__init__(model, grid, home)
        self.gain = np.float32(home["gain"])
        self.orientation = home["orientation"]
        self.inverter_wh = home["inverter_wh"]
        self.most_export_wh = home["connection_wh"] if home["can_export"] else 0
        self.islands = home["islands"]
        self.battery_wh = home["battery_wh"]
        self.battery_power_wh = home["battery_power_wh"]
        self.reserve_wh = self.soc_wh = home["reserve_wh"]
        self.efficiency_ppm = home["efficiency_ppm"]
        self.available: list[int] = []

    def wake(self) -> None:
        super().wake()
        wh = (self.model.today.sun[self.orientation] * self.gain + HALF).astype(int)
        self.available = np.minimum(wh, self.inverter_wh).tolist()

    def step(self) -> None:
        """Make and use energy for half an hour."""
        slot = self.model.slot
        asked, available, is_on = self.asked[slot], self.available[slot], self.grid.is_on
        if is_on or self.islands:
            balance = self.store(available - asked, 0 if not is_on else self.reserve_wh)
            surplus, missing = max(balance, 0), max(-balance, 0)
        else:
            surplus, missing = available, asked
        if is_on:
            sent = min(surplus, self.most_export_wh)
            self.total_demand_wh += asked
            self.total_curtailed_wh += surplus - sent
            self.total_generation_wh += available - surplus + sent
            self.meter(missing, sent)
        else:
            spare = surplus if self.islands else max(available - asked, 0)
            self.total_lost_wh += min(spare, self.most_export_wh)
            self.total_demand_wh += asked - missing
            self.total_unserved_wh += missing
            self.total_curtailed_wh += surplus
            self.total_generation_wh += available - surplus
            self.meter(0, 0)

    def store(self, balance: int, least_wh: int) -> int:
        """Charge what is left over, or discharge what is missing down to ``least_wh``."""
        if balance > 0:
            charged = min(balance, self.battery_wh - self.soc_wh, self.battery_power_wh)
            self.soc_wh += charged * self.efficiency_ppm // PARTS
            return int(balance - charged)
        given = max(min(-balance, self.soc_wh - least_wh, self.battery_power_wh), 0)
        self.soc_wh -= given
        return int(balance + given)

    def hold_back(self, wh: int) -> None:
        """Export less than was metered: the transformer could not carry it."""
        before = self.export_wh
        self.export_wh -= wh
        self.total_export_wh -= wh
        self.total_generation_wh -= wh
        self.total_curtailed_wh += wh
        self.total_net_squared_wh2 += self.export_wh**2 - before**2


class GridAgent(mesa.Agent):  # type: ignore[misc]
    """A community's pool behind its transformer."""

    def __init__(self, model: "ObjectsModel", place: int, transformer_wh: int) -> None:
        super().__init__(model)
        self.place = place
        self.transformer_wh = transformer_wh
        self.homes: list[Any] = []
        self.is_on = True
        self.drawn_wh = self.sent_wh = self.paid_micros = self.overload_intervals = 0
        self.price_micros_per_kwh: int | None = None

    def open(self) -> None:
        """Begin a half hour."""
        self.is_on = not int(self.model.today.off[self.place]) >> self.model.slot & 1
        self.drawn_wh = self.sent_wh = self.paid_micros = 0

    def clear(self) -> None:
        """Share what the community sends among those who draw."""
        turn = int(self.model.today.turns[self.model.slot])
        surplus = self.sent_wh - self.drawn_wh
        if surplus > self.transformer_wh:
            excess = surplus - self.transformer_wh
            held = share_out(excess, [home.export_wh for home in self.homes], turn)
            for home, wh in zip(self.homes, held, strict=True):
                if wh:
                    home.hold_back(wh)
            self.sent_wh -= excess
        elif -surplus > self.transformer_wh:
            self.overload_intervals += 1
        shared = min(self.sent_wh, self.drawn_wh)
        if shared:
            bought = share_out(shared, [home.import_wh for home in self.homes], turn)
            sold = share_out(shared, [home.export_wh for home in self.homes], turn)
            for home, bought_wh, sold_wh in zip(self.homes, bought, sold, strict=True):
                home.total_bought_wh += bought_wh
                home.total_sold_wh += sold_wh

    def close(self) -> None:
        """Say what a kWh cost, on the mean."""
        self.price_micros_per_kwh = price_micros_per_kwh(self.paid_micros, self.drawn_wh)


class ObjectsModel(mesa.Model):  # type: ignore[misc]
    """A scenario, one Mesa object a home; ``done`` half hours have been lived."""

    def __init__(self, scenario: Scenario, cache: Path | None = None) -> None:
        super().__init__(rng=scenario.seed)
        population = population_of(scenario)
        if scenario.scheme != "net_metering" or population.homes["reacts"].any():
            raise ValueError(f"{scenario.name}: these homes know net metering and follow no price")
        self.community = scenario  # Mesa keeps "scenario" for itself
        self.tariff = scenario.prices
        self.blocks = [(each.up_to_wh, each.price_micros_per_kwh) for each in self.tariff.blocks]
        self.calendar = Calendar(scenario, self.tariff, population, cache)
        self.prices = np.full((len(population.communities["site"]), INTERVALS_PER_DAY), -1)
        self.done = self.slot = 0
        self.today = self.calendar.day(0, self.prices)
        limits = population.communities["transformer_wh"].tolist()
        self.grids = [GridAgent(self, place, limit) for place, limit in enumerate(limits)]
        names = list(population.homes)
        for values in zip(*(column.tolist() for column in population.homes.values()), strict=True):
            home = dict(zip(names, values, strict=True))
            kind = ProducerAgent if home["gain"] > 0 else ConsumerAgent
            kind(self, self.grids[home["community"]], home)

    def step(self) -> None:
        """Half an hour."""
        number, self.slot = divmod(self.done, INTERVALS_PER_DAY)
        kinds = [kind for kind in (ConsumerAgent, ProducerAgent) if kind in self.agents_by_type]
        homes = [self.agents_by_type[kind] for kind in kinds]
        grids = self.agents_by_type[GridAgent]
        if self.slot == 0:
            self.today = self.calendar.day(number, self.prices)
            for some in homes:
                if (self.community.start + timedelta(days=number)).day == 1:
                    some.do("new_month")
                some.do("wake")
        grids.do("open")
        for some in homes:
            some.shuffle_do("step")
        grids.do("clear")
        for some in homes:
            some.do("settle")
        grids.do("close")
        self.done += 1

    def retail_micros(self, month_wh: int) -> int:
        """The energy charge [micros] for ``month_wh`` [Wh] of one month, without levy."""
        micros_wh = reached_wh = 0
        for up_to_wh, price in self.blocks:
            if up_to_wh is None or month_wh <= up_to_wh:
                return divide(micros_wh + (month_wh - reached_wh) * price, WH_PER_KWH)
            micros_wh += (up_to_wh - reached_wh) * price
            reached_wh = up_to_wh
        raise AssertionError("the last block has no end")
