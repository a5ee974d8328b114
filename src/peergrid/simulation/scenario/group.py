"""A group of homes: how many of one class, and what they own."""

from dataclasses import dataclass, field
from math import ceil

from peergrid.errors import Invalid
from peergrid.simulation.demand import CLASSES, class_named
from peergrid.simulation.demand.classes import DAYS_PER_MONTH, GEYSER_SHARE_OF_BILL
from peergrid.simulation.scenario.amounts import Between, Number, Share, Whole
from peergrid.simulation.scenario.rules import check, key
from peergrid.simulation.scenario.words import Choice

MOST_HOUSEHOLDS = 10_000_000
# A half hour's energy must fit into the 32,767 Wh that a meter's 16-bit reading can count.
MOST_KW = 65.0
MOST_BREAKER_A = 284
HOURS_PER_DAY = 24

type Range = tuple[float, float]


def _homes(says: str, least: int = 0) -> Whole:
    return Whole(says, least, MOST_HOUSEHOLDS)


def _range(says: str, least: float, most: float, unit: str, thousandth: str = "") -> Between:
    return Between(says, Number("", least, most, unit, thousandth))


def _power(says: str, most_kw: float) -> Number:
    return Number(says, 0.1, most_kw, "kW", "W")


def usual_geyser_kwh(household_class: str) -> float:
    """The most that a geyser needs a day in a household of that class [kWh]."""
    _, most_kwh = CLASSES[household_class].monthly_kwh
    return GEYSER_SHARE_OF_BILL * most_kwh / DAYS_PER_MONTH


