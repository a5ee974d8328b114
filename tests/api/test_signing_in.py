"""The door, over HTTP: slowed down, locked twice, opened by letters, shut at once."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Semaphore
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from peergrid.api.app import create_app
from peergrid.api.dependencies import clock
from peergrid.cli.serve import serving
from peergrid.database.pool import Database
from peergrid.members.mail import Letter
from peergrid.members.membership import add_member
from peergrid.settings import Settings
from peergrid.wire import CALLER, DASHBOARD_KEY
from tests.community import PASSWORD, Street
from tests.conftest import SECRET, free_port

NEW = "seven quiet msasa trees"
KEY = "the dashboard's own"
LIMIT = 6  # heard at once from one address; the next has to wait


class Letterbox:
    """A mail provider that keeps what it is given; some of it comes after the answer."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self._came = Semaphore(0)

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)
        self._came.release()

    def next(self) -> Letter:
        """A letter that has not been waited for."""
        assert self._came.acquire(timeout=20), "no letter came"
        return self.letters[-1]

    def token(self, purpose: str) -> str:
        found = re.search(rf"/#/{purpose}/(\S+)", self.next().text)
        assert found
        return found[1]


class Standstill:
    """The server's clock, which a test holds, so that waits do not depend on the machine."""

    now = datetime.now(UTC)


@pytest.fixture
def letterbox() -> Letterbox:
    return Letterbox()


@pytest.fixture
def house(street: Street, url: str, letterbox: Letterbox, tmp_path: Path) -> Iterator[httpx.Client]:
    """A backend with everything on, as outside a demo."""
    settings = Settings(tmp_path, url, SECRET, mail="console")
    app = create_app(settings, url, dashboard_key=KEY)
    app.state.mail = letterbox
    Standstill.now = datetime.now(UTC)
    app.dependency_overrides[clock] = lambda: Standstill.now
    port = free_port()
    with serving(app, "127.0.0.1", port):
        address = f"http://127.0.0.1:{port}/api/v1"
        with httpx.Client(base_url=address, timeout=20) as http:
            yield http


def sign_in(http: httpx.Client, name: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
    headers = more.pop("headers", {})
    body = {"email": f"{name}@street.example", "password": password, **more}
    return http.post("/sign-in", json=body, headers=headers)


def bearing(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def code_of(uri: str) -> str:
    secret = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])
    return TOTP(secret, 6, SHA1(), 30).generate(int(Standstill.now.timestamp())).decode()


def at_home(http: httpx.Client, name: str) -> tuple[httpx.Response, dict[str, Any]]:
    """An operator or auditor who enrols, and is in; and what they were shown."""
    challenge = sign_in(http, name).json()
    assert challenge["is_enrolled"] is False
    shown = http.post("/sign-in/enrol", json={"challenge": challenge["challenge"]}).json()
    answer = {"challenge": challenge["challenge"], "code": code_of(shown["uri"])}
    return http.post("/sign-in/second-factor", json=answer), shown


def test_a_stranger_is_slowed_down_and_the_owner_is_not(house: httpx.Client) -> None:
    device = sign_in(house, "ada").json()["device_token"]

    guesses = [sign_in(house, "ada", "wrong") for _ in range(LIMIT + 1)]
    ghosts = [sign_in(house, "nobody", "wrong") for _ in range(LIMIT + 1)]
    unknown = sign_in(house, "ada")
    known = sign_in(house, "ada", device_token=device)

    for answers in (guesses, ghosts):  # nobody learns whether there is an Ada
        assert [one.status_code for one in answers] == [401] * LIMIT + [429]
        assert answers[-1].json()["detail"] == "Too many attempts: try again in 1 s."
        assert answers[-1].headers["Retry-After"] == "1"
    assert guesses[0].content == ghosts[0].content
    assert unknown.status_code == 429
    assert known.status_code == 200
    assert known.json()["device_token"] == device


def test_a_device_is_known_for_those_who_signed_in_from_it_alone(house: httpx.Client) -> None:
    device = sign_in(house, "ben").json()["device_token"]
    for _ in range(LIMIT):
        sign_in(house, "ada", "wrong")

    assert sign_in(house, "ada", device_token=device).status_code == 429


