"""A member consents and withdraws, is corrected, and is forgotten while the books stay whole."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from peergrid.database.pool import Database
from peergrid.ledger.book import balances_of
from peergrid.members.membership import add_member, community_by_id
from peergrid.members.trail import audit_trail
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from tests.community import FIRST, PASSWORD, Street, report, report_both
from tests.conftest import Backend

RESEARCH = "/me/consents/research"


@pytest.fixture
def http(backend: Backend) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{backend.url}/api/v1", timeout=20) as http:
        yield http


def as_member(http: httpx.Client, name: str) -> dict[str, str]:
    body = {"email": f"{name}@street.example", "password": PASSWORD}
    return {"Authorization": f"Bearer {http.post('/sign-in', json=body).json()['access_token']}"}


def test_consent_is_kept_with_its_version_and_withdrawn_where_bills_do_not_rest_on_it(
    http: httpx.Client, database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    ben = as_member(http, "ben")
    for version in ("2026-09", "2026-09", "2026-10"):
        http.put(RESEARCH, headers=ben, json={"version": version})
    http.put("/me/consents/settlement", headers=ben, json={"version": "2026-09"})

    withdrawn = http.delete(RESEARCH, headers=ben).json()
    again = http.delete(RESEARCH, headers=ben)
    needed = http.delete("/me/consents/settlement", headers=ben)

    stands = [(one["purpose"], one["version"], one["withdrawn_at"] is None) for one in withdrawn]
    assert stands == [
        ("research", "2026-09", False),
        ("research", "2026-10", False),
        ("settlement", "2026-09", True),
    ]
    assert (again.status_code, needed.status_code) == (404, 403)
    assert "when you leave the community" in needed.json()["detail"]


def test_a_name_is_corrected_by_its_owner_and_an_address_by_an_operator_who_is_named(
    http: httpx.Client, database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    ben, chipo = as_member(http, "ben"), as_member(http, "chipo")
    http.put("/me/name", headers=ben, json={"name": "Benjamin"})
    named = http.get("/me", headers=ben).json()["name"]
    right = {"name": "Benjamin", "email": "new@street.example"}
    http.put(f"/operator/members/{street.ben.member_id}", headers=chipo, json=right)

    ended = http.get("/me", headers=ben)
    (entry, *_) = http.get("/me/trail", headers=as_member(http, "new")).json()

    assert named == "Benjamin"
    assert ended.status_code == 401
    assert (entry["actor"], entry["verb"], entry["object"]) == ("Chipo", "correct", "member")


def test_an_operator_cannot_become_another_by_changing_their_address(
    http: httpx.Client, database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        tendai = add_member(
            connection, street.community_id, "Tendai", "tendai@street.example", "operator"
        )
    body = {"name": "Tendai", "email": "mine@street.example"}

    path = f"/operator/members/{tendai.member_id}"
    told = http.put(path, headers=as_member(http, "chipo"), json=body)

    assert told.status_code == 403


def test_who_has_left_and_is_owed_nothing_is_forgotten_and_the_books_stay_whole(
    http: httpx.Client, database: Database, street: Street
) -> None:
    # Nobody draws or feeds in: settled, and owed nothing.
    report(database, street.ada_meter, FIRST, 0, 0)
    report(database, street.ben_meter, FIRST, 0, 0)
    chipo, ben = as_member(http, "chipo"), as_member(http, "ben")
    early = erase(http, street, chipo)
    end = {"until": FIRST.end.isoformat()}
    http.post(f"/operator/meters/{street.ben_meter.meter_id}/end", headers=chipo, json=end)
    settle(database, street.community_id)

    erased = erase(http, street, chipo)
    again = erase(http, street, chipo)

    assert early.status_code == 409
    assert "settle until then" in early.json()["detail"]
    assert erased.json()["name"] == f"Former member {street.ben.member_id}"
    assert erased.json() == again.json()
    assert http.get("/me", headers=ben).status_code in {401, 403}
    with database.transaction() as connection:
        held = "select count(*) from {} where member_id = %s"
        for table in ("credential", "session", "known_device", "one_time_link"):
            query = held.format(table).encode()
            assert connection.execute(query, (street.ben.member_id,)).fetchone() == (0,)
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
        assert audit_trail(connection, street.community_id) == []


def test_nobody_is_forgotten_while_money_is_owed(
    http: httpx.Client, database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    chipo = as_member(http, "chipo")
    end = {"until": FIRST.end.isoformat()}
    http.post(f"/operator/meters/{street.ben_meter.meter_id}/end", headers=chipo, json=end)
    settle(database, street.community_id)
    with database.transaction() as connection:
        before = balances_of(connection, [street.ben.member_id])

    told = erase(http, street, chipo)

    assert told.status_code == 409
    assert "it has to be 0 first" in told.json()["detail"]
    with database.transaction() as connection:
        assert balances_of(connection, [street.ben.member_id]) == before


def erase(http: httpx.Client, street: Street, headers: dict[str, str]) -> Any:
    return http.post(f"/operator/members/{street.ben.member_id}/erase", headers=headers)
