"""Every route refuses the wrong role and the wrong owner: all routes, all roles."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from peergrid.database.pool import Database
from peergrid.market.tariff_terms import tariff_from, terms_of
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import PARTS
from peergrid.settlement.agreements import add_agreement, publish_agreement
from peergrid.settlement.drafts import add_draft
from tests.community import FIRST, PASSWORD, Street, found_street, report_both
from tests.conftest import Backend

PROBLEM = "application/problem+json"
TERMS = {**terms_of(zetdc_tariff("feed_in")), "valid_from": "2026-10-01"}
DAYS = itertools.count()  # so that no two drafts begin on one
OPEN = {"/healthz", "/readyz", "/api/v1/sign-in", "/api/v1/refresh", "/api/v1/sign-out"}
HOUSEHOLD, EVERYBODY, OPERATOR = (
    {"producer", "consumer"},
    {"producer", "consumer", "operator"},
    {"operator"},
)
ROLES_OF = {  # by the beginning of the path; a route that is not listed fails the test
    "/api/v1/me": EVERYBODY,
    "/api/v1/market": EVERYBODY,
    "/api/v1/live": EVERYBODY,
    "/api/v1/energy": HOUSEHOLD,
    "/api/v1/wallet": HOUSEHOLD,
    "/api/v1/limits": HOUSEHOLD,
    "/api/v1/payouts": HOUSEHOLD,
    "/api/v1/operator": OPERATOR,
    "/api/v1/readings": {"meter"},
}
NEEDED = {
    "month": "2026-09-01",
    "year": "2026",
    "scheme": "feed_in",
    "amount_micros": "10000000",
    "batch_id": "1",
}
BODIES: dict[
    str, dict[str, Any]
] = {  # by the end of the path; nobody has earned anything to pay out
    "/outages": {"starts": "2026-09-01T16:00:00Z", "ends": "2026-09-01T20:10:00Z"},
    "/api/v1/payouts": {
        "key": "once",
        "service": "ecocash",
        "number": "0771234567",
        "amount_micros": 10_000_000,
        "received_micros": 9_680_000,
    },
    "/api/v1/operator/payouts/batch": {"payout_ids": [1]},
    "/api/v1/operator/payouts/approve": {"batch_id": 1},
    "/api/v1/operator/payouts/reject": {"payout_ids": [1], "reason": "No."},
    "/api/v1/operator/payouts/conclude": {"payout_ids": [1], "outcome": "paid"},
    "/drafts": TERMS,
    "/drafts/{draft_id}": TERMS,
    "/agreements": {"parts": [{"meter": "street-ada", "coefficient_ppm": 1_000_000}]},
    "/agreements/{agreement_id}": {
        "parts": [{"meter": "street-ben", "coefficient_ppm": 1_000_000}]
    },
    "/apply": {"valid_from": "2026-10-01"},
    "/rates": {"day": "2026-09-01", "micros_per_usd": 26_485_000, "source": "derived"},
}
ANSWERS = {  # to whoever is let in, if it is not 200: nothing is earned, no payout is there
    ("POST", "/api/v1/payouts"): 409,
    ("POST", "/api/v1/operator/payouts/batch"): 404,
    ("POST", "/api/v1/operator/payouts/approve"): 404,
    ("POST", "/api/v1/operator/payouts/reject"): 404,
    ("POST", "/api/v1/operator/payouts/conclude"): 404,
    ("GET", "/api/v1/operator/payouts/export.csv"): 404,
}


@dataclass(frozen=True)
class World:
    """A backend with two streets; tokens by who they are issued to."""

    http: httpx.Client
    database: Database
    here: Street
    there: Street
    tokens: dict[str, str]

    def ask(self, method: str, path: str, token: str | None, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if path.endswith("/live"):
            with self.http.stream(method, path, headers=headers) as answer:  # it goes on and on
                part = next(answer.iter_bytes())
                return httpx.Response(answer.status_code, headers=answer.headers, content=part)
        return self.http.request(method, path, headers=headers, **request)


@pytest.fixture
def world(backend: Backend, street: Street) -> Iterator[World]:
    with backend.database.transaction() as connection:
        there = found_street(connection, "elsewhere")
    report_both(backend.database, street, FIRST)
    tokens = {"meter": street.ada_key}
    with httpx.Client(base_url=backend.url, timeout=20) as http:
        for role, name in (("producer", "ada"), ("consumer", "ben"), ("operator", "chipo")):
            body = {"email": f"{name}@street.example", "password": PASSWORD}
            answer = http.post("/api/v1/sign-in", json=body)
            tokens[role] = answer.json()["access_token"]
        yield World(http, backend.database, street, there, tokens)


def routes(world: World) -> list[tuple[str, str, dict[str, Any]]]:
    """Every route of the OpenAPI document: its method, its path with ids, its query."""
    document = world.http.get("/api/v1/openapi.json").json()
    found = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            required = {
                one["name"]: NEEDED[one["name"]]
                for one in operation.get("parameters", [])
                if one.get("required") and one["in"] == "query"
            }
            if path.endswith("/preview"):
                required["month"] = NEEDED["month"]  # no month is over
            found.append((method.upper(), path, required))
    return found


def concrete(world: World, path: str) -> str:
    """The path with ids of the first street, of what is made for this one call."""
    given = path.replace("{member_id}", str(world.here.ada.member_id))
    who = world.here.community_id, world.here.chipo.member_id
    with world.database.transaction() as connection:
        if "{draft_id}" in path:
            day = date(2027, 1, 1) + timedelta(days=next(DAYS))
            draft = add_draft(connection, *who, tariff_from(TERMS | {"valid_from": str(day)}))
            given = given.replace("{draft_id}", str(draft.draft_id))
        if "{agreement_id}" in path:
            parts = {world.here.ada_meter.serial: PARTS}
            agreement = add_agreement(connection, *who, parts)
            if path.endswith("/apply"):
                publish_agreement(connection, *who, agreement.agreement_id)
            given = given.replace("{agreement_id}", str(agreement.agreement_id))
    return given


def body_of(world: World, method: str, path: str, who: str) -> dict[str, Any]:
    """What a route is sent, if it takes anything."""
    if method not in {"POST", "PUT"} or path.endswith("/publish"):
        return {}
    if path.endswith("/limits"):
        meters = {"producer": world.here.ada_meter, "consumer": world.here.ben_meter}
        return {"json": {"meter": meters.get(who, world.here.ada_meter).serial}}
    fitting = [body for ending, body in BODIES.items() if path.endswith(ending)]
    return {"json": fitting[0] if fitting else a_reading(world.here)}


def roles_of(path: str) -> set[str]:
    fitting = [roles for beginning, roles in ROLES_OF.items() if path.startswith(beginning)]
    assert len(fitting) == 1, f"say in this test who may call {path}"
    return fitting[0]


def a_reading(street: Street) -> dict[str, Any]:
    return {
        "readings": [
            {
                "meter": street.ada_meter.serial,
                "interval_start": FIRST.later(1).start.isoformat(),
                "import_wh": 0,
                "export_wh": 10,
            }
        ]
    }


def test_every_route_lets_its_roles_in_and_nobody_else(world: World) -> None:
    guarded = [route for route in routes(world) if route[1] not in OPEN]
    assert len(guarded) >= 42

    for method, path, query in guarded:
        for who, token in (*world.tokens.items(), ("nobody", None), ("a liar", "nonsense")):
            body = body_of(world, method, path, who)
            given = concrete(world, path)
            answer = world.ask(method, given, token, params=query, **body)
            place = f"{method} {path} as {who}: {answer.status_code} {answer.text[:200]}"
            if who in roles_of(path):
                deleted = 204 if method == "DELETE" else 200
                assert answer.status_code == ANSWERS.get((method, path), deleted), place
                continue
            signed_in = who in EVERYBODY and roles_of(path) != {"meter"}
            assert answer.status_code == (403 if signed_in else 401), place
            assert answer.headers["content-type"] == PROBLEM, place
            assert answer.json()["status"] == answer.status_code


def test_nobody_sees_what_is_somebody_elses(world: World) -> None:
    asked = []
    there = replace(world, here=world.there)
    for method, path, query in routes(world):
        if path.startswith("/api/v1/energy"):
            for other in (world.here.ben_meter, world.there.ada_meter):
                params = query | {"meter": other.serial}
                asked.append(world.ask(method, path, world.tokens["producer"], params=params))
        if "/members/" in path:
            elsewhere = path.replace("{member_id}", str(world.there.ada.member_id))
            asked.append(world.ask(method, elsewhere, world.tokens["operator"]))
        if "{draft_id}" in path or "{agreement_id}" in path:
            body = body_of(world, method, path, "operator")
            given = concrete(there, path)
            asked.append(world.ask(method, given, world.tokens["operator"], params=query, **body))
    bens = {"meter": world.here.ben_meter.serial}
    asked.append(world.ask("POST", "/api/v1/limits", world.tokens["producer"], json=bens))

    assert len(asked) == 20
    assert {answer.status_code for answer in asked} == {404}


def test_an_operator_sees_their_own_community_alone(world: World) -> None:
    for path in ("members", "meters"):
        answer = world.ask("GET", f"/api/v1/operator/{path}", world.tokens["operator"])
        assert "elsewhere" not in answer.text


def test_an_outage_is_of_the_operators_own_community_alone(world: World) -> None:
    with httpx.Client(base_url=world.http.base_url, timeout=20) as http:
        body = {"email": "chipo@elsewhere.example", "password": PASSWORD}
        there = http.post("/api/v1/sign-in", json=body).json()["access_token"]
    path, sent = "/api/v1/operator/outages", BODIES["/outages"]

    told = world.ask("POST", path, world.tokens["operator"], json=sent)

    assert [(one["starts"], one["ends"]) for one in told.json()] == [tuple(sent.values())]
    assert world.ask("GET", path, there).json() == []
    wrong = {"starts": sent["ends"], "ends": sent["starts"]}
    assert world.ask("POST", path, there, json=wrong).status_code == 422


def test_a_meter_cannot_speak_for_another(world: World) -> None:
    for other in (world.here.ben_meter, world.there.ada_meter):
        body = a_reading(world.here)
        body["readings"][0]["meter"] = other.serial

        answer = world.ask("POST", "/api/v1/readings", world.here.ada_key, json=body)

        assert answer.status_code == 403
        assert "the key is another meter's" in answer.json()["detail"]


def test_each_member_sees_their_own_energy_and_wallet(world: World) -> None:
    ada = world.ask("GET", "/api/v1/energy/day", world.tokens["producer"]).json()
    ben = world.ask("GET", "/api/v1/energy/day", world.tokens["consumer"]).json()

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
    told = world.ask("POST", f"/api/v1/operator/{path}", world.tokens["operator"], json=body)

    assert told.status_code == 422, told.text
