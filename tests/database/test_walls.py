"""The second wall: with the API's own checks gone, the database still shows nobody else's rows."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from peergrid.api.app import Backend, create_app
from peergrid.api.dependencies import SignedIn, any_member
from peergrid.cli.serve import serving
from peergrid.database.pool import Connection, Database
from peergrid.database.roles import HOUSEHOLD, OPERATOR, OVERSEER, Asking, enter
from peergrid.ledger.book import balances_of
from peergrid.members import consent, trail
from peergrid.members.membership import Member, add_member
from peergrid.members.sessions import issue, sessions_of
from peergrid.meters.registry import meters_of_member
from peergrid.payments.payout import payouts_of_member
from peergrid.settings import Settings
from peergrid.settlement.connections import hand_over
from peergrid.settlement.settle import settle
from peergrid.settlement.statement.month import statement_of
from peergrid.settlement.worth import Step, worth_between
from tests.community import FIRST, NOON, START, Street, found_street, report, report_both
from tests.conftest import SECRET, free_port
from tests.payments.paying import USD, Town, found_town

SEPTEMBER = date(2026, 9, 1)
NOW = datetime(2026, 9, 2, tzinfo=UTC)
BY_MEMBER = "t.member_id = %(member)s"
BY_METER = "t.meter_id in (select meter_id from meter where member_id = %(member)s)"
BY_ACCOUNT = """exists (select from account a where a.member_id = %(member)s
  and a.account_id in (t.debit_account, t.credit_account))"""
BY_COMMUNITY = "t.community_id = %(community)s"
IN_COMMUNITY = "t.meter_id in (select meter_id from meter where community_id = %(community)s)"
OF_ITS_MEMBERS = "t.member_id in (select member_id from member where community_id = %(community)s)"
NOTHING = "false"

# Whose rows a household's request sees, and whose an overseer's.
SEEN = {
    "reading": (BY_METER, IN_COMMUNITY),
    "reading_version": (BY_METER, IN_COMMUNITY),
    "sealed_day": (BY_METER, IN_COMMUNITY),
    "every_reading": (BY_METER, IN_COMMUNITY),
    "register": (BY_METER, IN_COMMUNITY),
    "share": (BY_METER, IN_COMMUNITY),
    "transfer": (BY_ACCOUNT, IN_COMMUNITY),
    "entry": (BY_METER, IN_COMMUNITY),
    "payout_transfer": (BY_ACCOUNT, IN_COMMUNITY),
    "meter": (BY_MEMBER, BY_COMMUNITY),
    "connection_owner": (BY_MEMBER, OF_ITS_MEMBERS),
    "account": (BY_MEMBER, BY_COMMUNITY),
    "payout": (BY_MEMBER, BY_COMMUNITY),
    "consent": (BY_MEMBER, OF_ITS_MEMBERS),
    "session": (BY_MEMBER, OF_ITS_MEMBERS),
    "limit_price": (
        "t.set_by = %(member)s",
        "t.set_by in (select member_id from member where community_id = %(community)s)",
    ),
    "member": (
        f"{BY_MEMBER} or {BY_COMMUNITY} and t.role in ('operator', 'auditor')",
        BY_COMMUNITY,
    ),
    "trail": (f"t.subject_id = %(member)s and {BY_COMMUNITY}", BY_COMMUNITY),
    **dict.fromkeys(
        ("community", "tariff", "settlement", "standing_settlement", "community_change"),
        (BY_COMMUNITY, BY_COMMUNITY),
    ),
    **dict.fromkeys(
        ("community_interval", "community_clock", "outage"), (BY_COMMUNITY, BY_COMMUNITY)
    ),
}
HERE_ALONE = {"sealed_day", "payout", "payout_transfer"}  # nobody has any elsewhere
EACH_MEMBER = """
insert into reading_version
  select interval_start, meter_id, import_wh, export_wh, generation_wh, quality, revision
  from reading join meter using (meter_id) where member_id = %(member)s;
