"""What homes use, own and hang on, drawn as columns [n]."""

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.money import PARTS, WH_PER_KWH
from peergrid.simulation.demand import CLASSES, factor_of
from peergrid.simulation.demand.classes import DAYS_PER_MONTH, GEYSER_SHARE_OF_BILL
from peergrid.simulation.dice import Purpose
from peergrid.simulation.population.draw import Column, Draw
from peergrid.simulation.scenario import Homes, Layout, Scenario

VOLTAGE_V = 230  # single-phase supply
MOST_INTERVAL_WH = 32_767  # what a meter's 16-bit reading can count

# Aluminium conductors of 50 mm2 at 20 degrees C (IEC 60228, class 2); that lines have them, and
# that each home hangs on a pair of its own, is an assumption: in truth neighbours share one.
LINE_OHM_PER_KM = 0.641
CONDUCTORS = 2
M_PER_KM = 1_000

# A geyser's water is heated by 40 K (assumption: 20 to 60 degrees C), at 4.186 kJ/(kg K).
WH_PER_LITRE = 40 * 1.163


def demand_columns(draw: Draw, homes: Homes) -> dict[str, Column]:
    """How much each home uses; a geyser and a car are part of its month, not of its factor.

    The households behind a meter are alike: ``monthly_kwh`` is that of all of them.
    """
    everyone = np.ones(len(homes.place), np.bool_)
    kinds = [CLASSES[group.household_class] for group in draw.groups]
    monthly_kwh = draw.between(
        Purpose.MONTHLY_ENERGY, [kind.monthly_kwh for kind in kinds], everyone
    )
    mean = draw.of_group([group.households_per_meter for group in draw.groups])
    households = np.floor(mean + draw.share(Purpose.HOUSEHOLDS)).astype(np.uint8)
    monthly_kwh = monthly_kwh * households
    geyser_kwh = draw.between(
        Purpose.GEYSER,
        [group.geyser_kwh_per_day or (0, 0) for group in draw.groups],
        homes.has_geyser,
    )
    as_usual = draw.of_group([group.geyser_kwh_per_day is None for group in draw.groups])
    usual_kwh = GEYSER_SHARE_OF_BILL * monthly_kwh / DAYS_PER_MONTH
    geyser_kwh = np.where(homes.has_geyser & as_usual, usual_kwh, geyser_kwh)
    car_kwh = draw.between(
        Purpose.CAR, [group.ev_kwh_per_day for group in draw.groups], homes.has_car
    )
    shift_wh = np.round((geyser_kwh + car_kwh) * WH_PER_KWH).astype(np.int32)
    power_kw, tank_wh = (
        homes.has_geyser * draw.of_group(of_geysers) + homes.has_car * draw.of_group(of_cars)
        for of_geysers, of_cars in (
            ([group.geyser_kw for group in draw.groups], [group.ev_kw for group in draw.groups]),
            (
                [group.geyser_litres * WH_PER_LITRE for group in draw.groups],
                [group.ev_battery_kwh * WH_PER_KWH for group in draw.groups],
            ),
        )
    )
    library_kwh = draw.of_group([kind.library_kwh for kind in kinds])
    numbers = [list(CLASSES).index(kind.name) for kind in kinds]
    household_class = draw.of_group(np.array(numbers, np.uint8))
    return {
        "household_class": household_class,
        "households": households,
        "kind": (len(CLASSES) * (households - 1) + household_class).astype(np.uint8),
        "monthly_kwh": monthly_kwh.astype(np.float32),
        "demand_factor": factor_of(monthly_kwh, shift_wh, library_kwh * households),
        "shift_wh": shift_wh,
        "shift_power_wh": _whole_interval_wh(power_kw.astype(np.float64)),
        "tank_wh": np.round(tank_wh).astype(np.int32),
    }


def panels_columns(draw: Draw, homes: Homes) -> dict[str, Column]:
    owners = homes.has_panels
    kwp = np.round(draw.between(Purpose.PANELS, [group.kwp for group in draw.groups], owners), 1)
    soiling = draw.between(Purpose.SOILING, [group.soiling for group in draw.groups], owners)
    ratio = draw.of_group([group.inverter_ratio for group in draw.groups])
    exporting = draw.of_group([group.exporting_share for group in draw.groups])
    return {
        "kwp": kwp.astype(np.float32),
        "gain": (kwp * (1 - soiling)).astype(np.float32),
        "inverter_wh": np.minimum(_whole_interval_wh(kwp / ratio), np.int32(MOST_INTERVAL_WH)),
        "can_export": owners & (draw.share(Purpose.EXPORTING) < exporting),
    }


def battery_columns(draw: Draw, homes: Homes) -> dict[str, Column]:
    owners = homes.has_battery
    energy_kwh = draw.between(
        Purpose.BATTERY_ENERGY, [group.battery_kwh for group in draw.groups], owners
    )
    power_kw = draw.between(
        Purpose.BATTERY_POWER, [group.battery_kw for group in draw.groups], owners
    )
    energy_wh = np.round(energy_kwh * WH_PER_KWH).astype(np.int32)
    reserve = draw.of_group([group.battery_reserve_share for group in draw.groups])
    efficiency = draw.of_group([group.battery_efficiency for group in draw.groups])
    return {
        "islands": owners,
        "battery_wh": energy_wh,
        "battery_power_wh": _whole_interval_wh(power_kw),
        "reserve_wh": np.round(energy_wh * reserve).astype(np.int32),
        "efficiency_ppm": np.round(efficiency * PARTS).astype(np.int32),
    }


def line_columns(draw: Draw, scenario: Scenario, homes: Homes, layout: Layout) -> dict[str, Column]:
    """What connects a home: homes lie evenly along the community's line."""
    breaker_a = draw.of_group([group.breaker_a for group in draw.groups])
    longest_m = np.array([each.length_m for each in scenario.communities])
    length_m = longest_m[layout.kind[homes.community]] * draw.share(Purpose.DISTANCE)
    ohm = CONDUCTORS * LINE_OHM_PER_KM * length_m / M_PER_KM
    return {
        "connection_wh": (breaker_a * VOLTAGE_V // INTERVALS_PER_HOUR).astype(np.int32),
        "line_ohm": ohm.astype(np.float32),
    }


def _whole_interval_wh(power_kw: NDArray[np.float64]) -> NDArray[np.int32]:
    return np.round(power_kw * WH_PER_KWH / INTERVALS_PER_HOUR).astype(np.int32)
