"""The published prices, to the printed digits."""

import math

import pytest

from peergrid.market.indicators import Savings
from peergrid.market.prices import (
    bill_sharing_prices,
    buyers_price,
    compensated_price,
    mid_market_prices,
    own_rate_bill,
    supply_demand_price,
)

RATIOS = (0, 0.25, 0.5, 0.75, 1, 1.5)


@pytest.mark.parametrize(
    ("low", "high", "sells", "buys"),
    [
        (
            *(0.4, 1.0),
            (1.0, 0.727273, 0.571429, 0.470588, 0.4, 0.4),
            (1.0, 0.931818, 0.785714, 0.602941, 0.4, 0.4),
        ),
        (
            *(5.03, 14.57),
            (14.57, 9.883628, 7.478276, 6.014534, 5.03, 5.03),
            (14.57, 13.398407, 11.024138, 8.153401, 5.03, 5.03),
        ),
    ],
)
def test_the_supply_demand_ratio_is_that_of_liu_2017(
    low: float, high: float, sells: tuple[float, ...], buys: tuple[float, ...]
) -> None:
    sell = supply_demand_price(RATIOS, low, high)

    assert [round(price, 6) for price in sell.tolist()] == list(sells)
    assert [round(price, 6) for price in buyers_price(RATIOS, sell, high).tolist()] == list(buys)


def test_compensation_is_continuous_where_supply_meets_demand_and_0_is_none() -> None:
    below, at, above = compensated_price((1 - 1e-12, 1, 1 + 1e-12), 5.03, 14.57, 0.5).tolist()

    assert below == pytest.approx(at) == pytest.approx(above)
    assert at == pytest.approx((5.03 + 14.57) / 2)
    assert (
        compensated_price(RATIOS, 5.03, 14.57, 0).tolist()
        == supply_demand_price(RATIOS, 5.03, 14.57).tolist()
    )


@pytest.mark.parametrize(
    ("supply", "demand", "sell", "buy"),
    [(10, 10, 9.8, 9.8), (6, 10, 9.8, 11.708), (10, 6, 7.892, 9.8), (0, 10, None, 14.57)],
)
def test_the_mid_market_rate_is_that_of_long_2017(
    supply: float, demand: float, sell: float | None, buy: float
) -> None:
    sells, buys = mid_market_prices(supply, demand, 5.03, 14.57)

    assert float(buys) == pytest.approx(buy, abs=1e-9)
    assert float(sells) == pytest.approx(sell, abs=1e-9) if sell else math.isnan(sells)


def test_bill_sharing_is_that_of_zhou_2018() -> None:
    """Two homes, two slots: net import (-2, +1) and (+1, +1)."""
    sell, buy = bill_sharing_prices([[-2, 1], [1, 1]], 0.10, 0.30)

    assert (sell, buy) == pytest.approx((0.05, 0.20))
    assert (1 * buy - 2 * sell, 2 * buy) == pytest.approx((0.10, 0.40))


def test_where_nobody_sold_there_is_no_price_of_selling() -> None:
    sell, buy = bill_sharing_prices([[1, 1]], 0.10, 0.30)

    assert math.isnan(sell)
    assert buy == pytest.approx(0.30)


def test_the_bills_of_a_coefficient_community_are_those_of_gsy_e() -> None:
    """H1 needs 0.2 and is allocated 0.06; H2 sends out 0.1, of which 0.06 are taken."""
    h1 = own_rate_bill(drawn=(0.06, 0.14), sent=(0, 0), rate=0.3, export_price=0.1)
    h2 = own_rate_bill(drawn=(0, 0), sent=(0.06, 0.04), rate=0.24, export_price=0.05)
    base = own_rate_bill(drawn=(0, 0), sent=(0, 0.1), rate=0.24, export_price=0.05)

    assert (h1, h2, base) == pytest.approx((0.06, -0.0164, -0.005), abs=1e-12)
    assert pytest.approx(0.66) == 0.5 + 0.1 + 0.06  # own use of each, and what they shared


LIU_2017 = {  # table III: the daily cost of five homes and of the community [CNY]
    "feed-in": ((1855.9, 2282.1, 4095.8, 1444.5, 2101.9), 11_780.1, 0.0),
    "day-ahead": ((1721.6, 2201.0, 3900.5, 1364.4, 2002.0), 11_189.5, -5.01),
    "hour-ahead": ((1759.9, 2249.8, 3949.3, 1389.9, 2033.2), 11_382.1, -3.38),
}


@pytest.mark.parametrize("case", LIU_2017)
def test_the_savings_of_liu_2017_come_out_of_its_homes(case: str) -> None:
    homes, printed, saved_percent = LIU_2017[case]
    without, _, _ = LIU_2017["feed-in"]
    savings = Savings(round(10 * sum(homes)), round(10 * sum(without)))

    assert sum(homes) == pytest.approx(printed, abs=0.11)
    assert -100 * (savings.share or 0) == pytest.approx(saved_percent, abs=0.01)
