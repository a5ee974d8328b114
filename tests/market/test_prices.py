"""The published prices, to the printed digits."""

import math

import pytest

from peergrid.market.prices import (
    bill_sharing_prices,
    buyers_price,
    compensated_price,
    mid_market_prices,
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
