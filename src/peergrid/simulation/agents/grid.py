"""The grid of a community: its pool, its transformer, and the public supply behind it."""

from typing import Any

import mesa
import numpy as np

from peergrid.market.clearing import Clearings, cleared
from peergrid.market.metered import Metered
from peergrid.market.schemes import Terms
from peergrid.market.sharing import share_out, turn_of
from peergrid.market.standing import Standings
from peergrid.market.tariff import Tariff
from peergrid.simulation.agents.column import population_body
from peergrid.simulation.agents.homes import Homes
from peergrid.simulation.engine.columns import NOBODY_DREW, Pool
from peergrid.simulation.engine.pricing import scheme_day_by_day
from peergrid.simulation.population import terms_of


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

    def clear(self) -> Clearings:
        """Clear this interval by the market's own rules, and let every home book its share."""
        self.curtail()
        metered = self.metered()
        scheme, terms = scheme_day_by_day(self.tariff.scheme), self.terms()
        outcome = cleared(metered, self.standings(), self.tariff, scheme, terms)
        self.book(outcome)
        return outcome

    def terms(self) -> Terms:
        """What its homes agreed to or ask for."""
        return terms_of(self.model.engine.population.homes, self.homes.rows)

    def metered(self) -> Metered:
        """What the homes' meters counted in this interval (1, n_homes)."""
        homes, number = self.homes, self.model.interval.number
        import_wh, export_wh = (
            wh.astype(np.int64)[np.newaxis] for wh in (homes.import_wh, homes.export_wh)
        )
        is_there = np.ones(import_wh.shape, np.bool_)
        return Metered(np.array([number]), homes.rows + 1, import_wh, export_wh, is_there)

    def standings(self) -> Standings:
        """How far the homes are into their month (n_homes,)."""
        homes = self.homes
        months = np.full(len(homes), self.model.month, "datetime64[M]")
        standing = (homes.billed_wh, homes.sent_wh, homes.credit_wh)
        return Standings(months, *(wh.astype(np.int64) for wh in standing))

    def book(self, outcome: Clearings) -> None:
        """Let every home book its share of one interval, and remember the price."""
        homes = self.homes
        has_panels = self.model.table["gain"][homes.rows] > 0
        for is_producer, cls in enumerate(self.model.classes):
            columns = np.flatnonzero(has_panels == is_producer)
            if population_body(cls, "book"):
                share = outcome.shares.part(0, columns)
                Homes(self.model, homes.rows[columns], cls).book(share)
            else:
                for column in columns.tolist():
                    home = self.model.home(int(homes.rows[column]))
                    home.book(outcome.shares.one(0, column))
        price = outcome.price_micros_per_kwh(0)
        self.model.engine.communities.price[self.place, self.model.of_day] = (
            NOBODY_DREW if price is None else price
        )

    def curtail(self) -> None:
        """Hold back exports above what the transformer carries; count what it carries too much."""
        homes = self.homes
        exports = homes.export_wh.tolist()
        surplus_wh = sum(exports) - int(homes.import_wh.sum())
        limit_wh = int(self.facts[Pool.TRANSFORMER_WH])
        if surplus_wh > limit_wh:
            held = share_out(surplus_wh - limit_wh, exports, turn_of(self.model.interval))
            for home, wh in zip(homes, held, strict=True):
                if wh:
                    home.hold_back(wh)
        elif -surplus_wh > limit_wh:
            self.facts[Pool.OVERLOAD_INTERVALS] += 1
