"""Every route refuses the wrong role and the wrong owner: all routes, all roles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.community import FIRST, PASSWORD, Street, found_street, report_both
from tests.conftest import Backend

PROBLEM = "application/problem+json"
OPEN = {"/healthz", "/readyz", "/api/v1/sign-in", "/api/v1/refresh", "/api/v1/sign-out"}
HOUSEHOLD, EVERYBODY, OPERATOR = (
    {"producer", "consumer"},
    {"producer", "consumer", "operator"},
    {"operator"},
)
ROLES_OF = {  # by the beginning of the path; a route that is not listed fails the test
    "/api/v1/me": EVERYBODY,
    "/api/v1/market": EVERYBODY,
    "/api/v1/energy": HOUSEHOLD,
    "/api/v1/wallet": HOUSEHOLD,
    "/api/v1/operator": OPERATOR,
    "/api/v1/readings": {"meter"},
}
NEEDED = {"month": "2026-09-01", "year": "2026"}


@dataclass(frozen=True)
class World:
    """A backend with two streets; tokens by who they are issued to."""

    http: httpx.Client
    here: Street
    there: Street
    tokens: dict[str, str]

    def ask(self, method: str, path: str, token: str | None, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
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
        yield World(http, street, there, tokens)


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
            concrete = path.replace("{member_id}", str(world.here.ada.member_id))
            found.append((method.upper(), concrete, required))
    return found


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


def body_for(world: World, path: str) -> dict[str, Any]:
    if path.endswith("/outages"):
        return {"starts": "2026-09-01T16:00:00Z", "ends": "2026-09-01T20:10:00Z"}
    return a_reading(world.here)


def test_every_route_lets_its_roles_in_and_nobody_else(world: World) -> None:
    guarded = [route for route in routes(world) if route[1] not in OPEN]
    assert len(guarded) >= 13

    for method, path, query in guarded:
        body = {"json": body_for(world, path)} if method == "POST" else {}
        for who, token in (*world.tokens.items(), ("nobody", None), ("a liar", "nonsense")):
            answer = world.ask(method, path, token, params=query, **body)
            place = f"{method} {path} as {who}: {answer.status_code} {answer.text[:200]}"
            if who in roles_of(path):
                assert answer.status_code == 200, place
                continue
            signed_in = who in EVERYBODY and roles_of(path) != {"meter"}
            assert answer.status_code == (403 if signed_in else 401), place
            assert answer.headers["content-type"] == PROBLEM, place
            assert answer.json()["status"] == answer.status_code


def test_nobody_sees_what_is_somebody_elses(world: World) -> None:
    asked = []
    for method, path, query in routes(world):
        if path.startswith("/api/v1/energy"):
            for other in (world.here.ben_meter, world.there.ada_meter):
                params = query | {"meter": other.serial}
                asked.append(world.ask(method, path, world.tokens["producer"], params=params))
        if "/members/" in path:
            elsewhere = f"/api/v1/operator/members/{world.there.ada.member_id}"
            asked.append(world.ask(method, elsewhere, world.tokens["operator"]))

    assert len(asked) == 7
    assert {answer.status_code for answer in asked} == {404}


def test_an_operator_sees_their_own_community_alone(world: World) -> None:
    for path in ("members", "meters"):
        answer = world.ask("GET", f"/api/v1/operator/{path}", world.tokens["operator"])
        assert "elsewhere" not in answer.text


def test_an_outage_is_of_the_operators_own_community_alone(world: World) -> None:
    with httpx.Client(base_url=world.http.base_url, timeout=20) as http:
        body = {"email": "chipo@elsewhere.example", "password": PASSWORD}
        there = http.post("/api/v1/sign-in", json=body).json()["access_token"]
    path, sent = "/api/v1/operator/outages", body_for(world, "/outages")

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
