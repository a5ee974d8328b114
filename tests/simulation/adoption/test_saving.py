"""What panels save."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.simulation.adoption.saving import (
    Month,
    System,
    Worth,
    bill_usd,
    direct_share,
    direct_shares,
    savings_usd,
)
from peergrid.simulation.engine.tables import rates_of

TARIFF = zetdc_tariff("net_metering")
RATES = rates_of(TARIFF)


def one(value: float) -> np.ndarray:
    return np.array([value], np.float64)


def saved(
    drawn: float = 300_000,
    missed: float = 0,
    made: float = 200_000,
    dark: float = 0,
    stores: float = 0,
    direct: float = 0.5,
    usd: float = 0.0,
    credit: float = 0.0,
    level: float = 1.0,
) -> tuple[float, float]:
    month = Month(one(drawn), one(missed), bill_usd(RATES, one(drawn)) * level)
    system = System(one(made), one(dark), one(stores), one(0.9))
    worth = Worth(one(usd / 1_000), one(credit))
    own, sent = savings_usd(RATES, month, system, worth, one(direct), 0.5)
    return float(own[0]), float(sent[0])


def test_a_home_of_300_kwh_saves_its_dearest_blocks_and_is_credited_for_the_rest() -> None:
    # 300 kWh cost US$50.35 with levy. Half is met at once; 150 kWh cost US$17.49. Of 200 kWh made
    # 50 are sent out; 0.8 of them, 40 kWh, are credited: 110 kWh cost US$10.706.
    own, credited = saved(credit=0.8)
    assert own == pytest.approx(12 * (50.35 - 17.49))
    assert credited == pytest.approx(12 * (17.49 - 10.706))
    # Neighbours who pay 10 cents a kWh give US$5 a month.
    assert saved(usd=0.1) == pytest.approx((own, 12 * 5))


def test_a_battery_keeps_what_it_can_and_an_outage_is_worth_what_backup_costs() -> None:
    # 45 of the 50 kWh that are over come back from the battery: 105 kWh are still drawn, at
    # (4 + 4.5 + 0.8) x 1.06 = US$9.858, and nothing is sent out.
    assert saved(stores=60_000, credit=0.8) == pytest.approx((12 * (50.35 - 9.858), 0), abs=1e-6)
    # Half of 300 kWh is missed, and half of the sun: the battery serves half of the 195 kWh then.
    own, _ = saved(drawn=150_000, missed=150_000, dark=0.5, stores=60_000)
    left = float(bill_usd(RATES, one(150_000 - 97_500))[0])
    assert own == pytest.approx(12 * (17.49 - left + 97.5 * 0.5))
    # Without one the home is off, and its panels with it.
    own, sent = saved(drawn=150_000, missed=150_000, dark=0.5, usd=0.1)
    assert own == pytest.approx(12 * (17.49 - float(bill_usd(RATES, one(75_000))[0])))
    assert sent == pytest.approx(12 * 2.5)


@given(st.integers(0, 2_000_000))
def test_a_bill_is_the_tariff_s(month_wh: int) -> None:
    retail, levy = TARIFF.retail_micros(month_wh), TARIFF.levy_micros(month_wh)
    assert bill_usd(RATES, one(month_wh))[0] == pytest.approx((retail + levy) / 1e6, abs=2e-6)


WH = st.floats(0, 2_000_000)
PART = st.floats(0, 1)


@given(WH, WH, WH, PART, WH, PART, PART, PART)
def test_nobody_loses_by_panels_and_more_for_a_kwh_sent_is_never_less(
    drawn: float,
    missed: float,
    made: float,
    dark: float,
    stores: float,
    direct: float,
    usd: float,
    credit: float,
) -> None:
    own, sent = saved(drawn, missed, made, dark, stores, direct, usd, credit)
    _, dearer = saved(drawn, missed, made, dark, stores, direct, usd + 0.01, credit)
    _, better = saved(drawn, missed, made, dark, stores, direct, usd, min(credit + 0.1, 1))
    assert own >= -1e-6
    assert -1e-6 <= sent <= dearer + 1e-6
    assert sent <= better + 1e-6


def test_panels_meet_what_is_asked_while_they_shine() -> None:
    # Two half hours of the same sun; one day asks 100 Wh in the first alone, another 50 in each.
    days = np.zeros((2, 48), np.int16)
    days[0, 24], days[1, 24:26] = 100, 50
    sun = np.zeros(48)
    sun[24:26] = 1
    table = direct_shares(days, sun)[np.newaxis]
    kind = np.zeros(4, np.int32)
    # Panels that make all that is asked meet half of the first day and all of the second.
    met = direct_share(table, kind, np.array([0.0, 1.0, 2.0, 99.0]))
    assert met.tolist() == [0, 0.75, 1, 1]
