"""Somebody else says who it is: only what was asked for, of whom we know, is believed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from peergrid.api.app import create_app
from peergrid.cli.serve import serving
from peergrid.database.pool import Database
from peergrid.errors import Refused, Unavailable, Unknown
from peergrid.members.issuer import Issuer, known_overseer
from peergrid.members.sealing import Seal
from peergrid.members.standing import suspend
from peergrid.settings import IssuerSettings, Settings
from tests.community import Street
from tests.conftest import SECRET, free_port
from tests.members.issuing import CLIENT_ID, FakeIssuer, issuing

SEAL = Seal("tests", [SECRET])
HERE = "http://localhost:8000"


@pytest.fixture
def fake() -> Iterator[FakeIssuer]:
    with issuing() as fake:
        yield fake


def at(fake: FakeIssuer, seal: Seal = SEAL) -> Issuer:
    return Issuer(IssuerSettings(fake.address, CLIENT_ID, "a secret"), HERE, seal)


def vouched_for(fake: FakeIssuer) -> str:
    issuer = at(fake)
    departure = issuer.start()
    return issuer.finish(departure.flow, **fake.visit(departure.url))


def test_an_issuer_vouches_for_a_verified_address(fake: FakeIssuer) -> None:
    assert vouched_for(fake) == "chipo@street.example"
    assert fake.asked["redirect_uri"] == f"{HERE}/"
    assert fake.asked["code_challenge_method"] == "S256"


@pytest.mark.parametrize(
    "says",
    [
        {"aud": "another program"},
        {"aud": [CLIENT_ID, "another program"], "azp": "another program"},
        {"iss": "https://evil.example"},
        {"nonce": "of another sign-in"},
        {"exp": 1},
        {"exp": None},
        {"nonce": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email_verified": None},
        {"email": None},
    ],
)
def test_what_was_not_asked_for_is_not_believed(fake: FakeIssuer, says: dict[str, Any]) -> None:
    fake.says = says

    with pytest.raises(Unknown):
        vouched_for(fake)


def test_a_signature_of_somebody_else_is_not_believed(fake: FakeIssuer) -> None:
    fake.signs_with = generate_private_key(SECP256R1())
    with pytest.raises(Unknown):
        vouched_for(fake)

    fake.signs_with, fake.algorithm = "a secret that is long enough for a signature", "HS256"
    with pytest.raises(Unknown):
        vouched_for(fake)


def test_a_way_back_that_is_not_of_this_way_there_is_not_believed(fake: FakeIssuer) -> None:
    issuer = at(fake)
    mine, other = issuer.start(), issuer.start()
    back = fake.visit(mine.url)

    with pytest.raises(Unknown, match="begin anew"):
        issuer.finish(other.flow, **back)
    with pytest.raises(Unknown, match="begin anew"):
        issuer.finish("nonsense", **back)
    with pytest.raises(Unknown, match="begin anew"):
        at(fake, Seal("tests", ["another secret of another server, long enough"])).finish(
            mine.flow, **back
        )
    with pytest.raises(Unknown, match="does not know this sign-in"):
        issuer.finish(mine.flow, "a guess", back["state"])
    assert issuer.finish(mine.flow, **back) == "chipo@street.example"


def test_an_issuer_that_is_away_or_another_is_told_so(fake: FakeIssuer) -> None:
    nobody = IssuerSettings(f"http://127.0.0.1:{free_port()}", CLIENT_ID)
    with pytest.raises(Unavailable, match="does not answer"):
        Issuer(nobody, HERE, SEAL).start()

    other = IssuerSettings(fake.address.replace("127.0.0.1", "localhost"), CLIENT_ID)
    with pytest.raises(Unavailable, match="another issuer"):
        Issuer(other, HERE, SEAL).start()


def test_nobody_is_made_a_member_and_no_household_is_let_in(
    database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        assert known_overseer(connection, "Chipo@street.example") == street.chipo
        for email in ("nobody@street.example", street.ada.email):
            with pytest.raises(Unknown, match="No operator or auditor"):
                known_overseer(connection, email)
        suspend(connection, street.ada, street.chipo.member_id, street.ada_meter.active_from)
        with pytest.raises(Refused, match="suspended"):
            known_overseer(connection, street.chipo.email)


def test_an_operator_signs_in_at_the_issuer_over_http(
    fake: FakeIssuer, url: str, street: Street, tmp_path: Path
) -> None:
    settings = Settings(tmp_path, url, SECRET, issuer=IssuerSettings(fake.address, CLIENT_ID))
    port = free_port()
    with (
        serving(create_app(settings, url), "127.0.0.1", port),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=20) as http,
    ):
        left = http.post("/sign-in/issuer/start").json()
        back = fake.visit(left["url"]) | {"flow": left["flow"]}
        inside = http.post("/sign-in/issuer/finish", json=back).json()
        headers = {"Authorization": f"Bearer {inside['access_token']}"}

        assert inside["role"] == "operator"
        assert http.get("/operator/overview", headers=headers).status_code == 200
        forged = back | {"state": "a guess"}
        assert http.post("/sign-in/issuer/finish", json=forged).status_code == 401
