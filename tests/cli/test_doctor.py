"""A fault is planted, and `peergrid doctor` finds it, it alone, and says the cure."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from peergrid.cli.communities import check_clock
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.energy import Interval
from peergrid.errors import Conflict
from peergrid.members.membership import add_member
from peergrid.settlement.settle import settle
from tests.cli.test_commands import peergrid
from tests.cli.test_starting import weak_login
from tests.community import Street, begun_at, found_street, report, report_both
from tests.conftest import SECRET, new_database
from tests.crash.disk import fill, small_disk
from tests.database.tls import Certificate, certificate
from tests.migrations.test_migrate import of_the_first_schema
from tests.payments.paying import USD, Town

WELL = (
    *("settings", "secret", "room", "certificate", "letters", "database", "schema", "rights"),
    *("clock", "operators", "tariffs", "meters", "settlement", "payouts"),
)


@dataclass(frozen=True)
class Installation:
    """A street whose meters report and whose books are up to date."""

    url: str
    database: Database
    street: Street
    data_dir: Path

    def faults(self, *words: str, url: str | None = None, **environment: str) -> dict[str, str]:
        """What the doctor finds, by check; its exit code says whether that is anything."""
        given = {"PEERGRID_SECRET": SECRET, "PEERGRID_DATA_DIR": str(self.data_dir)} | environment
        done = peergrid("doctor", "--json", *words, url=url or self.url, **given)
        found = {one["check"]: one["fault"] for one in json.loads(done.stdout)}
        faults = {check: fault for check, fault in found.items() if fault}
        assert done.exit_code == (1 if faults else 0), done.stderr
        return faults

    def change(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement.encode())


def newest_over() -> Interval:
    """The half hour that ended last by the wall clock."""
    number = int(datetime.now(UTC).timestamp()) // 1_800 - 1
    return Interval(datetime.fromtimestamp(number * 1_800, UTC))


@pytest.fixture
def installation(url: str, database: Database, tmp_path: Path) -> Installation:
    first = newest_over().later(-4)
    with database.transaction() as connection:
        street = begun_at(found_street(connection, "street"), connection, first)
    for number in range(3):
        report_both(database, street, first.later(number))
    settle(database, street.community_id)
    return Installation(url, database, street, tmp_path)


@contextmanager
def answering(shown: Certificate) -> Iterator[str]:
    """An address by https that shows a certificate and says nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with suppress(OSError):  # until the door is closed
                while True:
                    caller, _ = door.accept()
                    with suppress(OSError), shown.context.wrap_socket(caller, server_side=True):
                        pass

        threading.Thread(target=serve, daemon=True).start()
        yield f"https://localhost:{door.getsockname()[1]}"
        door.shutdown(socket.SHUT_RDWR)


def test_a_healthy_installation_is_well_in_words_and_as_json(installation: Installation) -> None:
    given = {"PEERGRID_SECRET": SECRET, "PEERGRID_DATA_DIR": str(installation.data_dir)}

    done = peergrid("doctor", url=installation.url, **given)

    assert done.exit_code == 0, done.stdout
    assert tuple(line.split()[0] for line in done.stdout.splitlines()) == WELL
    assert all(line.endswith("well") for line in done.stdout.splitlines())
    assert installation.faults() == {}


@pytest.mark.parametrize(
    ("check", "environment", "cure"),
    [
        ("settings", {"PEERGRID_SECRET": "short"}, "must have at least 32 characters"),
        ("secret", {"PEERGRID_SECRET": ""}, "PEERGRID_SECRET is missing: set it to"),
        ("database", {"PGTZ": "Africa/Harare"}, "unset PGTZ"),
        ("certificate", {"PEERGRID_PUBLIC_URL": "https://localhost:1"}, "start the proxy"),
    ],
)
def test_a_wrong_setting_is_found(
    installation: Installation, check: str, environment: dict[str, str], cure: str
) -> None:
    letters = {"PEERGRID_MAIL": "console"}

    faults = installation.faults(**(letters | environment))

    assert list(faults) == [check]
    assert cure in faults[check]


def test_a_secret_that_others_may_read_is_found(installation: Installation) -> None:
    file = installation.data_dir / "secret"
    file.write_text(SECRET)
    file.chmod(0o644)

    assert "run `chmod 600" in installation.faults()["secret"]
    file.chmod(0o600)
    assert installation.faults() == {}


def test_a_disk_that_is_nearly_full_is_found(installation: Installation, short_dir: Path) -> None:
    with small_disk(short_dir / "doctor") as disk:
        fill(disk)
        faults = replace(installation, data_dir=disk).faults()

    assert list(faults) == ["room"]
    assert "0.0 GB left of 0.2: make room" in faults["room"]


@pytest.mark.parametrize(
    ("days", "cure"),
    [(60, None), (5, "have the proxy renew it"), (-1, "certificate has expired")],
)
def test_a_certificate_that_ends_soon_or_has_ended_is_found(
    installation: Installation, tmp_path: Path, days: int, cure: str | None
) -> None:
    shown = certificate(tmp_path, datetime.now(UTC) + timedelta(days=days))
    with answering(shown) as address:
        trusted = {"SSL_CERT_FILE": str(shown.file), "PEERGRID_MAIL": "console"}
        faults = installation.faults(PEERGRID_PUBLIC_URL=address, **trusted)

    assert list(faults) == (["certificate"] if cure else [])
    assert cure is None or cure in faults["certificate"]