insert into register select meter_id, active_from, 1, 2, 3 from meter where member_id = %(member)s;
insert into limit_price (connection_id, valid_from, bid_micros_per_kwh, set_by)
  select connection_id, active_from, 1, member_id from meter where member_id = %(member)s"""
EACH_COMMUNITY = """
insert into outage (community_id, starts, ends) values (%(community)s, '2026-01-01Z', '2026-01-02Z')
"""


@dataclass(frozen=True)
class World:
    """Two towns; in each, Ada and Ben have rows in every table of SEEN."""

    database: Database
    here: Street
    there: Street

    def posing(self, asking: Asking) -> Database:
        """The database as a request sees it, whatever it then asks for."""
        return self.database.beginning_with(lambda connection: enter(connection, asking))


def household(member: Member) -> Asking:
    return Asking(HOUSEHOLD, member.community_id, member.member_id)


def furnish(connection: Connection, street: Street) -> None:
    asked = {"community": street.community_id}
    connection.execute(EACH_COMMUNITY.encode(), asked)
    for member in (street.ada, street.ben):
        for statement in EACH_MEMBER.split(";"):
            connection.execute(statement.encode(), asked | {"member": member.member_id})
        issue(connection, member, SECRET, NOW)
        consent.give(connection, member.member_id, "research", "1", NOW)
        deed = trail.Deed(
            street.community_id, "look at", "member", {}, None, subject_id=member.member_id
        )
        trail.record(connection, deed)


@pytest.fixture
def world(database: Database) -> World:
    town: Town = found_town(database)
    with database.transaction() as connection:
        there = found_street(connection, "elsewhere")
    report_both(database, there, FIRST)
    settle(database, there.community_id)
    for member in (town.street.ada, town.street.ben):
        town.approve(town.ask(member, 10 * USD))
    with database.transaction() as connection:
        for street in (town.street, there):
            furnish(connection, street)
    return World(database, town.street, there)


def rows(database: Database, table: str, where: str, member: Member) -> set[str]:
    asked = {"member": member.member_id, "community": member.community_id}
    query = f"select t::text from {table} t where {where}"  # noqa: S608 - of our own tables
    with database.transaction() as connection:
        return {text for (text,) in connection.execute(query.encode(), asked)}


def test_without_a_condition_each_sees_their_own_rows_of_every_table(world: World) -> None:
    ada, chipo = world.here.ada, world.here.chipo
    for table, (own, communitys) in SEEN.items():
        everything = rows(world.database, table, "true", ada)
        if table != "sealed_day":
            assert rows(world.database, table, own, ada), table
        for asking, where in (
            (household(ada), own),
            (Asking(OVERSEER, chipo.community_id, chipo.member_id), communitys),
            (Asking(OPERATOR, chipo.community_id, chipo.member_id), communitys),
            (Asking(HOUSEHOLD), NOTHING),
            (Asking(OPERATOR), NOTHING),
        ):
            seen = rows(world.posing(asking), table, "true", ada)
            assert seen == rows(world.database, table, where, ada), (table, asking)
            assert seen < everything or table in HERE_ALONE, (table, asking)


# What the store is asked for in another's name.
ASKED: dict[str, Callable[[Connection, Member], Any]] = {
    "meters": lambda c, whose: meters_of_member(c, whose.member_id),
    "balances": lambda c, whose: any(balances_of(c, [whose.member_id])[whose.member_id].values()),
    "payouts": lambda c, whose: payouts_of_member(c, whose.member_id),
    "sessions": lambda c, whose: sessions_of(c, whose.member_id, NOW),
    "consents": lambda c, whose: consent.consents_of(c, whose.member_id),
    "trail": lambda c, whose: trail.about(c, whose.community_id, whose.member_id),
    "statement": lambda c, whose: statement_of(c, whose, SEPTEMBER).lines,
    "energy": lambda c, whose: worth_between(
        c,
        list(range(1, 10)),
        START,
        START + timedelta(days=1),
        Step.INTERVAL,
        owner=whose.member_id,
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_the_store_tells_nothing_of_a_neighbour_whoever_it_is_asked_about(
    world: World, name: str
) -> None:
    ben = world.here.ben
    with world.posing(household(ben)).transaction() as connection:
        assert ASKED[name](connection, ben)
    with world.posing(household(world.here.ada)).transaction() as connection:
        assert not ASKED[name](connection, ben)


WRITTEN = {
    "a payout": "insert into payout (community_id, member_id, key, service, number, amount_micros,"
    " received_micros, fee_micros, tax_micros) values (%(community)s, %(member)s, 'k', 'ecocash',"
    " '+263771111111', 5000000, 4000000, 1, 1)",
    "a limit price": "insert into limit_price (connection_id, valid_from, bid_micros_per_kwh,"
    " set_by) values (1, '2027-01-01Z', 1, %(member)s)",
    "a consent": "insert into consent (member_id, purpose, version, given_at)"
    " values (%(member)s, 'settlement', '1', now())",
    "an entry of the trail": "insert into trail (community_id, actor_id, role, verb, object,"
    " of_everybody, ids, came_from) values (%(community)s, %(member)s, 'consumer', 'look at',"
    " 'member', false, '{}', 'unknown')",
}
CHANGED = {
    "a name": "update member set name = 'x' where member_id = %(member)s",
    "a session": "update session set ended_at = now() where member_id = %(member)s",
    "a consent": "update consent set withdrawn_at = given_at where member_id = %(member)s",
}


@pytest.mark.parametrize("what", WRITTEN)
def test_nobody_writes_in_a_neighbours_name(world: World, what: str) -> None:
    ben = world.here.ben
    asked = {"member": ben.member_id, "community": ben.community_id}
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"),
        world.posing(household(world.here.ada)).transaction() as connection,
    ):
        connection.execute(WRITTEN[what].encode(), asked)


@pytest.mark.parametrize("what", CHANGED)
@pytest.mark.parametrize("poser", ["neighbour", "auditor", "operator elsewhere"])
def test_nobody_changes_what_is_a_neighbours(world: World, what: str, poser: str) -> None:
    ben, chipo, stranger = world.here.ben, world.here.chipo, world.there.chipo
    asking = {
        "neighbour": household(world.here.ada),
        "auditor": Asking(OVERSEER, chipo.community_id, chipo.member_id),
        "operator elsewhere": Asking(OPERATOR, stranger.community_id, stranger.member_id),
    }[poser]
    asked = {"member": ben.member_id}
    with (
        world.posing(household(ben)).transaction() as connection,
        connection.transaction(force_rollback=True),
    ):
        assert connection.execute(CHANGED[what].encode(), asked).rowcount == 1
    with world.posing(asking).transaction() as connection:
        assert connection.execute(CHANGED[what].encode(), asked).rowcount == 0


def test_who_takes_over_sees_a_connection_from_then_on(database: Database, street: Street) -> None:
    boundary = NOON
    with database.transaction() as connection:
        dan = add_member(connection, street.community_id, "Dan", "dan@street.example", "consumer")
        meter_id = street.ben_meter.meter_id
        hand_over(connection, street.community_id, meter_id, dan.member_id, boundary.start)
    for number, drawn_wh in ((-1, 111), (0, 222), (1, 333)):
        report(database, street.ben_meter, boundary.later(number), drawn_wh, 0)
    world = World(database, street, street)

    def drawn(member: Member) -> list[int]:
        with world.posing(household(member)).transaction() as connection:
            found = connection.execute("select import_wh from every_reading order by 1").fetchall()
        return [wh for (wh,) in found]

    assert (drawn(street.ben), drawn(dan), drawn(street.ada)) == ([111], [222, 333], [])


# Routes of a household, asked by Ada while the API believes that she is Ben.
ROUTES = (
    "energy/day?day=2026-09-01",
    "energy/month?month=2026-09-01",
    "energy/year?year=2026",
    "wallet",
    "wallet/statement?month=2026-09-01",
    "payouts",
    "limits",
    "me/consents",
    "me/trail",
    "export/readings.csv?start=2026-09-01&end=2026-09-01",
    "export/shares.csv?start=2026-09-01&end=2026-09-01",
    "export/payouts.csv?start=2026-09-01&end=2026-09-01",
)


@pytest.fixture
def gullible(world: World, url: str, tmp_path: Path) -> Iterator["Gullible"]:
    app = create_app(Settings(tmp_path, url, SECRET, second_factor=False), url)
    port = free_port()
    with serving(app, "127.0.0.1", port):
        address = f"http://127.0.0.1:{port}/api/v1/"
        with httpx.Client(base_url=address, timeout=60) as http:
            yield Gullible(app, http, world)


@dataclass(frozen=True)
class Gullible:
    """A backend whose own check is gone: it believes whoever asks to be ``believed``."""

    app: Backend
    http: httpx.Client
    world: World

    def get(self, path: str, asker: Member, believed: Member) -> set[str]:
        """The words and numbers of an answer."""

        def somebody_else(_: SignedIn) -> Member:
            return believed

        with self.world.database.transaction() as connection:
            token = issue(connection, asker, SECRET, datetime.now(UTC)).access_token
        self.app.dependency_overrides[any_member] = somebody_else
        answer = self.http.get(path, headers={"Authorization": f"Bearer {token}"})
        return set(re.findall(r"[\w.:-]+", answer.text))


def test_a_household_that_the_api_takes_for_another_is_told_nothing_of_theirs(
    gullible: Gullible,
) -> None:
    """What a stranger who poses as Ben is told, everybody knows; Ada is told no more."""
    here, there = gullible.world.here, gullible.world.there
    secrets: set[str] = set()
    for path in ROUTES:
        truth = gullible.get(path, here.ben, here.ben)
        known = gullible.get(path, here.ada, here.ada) | gullible.get(path, there.ben, here.ben)
        secret = truth - known - {here.ben.name}  # which the API was told with whom to believe
        posed = gullible.get(path, here.ada, here.ben)

        assert not posed & secret, path
        secrets |= secret
    assert "street-ben" in secrets


def test_an_operator_whom_the_api_takes_for_another_communitys_is_told_nothing_of_it(
    gullible: Gullible,
) -> None:
    chipo, stranger = gullible.world.here.chipo, gullible.world.there.chipo
    for path in ("operator/members", "operator/meters", "operator/overview"):
        truth = gullible.get(path, chipo, chipo)
        posed = gullible.get(path, stranger, chipo)

        assert "street" in str(truth).lower()
        assert "street" not in str(posed).lower()
