"""What a scenario says of the sky, of panels, of demand and of outages, for all its homes."""

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