def test_nobody_can_be_written_to_is_found(installation: Installation, tmp_path: Path) -> None:
    shown = certificate(tmp_path, datetime.now(UTC) + timedelta(days=60))
    with answering(shown) as address:
        faults = installation.faults(PEERGRID_PUBLIC_URL=address, SSL_CERT_FILE=str(shown.file))

    assert list(faults) == ["letters"]
    assert "set PEERGRID_MAIL and PEERGRID_MAIL_FROM" in faults["letters"]


def test_a_backup_that_is_missing_or_old_is_found(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    asked = ("--backups", str(folder))

    assert "there is none: run `peergrid backup" in installation.faults(*asked)["backups"]
    assert peergrid("backup", "--to", str(folder), url=installation.url).exit_code == 0
    assert installation.faults(*asked) == {}
    (made,) = folder.glob("*.zip")
    before = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(made, (before, before))
    assert "the newest is of" in installation.faults(*asked)["backups"]


def test_a_database_that_is_away_or_was_never_made_is_found(
    installation: Installation, tmp_path: Path
) -> None:
    away = "postgresql://nobody@127.0.0.1:1/none"
    never = peergrid("doctor", "--json", "--data-dir", str(tmp_path / "new"))

    assert "does not answer" in installation.faults(url=away)["database"]
    assert "run `peergrid serve`" in json.loads(never.stdout)[-1]["fault"]
    assert not (tmp_path / "new").exists()


def test_an_older_schema_and_a_login_without_rights_are_found(
    installation: Installation, server: EmbeddedServer
) -> None:
    old, empty = of_the_first_schema(server), new_database(server, empty=True)
    weak = weak_login(server, installation.url, "grant select on alembic_version to weak")

    assert "run `peergrid migrate`" in installation.faults(url=old)["schema"]
    assert "run `peergrid migrate`" in installation.faults(url=empty)["schema"]
    found = installation.faults(url=weak)
    assert list(found) == ["rights"]
    assert "grant peergrid_api to weak" in found["rights"]


def test_two_clocks_that_are_apart_are_found(database: Database) -> None:
    now = datetime.now(UTC)

    check_clock(database, now)
    with pytest.raises(Conflict, match="apart: readings are refused as not over yet"):
        check_clock(database, now - timedelta(minutes=10))


@pytest.mark.parametrize(
    ("check", "statement", "cure"),
    [
        ("operators", "update member set suspended_at = now() where role = 'operator'", "--add"),
        (
            "tariffs",
            "alter table tariff disable trigger user; update tariff set valid_from = '2999-01-01'",
            "let an operator publish one",
        ),
        (
            "meters",
            "update community_clock set latest = latest - interval '5 hours'",
            "look at the line",
        ),
        (
            "settlement",
            "update community set settled_until = settled_until - interval '80 hours'",
            "let `peergrid settle --every 60` run",
        ),
    ],
)
def test_what_a_community_lacks_is_found(
    installation: Installation, check: str, statement: str, cure: str
) -> None:
    installation.change(statement)

    faults = installation.faults()

    assert list(faults) == [check]
    assert cure in faults[check]


def test_a_meter_that_fell_silent_is_found(installation: Installation) -> None:
    adas = installation.street.ada_meter
    for ago in (1, 0):
        report(installation.database, adas, newest_over().later(-ago), 0, 1_000)

    faults = installation.faults()

    assert list(faults) == ["meters"]
    assert "1 of 2 meters of street are silent" in faults["meters"]
    assert "peergrid key SERIAL --list" in faults["meters"]


def test_approved_payouts_that_nobody_pays_are_found(installation: Installation) -> None:
    street, database = installation.street, installation.database
    with database.transaction() as connection:
        dudzai = add_member(
            connection, street.community_id, "Dudzai", "dudzai@street.example", "operator"
        )
    town = Town(database, street, dudzai)
    installation.change("alter table transfer disable trigger user")
    installation.change("update transfer set amount = 20000000 where unit = 'USD'")
    town.approve(town.ask(street.ada, 5 * USD))

    assert "set PEERGRID_PAYOUT_PROVIDER" in installation.faults()["payouts"]
    paying = {"PEERGRID_PAYOUT_PROVIDER": "sandbox"}
    assert installation.faults(**paying) == {}
    installation.change(
        "alter table payout disable trigger user;"
        "update payout set requested_at = requested_at - interval '2 days'"
    )
    assert "peergrid pay --every 60" in installation.faults(**paying)["payouts"]


def test_a_place_without_a_community_is_found(url: str, tmp_path: Path) -> None:
    given = {"PEERGRID_SECRET": SECRET, "PEERGRID_DATA_DIR": str(tmp_path)}

    done = peergrid("doctor", url=url, **given)

    assert done.exit_code == 1
    assert "There is no community yet: run `peergrid register" in done.stdout
