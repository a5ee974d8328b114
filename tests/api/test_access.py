"""Every route refuses the wrong role and the wrong owner: all routes, all roles, all owners."""

import itertools
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from peergrid.database.pool import Connection, Database
from peergrid.laboratory.experiments import ask_for, stop
from peergrid.laboratory.offers import Offer, put_up
from peergrid.market.tariff_terms import tariff_from
from peergrid.members.membership import Member, add_member
from peergrid.members.sessions import issue, sessions_of
from peergrid.meters.collectors import issue_collector_key
from peergrid.meters.outages import outages_of, report_outage
from peergrid.meters.registry import add_meter, keys_of, rotate_key
from peergrid.money import PARTS
from peergrid.settlement.agreements import add_agreement, publish_agreement
from peergrid.settlement.drafts import add_draft
from tests.api.routes import (
    ANYBODY,
    COLLECTOR,
    ELSEWHERE,
    METER,
    NEIGHBOURS,
    OWN,
    ROUTES,
    TERMS,
    Row,
)
from tests.community import CONNECTION_W, FIRST, PASSWORD, START, Street, found_street, report_both
from tests.conftest import SECRET, Backend

PROBLEM = "application/problem+json"
NUMBERS = itertools.count()  # so that no two drafts begin on one day, and no address comes twice


@dataclass(frozen=True)
class Place:
    """A street, and those in it whom nobody misses when they are suspended."""

    street: Street
    by_role: dict[str, Member]
    spare: Member
    spare_meter: str


