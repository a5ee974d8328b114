"""The scenario itself: communities and their homes, where, when, and under which scheme."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from peergrid.errors import Invalid
from peergrid.market.schemes import SCHEMES
from peergrid.market.tariff import Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import PARTS, part_of
from peergrid.simulation.scenario.amounts import Number, Whole
from peergrid.simulation.scenario.group import MOST_HOUSEHOLDS, Group
from peergrid.simulation.scenario.rules import check, key
from peergrid.simulation.scenario.settings import (
    Adoption,
    Demand,
    Outages,
    Panels,
    Sky,
    TariffTerms,
)
from peergrid.simulation.scenario.tables import Table, Tables
from peergrid.simulation.scenario.vary import SCALED, changed, scaled
from peergrid.simulation.scenario.words import Choice, Day, Text
from peergrid.simulation.sky.sites import SITES, site_named

YEARS = (2001, 2099)  # in which a scenario may begin
MOST_DAYS = 3_660
MOST_SEED = 2**63 - 1


def _scheme_named(name: str) -> None:
    if name not in SCHEMES:
        raise Invalid(f"no scheme is called {name!r}: choose one of {', '.join(SCHEMES)}")


@dataclass(frozen=True)
class Community:
    """Homes behind one transformer, ``copies`` times over; without one, nothing limits them.

    ``length_m`` is how far the farthest home is, 400 m by default (assumption: voltage falls
    too much beyond about 500 m of a low-voltage line). Raises Invalid.
    """

    site: str = field(
        metadata=key(Choice("The town whose climate it has.", tuple(SITES), site_named))
    )
    groups: tuple[Group, ...] = field(
        metadata=key(Tables("Homes alike.", Group, "community.group"), "group")
    )
    copies: int = field(
        default=1,
        metadata=key(Whole("How many communities like this.", 1, MOST_HOUSEHOLDS), varies=False),
    )
    transformer_kva: float | None = field(
        default=None,
        metadata=key(Number("Transformer [kVA]; without it no limit.", 1, 5_000, "kVA", "VA")),
    )
    length_m: float = field(
        default=400.0,
        metadata=key(Number("Line to the farthest home [m].", 1, 20_000, "m", "mm")),
    )

    def __post_init__(self) -> None:
        check(self)

    @property
    def homes(self) -> int:
        """How many homes one copy holds."""
        return sum(group.homes for group in self.groups)


@dataclass(frozen=True)
class Scenario:
    """What a run needs to know; ``start`` is a local day, ``name`` begins the meters' serials.

    ``households`` is the number of homes: 0, the default, for as many as the communities hold;
    ``resized`` says what another number means. Raises Invalid with a sentence that names the key
    and what would be right.
    """

    name: str = field(
        metadata=key(
            Text(
                "Begins the meters' serial numbers.",
                "[a-z0-9_]{1,48}",
                "write 1 to 48 small letters, digits or underscores",
            )
        )
    )
    title: str = field(
        metadata=key(
            Text(
                "What people read.",
                r"(?=.*\S)[^\x00-\x1f\x7f-\x9f]{1,200}",
                "write some text in quotes, on one line",
            )
        )
    )
    start: date = field(metadata=key(Day("First local day.", YEARS)))
    days: int = field(metadata=key(Whole("How many days.", 1, MOST_DAYS)))
    seed: int = field(metadata=key(Whole("Another seed gives another sky.", 0, MOST_SEED)))
    scheme: str = field(
        metadata=key(Choice("How shared energy is priced.", tuple(SCHEMES), _scheme_named))
    )
    communities: tuple[Community, ...] = field(
        metadata=key(Tables("Homes behind one transformer.", Community, "community"), "community")
    )
    sky: Sky = field(default=Sky(), metadata=key(Table("Weather.", Sky)))
    panels: Panels = field(default=Panels(), metadata=key(Table("Panels of all homes.", Panels)))
    demand: Demand = field(default=Demand(), metadata=key(Table("Demand of all homes.", Demand)))
    tariff: TariffTerms = field(
        default=TariffTerms(), metadata=key(Table("What a community agreed on.", TariffTerms))
    )
    outages: Outages = field(
        default=Outages(), metadata=key(Table("When feeders are off.", Outages))
    )
    adoption: Adoption | None = field(
        default=None,
        metadata=key(Table("How homes come to buy panels; without it none do.", Adoption)),
    )
    households: int = 0

    def __post_init__(self) -> None:
        check(self)
        nominal = self.nominal_households
        if nominal > MOST_HOUSEHOLDS:
            raise Invalid(
                f"the communities hold {nominal:,} homes: write at most {MOST_HOUSEHOLDS:,}"
            )
        if self.sky.weather_file and len(self.sites) > 1:
            raise Invalid(
                f"weather_file is of one place, but the communities lie in"
                f" {', '.join(self.sites)}: use one site, or leave weather_file out"
            )
        Whole("", 0, MOST_HOUSEHOLDS).taken("households", self.households)
        object.__setattr__(self, "households", self.households or nominal)

    @property
    def prices(self) -> Tariff:
        """ZETDC's tariff under the scenario's scheme and what its communities agreed on."""
        known, terms = zetdc_tariff(self.scheme), self.tariff
        retail_ppm = round(terms.retail_factor * PARTS)
        blocks = tuple(
            replace(one, price_micros_per_kwh=part_of(one.price_micros_per_kwh, retail_ppm))
            for one in known.blocks
        )
        compensation_ppm = round(terms.compensation_share * PARTS)
        return replace(known, blocks=blocks, compensation_ppm=compensation_ppm)

    @property
    def nominal_households(self) -> int:
        """How many homes the communities hold as they are written."""
        return sum(each.homes * each.copies for each in self.communities)

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites used, in the order of their first community."""
        return tuple(dict.fromkeys(each.site for each in self.communities))

    @property
    def is_one_community(self) -> bool:
        return len(self.communities) == 1 and self.communities[0].copies == 1

    def check_one_community(self) -> None:
        """For what knows a single community only: raise Invalid if there are several."""
        if not self.is_one_community:
            count = sum(each.copies for each in self.communities)
            raise Invalid(
                f"{self.name} has {count:,} communities, but the platform settles one: give a"
                " scenario with one [[community]] and copies = 1, such as harare_street.toml"
            )

    @property
    def site(self) -> str:
        """The only community's site. Raises Invalid if there are several communities."""
        self.check_one_community()
        return self.communities[0].site

    def resized(self, households: int) -> "Scenario":
        """As many ``households``, in the same proportions.

        A single community grows or shrinks; of several there are more or fewer, the last of
        which may be cut short. The smaller scenario's homes are the first of the larger one.
        """
        Whole("", 1, MOST_HOUSEHOLDS).taken("households", households)
        return replace(self, households=households)

    def lasting(self, days: int) -> "Scenario":
        return replace(self, days=days)

    def seeded(self, seed: int) -> "Scenario":
        return replace(self, seed=seed)

    def under(self, scheme: str) -> "Scenario":
        return replace(self, scheme=scheme)

    def varied(self, path: str, value: float | str) -> "Scenario":
        """With another ``value`` at ``path``, such as "panels.share" or "outages.hours_per_day".

        Beside numbers, "scheme" and "households" can vary.
        Raises Invalid that lists the paths there are, or says what is wrong with the value.
        """
        if path == "scheme":
            return self.under(cast("str", value))
        if path == "households":
            return self.resized(cast("int", value))
        if path in SCALED:
            grown = (replace(c, groups=scaled(c.groups, path, value)) for c in self.communities)
            return replace(self, communities=tuple(grown))
        return changed(self, path, value)
