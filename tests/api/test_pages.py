"""Members and meters come in pages: searched, filtered, in an order, each of them once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from peergrid.energy import INTERVAL, Interval
from peergrid.members.membership import add_member
from peergrid.meters.registry import Meter, add_meter
from peergrid.settlement.agreements import add_agreement, publish_agreement
from peergrid.settlement.connections import hand_over
from tests.community import CONNECTION_W, FIRST, PASSWORD, START, Street, report
from tests.conftest import Backend

type Ask = Callable[..., Any]

MANY = 7  # neighbours beside Ada, Ben and Chipo


@pytest.fixture
def neighbours(backend: Backend, street: Street) -> list[Meter]:
    """Seven more homes; two neighbours bear the same name."""
    with backend.database.transaction() as connection:
        at = (connection, street.community_id)
        return [
            add_meter(
                *at,
                add_member(*at, f"Eve {n // 2}", f"eve-{n}@street.example", "consumer").member_id,
                f"street-{n}_e",
                has_panels=False,
                connection_w=CONNECTION_W,
                active_from=START,
            )
            for n in range(MANY)
        ]


@pytest.fixture
def ask(backend: Backend, street: Street) -> Iterator[Ask]:
    """What the operator of the street is answered."""
    with httpx.Client(base_url=f"{backend.url}/api/v1", timeout=20) as http:
        body = {"email": street.chipo.email, "password": PASSWORD}
        held = http.post("/sign-in", json=body).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {held}"

        def answer(path: str, **query: object) -> Any:
            params = {name: str(value) for name, value in query.items()}
            given = http.get(f"/operator/{path}", params=params)
            assert given.status_code == 200, given.text
            return given.json()

        yield answer


def every_page(ask: Ask, path: str, **query: object) -> list[list[dict[str, Any]]]:
    pages: list[list[dict[str, Any]]] = []
    after: dict[str, int] = {}
    while True:
        page = ask(path, **query, **after)
        pages.append(page["rows"])
        if page["after"] is None:
            return pages
        after = {"after": page["after"]}


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize("order", ["name", "newest"])
def test_pages_show_every_member_once_and_in_order(ask: Ask, order: str) -> None:
    pages = every_page(ask, "members/page", most=3, order=order)
    shown = [row for page in pages for row in page]

    assert [len(page) for page in pages] == [3, 3, 3, 1]
    assert {row["member_id"] for row in shown} == {m["member_id"] for m in ask("members")}
    if order == "name":
        assert [row["name"] for row in shown] == sorted(row["name"] for row in shown)
    else:
        assert [-row["member_id"] for row in shown] == sorted(-row["member_id"] for row in shown)


@pytest.mark.usefixtures("neighbours")
def test_a_page_that_ends_with_the_last_member_says_that_none_follow(ask: Ask) -> None:
    assert ask("members/page", most=10)["after"] is None
    assert ask("members/page", most=9)["after"] is not None


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ADA", ["Ada"]),  # by name, in whatever case
        ("ben@street", ["Ben"]),  # by address
        ("street-3_e", ["Eve 1"]),  # by serial
        ("_e", [f"Eve {n // 2}" for n in range(MANY)]),  # as it stands: no pattern
        ("%", []),
    ],
)
def test_members_are_found_by_name_address_or_serial(ask: Ask, text: str, names: list[str]) -> None:
    assert [row["name"] for row in ask("members/page", text=text)["rows"]] == names


def test_members_are_filtered_by_role_and_standing(
    ask: Ask, backend: Backend, street: Street
) -> None:
    with backend.database.transaction() as connection:
        connection.execute(
            "update member set suspended_at = now() where member_id = %s", (street.ben.member_id,)
        )

    assert [row["name"] for row in ask("members/page", role="producer")["rows"]] == ["Ada"]
    assert [row["name"] for row in ask("members/page", standing="suspended")["rows"]] == ["Ben"]
    assert [row["name"] for row in ask("members/page", standing="active")["rows"]] == [
        "Ada",
        "Chipo",
    ]
    assert ask("members/page", standing="waiting")["rows"] == []


def test_silent_meters_are_those_that_the_whole_list_calls_silent(
    ask: Ask, backend: Backend, street: Street, neighbours: list[Meter]
) -> None:
    early, late = FIRST, Interval(FIRST.start + 2 * INTERVAL)
    report(backend.database, street.ada_meter, late, 0, 10)
    report(backend.database, street.ben_meter, early, 10, 0)  # two half hours behind
    report(backend.database, neighbours[0], Interval(FIRST.start + INTERVAL), 10, 0)  # one
    ended = neighbours[1].meter_id
    with backend.database.transaction() as connection:
        connection.execute(
            "update meter set active_until = %s where meter_id = %s", (late.start, ended)
        )

    silent = [row for page in every_page(ask, "meters/page", only="silent", most=2) for row in page]

    told = [row for row in ask("meters") if row["is_silent"]]
    assert silent == sorted(told, key=lambda row: str(row["meter"]))
    assert {row["meter"] for row in silent} == {
        street.ben_meter.serial,
        *(meter.serial for meter in neighbours[2:]),
    }
    assert [row["meter_id"] for row in ask("meters/page", only="ended")["rows"]] == [ended]
    assert [row["member"] for row in ask("meters/page", only="panels")["rows"]] == ["Ada"]


def test_before_the_first_reading_no_meter_is_silent(ask: Ask) -> None:
    assert ask("meters/page", only="silent")["rows"] == []
    assert [row["is_silent"] for row in ask("meters")] == [False, False]


def test_overview_alert_page_and_list_call_the_same_meters_silent(
    ask: Ask, backend: Backend, street: Street, neighbours: list[Meter]
) -> None:
    for number in range(3):
        report(backend.database, street.ada_meter, FIRST.later(number), 0, 10)
    begins = "update meter set active_from = %s where meter_id = %s"
    with backend.database.transaction() as connection:
        for later, meter in enumerate(neighbours[:3], 1):  # in half an hour, in one, in more
            connection.execute(begins, (FIRST.later(later).start, meter.meter_id))

    (alert,) = (one for one in ask("alerts") if one["kind"] == "silent_meters")

    silent = {
        street.ben_meter.serial,
        *(meter.serial for meter in (neighbours[0], *neighbours[3:])),
    }
    assert {row["meter"] for row in ask("meters/page", only="silent")["rows"]} == silent
    assert {row["meter"] for row in ask("meters") if row["is_silent"]} == silent
    assert ask("overview")["silent_meters"] == alert["count"] == len(silent)


@pytest.mark.usefixtures("neighbours")
def test_meters_are_found_by_serial_or_owner_and_come_in_their_order(ask: Ask) -> None:
    assert [row["meter"] for row in ask("meters/page", text="Eve 1")["rows"]] == [
        "street-2_e",
        "street-3_e",
    ]
    newest = [
        row for page in every_page(ask, "meters/page", order="newest", most=4) for row in page
    ]
    assert newest == ask("meters")[::-1]


def test_a_members_connections_tell_whose_they_were_and_what_was_agreed(
    ask: Ask, backend: Backend, street: Street
) -> None:
    at = street.community_id
    turn = START + timedelta(days=1)
    parts = {street.ada_meter.serial: 400_000, street.ben_meter.serial: 600_000}
    with backend.database.transaction() as connection:
        draft = add_agreement(connection, at, street.chipo.member_id, parts)
        publish_agreement(connection, at, street.chipo.member_id, draft.agreement_id)
        hand_over(connection, at, street.ben_meter.meter_id, street.ada.member_id, turn)

    own, taken = ask(f"members/{street.ada.member_id}/connections")
    (left,) = ask(f"members/{street.ben.member_id}/connections")

    assert (own["since"], own["until"]) == (None, None)
    assert [meter["meter"] for meter in own["meters"]] == [street.ada_meter.serial]
    assert own["agreed"] == [
        {"agreement_id": draft.agreement_id, "valid_from": None, "part_ppm": 400_000}
    ]
    assert taken["since"] == left["until"] == "2026-09-01T22:00:00Z"
    assert taken["agreed"][0]["part_ppm"] == 600_000
    assert ask(f"members/{street.ada.member_id}/payouts") == []
