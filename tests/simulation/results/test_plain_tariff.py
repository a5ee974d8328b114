"""What the plain tariff would have cost."""

from dataclasses import replace
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.tariff import Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.plain_tariff import (
    imports_by_month_wh,
    month_bill_micros,
    months_of,
    plain_bills_micros,
)
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


def test_months_turn_at_local_midnight_even_where_a_run_ends_within_one() -> None:
    assert list(months_of(date(2026, 12, 31), 3 * 48 - 1)) == [
        (date(2026, 12, 1), slice(0, 48)),
        (date(2027, 1, 1), slice(48, 143)),
    ]
    assert list(months_of(date(2026, 9, 1), 0)) == []


@given(st.integers(1, 200))
def test_every_interval_lies_in_one_month(intervals: int) -> None:
    spans = [span for _, span in months_of(date(2026, 9, 29), intervals)]

    assert [i for span in spans for i in range(span.start, span.stop)] == list(range(intervals))


def test_what_a_home_drew_is_spread_over_the_months_and_nothing_is_lost(run: Run) -> None:
    september, october = imports_by_month_wh(run)
    imports = run.series[:, SERIES.index("import_wh")]

    assert (september + october == run.homes["import_wh"]).all()
    assert abs(september.sum() - imports[:, :96].sum()) <= len(september)


def test_within_one_month_the_bill_is_exact() -> None:
    run = made(replace(street(), start=date(2026, 9, 1)))

    bills = plain_bills_micros(run, TARIFF)
    for bill, import_wh in zip(bills, map(int, run.homes["import_wh"]), strict=True):
        assert bill == TARIFF.retail_micros(import_wh) + TARIFF.levy_micros(import_wh)


def test_a_run_of_no_interval_costs_nothing() -> None:
    assert not plain_bills_micros(made(street(), 0), TARIFF).any()
