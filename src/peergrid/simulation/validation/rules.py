"""What our tariff and our mid-market rate come to."""

from dataclasses import replace
from datetime import date

from peergrid.energy import Interval, Reading, day_start
from peergrid.market.clearing import clear
from peergrid.market.standing import Standing
from peergrid.market.tariff import Block
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import MICROS, WH_PER_KWH, to_cents
from peergrid.simulation.validation.points import Figure

MONTHS_KWH = (50, 100, 200, 250, 300, 350, 400, 500, 600, 700, 800, 900, 1_000)
MONTH = date(2026, 9, 1)
CENTS = 100
RETAIL, EXPORT = 14_570_000, 5_030_000  # micros/kWh of the worked example
SUPPLY_AND_DEMAND_KWH = ((10, 10), (6, 10), (10, 6), (0, 10))


def figures() -> dict[str, Figure]:
    """Bills [US$] of a month's kWh, and prices of the mid-market rate, by key."""
    tariff = zetdc_tariff("net_metering")
    bills: dict[str, Figure] = {}
    for kwh in MONTHS_KWH:
        month_wh = kwh * WH_PER_KWH
        micros = tariff.retail_micros(month_wh) + tariff.levy_micros(month_wh)
        bills[f"bill_{kwh}"] = to_cents(micros) / CENTS
    for supply_kwh, demand_kwh in SUPPLY_AND_DEMAND_KWH:
        bills |= _mid_market(supply_kwh, demand_kwh)
    return bills


def _mid_market(supply_kwh: int, demand_kwh: int) -> dict[str, Figure]:
    """The mean price of what neighbours draw and send out, with one retail price and no levy."""
    tariff = replace(
        zetdc_tariff("mid_market"),
        blocks=(Block(None, RETAIL),),
        levy_ppm=0,
        feed_in_micros_per_kwh=EXPORT,
    )
    interval = Interval(day_start(MONTH))
    readings = [
        Reading(1, interval, 0, supply_kwh * WH_PER_KWH),
        Reading(2, interval, demand_kwh * WH_PER_KWH, 0),
    ]
    cleared = clear(interval, readings, {n: Standing(MONTH) for n in (1, 2)}, tariff)
    name = f"mid_{supply_kwh}_{demand_kwh}"
    buy, sell = cleared.price_micros_per_kwh, cleared.payout_micros_per_kwh
    prices = {f"{name}_buy": buy, f"{name}_sell": sell}
    return {key: price / MICROS for key, price in prices.items() if price is not None}
