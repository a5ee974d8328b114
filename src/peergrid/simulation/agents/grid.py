"""The grid of a community: its pool, its transformer, and the public supply behind it."""

from typing import Any

import mesa

from peergrid.energy import Interval, Reading
from peergrid.market.clearing import Clearing, clear
from peergrid.market.sharing import share_out, turn_of
from peergrid.market.tariff import Standing, Tariff
from peergrid.simulation.agents.homes import Homes
from peergrid.simulation.engine.columns import NOBODY_DREW, Pool


class GridAgent(mesa.Agent):  # type: ignore[misc]
    """It takes in what homes share, sells it to those who draw, and prices both.

    What is more than its transformer carries is held back; what is missing or left over the
    public grid supplies or takes. ``place`` counts the model's communities from 0.
    """

    def __init__(self, model: Any, place: int, tariff: Tariff) -> None:
        super().__init__(model)
        self.place = place
        self.tariff = tariff

    @property
    def facts(self) -> Any:
        """Its community's column of the engine."""
        return self.model.engine.communities.facts[:, self.place]

    @property
    def homes(self) -> Homes:
        """Those who live behind its transformer."""
        first, count = int(self.facts[Pool.FIRST]), int(self.facts[Pool.HOMES])
        return Homes(self.model, range(first, first + count))

    @property
    def is_on(self) -> bool:
        """Whether its feeder has power in this interval."""
        return not int(self.model.today.off[self.place]) >> self.model.of_day & 1

    @property
    def is_dear(self) -> bool:
        """Whether this half hour was among the dearer half of them yesterday."""
        return bool(int(self.model.today.dear[self.place]) >> self.model.of_day & 1)

    @property
    def price_micros_per_kwh(self) -> int | None:
        """The mean price of a kWh drawn in the interval last lived; None if nobody drew."""
        price = int(self.model.engine.communities.price[self.place, self.model.of_day])
        return None if price < 0 else price

    @property
    def last_price_micros_per_kwh(self) -> int | None:
        """The mean price of a kWh drawn in the interval before; None if nobody drew."""
        price = int(self.model.engine.communities.price[self.place, self.model.of_day - 1])
        return None if price < 0 else price

    @property
    def overload_wh(self) -> int:
        """What the interval last lived asked of the transformer beyond its limit [Wh]."""
        homes = self.homes
        flow_wh = int(homes.import_wh.sum()) - int(homes.export_wh.sum())
        return max(flow_wh - int(self.facts[Pool.TRANSFORMER_WH]), 0)

    def clear(self) -> Clearing:
        """Clear this interval by the market's own rules, and let every home book its share."""
        self.curtail()
        homes, interval = list(self.homes), self.model.interval
        standings = {home.unique_id: self.standing(home) for home in homes}
        readings = [self.reading(home, interval) for home in homes]
        clearing = clear(interval, readings, standings, self.tariff)
        self.book(clearing)
        return clearing

    def book(self, clearing: Clearing) -> None:
        """Let every home book its share, and remember the price."""
        for home, share in zip(self.homes, clearing.shares, strict=True):
            home.book(share)
        price = clearing.price_micros_per_kwh
        self.model.engine.communities.price[self.place, self.model.of_day] = (
            NOBODY_DREW if price is None else price
        )

    def curtail(self) -> None:
        """Hold back exports above what the transformer carries; count what it carries too much."""
        homes = list(self.homes)
        exports = [home.export_wh for home in homes]
        surplus_wh = sum(exports) - sum(home.import_wh for home in homes)
        limit_wh = int(self.facts[Pool.TRANSFORMER_WH])
        if surplus_wh > limit_wh:
            held = share_out(surplus_wh - limit_wh, exports, turn_of(self.model.interval))
            for home, wh in zip(homes, held, strict=True):
                if wh:
                    home.hold_back(wh)
        elif -surplus_wh > limit_wh:
            self.facts[Pool.OVERLOAD_INTERVALS] += 1

    def standing(self, home: Any) -> Standing:
        """How far a home is into its month."""
        return Standing(self.model.month, home.billed_wh, home.sent_wh, home.credit_wh)

    @staticmethod
    def reading(home: Any, interval: Interval) -> Reading:
        """What its meter counted."""
        return Reading(
            home.unique_id,
            interval,
            import_wh=home.import_wh,
            export_wh=home.export_wh,
            generation_wh=home.generation_wh,
        )
