"""An upgrade while meters send and members look: the release before works on until it is gone.

Its programs are those that the history keeps: they serve and settle, this release migrates beside
them, then its own take over, as docs/deploying.md says. What was acknowledged is there, once.
"""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx
import psycopg
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.migrations.schema import newest, schema_of
from tests.community import FIRST, PASSWORD
from tests.conftest import free_port, new_database
from tests.migrations.release import ROOT, Release, releases, unpacked

PATIENCE_S = 180
LATER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
FOUND = """
import json, os
from peergrid.cli.storage import opened
from tests.community import found_street
with opened(os.environ["PEERGRID_DATABASE_URL"]) as database:
    with database.transaction() as connection:
        street = found_street(connection, "street")
print(json.dumps([street.ada_key, street.ben_key]))
"""
STORED = """
select m.serial, interval_start, r.import_wh, r.export_wh
from every_reading r join meter m using (meter_id)"""
LOOKS = {
    "ada@street.example": ("energy/day", "wallet", "me", "market"),
    "chipo@street.example": ("operator/overview", "operator/members", "operator/settlement"),
}


@dataclass
class Proxy:
    """Which replicas take requests, as who stands before them knows."""

    ports: list[int]

    def ask(self, method: str, path: str, token: str, **request: object) -> httpx.Response | None:
        """The first answer to be had; None if nobody listens or a connection broke."""
        headers = {"Authorization": f"Bearer {token}"}
        for port in tuple(self.ports):
            url = f"http://127.0.0.1:{port}{path}"
            try:
                return httpx.request(method, url, headers=headers, timeout=60, **request)  # type: ignore[arg-type]
            except httpx.TransportError:
                continue
        return None


@dataclass(eq=False)
class Meter(threading.Thread):
    """Sends half hour after half hour, each until it is acknowledged."""

    serial: str
    key: str
    proxy: Proxy
    acknowledged: dict[object, tuple[int, int]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._ends = threading.Event()

    def end(self) -> None:
        """After the half hour that it is at."""
        self._ends.set()
        self.join(PATIENCE_S)
        assert not self.is_alive()

    def run(self) -> None:
        for number in range(100_000):
            interval = FIRST.later(number)
            counted = {"import_wh": number % 3_000, "export_wh": number % 7}
            one: dict[str, object] = {"meter": self.serial, **counted}
            one["interval_start"] = interval.start.isoformat()
            while not self._is_kept(one):
                time.sleep(0.1)
            self.acknowledged[interval.start] = (counted["import_wh"], counted["export_wh"])
            if self._ends.is_set():
                return

    def _is_kept(self, one: Mapping[str, object]) -> bool:
        answer = self.proxy.ask("POST", "/api/v1/readings", self.key, json={"readings": [one]})
        if answer is not None and answer.status_code not in LATER | {HTTPStatus.OK}:
            self.wrong.append(f"{answer.status_code}: {answer.text[:500]}")
        return answer is not None and answer.status_code == HTTPStatus.OK


@contextmanager
def kept_running(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def stop(process: subprocess.Popen[bytes]) -> None:
    """As a service manager does; it must come to an end by itself, and well."""
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) in {0, -signal.SIGTERM}


def eventually(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S} s: {what}"
        time.sleep(0.1)


def is_ready(port: int) -> bool:
    answer = Proxy([port]).ask("GET", "/readyz", "nobody")
    return answer is not None and answer.status_code == HTTPStatus.OK


def sent_more(meters: list[Meter]) -> None:
    """Until each has been acknowledged 20 half hours more, and none was answered anything odd."""
    goals = [len(one.acknowledged) + 20 for one in meters]

    def are_there() -> bool:
        assert not [one.wrong for one in meters if one.wrong]
        pairs = zip(meters, goals, strict=True)
        return all(len(one.acknowledged) >= goal for one, goal in pairs)

    eventually(are_there, "20 half hours more of each meter")


def look(port: int) -> None:
    """A member and an operator sign in there and look about."""
    proxy = Proxy([port])
    for email, paths in LOOKS.items():
        body = {"email": email, "password": PASSWORD}
        signed_in = proxy.ask("POST", "/api/v1/sign-in", "nobody", json=body)
        assert signed_in is not None
        token = signed_in.json()["access_token"]
        for path in paths:
            answer = proxy.ask("GET", f"/api/v1/{path}", token)
            assert answer is not None
            assert answer.status_code == HTTPStatus.OK, f"{path}: {answer.text[:500]}"


@pytest.fixture
def two_releases(server: EmbeddedServer, tmp_path: Path) -> tuple[Release, Release]:
    """The one before this, and this, of one database that the one before has migrated."""
    url = new_database(server, empty=True)
    schema = next((schema for schema in releases() if schema < newest()), "an older schema")
    before = Release(unpacked(schema, tmp_path), url, tmp_path)
    before.told("migrate")
    assert schema_of(url) == schema
    return before, Release(ROOT, url, tmp_path)


def test_meters_and_members_notice_nothing_of_an_upgrade(
    two_releases: tuple[Release, Release],
) -> None:
    before, after = two_releases
    ada_key, ben_key = json.loads(before.ran(FOUND))
    old, new = free_port(), free_port()
    proxy = Proxy([old])
    meters = [Meter("street-ada", ada_key, proxy), Meter("street-ben", ben_key, proxy)]
    with (
        kept_running(before.started("serve", "--port", str(old))) as serving,
        kept_running(before.started("settle", "--every", "1")) as settling,
    ):
        eventually(lambda: is_ready(old), "the release before serves")
        for meter in meters:
            meter.start()
        sent_more(meters)

        after.told("migrate")

        assert schema_of(after.url) == newest()
        sent_more(meters)
        look(old)
        with (
            kept_running(after.started("serve", "--port", str(new))) as serving_anew,
            kept_running(after.started("settle", "--every", "1")) as settling_anew,
        ):
            eventually(lambda: is_ready(new), "this release serves")
            look(new)
            proxy.ports.append(new)
            stop(serving)
            proxy.ports.remove(old)
            stop(settling)
            sent_more(meters)
            for meter in meters:
                meter.end()
            stop(settling_anew)
            stop(serving_anew)
    assert_kept(after.url, meters)
    after.told("settle")
    assert "add up" in after.told("check")


def assert_kept(url: str, meters: list[Meter]) -> None:
    """Whatever was acknowledged is there as it was sent, once, and nothing else is."""
    assert [one.wrong for one in meters] == [[], []]
    with psycopg.connect(url) as connection:
        rows = connection.execute(STORED).fetchall()
    sent = {
        (one.serial, start): counted
        for one in meters
        for start, counted in one.acknowledged.items()
    }
    assert len(rows) == len(sent)
    assert {(serial, start): (drawn, fed) for serial, start, drawn, fed in rows} == sent
