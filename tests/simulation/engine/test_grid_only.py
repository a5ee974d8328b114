"""What homes would have paid with the grid alone."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.tariff import Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.simulation.engine.columns import Recording
from peergrid.simulation.engine.grid_only import GridOnly, month_bill_micros
from peergrid.simulation.engine.run import Run
from peergrid.simulation.results.figures import has_panels
from peergrid.simulation.summary import run_of
from tests.simulation.results.made import made, street
from tests.strategies import tariffs

TARIFF = zetdc_tariff("mid_market")


def test_sixty_kwh_in_a_month_cost_four_dollars_and_ninety_and_six_per_cent() -> None:
    """50 kWh at US$0.08 and 10 at 0.09."""
    assert month_bill_micros(TARIFF, np.array([60_000])).tolist() == [4_900_000 + 294_000]


@given(tariffs(), st.lists(st.integers(0, 10_000_000), min_size=1, max_size=5))
def test_a_month_of_many_homes_is_charged_as_each_one_is(
    tariff: Tariff, months_wh: list[int]
) -> None:
    each = [tariff.retail_micros(wh) + tariff.levy_micros(wh) for wh in months_wh]

    assert month_bill_micros(tariff, np.array(months_wh)).tolist() == each


def test_a_new_month_starts_at_the_first_block() -> None:
    bills = GridOnly(TARIFF, 1)

    bills.turn_month(np.array([60_000]))
    assert bills.bills_micros(np.array([110_000])).tolist() == [5_194_000 + 4_240_000]


def test_each_home_of_a_run_owes_the_blocks_of_what_it_drew_in_each_month() -> None:
    """Two days of September and one of October, from the meters' own readings."""
    drawn: dict[date, list[int]] = {}

    def count(day: date, readings: Recording) -> None:
        month = drawn.setdefault(day.replace(day=1), [0] * 24)
        of_day = readings.import_wh.sum(axis=0, dtype=np.int64).tolist()
        month[:] = [one + other for one, other in zip(month, of_day, strict=True)]

    run = run_of(street(), on_readings=count)

    assert len(drawn) == 2
    assert run.homes["grid_only_micros"].tolist() == [
        sum(TARIFF.retail_micros(wh) + TARIFF.levy_micros(wh) for wh in months)
        for months in zip(*drawn.values(), strict=True)
    ]


def test_under_net_metering_a_home_without_panels_pays_what_it_would_with_the_grid_alone() -> None:
    run = made(street(days=40, scheme="net_metering"))

    without = ~has_panels(run.homes)
    assert (run.bills_micros == run.homes["grid_only_micros"])[without].all()
    assert (run.bills_micros < run.homes["grid_only_micros"])[~without].all()


def test_a_run_of_no_interval_costs_nothing() -> None:
    run: Run = made(street(), 0)

    assert not run.homes["grid_only_micros"].any()
