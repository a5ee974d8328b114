"""What `peergrid serve` says while all goes wrong."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict

from peergrid.database.embedded import EmbeddedServer
from tests.conftest import PEERGRID, SECRET, free_port, new_database

PASSWORD = "a password that a member typed"  # noqa: S105
TOKEN = "a-token-that-somebody-held"  # noqa: S105
KEY = "mk_a-key-of-a-meter"


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("it did not start")


def go_wrong(url: str, database_url: str) -> set[int]:
    """Refusals of every kind, and errors of ours: a table is gone, and then the database."""
    statuses = set()

    def ask(method: str, path: str, token: str, **request: Any) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.request(
            method, f"{url}/api/v1/{path}", headers=headers, timeout=60, **request
        )
        statuses.add(answer.status_code)

    sign_in = {"email": "ada@street.example", "password": PASSWORD}
    ask("POST", "sign-in", TOKEN, json=sign_in)
    ask("POST", "sign-in", TOKEN, json={"password": PASSWORD})
    ask("POST", "sign-in", TOKEN, content=f'{{"password": "{PASSWORD}'.encode())
    ask("POST", "refresh", TOKEN, json={"refresh_token": TOKEN})
    ask("GET", "me", TOKEN)
    ask("POST", "readings", KEY, json={"readings": []})
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("alter table meter_key rename to gone")
        connection.execute("alter table member rename to gone_too")
    ask("POST", "readings", KEY, json={"readings": []})
    ask("POST", "sign-in", TOKEN, json=sign_in)
    return statuses


def test_no_secret_is_logged_whatever_goes_wrong(server: EmbeddedServer, tmp_path: Path) -> None:
    database_url = new_database(server)
    of_database = conninfo_to_dict(database_url)["password"]
    assert of_database
    port = free_port()
    environment = os.environ | {
        "PEERGRID_SECRET": SECRET,
        "PEERGRID_DATABASE_URL": database_url,
        "PEERGRID_DATA_DIR": str(tmp_path),
    }
    logged = tmp_path / "log"
    with logged.open("w") as log:
        process = subprocess.Popen(
            [str(PEERGRID), "serve", "--port", str(port)], env=environment, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url)
            statuses = go_wrong(url, database_url)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
    said = logged.read_text()

    assert {401, 422, 500} <= statuses
    assert "Traceback" in said  # our errors are logged, and that whole
    for secret in (SECRET, str(of_database), PASSWORD, TOKEN, KEY):
        assert secret not in said