def test_an_address_is_believed_from_our_own_dashboard_alone(house: httpx.Client) -> None:
    for number in range(LIMIT):
        claims = {"X-Forwarded-For": f"203.0.113.{number}", CALLER: f"203.0.113.{number}"}
        sign_in(house, "ada", "wrong", headers=claims | {DASHBOARD_KEY: "a guess"})

    elsewhere = {CALLER: "198.51.100.1"}
    assert sign_in(house, "ada", headers=elsewhere).status_code == 429
    assert sign_in(house, "ada", headers=elsewhere | {DASHBOARD_KEY: KEY}).status_code == 200


def test_sign_ins_are_listed_and_ended_one_by_one_and_all_at_once(house: httpx.Client) -> None:
    names = ("Firefox on Android", "Chrome on a desk", "somebody else's")
    phone, desk, thief = (sign_in(house, "ada", headers={"User-Agent": name}) for name in names)
    bens = sign_in(house, "ben")

    rows = house.get("/me/sessions", headers=bearing(phone)).json()
    assert sorted(row["device"] for row in rows) == sorted(names)
    assert [row["device"] for row in rows if row["is_this"]] == [names[0]]
    stolen = next(row["session_id"] for row in rows if row["device"] == names[2])
    ended = house.delete(f"/me/sessions/{stolen}", headers=bearing(phone))

    assert ended.status_code == 204
    assert house.get("/me", headers=bearing(thief)).status_code == 401
    again = {"refresh_token": thief.json()["refresh_token"]}
    assert house.post("/refresh", json=again).status_code == 401
    assert house.get("/me", headers=bearing(desk)).status_code == 200
    house.delete("/me/sessions", headers=bearing(phone))
    assert {house.get("/me", headers=bearing(one)).status_code for one in (phone, desk)} == {401}
    assert house.get("/me", headers=bearing(bens)).status_code == 200


def test_a_stolen_refresh_token_ends_access_at_once(
    house: httpx.Client, database: Database
) -> None:
    owner = sign_in(house, "ada")
    token = {"refresh_token": owner.json()["refresh_token"]}
    renewed = house.post("/refresh", json=token)
    with database.transaction() as connection:
        connection.execute("update refresh_token set used_at = used_at - interval '1 hour'")

    assert house.post("/refresh", json=token).status_code == 401
    assert house.get("/me", headers=bearing(renewed)).status_code == 401


def test_an_operator_needs_a_second_factor_and_a_household_does_not(house: httpx.Client) -> None:
    inside, shown = at_home(house, "chipo")

    assert inside.status_code == 200
    assert house.get("/operator/overview", headers=bearing(inside)).status_code == 200
    again = sign_in(house, "chipo").json()
    assert again["is_enrolled"] is True
    replay = {"challenge": again["challenge"], "code": code_of(shown["uri"])}
    assert house.post("/sign-in/second-factor", json=replay).status_code == 422
    with_paper = replay | {"code": shown["recovery_codes"][0]}
    assert house.post("/sign-in/second-factor", json=with_paper).status_code == 200
    assert house.post("/sign-in/second-factor", json=with_paper).status_code == 422
    enrol = {"challenge": again["challenge"]}
    assert house.post("/sign-in/enrol", json=enrol).status_code == 409
    assert "access_token" in sign_in(house, "ada").json()


def test_a_challenge_is_no_access_token_and_codes_cannot_be_guessed(house: httpx.Client) -> None:
    challenge = sign_in(house, "chipo").json()["challenge"]
    house.post("/sign-in/enrol", json={"challenge": challenge})
    token = {"Authorization": f"Bearer {challenge}"}

    guesses = [
        house.post("/sign-in/second-factor", json={"challenge": challenge, "code": f"{n:06}"})
        for n in range(LIMIT + 1)
    ]

    assert house.get("/me", headers=token).status_code == 401
    assert [one.status_code for one in guesses] == [422] * LIMIT + [429]


def test_an_authenticator_ends_with_one_of_its_codes(house: httpx.Client) -> None:
    inside, shown = at_home(house, "chipo")
    path = "/me/second-factor/end"

    wrong = house.post(path, json={"code": "000000"}, headers=bearing(inside))
    right = house.post(path, json={"code": shown["recovery_codes"][1]}, headers=bearing(inside))

    assert (wrong.status_code, right.status_code) == (422, 204)
    assert house.get("/me", headers=bearing(inside)).status_code == 401
    assert sign_in(house, "chipo").json()["is_enrolled"] is False


