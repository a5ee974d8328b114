"""What a scenario says of sky, panels, demand, outages and adoption, for all its homes."""

from dataclasses import dataclass, field
from pathlib import Path

from peergrid.errors import Invalid
from peergrid.simulation.scenario.amounts import Number, Share, Whole
from peergrid.simulation.scenario.rules import check, key
from peergrid.simulation.scenario.words import Choice, File
from peergrid.simulation.sky.variability import VARIABILITIES, Variability


def _variability_named(name: str) -> None:
    raise Invalid(f"variability is {name!r}: choose one of {', '.join(VARIABILITIES)}")


@dataclass(frozen=True)
class Sky:
    """``random`` days, or every day the ``mean`` of its month; or the days of a file."""

    variability: Variability = field(
        default="random",
        metadata=key(
            Choice(
                "Days that differ, or every day the month's mean.",
                VARIABILITIES,
                _variability_named,
            )
        ),
    )
    weather_file: Path | None = field(
        default=None,
        metadata=key(File("Measured weather (CSV) instead of the climate; for one site only.")),
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Panels:
    """``share`` of all homes have panels, whatever the groups say; see ``uptake``."""

    share: float | None = field(
        default=None,
        metadata=key(Share("Share of all homes that have panels, instead of with_panels.")),
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Demand:
    """How demand changes from year to year; nothing by default."""

    growth_per_year: float = field(
        default=0.0,
        metadata=key(Share("Growth of demand a year, such as 0.03.", least=-0.5, most=0.5)),
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class TariffTerms:
    """What a community agreed on beside ZETDC's prices; nothing by default."""

    compensation_share: float = field(
        default=0.0,
        metadata=key(
            Share("Under compensated_supply_demand: part of the gap that sellers are paid for.")
        ),
    )
    retail_factor: float = field(
        default=1.0,
        metadata=key(Number("The grid's energy costs so many times ZETDC's prices.", 0.1, 10)),
    )

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Outages:
    """Load-shedding in turns, and faults; none by default.

    Means of load-shedding [hours a day] that were told: 12 to 14 in 2020, up to 8 in 2022, 12 in
    2023, up to 15 in October 2024 (news, various). Nothing was found on faults of feeders or on
    the number of groups that take turns: ``groups`` and ``fault_hours`` are assumptions.
    """

    hours_per_day: float = field(
        default=0.0,
        metadata=key(Number("Load-shedding: mean hours off a day.", 0, 24, "hours")),
    )
    groups: int = field(default=4, metadata=key(Whole("Groups of feeders that take turns.", 1, 48)))
    faults_per_year: float = field(
        default=0.0, metadata=key(Number("Faults of a feeder a year.", 0, 365, "a year"))
    )
    fault_hours: float = field(
        default=4.0,
        metadata=key(Number("Mean time until a fault is mended [hours].", 0.5, 12, "hours")),
    )

    def __post_init__(self) -> None:
        check(self)


def _usd(says: str, most: float, unit: str) -> Number:
    return Number(says, 0, most, unit)


def _can_pay(whom: str) -> Share:
    return Share(f"Of {whom} homes without panels, those that could pay for them.")


@dataclass(frozen=True)
class Adoption:
    """How homes without panels come to buy some; without this table nobody does.

    Prices are solved from a "5 kVA" home installed for US$3,000 to 5,000 (The Standard via
    zimpricecheck.com; zimbabwenow.co.zw), taken as US$4,000 with 4 kWp: less an inverter of
    US$350 to 500 (zimbabwenow.co.zw/articles/19481) and a lithium battery of 100 Ah for US$900
    (zimpricecheck.com, several years old; 51.2 V is an assumption), 4 kWp are left to cost
    US$2,675. So priced, lights, WiFi and a television (0.5 kWp, 25 Ah) cost about US$985, where
    the market asks about US$1,000 (zimpricecheck.com). An inverter that may export costs US$800.
    Of those who hear of panels that pay back in T years 0.5 to the power of T / 2.3 want them,
    which is the exp(-0.3 T) of Brazil's planners (R package epe4md 0.1.4, EPE).
    All else is assumed, the hazards near the means of Sultan, Farley and Lehmann 1990.

    Check: 128 MW of panels came from China from July 2024 to June 2025 (Ember via
    enviropresszim.com), 34 Wp for each of 3.82 million households; homes are 22 % of the power
    that has net metering (chronicle.co.zw, November 2023). The first year of adoption_2036.toml
    should lie between 22 % and all of that, 7 to 34 Wp a home.
    """

    panels_usd_per_kwp: float = field(
        default=670.0, metadata=key(_usd("Panels, put up [US$/kWp].", 10_000, "US$/kWp"))
    )
    battery_usd_per_kwh: float = field(
        default=175.0, metadata=key(_usd("Battery [US$/kWh].", 10_000, "US$/kWh"))
    )
    inverter_usd: float = field(
        default=425.0, metadata=key(_usd("Inverter, whatever the size [US$].", 100_000, "US$"))
    )
    export_ready_usd: float = field(
        default=375.0, metadata=key(_usd("More for one that exports [US$].", 100_000, "US$"))
    )
    price_fall_per_year: float = field(
        default=0.05, metadata=key(Share("By what part prices fall a year.", most=0.5))
    )
    payback_years_at_half: float = field(
        default=2.3,
        metadata=key(Number("Payback that half of the homes accept [years].", 0.1, 50, "years")),
    )
    innovation_per_year: float = field(
        default=0.03, metadata=key(Number("Hazard of the first to buy [a year].", 0, 10))
    )
    imitation_per_year: float = field(
        default=0.38,
        metadata=key(Number("Hazard more if all neighbours have panels [a year].", 0, 10)),
    )
    can_pay_lodger: float = field(default=0.05, metadata=key(_can_pay("lodgers'")))
    can_pay_high_density: float = field(default=0.3, metadata=key(_can_pay("high-density")))
    can_pay_medium_density: float = field(default=0.5, metadata=key(_can_pay("medium-density")))
    can_pay_low_density: float = field(default=0.8, metadata=key(_can_pay("low-density")))
    backup_usd_per_kwh: float = field(
        default=0.5,  # assumption: what petrol for a small generator costs, less its bother
        metadata=key(_usd("What a kWh during an outage is worth [US$].", 100, "US$/kWh")),
    )
    exporting_share: float = field(
        default=0.5, metadata=key(Share("Of new owners, who can get a meter that credits exports."))
    )
    battery_share: float = field(
        default=0.9, metadata=key(Share("Of new owners, who buy a battery too."))
    )

    def __post_init__(self) -> None:
        check(self)
