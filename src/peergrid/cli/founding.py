"""Make a scenario's homes members of the platform: community, meters, accounts, tariff, keys."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from peergrid.database.embedded import write_secret
from peergrid.database.pool import Connection
from peergrid.energy import day_start
from peergrid.errors import Invalid
from peergrid.ledger.book import open_accounts
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.credentials import set_password
from peergrid.members.membership import Community, add_community, add_member
from peergrid.meters.collectors import issue_collector_key
from peergrid.meters.registry import add_meter, issue_key, meters_of_community
from peergrid.settlement.tariffs import add_tariff
from peergrid.simulation.households import Household, households_of
from peergrid.simulation.scenario import Scenario
from peergrid.wire import Role

COLLECTOR = "head-end"
OVERSEERS = {  # two operators, since one cannot approve what the same one put together
    "operator": ("Operator", Role.OPERATOR),
    "second-operator": ("Second operator", Role.OPERATOR),
    "auditor": ("Auditor", Role.AUDITOR),
}


@dataclass(frozen=True)
class SignIn:
    """Somebody who may sign in; the password is shown to them alone."""

    role: str
    email: str
    password: str


@dataclass(frozen=True)
class Founded:
    """What is told once: meter keys by serial, sign-ins, and the key of a collector of them all."""

    keys: dict[str, str]
    sign_ins: list[SignIn]
    collector_key: str | None = None

    def save(self, path: Path) -> None:
        """Keep it in a file that only its owner can read."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
        write_secret(path, json.dumps(asdict(self), indent=1))


def load(path: Path) -> Founded | None:
    """What ``save`` kept; None if nothing is there. Raises Invalid if it is damaged."""
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_text())
        keys = {str(serial): str(key) for serial, key in kept["keys"].items()}
        sign_ins = [SignIn(**one) for one in kept["sign_ins"]]
        collector_key = str(kept["collector_key"]) if kept.get("collector_key") else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(f"{path} is damaged: delete it, and new keys are made.") from error
    every = [*keys.values(), collector_key or ""]
    if not all(key.isascii() and key.isprintable() for key in every):
        raise Invalid(f"{path} is damaged: delete it, and new keys are made.")
    return Founded(keys, sign_ins, collector_key)


def found(connection: Connection, scenario: Scenario, now: datetime) -> Founded:
    """Register a scenario's homes; those there already stay, with new keys and passwords.

    Two operators, an auditor, a producer and a consumer can sign in. Raises Invalid if the
    community exists with other homes than the scenario's.
    """
    first = day_start(scenario.start)
    community = add_community(connection, scenario.name, scenario.title, first)
    households = households_of(scenario)
    _refuse_other_homes(connection, community, households)
    owners: dict[int, int] = {}
    keys: dict[str, str] = {}
    sign_ins: dict[Role, SignIn] = {}
    for household in households:
        role = Role.PRODUCER if household.has_panels else Role.CONSUMER
        email = f"{household.serial}@{_domain(scenario)}"
        member = add_member(connection, community.community_id, household.name, email, role)
        meter = add_meter(
            connection,
            community.community_id,
            member.member_id,
            household.serial,
            has_panels=household.has_panels,
            connection_w=household.connection_w,
            active_from=first,
        )
        owners[meter.meter_id] = member.member_id
        keys[household.serial] = issue_key(connection, meter.meter_id, now)
        if role not in sign_ins:
            sign_ins[role] = _sign_in(connection, member.member_id, role, email)
    open_accounts(connection, community.community_id, owners)
    add_tariff(connection, community.community_id, zetdc_tariff(scenario.scheme))
    overseers = []
    for local, (name, role) in OVERSEERS.items():
        email = f"{local}@{_domain(scenario)}"
        overseer = add_member(connection, community.community_id, name, email, role)
        overseers.append(_sign_in(connection, overseer.member_id, role, email))
    _, collector_key = issue_collector_key(connection, community.community_id, COLLECTOR, now)
    return Founded(keys, [*overseers, *sign_ins.values()], collector_key)


def read_keys(path: Path) -> Mapping[str, str]:
    """Meter keys by serial. Raises Invalid if the file is missing or damaged."""
    return _read(path).keys


def read_collector_key(path: Path) -> str:
    """The key of the collector of all meters. Raises Invalid as ``read_keys``, or without one."""
    key = _read(path).collector_key
    if key is None:
        raise Invalid(f"{path} holds no collector's key: `peergrid register` writes one.")
    return key


def _read(path: Path) -> Founded:
    founded = load(path)
    if founded is None:
        raise Invalid(f"{path} is not there: `peergrid register` writes the meters' keys.")
    return founded


def _domain(scenario: Scenario) -> str:
    return f"{scenario.name.replace('_', '-')}.example"


def _sign_in(connection: Connection, member_id: int, role: Role, email: str) -> SignIn:
    password = secrets.token_urlsafe(12)
    set_password(connection, member_id, password)
    return SignIn(role, email, password)


def _refuse_other_homes(
    connection: Connection, community: Community, households: list[Household]
) -> None:
    known = {meter.serial for meter in meters_of_community(connection, community.community_id)}
    if known and known != {household.serial for household in households}:
        raise Invalid(
            f"{community.name} exists with {len(known)} homes, not {len(households)}:"
            " give the same number, or another data directory."
        )