def test_a_household_may_ask_for_a_second_factor_of_its_own(house: httpx.Client) -> None:
    inside = bearing(sign_in(house, "ada"))
    path = "/me/second-factor"
    shown = house.post(f"{path}/enrol", headers=inside).json()
    unconfirmed = sign_in(house, "ada")

    wrong = house.post(f"{path}/confirm", json={"code": "000000"}, headers=inside)
    right = house.post(f"{path}/confirm", json={"code": code_of(shown["uri"])}, headers=inside)

    assert "access_token" in unconfirmed.json()
    assert (wrong.status_code, right.status_code) == (422, 204)
    assert house.get(path, headers=inside).json() == {"is_enrolled": True}
    assert sign_in(house, "ada").json()["is_enrolled"] is True
    assert house.post(f"{path}/enrol", headers=inside).status_code == 409


def test_who_is_invited_chooses_a_password_once(house: httpx.Client, letterbox: Letterbox) -> None:
    inside, _ = at_home(house, "chipo")
    eve = {"name": "Eve", "email": "Eve@Street.example", "role": "consumer"}

    row = house.post("/operator/members", json=eve, headers=bearing(inside)).json()
    old = letterbox.token("invitation")
    house.post("/operator/members", json=eve, headers=bearing(inside))
    token = letterbox.token("invitation")

    assert (row["email"], row["standing"]) == ("eve@street.example", "active")
    answers = [
        house.post("/sign-in/accept", json={"token": one, "password": password})
        for one, password in ((old, NEW), (token, "short"), (token, NEW), (token, NEW))
    ]
    assert [one.status_code for one in answers] == [422, 422, 200, 422]
    assert sign_in(house, "eve", NEW).status_code == 200
    again = house.post("/operator/members", json=eve, headers=bearing(inside))
    assert again.status_code == 409


def test_a_link_leads_where_a_setting_says_and_not_where_a_caller_says(
    house: httpx.Client, letterbox: Letterbox
) -> None:
    body = {"email": "ada@street.example"}

    house.post("/sign-in/reset-request", json=body, headers={"Host": "evil.example"})

    letter = letterbox.next()
    assert f"{Settings.public_url}/#/reset/" in letter.text
    assert letter.to == "ada@street.example"


def test_a_reset_ends_every_sign_in_and_tells_nobody_who_is_a_member(
    house: httpx.Client, letterbox: Letterbox
) -> None:
    before = sign_in(house, "ada")

    asked = house.post("/sign-in/reset-request", json={"email": "ada@street.example"})
    token = letterbox.token("reset")
    ghost = house.post("/sign-in/reset-request", json={"email": "nobody@street.example"})

    assert (asked.status_code, asked.content) == (ghost.status_code, ghost.content)
    assert len(letterbox.letters) == 1
    as_invitation = house.post("/sign-in/accept", json={"token": token, "password": NEW})
    assert as_invitation.status_code == 422
    reset = house.post("/sign-in/reset", json={"token": token, "password": NEW})
    assert reset.status_code == 200
    assert house.get("/me", headers=bearing(before)).status_code == 401
    assert sign_in(house, "ada").status_code == 401
    assert sign_in(house, "ada", NEW).status_code == 200


def test_a_letter_lets_an_owner_in_whom_strangers_have_slowed_down(
    house: httpx.Client, letterbox: Letterbox
) -> None:
    for _ in range(LIMIT):
        sign_in(house, "ada", "wrong")
    house.post("/sign-in/reset-request", json={"email": "ada@street.example"})
    chosen = {"token": letterbox.token("reset"), "password": NEW}

    device = house.post("/sign-in/reset", json=chosen).json()["device_token"]

    assert sign_in(house, "ada", NEW).status_code == 429
    assert sign_in(house, "ada", NEW, device_token=device).status_code == 200


def test_nobodys_letterbox_is_flooded(house: httpx.Client, letterbox: Letterbox) -> None:
    for _ in range(8):
        told = house.post("/sign-in/reset-request", json={"email": "ada@street.example"})
        assert told.status_code == 202
    house.post("/sign-in/reset-request", json={"email": "ben@street.example"})

    came = [letterbox.next().to for _ in range(5)]

    assert sorted(came)[3:] == ["ada@street.example", "ben@street.example"]
    assert len(letterbox.letters) == 5


