"""What panels make: whole pvlib, one number an interval for a kWp of each orientation."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from pvlib import iam, irradiance, pvsystem, temperature

from peergrid.energy import INTERVAL, INTERVALS_PER_DAY
from peergrid.simulation.orientation import Orientation
from peergrid.simulation.sites import Site
from peergrid.simulation.weather import Sky, daily_clearness, sky_of

BLOCK_DAYS = 7  # computed at once

LOSSES = 0.14  # everything between the cells and the meter, inverter included (PVGIS's habit)
GAMMA_PER_C = -0.0035  # power lost per degree of the cells above 25 degrees C
WIND_M_PER_S = 1.0  # assumption: a calm roof; 2 m/s would add 0.6 % to the year
ALBEDO = 0.25  # pvlib's default: grass and roofs
MOUNT = temperature.TEMPERATURE_MODEL_PARAMETERS["sapm"]["close_mount_glass_glass"]
HOURS = INTERVAL / timedelta(hours=1)


def output_wh_per_kwp(sky: Sky, orientations: Sequence[Orientation]) -> NDArray[np.float64]:
    """What 1 kWp of each orientation makes in each interval [orientations, intervals], Wh.

    Diffuse light after Erbs, onto the roof after Hay and Davies, reflection at the glass,
    SAPM temperature of panels mounted close to a roof, PVWatts power, 14 % losses.

    Sources: Erbs, Klein and Duffie 1982, 10.1016/0038-092X(82)90302-4; Hay and Davies 1980;
    De Soto, Klein and Beckman 2006, 10.1016/j.solener.2005.06.010; King, Boyson and Kratochvil
    2004, SAND2004-3535; Dobos 2014, NREL/TP-6A20-62641.
    """
    tilt = np.array([[each.tilt_deg] for each in orientations])
    azimuth = np.array([[each.azimuth_deg] for each in orientations])
    split = irradiance.erbs(sky.ghi_w_per_m2, sky.zenith, sky.day_of_year)
    on_roof = irradiance.get_total_irradiance(
        tilt,
        azimuth,
        sky.apparent_zenith,
        sky.azimuth,
        split["dni"],
        sky.ghi_w_per_m2,
        split["dhi"],
        dni_extra=sky.extra_w_per_m2,
        albedo=ALBEDO,
        model="haydavies",
    )
    incidence = irradiance.aoi(tilt, azimuth, sky.apparent_zenith, sky.azimuth)
    absorbed = on_roof["poa_direct"] * iam.physical(incidence) + on_roof["poa_diffuse"]
    cell_c = temperature.sapm_cell(on_roof["poa_global"], sky.temperature_c, WIND_M_PER_S, **MOUNT)
    power_w = pvsystem.pvwatts_dc(absorbed, cell_c, 1_000, GAMMA_PER_C) * (1 - LOSSES)
    return np.asarray(np.maximum(power_w, 0) * HOURS, np.float64)


class Roofs:
    """The output of a site's orientations day by day, computed a block of days at a time.

    Blocks lie fast in the calendar, so a day comes out the same whenever a run begins.
    """

    def __init__(self, site: Site, seed: int, orientations: Sequence[Orientation]) -> None:
        self._site = site
        self._seed = seed
        self._orientations = tuple(orientations)
        self._first: date | None = None
        self._block_wh = np.empty((len(self._orientations), 0))

    def day_wh_per_kwp(self, day: date) -> NDArray[np.float64]:
        """What 1 kWp of each orientation makes in a local day [orientations, 48], Wh."""
        if not self._orientations:
            return np.empty((0, INTERVALS_PER_DAY))
        offset = day.toordinal() % BLOCK_DAYS
        first = day - timedelta(days=offset)
        if first != self._first:
            days = [first + timedelta(days=n) for n in range(BLOCK_DAYS)]
            sky = sky_of(self._site, days, daily_clearness(self._site, self._seed, days))
            self._block_wh = output_wh_per_kwp(sky, self._orientations)
            self._first = first
        start = offset * INTERVALS_PER_DAY
        return self._block_wh[:, start : start + INTERVALS_PER_DAY]
