"""All indicators of a community over some time, for the simulation and for the platform."""

from collections.abc import Sequence
from dataclasses import dataclass

from peergrid.market.indicators.emissions import Avoided, EmissionFactor, avoided_by
from peergrid.market.indicators.evenness import gini, jain, shifted
from peergrid.market.indicators.savings import Savings
from peergrid.market.indicators.sun import self_consumption, self_sufficiency
from peergrid.market.indicators.zhou import (
    ECONOMIC_WEIGHTS,
    OVERALL_WEIGHTS,
    TECHNICAL_WEIGHTS,
    community_self_sufficiency,
    energy_balance_index,
    equality_index,
    participation_index,
    power_flatness_index,
    together,
    value_index,
)


@dataclass(frozen=True)
class Energies:
    """Sums of a community's homes [Wh].

    ``shared_wh`` is part of both import and export: what supply covered of demand in the same
    interval, whether or not neighbours paid each other for it.
    """

    demand_wh: int
    generation_wh: int
    self_consumed_wh: int
    import_wh: int
    export_wh: int
    shared_wh: int

    @property
    def grid_import_wh(self) -> int:
        return self.import_wh - self.shared_wh

    @property
    def displaced_wh(self) -> int:
        """Of the grid's generation: what was used at home, shared or sent to the grid."""
        return self.self_consumed_wh + self.export_wh

    @property
    def net_wh(self) -> int:
        """Drawn from the grid and sent to it, summed over intervals as positive numbers."""
        return self.import_wh + self.export_wh - 2 * self.shared_wh


@dataclass(frozen=True)
class Money:
    """Each home's bill and its bill with the grid alone [micros], in the same order.

    ``least_micros`` is the lowest bill that all together could come to, if one is known.
    """

    bills_micros: Sequence[int]
    grid_only_micros: Sequence[int]
    least_micros: int | None = None

    @property
    def savings(self) -> Savings:
        return Savings(sum(self.bills_micros), sum(self.grid_only_micros))


@dataclass(frozen=True)
class Indicators:
    """How a community does. None: makes no sense here, such as 0 / 0, or is not known.

    ``gini_of_benefits`` and ``jain_of_benefits`` are of what each home saves against the grid
    alone, shifted if the lowest is below 0; ``equality_index`` is of incomes, bills below 0.
    """

    self_consumption: float | None
    self_sufficiency: float | None
    savings_micros: int
    savings_share: float | None
    gini_of_benefits: float | None
    jain_of_benefits: float | None
    value_index: float | None
    participation_index: float | None
    equality_index: float | None
    energy_balance_index: float | None
    power_flatness_index: float | None
    community_self_sufficiency: float | None
    displaced_wh: int

    def avoided(self, factor: EmissionFactor) -> Avoided:
        """The emissions of the energy displaced, by ``factor``."""
        return avoided_by(self.displaced_wh, factor)

    @property
    def economic_index(self) -> float | None:
        indices = (self.value_index, self.participation_index, self.equality_index)
        return together(indices, ECONOMIC_WEIGHTS)

    @property
    def technical_index(self) -> float | None:
        indices = (
            self.energy_balance_index,
            self.power_flatness_index,
            self.community_self_sufficiency,
        )
        return together(indices, TECHNICAL_WEIGHTS)

    @property
    def overall_index(self) -> float | None:
        return together((self.economic_index, self.technical_index), OVERALL_WEIGHTS)


def indicators_of(
    energies: Energies, net_wh_by_day: Sequence[Sequence[int]], money: Money
) -> Indicators:
    """The indicators of a community from its sums, its homes' bills and its net load.

    ``net_wh_by_day`` [Wh] holds, for each local day, what it drew from the grid in each interval
    (below 0: sent); power flatness is the mean of the days that have one. Zhou's value is what
    is saved, its reference the grid alone, its best ``money.least_micros``. Raises ValueError if
    there are not as many bills with the grid alone as bills.
    """
    benefits = shifted(
        [
            alone - bill
            for bill, alone in zip(money.bills_micros, money.grid_only_micros, strict=True)
        ]
    )
    flatness = [each for day in net_wh_by_day if (each := power_flatness_index(day)) is not None]
    savings = money.savings
    least = money.least_micros
    return Indicators(
        self_consumption=self_consumption(energies.self_consumed_wh, energies.generation_wh),
        self_sufficiency=self_sufficiency(
            energies.demand_wh - energies.import_wh, energies.demand_wh
        ),
        savings_micros=savings.micros,
        savings_share=savings.share,
        gini_of_benefits=gini(benefits),
        jain_of_benefits=jain(benefits),
        value_index=value_index(
            savings.micros, 0, None if least is None else savings.grid_only_micros - least
        ),
        participation_index=participation_index(money.bills_micros, money.grid_only_micros),
        equality_index=equality_index([-bill for bill in money.bills_micros]),
        energy_balance_index=energy_balance_index(
            energies.net_wh, energies.demand_wh, energies.generation_wh
        ),
        power_flatness_index=sum(flatness) / len(flatness) if flatness else None,
        community_self_sufficiency=community_self_sufficiency(
            energies.grid_import_wh, energies.demand_wh
        ),
        displaced_wh=energies.displaced_wh,
    )
