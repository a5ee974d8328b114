"""What panels make: whole pvlib, one number an interval for a kWp of each orientation."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pvlib import iam, irradiance, pvsystem, temperature

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY
from peergrid.simulation.sky.files import read_weather
from peergrid.simulation.sky.hours import file_sky
from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.sites import Site
from peergrid.simulation.sky.sun_path import days_from
from peergrid.simulation.sky.variability import Variability
from peergrid.simulation.sky.weather import Sky, climate_sky

BLOCK_DAYS = 28  # computed at once; blocks lie fast in the calendar

LOSSES = 0.14  # everything between the cells and the meter, inverter included (PVGIS's habit)
INVERTER_EFFICIENCY = 0.96  # at its rating (PVWatts); assumption: at less as well
SYSTEM_LOSSES = 1 - (1 - LOSSES) / INVERTER_EFFICIENCY  # 10.4 %: wiring, mismatch, usual soiling
GAMMA_PER_C = -0.0035  # power lost per degree of the cells above 25 degrees C
WIND_M_PER_S = 1.0  # assumption: a calm roof; 2 m/s would add 0.6 % to the year
ALBEDO = 0.25  # pvlib's default: grass and roofs
MOUNT = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["close_mount_glass_glass"]
HOURS = INTERVAL / timedelta(hours=1)
LOWEST_SUN_DEG = 87.0  # of zenith: below it a beam cannot be told from two rounded figures


def sun_wh_per_kwp(
    site: Site,
    orientations: Sequence[Orientation],
    first: date,
    days: int,
    *,
    seed: int,
    variability: Variability = "random",
    weather_file: Path | None = None,
) -> NDArray[np.float32]:
    """What 1 kWp of each orientation makes [orientations, days * 48], Wh, from local midnight.

    At the inverter's output, before it clips at its rating: losses of the panels, the wiring
    and the inverter are off. Usual soiling is among the losses: a home's own comes on top.
    A day depends on the site, the seed and its date (or on the weather file) alone.
    ``weather_file`` stands in for the climate; then seed and variability play no part.
    Raises Invalid for a weather file that cannot be used.
    """
    hours = read_weather(weather_file, site) if weather_file else None
    if hours:
        hours.require(first, days)
    wh = np.zeros((len(orientations), days * INTERVALS_PER_DAY), np.float32)
    if not orientations:
        return wh
    start, end = first.toordinal(), first.toordinal() + days
    for block in range(start - start % BLOCK_DAYS, end, BLOCK_DAYS):
        block_days = days_from(date.fromordinal(block), BLOCK_DAYS)
        if hours:
            sky = file_sky(site, block_days, hours)
        else:
            sky = climate_sky(site, block_days, seed, variability)
        places = sky.path.interval + (block - start) * INTERVALS_PER_DAY
        asked = (places >= 0) & (places < wh.shape[1])
        wh[:, places[asked]] = output_wh_per_kwp(sky, orientations)[:, asked]
    return wh


def output_wh_per_kwp(sky: Sky, orientations: Sequence[Orientation]) -> NDArray[np.float64]:
    """What 1 kWp of each orientation makes in each instant of ``sky`` [orientations, n], Wh.

    Diffuse light after Erbs, onto the roof after Hay and Davies, reflection at the glass,
    SAPM temperature of panels mounted close to a roof, PVWatts power, system losses, inverter.

    Sources: Erbs, Klein and Duffie 1982, 10.1016/0038-092X(82)90302-4; Hay and Davies 1980;
    De Soto, Klein and Beckman 2006, 10.1016/j.solener.2005.06.010; King, Boyson and Kratochvil
    2004, SAND2004-3535; Dobos 2014, NREL/TP-6A20-62641.
    """
    path = sky.path
    tilt = np.array([[each.tilt_deg] for each in orientations])
    azimuth = np.array([[each.azimuth_deg] for each in orientations])
    direct, diffuse = _beam_and_diffuse(sky)
    on_roof = irradiance.get_total_irradiance(
        tilt,
        azimuth,
        path.apparent_zenith,
        path.azimuth,
        direct,
        sky.ghi_w_per_m2,
        diffuse,
        dni_extra=path.extra_w_per_m2,
        albedo=ALBEDO,
        model="haydavies",
    )
    incidence = irradiance.aoi(tilt, azimuth, path.apparent_zenith, path.azimuth)
    absorbed = on_roof["poa_direct"] * iam.physical(incidence) + on_roof["poa_diffuse"]
    cell_c = temperature.sapm_cell(on_roof["poa_global"], sky.temperature_c, WIND_M_PER_S, **MOUNT)
    dc_w = pvsystem.pvwatts_dc(absorbed, cell_c, 1_000, GAMMA_PER_C) * (1 - SYSTEM_LOSSES)
    return np.asarray(np.maximum(dc_w, 0) * INVERTER_EFFICIENCY * HOURS, np.float64)


def _beam_and_diffuse(sky: Sky) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Direct normal and diffuse horizontal irradiance [n], W/m2."""
    path = sky.path
    if sky.dhi_w_per_m2 is None:
        split = irradiance.erbs(sky.ghi_w_per_m2, path.zenith, path.day_of_year)
        return split["dni"], split["dhi"]
    height = np.cos(np.radians(path.zenith))
    beam = np.minimum((sky.ghi_w_per_m2 - sky.dhi_w_per_m2) / height, path.extra_w_per_m2)
    return np.where(path.zenith < LOWEST_SUN_DEG, beam, 0.0), sky.dhi_w_per_m2