@dataclass(frozen=True)
class World:
    """A backend with two streets."""

    http: httpx.Client
    database: Database
    here: Place
    there: Place

    def token(self, role: str) -> str | None:
        """What somebody of the first street shows; a sign-in of its own, which may end."""
        if role in {"nobody", "a liar"}:
            return "nonsense" if role == "a liar" else None
        if role in METER:
            return self.here.street.ada_key
        with self.database.transaction() as connection:
            if role in COLLECTOR:
                community_id = self.here.street.community_id
                return issue_collector_key(connection, community_id, "role", START)[1]
            return issue(
                connection, self.here.by_role[role], SECRET, datetime.now(UTC)
            ).access_token

    def ask(self, method: str, path: str, token: str | None, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if path.endswith("/live"):
            with self.http.stream(method, path, headers=headers) as answer:  # it goes on and on
                part = next(answer.iter_bytes())
                return httpx.Response(answer.status_code, headers=answer.headers, content=part)
        return self.http.request(method, path, headers=headers, **request)

    def call(self, name: str, role: str, whose: str) -> httpx.Response:
        """Call a route of the table as ``role``, about what is ``whose``."""
        row = ROUTES[name]
        given = self.filled([name, row.query, row.body], role, whose)
        (method, path), query, body = given[0].split(), given[1], given[2]
        sent = {} if body is None else {"json": body}
        return self.ask(method, path, self.token(role), params=query, **sent)

    def filled(self, template: Any, role: str, whose: str) -> Any:
        """The template with an object in each place that asks for one."""
        text = json.dumps(template)
        for name in objects_in(template):
            with self.database.transaction() as connection:
                found = OBJECTS[name](connection, self, role, whose)
            text = text.replace(f"{{{name}}}", str(found))
        return json.loads(text)


def a_place(connection: Connection, name: str) -> Place:
    street = found_street(connection, name)
    at = (connection, street.community_id)
    auditor = add_member(*at, "Audrey", f"audrey@{name}.example", "auditor")
    spare = add_member(*at, "Dan", f"dan@{name}.example", "consumer")
    serial = f"{name}-dan"
    add_meter(
        *at,
        spare.member_id,
        serial,
        has_panels=False,
        connection_w=CONNECTION_W,
        active_from=START,
    )
    roles = (street.ada, street.ben, street.chipo, auditor)
    return Place(street, {one.role: one for one in roles}, spare, serial)


@pytest.fixture
def world(backend: Backend) -> Iterator[World]:
    with backend.database.transaction() as connection:
        here, there = a_place(connection, "street"), a_place(connection, "elsewhere")
    report_both(backend.database, here.street, FIRST)
    with httpx.Client(base_url=backend.url, timeout=20) as http:
        yield World(http, backend.database, here, there)


def place_of(world: World, whose: str) -> Place:
    return world.there if whose == ELSEWHERE else world.here


def a_meter(_: Connection, world: World, role: str, whose: str) -> str:
    street = place_of(world, whose).street
    is_bens = (role == "consumer") != (whose == NEIGHBOURS)
    return (street.ben_meter if is_bens else street.ada_meter).serial


def a_session(connection: Connection, world: World, role: str, whose: str) -> object:
    """The caller's own, a neighbour's, or one elsewhere."""
    own = world.here.by_role.get(role, world.here.spare)
    return new_session(connection, own if whose == OWN else place_of(world, whose).spare)


def a_spare_session(connection: Connection, world: World, _: str, whose: str) -> object:
    return new_session(connection, place_of(world, whose).spare)


def new_session(connection: Connection, owner: Member) -> object:
    issue(connection, owner, SECRET, datetime.now(UTC))
    return sessions_of(connection, owner.member_id, datetime.now(UTC))[0].session_id


def a_draft(connection: Connection, world: World, _: str, whose: str) -> int:
    street = place_of(world, whose).street
    day = date(2027, 1, 1) + timedelta(days=next(NUMBERS))
    terms = tariff_from(TERMS | {"valid_from": str(day)})
    return add_draft(connection, street.community_id, street.chipo.member_id, terms).draft_id


def an_agreement(connection: Connection, world: World, _: str, whose: str) -> int:
    street = place_of(world, whose).street
    who = street.community_id, street.chipo.member_id
    return add_agreement(connection, *who, {street.ada_meter.serial: PARTS}).agreement_id


def a_published_agreement(connection: Connection, world: World, role: str, whose: str) -> int:
    agreement_id = an_agreement(connection, world, role, whose)
    street = place_of(world, whose).street
    publish_agreement(connection, street.community_id, street.chipo.member_id, agreement_id)
    return agreement_id


def a_key(connection: Connection, world: World, _: str, whose: str) -> int:
    place, now = place_of(world, whose), datetime.now(UTC)
    community_id = place.street.community_id
    meter = keys_of(connection, community_id, now, place.street.ben_meter.serial)
    assert meter
    return rotate_key(connection, place.street.ben_meter.meter_id, now, timedelta(days=1))[0]


def a_new_meter(connection: Connection, world: World, _: str, whose: str) -> int:
    street = place_of(world, whose).street
    return add_meter(
        connection,
        street.community_id,
        street.ben.member_id,
        f"new-{next(NUMBERS)}",
        has_panels=False,
        connection_w=CONNECTION_W,
        active_from=START,
    ).meter_id


def an_outage(connection: Connection, world: World, _: str, whose: str) -> int:
    community_id = place_of(world, whose).street.community_id
    starts = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(days=next(NUMBERS))
    report_outage(connection, community_id, starts, starts + timedelta(hours=1))
    return outages_of(connection, community_id)[0].outage_id


def a_collector(connection: Connection, world: World, _: str, whose: str) -> str:
    community_id = place_of(world, whose).street.community_id
    return issue_collector_key(connection, community_id, f"of-{whose[:3]}", START)[0].name


def an_ended_experiment(connection: Connection, world: World, _: str, whose: str) -> int:
    street = place_of(world, whose).street
    put_up(connection, [Offer("street", "A street", 2, 1, "net_metering", ())])
    who = street.community_id, street.chipo.member_id
    asked = ask_for(connection, *who, "Once", "street", {}).experiment_id
    return stop(connection, street.community_id, asked).experiment_id


OBJECTS: dict[str, Callable[[Connection, World, str, str], object]] = {
    "member": lambda _, world, __, whose: place_of(world, whose).spare.member_id,
    "meter": a_meter,
    "spare meter": lambda _, world, __, whose: place_of(world, whose).spare_meter,
    "session": a_session,
    "spare session": a_spare_session,
    "draft": a_draft,
    "agreement": an_agreement,
    "published agreement": a_published_agreement,
    "key": a_key,
    "new meter": a_new_meter,
    "outage": an_outage,
    "experiment": an_ended_experiment,
    "serial": lambda *_: f"serial-{next(NUMBERS)}",
    "collector": a_collector,
    "email": lambda *_: f"nobody-{next(NUMBERS)}@street.example",
    "nonsense": lambda *_: "nonsense",
    "table": lambda *_: "readings",
    "ending": lambda *_: "csv",
    "purpose": lambda *_: "research",
}


NOBODYS = {"email", "nonsense", "serial", "table", "ending", "purpose"}


def objects_in(template: Any) -> set[str]:
    return set(re.findall(r"{([a-z ]+)}", json.dumps(template)))


def bare(name: str) -> str:
    """A route's name without what stands in its places."""
    return re.sub(r"{[^}]*}", "{}", name)


def test_every_route_of_the_document_is_in_the_table_and_no_other(world: World) -> None:
    document = world.http.get("/api/v1/openapi.json").json()
    described = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }

    missing = {bare(name) for name in described} ^ {bare(name) for name in ROUTES}
    assert not missing, f"say in tests/api/routes.py who may call {sorted(missing)}"