def test_a_reset_does_not_open_the_second_lock(house: httpx.Client, letterbox: Letterbox) -> None:
    at_home(house, "chipo")
    house.post("/sign-in/reset-request", json={"email": "chipo@street.example"})

    house.post("/sign-in/reset", json={"token": letterbox.token("reset"), "password": NEW})

    assert sign_in(house, "chipo", NEW).json()["is_enrolled"] is True


def test_one_operator_alone_cannot_make_another(
    house: httpx.Client, letterbox: Letterbox, database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        add_member(connection, street.community_id, "Dudzai", "dudzai@street.example", "operator")
        connection.execute(
            "insert into credential (member_id, password_hash, changed_at)"
            " select max(m.member_id), min(password_hash), min(changed_at)"
            " from member m, credential"
        )
    chipo, dudzai = (bearing(at_home(house, name)[0]) for name in ("chipo", "dudzai"))
    eve = {"name": "Eve", "email": "eve@street.example", "role": "operator"}

    row = house.post("/operator/members", json=eve, headers=chipo).json()
    token = letterbox.token("invitation")
    house.post("/sign-in/accept", json={"token": token, "password": NEW})
    place = f"/operator/members/{row['member_id']}"

    assert row["standing"] == "waiting"
    assert sign_in(house, "eve", NEW).status_code == 403
    assert house.post(f"{place}/approve", headers=chipo).status_code == 403
    assert house.post(f"{place}/approve", headers=dudzai).json()["standing"] == "active"
    assert sign_in(house, "eve", NEW).status_code == 200


def test_who_is_suspended_is_out_at_once_and_their_meter_goes_on(
    house: httpx.Client, street: Street
) -> None:
    ada, chipo = sign_in(house, "ada"), bearing(at_home(house, "chipo")[0])
    place = f"/operator/members/{street.ada.member_id}"
    reading = {"meter": "street-ada", "interval_start": "2026-09-01T10:00:00Z"}
    batch = {"readings": [reading | {"import_wh": 0, "export_wh": 10}]}

    assert house.post(f"{place}/suspend", headers=chipo).json()["standing"] == "suspended"

    assert house.get("/me", headers=bearing(ada)).status_code == 401
    again = {"refresh_token": ada.json()["refresh_token"]}
    assert house.post("/refresh", json=again).status_code == 401
    assert sign_in(house, "ada", "wrong").status_code == 401
    assert sign_in(house, "ada").status_code == 403
    key = {"Authorization": f"Bearer {street.ada_key}"}
    assert house.post("/readings", json=batch, headers=key).status_code == 200
    assert house.post(f"{place}/approve", headers=chipo).json()["standing"] == "active"
    assert sign_in(house, "ada").status_code == 200
    own = f"/operator/members/{street.chipo.member_id}/suspend"
    assert house.post(own, headers=chipo).status_code == 403


def test_without_a_mail_server_letters_are_refused_alike_for_everybody(
    url: str, street: Street, tmp_path: Path
) -> None:
    settings = Settings(tmp_path, url, SECRET)
    port = free_port()
    with serving(create_app(replace(settings, mail=None), url), "127.0.0.1", port):
        path = f"http://127.0.0.1:{port}/api/v1/sign-in/reset-request"
        answers = [
            httpx.post(path, json={"email": f"{who}@street.example"}) for who in ("ada", "nobody")
        ]

    assert {one.status_code for one in answers} == {503}
    assert len({one.content for one in answers}) == 1


def test_a_proxy_is_believed_if_a_setting_trusts_it(
    url: str, street: Street, tmp_path: Path
) -> None:
    settings = Settings(tmp_path, url, SECRET, trusted_proxies=("127.0.0.1",))
    app = create_app(settings, url)
    Standstill.now = datetime.now(UTC)
    app.dependency_overrides[clock] = lambda: Standstill.now
    port = free_port()
    with (
        serving(app, "127.0.0.1", port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=20) as http,
    ):
        stranger = {"X-Forwarded-For": "192.0.2.9, 203.0.113.7"}  # the first is the caller's own
        for _ in range(LIMIT):
            sign_in(http, "ada", "wrong", headers=stranger)

        assert sign_in(http, "ada", headers=stranger).status_code == 429
        other = {"X-Forwarded-For": "203.0.113.7, 192.0.2.9"}
        assert sign_in(http, "ada", headers=other).status_code == 200
