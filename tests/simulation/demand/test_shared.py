"""Meters that several households share."""

from dataclasses import replace

import numpy as np
import pytest

from peergrid.simulation.engine.columns import Total
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.scenario import Group
from tests.simulation.streets import street

ALONE = Group("lodger", 200)


def test_a_meter_counts_what_all_households_behind_it_use_and_bills_them_in_higher_blocks() -> None:
    drawn, paid = [], []
    for group in (ALONE, replace(ALONE, households_per_meter=4.0)):
        engine = Engine(street((group,), scheme="net_metering", days=30))
        engine.advance(30 * 48)
        totals = engine.homes.totals
        drawn.append(totals[Total.IMPORT_WH].sum())
        paid.append(totals[[Total.RETAIL_MICROS, Total.LEVY_MICROS]].sum())
    assert drawn[1] / drawn[0] == pytest.approx(4, rel=0.05)
    assert paid[1] / paid[0] > 1.8 * 4  # 360 kWh a month on a meter, not 90


def test_a_mean_between_whole_numbers_is_some_meters_with_one_and_some_with_the_other() -> None:
    engine = Engine(street((replace(ALONE, homes=2_000, households_per_meter=1.5),)))
    households = engine.population.homes["households"]
    assert sorted(set(households.tolist())) == [1, 2]
    assert households.mean() == pytest.approx(1.5, abs=0.04)


def test_who_shares_a_meter_changes_nobody_else_s_demand() -> None:
    homes = []
    for shared in (1.0, 5.0):
        groups = (replace(ALONE, homes=5, households_per_meter=shared), Group("high_density", 5))
        engine = Engine(street(groups, scheme="net_metering"))
        engine.advance(48)
        owners = engine.population.homes["household_class"] == 1
        homes.append(engine.homes.totals[Total.DEMAND_WH, owners])
    assert np.array_equal(*homes)
