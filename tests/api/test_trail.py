"""What is done to others' data is on the audit trail, whoever does it and by whatever route."""

from collections.abc import Iterator

import httpx
import pytest

from peergrid.api.trail import DEEDS, kind_of_address
from peergrid.members.trail import audit_trail
from tests.api.routes import HOUSEHOLD, ROUTES
from tests.community import FIRST, PASSWORD, Street, report_both
from tests.conftest import Backend

PREFIX = "/api/v1"
SHOWS_NOBODYS = {  # sums, prices and settings
    *("overview", "energy", "keys", "settlement", "tariffs", "tariffs/schemes", "tariffs/drafts"),
    *("tariffs/drafts/{draft}", "rates", "agreements", "alerts", "outages", "trail"),
    *("laboratory/offers", "laboratory/experiments", "laboratory/experiments/{experiment}"),
}


@pytest.fixture
def http(backend: Backend, street: Street) -> Iterator[httpx.Client]:
    report_both(backend.database, street, FIRST)
    with httpx.Client(base_url=f"{backend.url}{PREFIX}", timeout=20) as http:
        yield http


def as_member(http: httpx.Client, name: str) -> dict[str, str]:
    body = {"email": f"{name}@street.example", "password": PASSWORD}
    return {"Authorization": f"Bearer {http.post('/sign-in', json=body).json()['access_token']}"}


def test_every_route_that_changes_or_shows_what_is_others_is_recorded() -> None:
    places = {(one.split()[0], shape(one.split()[1])) for one in DEEDS}
    for name, row in ROUTES.items():
        method, path = name.split()[0], name.removeprefix(name.split()[0] + " ")
        if row.roles & HOUSEHOLD or not path.startswith(f"{PREFIX}/operator/"):
            continue
        told = path.removeprefix(f"{PREFIX}/operator/")
        if method == "GET" and told in SHOWS_NOBODYS:
            continue
        assert (method, shape(path.removeprefix(PREFIX))) in places, f"add {name} to DEEDS"


def shape(path: str) -> str:
    """A path without what stands in its places."""
    return "/".join("{}" if "{" in part and "." not in part else part for part in path.split("/"))


def test_ben_sees_who_looked_at_his_statement_and_ada_does_not(
    http: httpx.Client, backend: Backend, street: Street
) -> None:
    chipo = as_member(http, "chipo")
    http.get(f"/operator/members/{street.ben.member_id}/statement", headers=chipo)
    http.get("/operator/members/999/statement", headers=chipo)  # shows nothing: no entry
    http.get("/operator/tariffs", headers=chipo)  # nobody's

    (entry,) = http.get("/me/trail", headers=as_member(http, "ben")).json()
    none = http.get("/me/trail", headers=as_member(http, "ada")).json()

    assert (entry["actor"], entry["role"]) == ("Chipo", "operator")
    assert (entry["verb"], entry["object"]) == ("look at", "statement")
    assert entry["ids"] == {"member_id": street.ben.member_id}
    assert entry["came_from"] == "this machine"
    assert none == []
    with backend.database.transaction() as connection:
        assert audit_trail(connection, street.community_id) == []


def test_a_look_at_everybody_is_a_look_at_each(http: httpx.Client, street: Street) -> None:
    http.get("/operator/export/readings.csv", headers=as_member(http, "chipo"))

    for name in ("ada", "ben"):
        (entry,) = http.get("/me/trail", headers=as_member(http, name)).json()
        assert (entry["object"], entry["of_everybody"]) == ("export", True)
    assert street.community_id


def test_an_hour_of_looking_at_the_same_is_one_entry_and_each_file_is_one(
    http: httpx.Client, backend: Backend, street: Street
) -> None:
    chipo = as_member(http, "chipo")
    for path in ("payouts", "payouts", "members", "payouts", "export/members.csv"):
        http.get(f"/operator/{path}", headers=chipo)
    for member in (street.ada, street.ben, street.ada):
        http.get(f"/operator/members/{member.member_id}/statement", headers=chipo)
    http.get("/operator/export/members.csv", headers=chipo)
    seen = [one["object"] for one in http.get("/operator/trail", headers=chipo).json()]
    with backend.database.transaction() as connection:
        connection.execute("alter table trail disable trigger is_final")
        connection.execute("update trail set at = at - interval '1 hour'")
        connection.execute("alter table trail enable trigger is_final")
    http.get("/operator/payouts", headers=chipo)
    http.get("/operator/payouts", headers=chipo)
    (newest, *before) = http.get("/operator/trail", headers=chipo).json()

    assert seen == ["export", "statement", "statement", "export", "members", "payouts"]
    assert (newest["object"], len(before)) == ("payouts", len(seen))


def test_an_operator_searches_what_was_changed(http: httpx.Client, street: Street) -> None:
    chipo = as_member(http, "chipo")
    key = http.post("/operator/keys", headers=chipo, json={"meter": "street-ben"}).json()
    http.get(f"/operator/members/{street.ben.member_id}", headers=chipo)
    http.post(f"/operator/members/{street.ben.member_id}/suspend", headers=chipo)
    refused = http.post(f"/operator/members/{street.chipo.member_id}/suspend", headers=chipo)

    everything = http.get("/operator/trail", headers=chipo).json()
    suspended = http.get("/operator/trail?verb=suspend", headers=chipo).json()
    bens = f"/operator/trail?about={street.ben.member_id}"
    all_of_ben, changes = (
        http.get(bens + more, headers=chipo).json() for more in ("", "&looks=false")
    )
    older = http.get("/operator/trail?before=2", headers=chipo).json()
    later = http.get("/operator/trail?since=2100-01-01T00:00:00Z", headers=chipo).json()

    assert refused.status_code == 403
    assert [(one["verb"], one["object"]) for one in everything] == [
        ("suspend", "member"),
        ("look at", "member"),
        ("add", "meter key"),
    ]
    assert suspended == everything[:1]
    assert all_of_ben == everything
    assert changes == [everything[0], everything[2]]
    assert older == everything[2:]
    assert older[0]["ids"] == {
        "meter": "street-ben",
        "key_id": key["key_id"],
        "member_id": street.ben.member_id,
    }
    assert later == []


def test_the_trail_says_whose_meter_a_key_was_revoked_for(
    http: httpx.Client, street: Street
) -> None:
    chipo = as_member(http, "chipo")
    (known,) = http.get("/operator/keys?meter=street-ben", headers=chipo).json()
    http.delete(f"/operator/keys/{known['key_id']}", headers=chipo).raise_for_status()

    (entry,) = http.get("/me/trail", headers=as_member(http, "ben")).json()

    assert (entry["verb"], entry["object"]) == ("revoke", "meter key")
    assert entry["subject_id"] == street.ben.member_id
    assert entry["ids"]["meter"] == "street-ben"
    assert http.get("/me/trail", headers=as_member(http, "ada")).json() == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "this machine"),
        ("::1", "this machine"),
        ("192.168.1.7", "own network"),
        ("41.60.1.1", "internet"),
        ("testclient", "unknown"),
    ],
)
def test_an_address_is_kept_as_its_kind_alone(address: str, kind: str) -> None:
    assert kind_of_address(address) == kind
