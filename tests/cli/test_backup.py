"""`peergrid backup` and `peergrid restore`, as an operator types them."""

import json
import zipfile
from pathlib import Path

import psycopg

from peergrid import migrations
from peergrid.database.archive import DUMP, MANIFEST
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.settlement.settle import settle
from tests.cli.test_commands import peergrid, refused
from tests.community import FIRST, Street, report_both
from tests.conftest import new_database

FIRST_SCHEMA = Path(migrations.__file__).parent / "versions" / "0001_first.sql"
VERSIONED = """
create table alembic_version (version_num varchar(32) primary key);
insert into alembic_version values ('0001')"""


def test_a_backup_is_restored_and_audited(
    server: EmbeddedServer, url: str, database: Database, street: Street, tmp_path: Path
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    file, empty = tmp_path / "street.zip", new_database(server, empty=True)

    saved = peergrid("backup", "--to", str(file), url=url)
    restored = peergrid("restore", str(file), url=empty)
    again = peergrid("restore", str(file), url=empty)

    assert saved.exit_code == 0, saved.stderr
    assert f"{file}: " in saved.stdout
    assert restored.exit_code == 0, restored.stderr
    assert "street: 1 half hours add up" in restored.stdout
    assert refused(again, 1, "not empty")


def test_books_that_were_wrong_when_they_were_backed_up_are_told(
    server: EmbeddedServer, url: str, database: Database, street: Street, tmp_path: Path
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    with database.transaction() as connection:
        connection.execute("update reading set import_wh = import_wh + 1 where import_wh > 0")
    file = tmp_path / "street.zip"

    peergrid("backup", "--to", str(file), url=url)
    restored = peergrid("restore", str(file), url=new_database(server, empty=True))

    assert restored.exit_code == 1
    assert "street: " in restored.stdout
    assert "add up" not in restored.stdout


def test_a_backup_of_a_newer_schema_is_refused(
    server: EmbeddedServer, url: str, tmp_path: Path
) -> None:
    file, newer = tmp_path / "a.zip", tmp_path / "newer.zip"
    peergrid("backup", "--to", str(file), url=url)
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(newer, "w") as archive:
        archive.writestr(DUMP, whole.read(DUMP))
        said = json.loads(whole.read(MANIFEST)) | {"schema": "9999"}
        archive.writestr(MANIFEST, json.dumps(said))

    restored = peergrid("restore", str(newer), url=new_database(server, empty=True))

    assert refused(restored, 1, "Update PeerGrid")


def test_a_backup_of_an_older_schema_is_brought_forward(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    old, empty = new_database(server, empty=True), new_database(server, empty=True)
    file = tmp_path / "old.zip"
    with psycopg.connect(old) as connection:
        for statement in (FIRST_SCHEMA.read_text(), VERSIONED):
            connection.execute(statement.encode())

    saved = peergrid("backup", "--to", str(file), url=old)
    restored = peergrid("restore", str(file), url=empty)

    assert "of schema 0001" in saved.stdout
    assert restored.exit_code == 0, restored.stderr
    assert "brought schema 0001 forward" in restored.stdout