@dataclass(frozen=True)
class Group:
    """``homes`` of one class and what they own; ranges are the least and the most they draw.

    ``tilt_deg`` is from flat, ``azimuth_deg`` clockwise from north. The defaults are
    assumptions, all tunable: a meter for each household, though over all of ZETDC at least 1.5
    share one (ZIMSTAT 2022 over pindula.co.zw, 18 January 2023), panels of 3 to 5 kWp (the
    typical home system is sold as 5 kVA; The Standard via zimpricecheck.com), roofs within 45
    degrees of north, a breaker of 60 A, panels 1.2 times the inverter's power, a battery of 100 Ah
    at 51.2 V that gives back 90 % (lithium), a geyser of 2 kW and 150 litres that takes 40 % of
    what the home uses (a geyser's part of a bill; herald.co.zw), and a car of 40 kWh charged from
    a socket.
    Raises Invalid.
    """

    household_class: str = field(
        metadata=key(Choice("How much the homes use.", tuple(CLASSES), class_named), "class")
    )
    homes: int = field(metadata=key(_homes("How many homes.", 1), varies=False))
    with_panels: int = field(
        default=0, metadata=key(_homes("How many of the homes have panels."), varies=False)
    )
    kwp: Range = field(
        default=(3.0, 5.0),
        metadata=key(_range("Size of a home's panels [kWp].", 0.1, MOST_KW, "kWp", "W")),
    )
    tilt_deg: Range = field(
        default=(10.0, 30.0), metadata=key(_range("Tilt from flat [degrees].", 0, 90, "degrees"))
    )
    azimuth_deg: Range = field(
        default=(-45.0, 45.0),
        metadata=key(
            _range("Where panels face, clockwise from north [degrees].", -180, 360, "degrees")
        ),
    )
    breaker_a: int = field(
        default=60,
        metadata=key(
            Whole(
                "Main breaker [A] at 230 V; limits import and export.",
                5,
                MOST_BREAKER_A,
                "more than 65 kW overflows a meter's half hour of 32,767 Wh",
            )
        ),
    )
    inverter_ratio: float = field(
        default=1.2,
        metadata=key(Number("Panels' DC power over the inverter's AC power.", 0.5, 3.0)),
    )
    soiling: Range = field(
        default=(0.0, 0.0),  # the usual dust is among the panels' losses (sky/solar.py)
        metadata=key(Between("Share of the sun that unusual dust takes.", Share("", most=0.5))),
    )
    exporting_share: float = field(
        default=1.0, metadata=key(Share("Of the homes with panels, whose inverter can export."))
    )
    with_batteries: int = field(
        default=0,
        metadata=key(_homes("How many of the homes with panels have a battery too."), varies=False),
    )
    battery_kwh: Range = field(
        default=(5.0, 5.0), metadata=key(_range("Battery [kWh].", 0.1, 500, "kWh", "Wh"))
    )
    battery_kw: Range = field(
        default=(2.5, 2.5),
        metadata=key(_range("Battery's power, either way [kW].", 0.1, MOST_KW, "kW", "W")),
    )
    battery_efficiency: float = field(
        default=0.9,
        metadata=key(Share("Share of what is charged that comes back.", least=0.3)),
    )
    battery_reserve_share: float = field(
        default=0.2, metadata=key(Share("Share of the battery that is kept for outages."))
    )
    with_geysers: int = field(
        default=0,
        metadata=key(_homes("How many homes have an electric geyser to shift."), varies=False),
    )
    geyser_kwh_per_day: Range | None = field(
        default=None,
        metadata=key(
            _range(
                "What a geyser needs a day [kWh]; without it 40 % of the home's energy.",
                *(0.1, 100, "kWh", "Wh"),
            )
        ),
    )
    geyser_kw: float = field(default=2.0, metadata=key(_power("Geyser's power [kW].", 20)))
    geyser_litres: float = field(
        default=150.0,
        metadata=key(
            Number("Geyser's tank: what outages can keep cold [litres].", 10, 2_000, "litres")
        ),
    )
    with_evs: int = field(
        default=0, metadata=key(_homes("How many homes charge an electric car."), varies=False)
    )
    ev_kwh_per_day: Range = field(
        default=(5.0, 9.0),
        metadata=key(_range("What a car needs a day [kWh].", 0.1, 200, "kWh", "Wh")),
    )
    ev_kw: float = field(default=3.0, metadata=key(_power("Charger's power [kW].", MOST_KW / 2)))
    ev_battery_kwh: float = field(
        default=40.0, metadata=key(Number("Car's battery [kWh].", 1, 500, "kWh", "Wh"))
    )
    reacting_share: float = field(
        default=0.0,
        metadata=key(
            Share("Of the homes with a battery or a load to shift, who follow the prices.")
        ),
    )
    most_paid_usd_per_kwh: Range | None = field(
        default=None,
        metadata=key(
            _range("In auctions: the most a home pays a neighbour [US$/kWh].", 0, 100, "US$/kWh")
        ),
    )
    least_taken_usd_per_kwh: Range | None = field(
        default=None,
        metadata=key(
            _range("In auctions: the least a home takes of one [US$/kWh].", 0, 100, "US$/kWh")
        ),
    )
    coefficient_weight: float = field(
        default=1.0,
        metadata=key(
            Number("Under coefficients: a home's part of the surplus, beside 1.", 0.001, 1_000)
        ),
    )
    households_per_meter: float = field(
        default=1.0,
        metadata=key(Number("Mean number of households behind a home's meter.", 1, 10)),
    )

    def __post_init__(self) -> None:
        check(self)
        for name, count, among, of in (
            ("with_panels", self.with_panels, "homes", self.homes),
            ("with_batteries", self.with_batteries, "homes with panels", self.with_panels),
            ("with_geysers", self.with_geysers, "homes", self.homes),
            ("with_evs", self.with_evs, "homes", self.homes),
        ):
            if count > of:
                raise Invalid(f"{name} is {count}: it must be 0 to {of}, the number of {among}")
        usual_kwh = ceil(self.households_per_meter) * usual_geyser_kwh(self.household_class)
        geyser_kwh = self.geyser_kwh_per_day[1] if self.geyser_kwh_per_day else usual_kwh
        for name, need, power, kw in (
            ("geyser_kwh_per_day", geyser_kwh, "geyser_kw", self.geyser_kw),
            ("ev_kwh_per_day", self.ev_kwh_per_day[1], "ev_kw", self.ev_kw),
        ):
            if need > kw * HOURS_PER_DAY:
                raise Invalid(
                    f"{name} is up to {need:g}, but {power} = {kw:g} makes only"
                    f" {kw * HOURS_PER_DAY:g} kWh a day: raise {power}"
                )
