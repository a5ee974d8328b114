"""A population as the kernels' columns, and a tariff as their rates."""

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.tariff import Tariff
from peergrid.money import WH_PER_KWH
from peergrid.simulation.engine.columns import (
    NOBODY_DREW,
    PRICED_IN_NUMPY,
    SCHEME_NAMES,
    WRITTEN_OUT,
    Communities,
    Fact,
    Homes,
    Pool,
    Rates,
    Total,
)
from peergrid.simulation.population import Population

FACTS = {
    Fact.KIND: "kind",
    Fact.SHIFT_WH: "shift_wh",
    Fact.SHIFT_POWER_WH: "shift_power_wh",
    Fact.REACTS: "reacts",
    Fact.ORIENTATION: "orientation",
    Fact.INVERTER_WH: "inverter_wh",
    Fact.CAN_EXPORT: "can_export",
    Fact.ISLANDS: "islands",
    Fact.BATTERY_WH: "battery_wh",
    Fact.BATTERY_POWER_WH: "battery_power_wh",
    Fact.RESERVE_WH: "reserve_wh",
    Fact.EFFICIENCY_PPM: "efficiency_ppm",
    Fact.CONNECTION_WH: "connection_wh",
    Fact.TANK_WH: "tank_wh",
}
POOLS = {
    Pool.SITE: "site",
    Pool.HOMES: "homes",
    Pool.TRANSFORMER_WH: "transformer_wh",
}


def homes_of(population: Population) -> Homes:
    """The population's households as columns; batteries begin at what they keep in reserve."""
    of = population.homes
    count = len(of["key"])
    facts = np.zeros((len(Fact), count), np.int32)
    for fact, name in FACTS.items():
        facts[fact] = of[name]
    facts[Fact.SOC_WH] = of["reserve_wh"]
    reals = np.stack([of["demand_factor"], of["gain"]]).astype(np.float32)
    return Homes(
        np.ascontiguousarray(of["key"], np.uint64),
        reals,
        facts,
        np.zeros((len(Total), count), np.int64),
    )


def communities_of(population: Population) -> Communities:
    """Its communities; rows are counted from the first of them, so that a part stands alone."""
    of = population.communities
    facts = np.zeros((len(Pool), len(of["site"])), np.int64)
    for pool, name in POOLS.items():
        facts[pool] = of[name]
    facts[Pool.FIRST] = of["first"] - of["first"][0]
    price = np.full((facts.shape[1], INTERVALS_PER_DAY), NOBODY_DREW, np.int64)
    return Communities(facts, price)


def rates_of(tariff: Tariff) -> Rates:
    """A tariff for the kernels; what its scheme asks may have to be priced in NumPy."""
    is_compiled = tariff.scheme in SCHEME_NAMES
    prices = [block.price_micros_per_kwh for block in tariff.blocks]
    offsets = [0]
    for block, price, above in zip(tariff.blocks, prices, prices[1:], strict=False):
        offsets.append(offsets[-1] + (above - price) * (block.up_to_wh or 0))
    whole = all(number % WH_PER_KWH == 0 for number in (*prices, *offsets))
    parts = 1 if whole else WH_PER_KWH
    return Rates(
        SCHEME_NAMES.index(tariff.scheme) if is_compiled else PRICED_IN_NUMPY,
        _padded([price * parts // WH_PER_KWH for price in prices]),
        _padded([offset * parts // WH_PER_KWH for offset in offsets]),
        float(parts),
        float(tariff.levy_ppm),
        float(tariff.credit_ratio_ppm),
        float(tariff.feed_in_micros_per_kwh),
    )


def _padded(values: list[int]) -> NDArray[np.float64]:
    return np.array(values + [0] * (WRITTEN_OUT - len(values)), np.float64)