def expected(row: Row, role: str) -> int:
    if role in row.roles:
        return row.ok
    is_member = role not in {"nobody", "a liar"} | METER | COLLECTOR
    return 403 if is_member and row.roles not in {METER, COLLECTOR} else 401


def test_every_route_lets_its_roles_in_and_nobody_else(world: World) -> None:
    for name, row in ROUTES.items():
        for role in sorted(ANYBODY):
            answer = world.call(name, role, OWN)
            place = f"{name} as {role}: {answer.status_code} {answer.text[:200]}"
            assert answer.status_code == expected(row, role), place
            if answer.status_code >= 400 and "v1" in name:
                assert answer.headers["content-type"] == PROBLEM, place
                assert answer.json()["status"] == answer.status_code


def test_nobody_sees_or_changes_what_is_somebody_elses(world: World) -> None:
    asked = 0
    for name, row in ROUTES.items():
        named = objects_in([name, row.query, row.body]) - NOBODYS
        assert bool(row.others) == bool(named), f"say what {name} answers about somebody else's"
        for whose, status in row.others.items():
            for role in sorted(row.roles):
                answer = world.call(name, role, whose)
                asked += 1
                place = f"{name} as {role}, {whose}: {answer.status_code} {answer.text[:200]}"
                assert answer.status_code == status, place
    assert asked >= 40


def test_an_operator_sees_their_own_community_alone(world: World) -> None:
    for path in ("members", "meters"):
        answer = world.ask("GET", f"/api/v1/operator/{path}", world.token("operator"))
        assert "elsewhere" not in answer.text


def test_an_outage_is_of_the_operators_own_community_alone(world: World) -> None:
    with httpx.Client(base_url=world.http.base_url, timeout=20) as http:
        body = {"email": "chipo@elsewhere.example", "password": PASSWORD}
        there = http.post("/api/v1/sign-in", json=body).json()["access_token"]
    path = "/api/v1/operator/outages"
    sent = ROUTES[f"POST {path}"].body

    told = world.ask("POST", path, world.token("operator"), json=sent)

    assert [(one["starts"], one["ends"]) for one in told.json()] == [tuple(sent.values())]
    assert world.ask("GET", path, there).json() == []
    wrong = {"starts": sent["ends"], "ends": sent["starts"]}
    assert world.ask("POST", path, there, json=wrong).status_code == 422


def test_a_meter_cannot_speak_for_another(world: World) -> None:
    answer = world.call("POST /api/v1/readings", "meter", NEIGHBOURS)

    assert "the key is another meter's" in answer.json()["detail"]


def test_each_member_sees_their_own_energy_and_wallet(world: World) -> None:
    ada = world.ask("GET", "/api/v1/energy/day", world.token("producer")).json()
    ben = world.ask("GET", "/api/v1/energy/day", world.token("consumer")).json()

    assert (ada["total"]["export_wh"], ada["total"]["import_wh"]) == (1_000, 0)
    assert (ben["total"]["export_wh"], ben["total"]["import_wh"]) == (0, 400)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("outages", {"starts": "0001-01-01T00:00:00+14:00", "ends": "2026-10-01T00:00:00Z"}),
        ("outages", {"starts": "2026-09-01T00:00:00Z", "ends": "9999-12-31T23:59:59-14:00"}),
        ("outages", {"starts": "2026-09-01T00:00:00Z", "ends": "2062-09-01T00:00:00Z"}),
        ("payouts/reject", {"payout_ids": [1], "reason": "\u0000"}),
        ("payouts/reject", {"payout_ids": [1], "reason": " "}),
        ("rates", {"day": "2026-09-01", "micros_per_usd": 1, "source": "\u0000"}),
    ],
)
def test_what_makes_no_sense_is_answered_with_a_sentence(
    world: World, path: str, body: dict[str, Any]
) -> None:
    told = world.ask("POST", f"/api/v1/operator/{path}", world.token("operator"), json=body)

    assert told.status_code == 422, told.text
