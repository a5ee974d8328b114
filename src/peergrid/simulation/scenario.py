"""A scenario: which homes share, where, when, and under which scheme, read from a TOML file."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from peergrid.errors import Invalid
from peergrid.market.schemes import scheme_named
from peergrid.simulation.demand import class_named
from peergrid.simulation.sky.sites import site_named

NAME = re.compile(r"[a-z0-9_]{1,48}")
YEARS = (2001, 2099)  # in which a scenario may begin
MOST_DAYS = 3_660
MOST_HOUSEHOLDS = 1_000_000
MOST_SEED = 2**63 - 1

KEYS = {"name", "title", "site", "start", "days", "seed", "scheme", "group"}
GROUP_KEYS = {"class", "homes", "with_panels", "kwp", "tilt_deg", "azimuth_deg", "breaker_a"}
RANGE_KEYS = ("kwp", "tilt_deg", "azimuth_deg")
RANGE_ENDS = 2

type Range = tuple[float, float]


@dataclass(frozen=True)
class Group:
    """``homes`` of one class, ``with_panels`` of them producers; ranges are least and most.

    ``kwp`` is the panels' size; ``tilt_deg`` is from flat, ``azimuth_deg`` clockwise from north.
    Assumptions, all tunable: panels of 3 to 5 kWp (the typical home system is sold as 5 kVA),
    roofs within 45 degrees of north, and a breaker of 60 A. Raises Invalid out of bounds.
    """

    household_class: str
    homes: int
    with_panels: int = 0
    kwp: Range = (3.0, 5.0)
    tilt_deg: Range = (10.0, 30.0)
    azimuth_deg: Range = (-45.0, 45.0)
    breaker_a: int = 60

    def __post_init__(self) -> None:
        class_named(self.household_class)
        _check("homes", self.homes, 1, MOST_HOUSEHOLDS)
        if not 0 <= self.with_panels <= self.homes:
            raise Invalid(
                f"with_panels is {self.with_panels}: it must be 0 to {self.homes}, "
                "the number of homes"
            )
        _check("breaker_a", self.breaker_a, 5, 400)
        _check_range("kwp", self.kwp, 0.1, 100)
        _check_range("tilt_deg", self.tilt_deg, 0, 90)
        _check_range("azimuth_deg", self.azimuth_deg, -180, 180)


@dataclass(frozen=True)
class Scenario:
    """What a run needs to know; ``start`` is a local day, ``name`` begins the meters' serials.

    ``groups`` give the proportions and ``households`` the number of homes: see ``places_of``.
    Raises Invalid with a sentence that names the field and what would be right.
    """

    name: str
    title: str
    site: str
    start: date
    days: int
    seed: int
    scheme: str
    groups: tuple[Group, ...]
    households: int

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise Invalid(
                f"name is {self.name!r}: write 1 to 48 small letters, digits or underscores"
            )
        site_named(self.site)
        if not YEARS[0] <= self.start.year <= YEARS[1]:
            raise Invalid(f"start is {self.start}: it must lie in the years {YEARS[0]}-{YEARS[1]}")
        _check("days", self.days, 1, MOST_DAYS)
        _check("seed", self.seed, 0, MOST_SEED)
        _check("households", self.households, 1, MOST_HOUSEHOLDS)
        if not self.groups:
            raise Invalid("there are no homes: add at least one [[group]]")
        try:
            scheme_named(self.scheme)
        except ValueError as error:
            raise Invalid(str(error)) from error

    @property
    def producers(self) -> int:
        """How many homes have panels."""
        return sum(has_panels for _, has_panels in places_of(self))

    def resized(self, households: int) -> "Scenario":
        """As many ``households``, in the same proportions: see ``places_of``."""
        return replace(self, households=households)

    def lasting(self, days: int) -> "Scenario":
        return replace(self, days=days)

    def seeded(self, seed: int) -> "Scenario":
        return replace(self, seed=seed)

    def under(self, scheme: str) -> "Scenario":
        return replace(self, scheme=scheme)


def places_of(scenario: Scenario) -> Iterator[tuple[Group, bool]]:
    """The group of each household in turn, and whether it has panels.

    The first home has panels and the second has none, if the groups hold both kinds; then each
    next one is of the kind that lacks most. So the proportions hold at every size, and a larger
    community begins with the homes of the smaller one.

    Source: highest averages (A. Sainte-Lague, 1910).
    """
    kinds = [
        (group, has_panels, homes)
        for group in scenario.groups
        for has_panels, homes in (
            (True, group.with_panels),
            (False, group.homes - group.with_panels),
        )
        if homes
    ]
    placed = [0] * len(kinds)
    for number in range(scenario.households):
        wanted = number == 0  # panels first, then none
        first_two = [i for i, kind in enumerate(kinds) if number <= 1 and kind[1] == wanted]
        among = first_two or range(len(kinds))
        chosen = max(among, key=lambda i: (kinds[i][2] / (2 * placed[i] + 1), -i))
        placed[chosen] += 1
        yield kinds[chosen][0], kinds[chosen][1]


def _check(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Invalid(f"{name} is {value}: it must be {least} to {most:,}")


def _check_range(name: str, value: Range, least: float, most: float) -> None:
    low, high = value
    if not least <= low <= high <= most:
        raise Invalid(
            f"{name} is [{low}, {high}]: write the least and the most, within {least} to {most}"
        )


def read_scenario(path: Path) -> Scenario:
    """The scenario written in the TOML file at ``path``.

    Raises Invalid with one sentence that names the file, the key and what would be right.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Invalid(f"{path}: there is no such file; give the path of a scenario") from error
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: it cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path}: this is not TOML: {error}") from error
    try:
        return _scenario(table)
    except Invalid as error:
        raise Invalid(f"{path}: {error}") from error


