"""Where a result comes from: its scenario, the version that ran it, and whose figures it uses."""

from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from peergrid import __version__
from peergrid.market.indicators import DROUGHT_YEAR, WET_YEAR
from peergrid.simulation.scenario import Scenario

SOURCES = {  # what each figure of a run stands on; the code's docstrings say more
    "tariff": "ZETDC notice of the tariff of 1 December 2023 (zwnews.com, 5 March 2024)",
    "net metering": "Statutory Instruments 86 of 2018 and 38 of 2022; ratio 0.8: technomag.co.zw,"
    " 30 August 2024",
    "mid-market rate": "Long et al. 2017; supply and demand after own use as Bogensperger et al."
    " 2021, equations 3 to 5",
    "sun's path": "Reda and Andreas 2004, 10.1016/j.solener.2003.12.003; clear sky: Ineichen and"
    " Perez 2002, 10.1016/S0038-092X(02)00045-2; by pvlib",
    "climate of nine towns": "ASHRAE IWEC typical year (Harare, Kutsaga) and NASA MERRA-2 of 2011"
    " to 2015 (gsee-climate-data 1.0.0); temperatures: normals of 1991 to 2020",
    "days that differ": "beta-distributed clearness, as Graham and Hollands 1990,"
    " 10.1016/0038-092X(90)90001-2; together between towns as Baker and Skaggs 1984,"
    " 10.1002/joc.3370040203; half hours as Aguiar and Collares-Pereira 1992,"
    " 10.1016/0038-092X(92)90068-L",
    "demand": "days sampled from appliances, as RAMP does (Lombardi et al. 2019,"
    " 10.1016/j.energy.2019.04.097); assumption: what homes own and when they use it, as no"
    " measured load profile of Zimbabwe was found; peak windows: ZESA, 13 May 2019",
    "indices": "VI, PI, EI, EBI, PFI, SSI and their sums: Zhou, Wu, Long 2018,"
    " 10.1016/j.apenergy.2018.02.089; weights derived from its Table 4; assumptions: the most that"
    " could be saved, and a day's 48 half hours as the reference of power flatness",
    **{
        f"emissions in a {factor.name}": f"{factor.g_per_kwh} g/kWh, {factor.source}"
        for factor in (WET_YEAR, DROUGHT_YEAR)
    },
    "outages": "means told in the news of 2020 to 2024; cuts first at the peaks, 05:00 to 10:00 and"
    " 17:00 to 22:00 (ZESA, 13 May 2019); assumption: the turns that feeders take, and faults",
}


def scenario_as_given(scenario: Scenario) -> dict[str, Any]:
    """All fields of a scenario as plain values that JSON can carry; days as 2026-09-01."""
    plain: dict[str, Any] = _plain(asdict(scenario))
    return plain


def provenance_of(scenario: Scenario) -> dict[str, Any]:
    """What a reader needs to make the same numbers again."""
    return {
        "peergrid_version": __version__,
        "scenario": scenario_as_given(scenario),
        "seed": scenario.seed,
        "scheme": scenario.scheme,
        "sources": SOURCES,
    }


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case Path():  # what is in it matters, not on whose machine it lies
            return f"{value.name}, SHA-256 {sha256(value.read_bytes()).hexdigest()}"
        case date():
            return value.isoformat()
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)
