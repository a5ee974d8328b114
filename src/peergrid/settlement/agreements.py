"""What members agree on: each connection's part of the community's surplus, from a local day on.

An operator drafts an agreement, publishes it for all members to see, and applies it. Then it
never changes; another one takes its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from peergrid.database.pool import Connection
from peergrid.energy import day_start
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.members.membership import community_by_id
from peergrid.meters.registry import connections_of, meters_of_community
from peergrid.money import PARTS
from peergrid.settlement.past import check_begins_later

ALL = """
select agreement_id, connection_ids, coefficients_ppm, published_at, applied_at, valid_from
from agreement where community_id = %s and agreement_id = coalesce(%s, agreement_id) order by 1"""
ADD = """
insert into agreement (community_id, connection_ids, coefficients_ppm, drafted_by)
values (%s, %s, %s, %s) returning agreement_id"""
CHANGE = """
update agreement set connection_ids = %s, coefficients_ppm = %s, drafted_by = %s,
  changed_at = clock_timestamp() where agreement_id = %s"""
DROP = "delete from agreement where agreement_id = %s"
PUBLISH = """
update agreement set published_by = %s, published_at = clock_timestamp() where agreement_id = %s"""
APPLY = """
update agreement set applied_by = %s, applied_at = clock_timestamp(), valid_from = %s
where agreement_id = %s"""


class AgreementState(StrEnum):
    """How far an agreement has come."""

    DRAFT = "draft"
    PUBLISHED = "published"
    APPLIED = "applied"


@dataclass(frozen=True)
class Agreement:
    """Parts of the surplus by connection id [ppm], in force from the local day ``valid_from``."""

    agreement_id: int
    coefficient_ppm: dict[int, int]
    published_at: datetime | None
    applied_at: datetime | None
    valid_from: date | None

    @property
    def state(self) -> AgreementState:
        if self.valid_from is not None:
            return AgreementState.APPLIED
        return AgreementState.PUBLISHED if self.published_at else AgreementState.DRAFT


def agreements_of(connection: Connection, community_id: int) -> list[Agreement]:
    """A community's agreements, drafts too, in the order in which they were begun."""
    return _agreements(connection, community_id, None)


def agreement_of(connection: Connection, community_id: int, agreement_id: int) -> Agreement:
    """One agreement of a community. Raises NotFound if it has none of that number."""
    found = _agreements(connection, community_id, agreement_id)
    if not found:
        raise NotFound(f"Your community has no agreement {agreement_id}.")
    return found[0]


def add_agreement(
    connection: Connection, community_id: int, member_id: int, parts: Mapping[str, int]
) -> Agreement:
    """Draft an agreement; ``parts`` [ppm] by serials, each of any meter of a connection.

    Raises Invalid if they do not sum to 1,000,000 or name a connection twice, NotFound for a meter
    of nobody here, and Conflict for a part of a connection that has ended.
    """
    columns = _columns(connection, community_id, parts)
    row = connection.execute(ADD, (community_id, *columns, member_id)).fetchone()
    assert row is not None, "an insert returns its row"  # noqa: S101
    return agreement_of(connection, community_id, row[0])


def change_agreement(
    connection: Connection,
    community_id: int,
    member_id: int,
    agreement_id: int,
    parts: Mapping[str, int],
) -> Agreement:
    """Put other parts in a draft; raises as ``add_agreement``, and Conflict once published."""
    columns = _columns(connection, community_id, parts)
    _in_state(connection, community_id, agreement_id, AgreementState.DRAFT)
    connection.execute(CHANGE, (*columns, member_id, agreement_id))
    return agreement_of(connection, community_id, agreement_id)


def drop_agreement(connection: Connection, community_id: int, agreement_id: int) -> None:
    """Throw a draft away. Raises Conflict once it is published, and NotFound."""
    _in_state(connection, community_id, agreement_id, AgreementState.DRAFT)
    connection.execute(DROP, (agreement_id,))


def publish_agreement(
    connection: Connection, community_id: int, member_id: int, agreement_id: int
) -> Agreement:
    """Let all members see a draft; from now on its parts stay. Raises Conflict, NotFound."""
    _in_state(connection, community_id, agreement_id, AgreementState.DRAFT)
    connection.execute(PUBLISH, (member_id, agreement_id))
    return agreement_of(connection, community_id, agreement_id)


def apply_agreement(
    connection: Connection, community_id: int, member_id: int, agreement_id: int, day: date
) -> Agreement:
    """Let a published agreement hold from a local ``day`` on, for good.

    Raises Conflict if it is not published or applied already, if the day is settled or has an
    agreement already, or if a connection with a part is not in force that day; and NotFound.
    """
    agreement = _in_state(connection, community_id, agreement_id, AgreementState.PUBLISHED)
    check_begins_later(connection, community_id, day, "An agreement")
    if day in {known.valid_from for known in agreements_of(connection, community_id)}:
        raise Conflict(f"Another agreement holds from {day} on: choose another day.")
    there = connections_of(meters_of_community(connection, community_id))
    for one, part in agreement.coefficient_ppm.items():
        if part and not there[one].at(day_start(day)):
            raise Conflict(
                f"Meter {there[one].serial} is not in force on {day}: choose another day, or agree"
                " without it."
            )
    connection.execute(APPLY, (member_id, day, agreement_id))
    return agreement_of(connection, community_id, agreement_id)


def _agreements(
    connection: Connection, community_id: int, agreement_id: int | None
) -> list[Agreement]:
    rows = connection.execute(ALL, (community_id, agreement_id))
    return [
        Agreement(number, dict(zip(named, parts, strict=True)), *rest)
        for number, named, parts, *rest in rows
    ]


def _in_state(
    connection: Connection, community_id: int, agreement_id: int, state: AgreementState
) -> Agreement:
    """One agreement, with its community locked until the transaction ends."""
    community_by_id(connection, community_id, locked=True)
    agreement = agreement_of(connection, community_id, agreement_id)
    if agreement.state is not state:
        raise Conflict(
            f"Agreement {agreement_id} is {agreement.state}, not {state}: draft another."
        )
    return agreement


def _columns(
    connection: Connection, community_id: int, parts: Mapping[str, int]
) -> tuple[list[int], list[int]]:
    total = sum(parts.values())
    if total != PARTS or min(parts.values()) < 0:
        raise Invalid(
            f"The coefficients sum to {total} ppm: they must sum to {PARTS}, none below 0."
        )
    meters = meters_of_community(connection, community_id)
    there, known = connections_of(meters), {one.serial: one.connection_id for one in meters}
    settled_until = community_by_id(connection, community_id).settled_until
    by_connection: dict[int, int] = {}
    for serial, part in parts.items():
        if serial not in known:
            raise NotFound(f"Your community has no meter {serial}.")
        if known[serial] in by_connection:
            raise Invalid(f"Meter {serial} is of a connection named already: give it one part.")
        ends = there[known[serial]].active_until
        if part and ends and ends <= settled_until:
            raise Conflict(f"Meter {serial} has ended, and none took over: give it no part.")
        by_connection[known[serial]] = part
    return list(by_connection), list(by_connection.values())
