"""A backup holds one instant, is whole or not there, and comes back as it was."""

import itertools
import json
import os
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from peergrid.cli.storage import opened
from peergrid.database import backup as backing_up
from peergrid.database.archive import DUMP, MANIFEST, manifest_of, verify
from peergrid.database.backup import back_up, restore
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.database.programs import program
from peergrid.errors import Conflict, Invalid, NotFound, Unavailable
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report, report_both
from tests.conftest import new_database
from tests.database.backups import state_of


@contextmanager
def meters_that_send(database: Database, street: Street, first: int) -> Iterator[list[int]]:
    """Both meters report and are settled, half hour after half hour, until the block ends."""
    sent: list[int] = []
    is_over = threading.Event()

    def go_on() -> None:
        for number in itertools.count(first):
            if is_over.is_set():
                return
            report_both(database, street, FIRST.later(number))
            settle(database, street.community_id)
            sent.append(number)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield sent
    finally:
        is_over.set()
        thread.join()


def test_a_backup_taken_while_meters_send_comes_back_with_the_same_sums_and_balances(
    server: EmbeddedServer, url: str, database: Database, street: Street, tmp_path: Path
) -> None:
    for number in range(4):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST, 500, 0, revision=1)
    settle(database, street.community_id)
    before = state_of(database)

    with meters_that_send(database, street, 4) as sent:
        file = back_up(url, tmp_path)
        assert sent, "nobody waits for a backup"
    manifest = manifest_of(file)
    empty = new_database(server, empty=True)
    restore(empty, file, manifest)

    with opened(empty) as restored:
        after = state_of(restored)
        count = manifest.rows["public.reading"]
        assert before["readings"][0] <= count == after["readings"][0]
        assert count <= 2 * (4 + len(sent) + 1)
        assert after["readings"][1] == 400 * (count // 2) + 100  # a tear would leave one half out
        assert after["street"][3] == []
        for number in range(4 + len(sent)):  # what came after the backup is sent again
            report_both_again(restored, street, number)
        settle(restored, street.community_id)
        assert state_of(restored) == state_of(database)


def report_both_again(database: Database, street: Street, number: int) -> None:
    if number == 0:
        return  # its correction is in the backup
    report_both(database, street, FIRST.later(number))


def test_the_embedded_server_is_backed_up_into_another_one(
    database: Database, url: str, street: Street, short_dir: Path, tmp_path: Path
) -> None:
    report_both(database, street, FIRST)
    file = back_up(url, tmp_path / "street.zip")

    with EmbeddedServer(short_dir / "other").running() as other:
        restore(other, file, manifest_of(file))
        with opened(other) as restored:
            assert state_of(restored) == state_of(database)


def test_a_backup_is_its_owners_alone_and_says_what_is_in_it(
    database: Database, url: str, street: Street, tmp_path: Path
) -> None:
    report_both(database, street, FIRST)

    file = back_up(url, tmp_path)

    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == [DUMP, MANIFEST]
        said = json.loads(archive.read(MANIFEST))
    assert (said["rows"]["public.reading"], said["rows"]["public.member"]) == (2, 3)
    with database.transaction() as connection:
        row = connection.execute("select version_num from alembic_version").fetchone()
    assert row == (said["schema"],)


def test_a_backup_overwrites_nothing(url: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.zip"
    file.write_text("precious")
    (tmp_path / "other.zip.unfinished").write_text("")

    with pytest.raises(Conflict, match="nothing is overwritten"):
        back_up(url, file)
    with pytest.raises(Conflict, match="cut off"):
        back_up(url, tmp_path / "other.zip")
    with pytest.raises(NotFound, match="no folder"):
        back_up(url, tmp_path / "nowhere" / "a.zip")

    assert file.read_text() == "precious"


def test_a_backup_that_fails_leaves_no_file(server: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="no PeerGrid"):
        back_up(new_database(server, empty=True), tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_database_with_anything_in_it_is_not_restored_into(
    server: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    file = back_up(url, tmp_path)
    mine = new_database(server, empty=True)
    with psycopg.connect(mine) as connection:
        connection.execute("create table mine (precious int)")

    with pytest.raises(Conflict, match="not empty"):
        restore(mine, file, manifest_of(file))

    with psycopg.connect(mine) as connection:
        assert connection.execute("select count(*) from mine").fetchone() == (0,)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_a_damaged_backup_is_refused_before_anything_is_stored(
    url: str, tmp_path: Path, place: float
) -> None:
    file = back_up(url, tmp_path)
    manifest = manifest_of(file)
    content = bytearray(file.read_bytes())
    content[int(manifest.size_bytes * place)] ^= 1
    file.write_bytes(content)

    with pytest.raises(Invalid, match="damaged"):
        verify(file, manifest)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half of one", b"no archive"])
def test_what_is_no_backup_is_told_so(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(content)

    with pytest.raises(Invalid, match="is no backup"):
        manifest_of(file)
    with pytest.raises(NotFound, match="There is no backup"):
        manifest_of(tmp_path / "b.zip")


def test_a_dump_that_cannot_be_read_leaves_the_database_empty(
    server: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    file, half = back_up(url, tmp_path), tmp_path / "half.zip"
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(half, "w") as archive:
        archive.writestr(DUMP, whole.read(DUMP)[:-2_000])
        archive.writestr(MANIFEST, whole.read(MANIFEST))
    empty = new_database(server, empty=True)

    with pytest.raises(Unavailable, match="pg_restore failed"):
        restore(empty, half, manifest_of(half))

    with psycopg.connect(empty) as connection:
        backing_up.check_empty(connection)


def test_the_password_is_on_no_command_line(
    server: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    password = psycopg.conninfo.conninfo_to_dict(url)["password"]
    lines: set[str] = set()
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = process.read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if "pg_dump" in line:
                    lines.add(line)

    thread = threading.Thread(target=look)
    thread.start()
    back_up(url, tmp_path)
    is_over.set()
    thread.join()

    assert any("service=peergrid" in line for line in lines)
    assert not any(str(password) in line for line in lines)


def test_a_program_that_is_too_old_or_missing_is_asked_for(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("peergrid.database.programs.PER_MAJOR", 1_000)  # as if it were a 180
    with database.transaction() as connection:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(Unavailable, match="pg_dump of PostgreSQL 180 or newer is needed"):
            program("pg_dump", connection.info)
        old = tmp_path / "pg_dump"
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 181.2 (Debian 181)'\n")
        old.chmod(0o700)
        assert program("pg_dump", connection.info) == str(old)
        assert os.access(old, os.X_OK)