def _scenario(table: Mapping[str, Any]) -> Scenario:
    _only(table, KEYS)
    listed = table.get("group", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise Invalid("group must be a list of tables: write [[group]] above each one")
    groups = tuple(_numbered(i, each) for i, each in enumerate(listed, start=1))
    return Scenario(
        name=_text(table, "name"),
        title=_text(table, "title"),
        site=_text(table, "site"),
        start=_day(table, "start"),
        days=_whole(table, "days"),
        seed=_whole(table, "seed"),
        scheme=_text(table, "scheme"),
        groups=groups,
        households=sum(group.homes for group in groups) or 1,
    )


def _numbered(number: int, table: Mapping[str, Any]) -> Group:
    try:
        return _group(table)
    except Invalid as error:
        raise Invalid(f"group {number}: {error}") from error


def _group(table: Mapping[str, Any]) -> Group:
    _only(table, GROUP_KEYS)
    ranges = {key: _range(table, key) for key in RANGE_KEYS if key in table}
    wholes = {key: _whole(table, key) for key in ("with_panels", "breaker_a") if key in table}
    return Group(_text(table, "class"), _whole(table, "homes"), **ranges, **wholes)  # type: ignore[arg-type]


def _only(table: Mapping[str, Any], known: set[str]) -> None:
    for key in table:
        if key not in known:
            raise Invalid(f"there is no key {key!r}: use {', '.join(sorted(known))}")


def _given(table: Mapping[str, Any], key: str, example: str) -> Any:
    if key not in table:
        raise Invalid(f"{key} is missing: write {key} = {example}")
    return table[key]


def _text(table: Mapping[str, Any], key: str) -> str:
    value = _given(table, key, '"..."')
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"{key} is {value!r}: write some text in quotes")
    return value


def _whole(table: Mapping[str, Any], key: str) -> int:
    value = _given(table, key, "7")
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid(f"{key} is {value!r}: write a whole number, such as 7")
    return value


def _day(table: Mapping[str, Any], key: str) -> date:
    value = _given(table, key, "2026-09-01")
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Invalid(f"{key} is {value!r}: write a day without quotes, such as 2026-09-01")
    return value


def _range(table: Mapping[str, Any], key: str) -> Range:
    value = table[key]
    if not isinstance(value, list) or len(value) != RANGE_ENDS or not all(map(_is_number, value)):
        raise Invalid(f"{key} is {value!r}: write the least and the most, such as [3.0, 5.0]")
    return float(value[0]), float(value[1])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
