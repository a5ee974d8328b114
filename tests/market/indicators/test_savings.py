"""What a community saves, and the most it could."""

from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.clearing import clear, standings_after
from peergrid.market.indicators import Savings, least_bill_micros
from peergrid.market.standing import Standing
from peergrid.market.tariff import Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from tests.strategies import Month, by_meter, months, tariffs

TARIFF = zetdc_tariff("mid_market")


def test_savings_are_the_bill_with_the_grid_alone_less_the_bill() -> None:
    assert (Savings(180, 240).micros, Savings(180, 240).share) == (60, 0.25)
    assert Savings(-10, 40).share == 1.25  # they earn
    assert Savings(-10, 0).share is None


def test_the_least_bill_spreads_what_is_missing_over_the_cheapest_blocks() -> None:
    """200 kWh less 80: 60 kWh for each of two homes, 4.90 and 6 %; 20 too many earn 1.28."""
    assert least_bill_micros(TARIFF, 2, 200_000, 80_000) == 2 * 5_194_000
    assert least_bill_micros(TARIFF, 2, 80_000, 100_000) == -20 * 64_000
    assert least_bill_micros(TARIFF, 0, 0, 0) is None


@given(months(), tariffs())
def test_no_scheme_makes_a_community_pay_less_than_the_least_bill(
    month: Month, tariff: Tariff
) -> None:
    standings: dict[int, Standing] = {}
    bill = 0
    for readings in month:
        clearing = clear(readings[0].interval, readings, standings, tariff)
        standings = standings_after(clearing, standings)
        bill += sum(share.cost_micros for share in clearing.shares)
    drawn, sent = (
        sum(getattr(reading, name) for readings in month for reading in readings)
        for name in ("import_wh", "export_wh")
    )

    least = least_bill_micros(tariff, len(by_meter(month)), drawn, sent)
    assert least is not None
    assert bill >= least - len(by_meter(month)) * (len(month) + 2)  # each is rounded


@given(tariffs(), st.integers(1, 5), st.integers(0, 10**7), st.integers(0, 10**7))
def test_more_sun_never_makes_the_least_bill_higher(
    tariff: Tariff, homes: int, import_wh: int, export_wh: int
) -> None:
    less = least_bill_micros(tariff, homes, import_wh, export_wh)
    more = least_bill_micros(tariff, homes, import_wh, export_wh + 1_000)

    assert less is not None
    assert more is not None
    assert more <= less
