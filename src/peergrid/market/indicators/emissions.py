"""Emissions that a community's sun avoids, by factors that are named wherever they are shown."""

from dataclasses import dataclass

from peergrid.money import WH_PER_KWH, divide


@dataclass(frozen=True)
class EmissionFactor:
    """Grams of carbon dioxide that a kWh of the grid emits, what it stands for, and whose it is."""

    name: str
    g_per_kwh: int
    source: str


WET_YEAR = EmissionFactor(
    "wet year", 298, "average of 2022 with 66 % hydro power: codecarbon 3.3.2 (PyPI)"
)
DROUGHT_YEAR = EmissionFactor(
    "drought year",
    687,
    "derived: 69 % coal in the first quarter of 2025 (enviropresszim.com) at 995 g/kWh"
    " (codecarbon 3.3.2)",
)
EMISSION_FACTORS = (  # of Zimbabwe's grid; they disagree, so none is shown without its name
    WET_YEAR,
    DROUGHT_YEAR,
    EmissionFactor("Ember, average of 2024", 298, "@tgwf/co2 0.19.0 (npm)"),
    EmissionFactor("Electricity Maps, 2025", 419, "@tgwf/co2 0.19.0 (npm)"),
    EmissionFactor(
        "Schweppes", 600, "implied by 2.7 t for 4,500 kWh: schweppes.co.zw, October 2024"
    ),
    EmissionFactor("marginal, UNFCCC 2021", 1_575, "@tgwf/co2 0.19.0 (npm)"),
)


@dataclass(frozen=True)
class Avoided:
    """Grams of carbon dioxide not emitted, by one factor."""

    factor: EmissionFactor
    grams: int


def avoided_by(displaced_wh: int, factor: EmissionFactor) -> Avoided:
    """What the grid need not emit, since homes' panels make ``displaced_wh`` [Wh] instead of it.

    Counted as displaced is all that takes the place of generation of the grid: what is used at
    home, shared with neighbours or sent to the grid. What would have been lost in the grid's
    lines on the way, and what making the panels emitted, is left out.

    >>> avoided_by(2_000, WET_YEAR).grams
    596
    """
    return Avoided(factor, divide(displaced_wh * factor.g_per_kwh, WH_PER_KWH))
