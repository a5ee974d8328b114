"""What can be run: scenarios, and the dials to turn, as the newest worker says."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection
from peergrid.errors import Invalid, NotFound

type Setting = float | int | str

ALL = "select scenario, title, households, days, scheme, dials from laboratory_offer order by 1"
CLEAR = "delete from laboratory_offer"
ADD = """
insert into laboratory_offer (scenario, title, households, days, scheme, dials)
values (%s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True)
class Dial:
    """A number or a word of a scenario that may be set: ``choices``, or ``least`` to ``most``.

    ``as_it_is`` is what the scenario itself says.
    """

    path: str
    says: str
    unit: str
    least: float | None = None
    most: float | None = None
    is_whole: bool = False
    as_it_is: float | None = None
    choices: tuple[str, ...] = ()

    def check(self, value: Setting) -> None:
        """Raises Invalid for what the dial cannot be turned to."""
        if self.choices:
            if value not in self.choices:
                raise Invalid(f"{self.path} is {value!r}: choose one of {', '.join(self.choices)}.")
            return
        fits = not isinstance(value, str | bool) and (self.least or 0) <= value <= (self.most or 0)
        if not fits or (self.is_whole and value != int(value)):
            kind = "a whole number" if self.is_whole else "a number"
            raise Invalid(
                f"{self.path} is {value!r}: it must be {kind} from {self.least:g} to {self.most:g}."
            )


@dataclass(frozen=True)
class Offer:
    """A scenario as it is without a dial turned."""

    scenario: str
    title: str
    households: int
    days: int
    scheme: str
    dials: tuple[Dial, ...]

    def check(self, settings: Mapping[str, Setting]) -> None:
        """Raises Invalid for a dial that is not there, or is turned too far."""
        by_path = {dial.path: dial for dial in self.dials}
        for path, value in settings.items():
            if path not in by_path:
                raise Invalid(f"{path} is no dial: turn one of {', '.join(by_path)}.")
            by_path[path].check(value)


def offers(connection: Connection) -> list[Offer]:
    """All scenarios by name; none until a worker has ever run."""
    found = []
    for scenario, title, households, days, scheme, listed in connection.execute(ALL):
        dials = (Dial(**dict(dial, choices=tuple(dial["choices"]))) for dial in listed)
        found.append(Offer(scenario, title, households, days, scheme, tuple(dials)))
    return found


def offer_of(connection: Connection, scenario: str) -> Offer:
    """One scenario. Raises NotFound if no worker offers it."""
    for offer in offers(connection):
        if offer.scenario == scenario:
            return offer
    raise NotFound(f"No worker offers {scenario}: start one with `peergrid laboratory`.")


def put_up(connection: Connection, offered: Iterable[Offer]) -> None:
    """Say what is offered from now on."""
    connection.execute(CLEAR)
    for one in offered:
        dials = Jsonb([asdict(dial) for dial in one.dials])
        plain = (one.scenario, one.title, one.households, one.days, one.scheme)
        connection.execute(ADD, (*plain, dials))
