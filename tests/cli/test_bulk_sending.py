"""`peergrid send --bulk`: all meters' readings together, once, from where it was on."""

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import STREET, peergrid
from tests.conftest import Backend

BATCHES = "select key, receipt->'stored' from ingest_batch order by received_at"


def test_a_collector_goes_on_where_it_was_and_comes_to_what_the_meters_would_send(
    backend: Backend, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERGRID_DATA_DIR", str(tmp_path))
    send = ("send", STREET, "--to", backend.url, "--households", "3")
    peergrid("register", STREET, "--households", "3", url=url)

    first = peergrid(*send, "--days", "1", "--bulk")
    second = peergrid(*send, "--days", "2", "--bulk")
    third = peergrid(*send, "--days", "2", "--bulk")
    (tmp_path / "harare_street.sent").unlink()
    forgotten = peergrid(*send, "--days", "2", "--bulk")
    meters = peergrid(*send, "--days", "2")

    said = [done.stdout.split()[1] for done in (first, second, third, forgotten, meters)]
    assert said == ["48", "48", "0", "96", "96"], first.stderr
    until = (tmp_path / "harare_street.sent").read_text()
    with backend.database.transaction() as connection:
        batches = connection.execute(BATCHES).fetchall()
        stored = connection.execute("select count(*), max(revision) from reading").fetchone()
        ends = connection.execute("select max(interval_start) from reading").fetchone()
    assert [count for _, count in batches] == [144, 144]
    assert len({key for key, _ in batches}) == 2
    assert stored == (288, 0)
    assert ends is not None
    assert until[:16] == f"{ends[0].replace(minute=0).isoformat()[:11]}22:00"


def test_a_revoked_key_and_a_missing_one_are_told(
    backend: Backend, url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    peergrid("register", STREET, "--keys", str(keys), "--households", "2", url=url)
    told = ("--keys", str(keys), "--households", "2", "--days", "1", "--bulk")
    send = ("send", STREET, "--to", backend.url, *told)
    kept = json.loads(keys.read_text())

    keys.write_text(json.dumps(kept | {"collector_key": "ck_guess"}))
    wrong = peergrid(*send)
    keys.write_text(json.dumps(kept | {"collector_key": None}))
    missing = peergrid(*send)

    assert (wrong.exit_code, missing.exit_code) == (1, 2)
    assert "No collector has this key" in wrong.stderr
    assert "holds no collector's key" in missing.stderr
    assert not keys.with_suffix(".sent").exists()
