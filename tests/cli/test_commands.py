"""The commands as a newcomer types them, and what they say when something is wrong."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from peergrid.cli.main import app
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from tests.community import FIRST, Street, report_both
from tests.conftest import Backend, free_port, new_database

ROOT = Path(__file__).parents[2]
STREET = str(ROOT / "scenarios" / "harare_street.toml")


def peergrid(*arguments: str, url: str | None = None, **environment: str) -> Result:
    """Run a command in this process; ``url`` is the database it is told to use."""
    given = environment | ({"PEERGRID_DATABASE_URL": url} if url else {})
    return CliRunner().invoke(app, list(arguments), env=given, catch_exceptions=False)


def refused(done: Result, code: int, sentence: str) -> bool:
    """It ended with ``code`` and one sentence."""
    assert done.exit_code == code, done.stdout + done.stderr
    assert sentence in done.stderr, done.stderr
    return len(done.stderr.strip().splitlines()) == 1


@pytest.fixture
def scenario_file(tmp_path: Path) -> Path:
    return tmp_path / "scenario.toml"


def test_the_demo_runs_once_and_a_second_time_carries_on(short_dir: Path) -> None:
    told = ("demo", "--once", "--port", str(free_port()), "--data-dir", str(short_dir / "once"))

    first = peergrid(*told, "--days", "1", "--households", "4")
    second = peergrid(*told, "--days", "2", "--households", "4")
    other = peergrid(*told, "--days", "2", "--households", "5")
    check = peergrid("check", "--data-dir", str(short_dir / "once"))

    assert first.exit_code == 0, first.stderr
    assert "48 half hours settled; they add up to 0" in first.stdout
    assert "96 half hours settled; they add up to 0" in second.stdout
    assert refused(other, 1, "holds harare_street with 4 homes, not 5")
    assert check.stdout == "harare_street: 96 half hours add up\n"
    assert not (short_dir / "once" / "postgres" / "postmaster.pid").exists()


def test_the_demo_uses_a_server_that_is_given(server: EmbeddedServer, short_dir: Path) -> None:
    url = new_database(server, empty=True)
    data_dir = short_dir / "given"
    told = ("demo", "--once", "--days", "1", "--households", "3", "--data-dir", str(data_dir))

    done = peergrid(*told, "--port", str(free_port()), url=url)

    assert done.exit_code == 0, done.stderr
    assert "given by PEERGRID_DATABASE_URL" in done.stdout
    assert not (data_dir / "postgres").exists()
    assert url not in done.stdout + done.stderr
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from reading").fetchone() == (144,)


def test_simulate_prints_one_json_object() -> None:
    done = peergrid("simulate", STREET, "--days", "1", "--seed", "5", "--json")

    result = json.loads(done.stdout)
    asked = ("households", "producers", "intervals", "unbalanced_micros", "unaccounted_wh")
    assert [result[name] for name in asked] == [12, 5, 48, 0, 0]
    used = result["self_consumed_wh"] + result["shared_wh"] + result["grid_export_wh"]
    assert result["generation_wh"] == used > 0


def test_readings_are_registered_sent_settled_and_checked(
    backend: Backend, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERGRID_DATA_DIR", str(tmp_path))
    send = ("send", STREET, "--to", backend.url, "--days", "1", "--households", "3")

    registered = peergrid("register", STREET, "--households", "3", url=url)
    sent, again = peergrid(*send), peergrid(*send)
    settled = peergrid("settle", url=url)
    checked = peergrid("check", url=url)

    assert registered.exit_code == 0, registered.stderr
    assert (tmp_path / "harare_street.json").stat().st_mode & 0o077 == 0
    assert sent.stdout == again.stdout == "sent       48 half hours of 3 meters\n"
    assert settled.stdout == "harare_street: 48 half hours settled, 0 reversed\n"
    assert (checked.exit_code, checked.stdout) == (0, "harare_street: 48 half hours add up\n")


def test_a_wrong_key_is_told_and_the_readings_are_kept(
    backend: Backend, url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    peergrid("register", STREET, "--keys", str(keys), "--households", "2", url=url)
    kept = json.loads(keys.read_text())
    keys.write_text(json.dumps(kept | {"keys": dict.fromkeys(kept["keys"], "mk_guess")}))

    done = peergrid(
        *("send", STREET, "--to", backend.url, "--keys", str(keys)),
        *("--days", "1", "--households", "2"),
    )

    assert refused(done, 1, "96 readings are kept")
    with backend.database.transaction() as connection:
        assert connection.execute("select count(*) from reading").fetchone() == (0,)


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"keys": 5, "sign_ins": []}', '{"keys": {"a": "\\n"}, "sign_ins": []}', "[" * 9999],
)
def test_a_damaged_keys_file_is_told(tmp_path: Path, text: str) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text(text)

    done = peergrid("send", STREET, "--to", "http://127.0.0.1:1", "--keys", str(keys))

    assert refused(done, 2, "is damaged: delete it")


@pytest.mark.parametrize(
    "address", ["http://[::1", "http://127.0.0.1:abc", "http://", "ftp://a", "http://a:99999"]
)
def test_an_address_that_is_none_is_told(tmp_path: Path, address: str) -> None:
    done = peergrid("send", STREET, "--keys", str(tmp_path / "k.json"), "--to", address)

    assert refused(done, 2, "is no address")


def test_a_wrong_database_url_is_told_without_its_password() -> None:
    done = peergrid("check", url="postgresql://u:topsecret%zz@localhost/x")

    assert refused(done, 2, "makes no sense")
    assert "topsecret" not in done.stdout + done.stderr


def test_the_audit_fails_with_the_row_that_is_off(
    server: EmbeddedServer, url: str, database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    peergrid("settle", url=url)
    name = url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(server.admin_url.replace("/postgres?", f"/{name}?")) as admin:
        admin.execute("set session_replication_role = replica")
        admin.execute("update share set levy_micros = 1 where levy_micros = 0 and import_wh > 0")

    done = peergrid("check", url=url)

    assert done.exit_code == 1
    assert "share of meter 2 in 2026-08-31T22:00Z: levy_micros is 1" in done.stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("colour = 1", "there is no key 'colour'"),
        ("[[group]", "this is not TOML"),
        ("", "name is missing"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(
    scenario_file: Path, text: str, sentence: str
) -> None:
    scenario_file.write_text(text)

    assert refused(peergrid("simulate", str(scenario_file)), 2, sentence)


def test_the_platform_refuses_a_scenario_of_several_communities(
    scenario_file: Path, tmp_path: Path
) -> None:
    street = Path(STREET).read_text(encoding="utf-8")
    scenario_file.write_text(street.replace('site = "harare"', 'site = "harare"\ncopies = 3'))
    asked = str(scenario_file)
    sentence = "harare_street has 3 communities, but the platform settles one"

    for command in (
        ("demo", "--scenario", asked, "--data-dir", str(tmp_path / "demo")),
        ("register", asked),
        ("send", asked, "--to", "http://127.0.0.1:1"),
    ):
        assert refused(peergrid(*command), 2, sentence)
    assert not (tmp_path / "demo").exists()


def test_what_is_not_there_or_away_or_in_use_is_told(tmp_path: Path) -> None:
    away = "postgresql://nobody@127.0.0.1:1/none"
    keys = tmp_path / "keys.json"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        demo = peergrid("demo", "--port", port, "--data-dir", str(tmp_path / "demo"))

    assert refused(demo, 1, f"Port {port} is in use")
    assert not (tmp_path / "demo").exists()
    assert refused(peergrid("simulate", "nowhere.toml"), 2, "there is no such file")
    assert refused(peergrid("check", url=away), 1, "The database does not answer")
    assert refused(peergrid("check", url="mysql://x"), 2, "PEERGRID_DATABASE_URL must look like")
    send = ("send", STREET, "--keys", str(keys), "--to")
    assert refused(peergrid(*send, "localhost"), 2, "is no address")
    assert refused(peergrid(*send, "http://127.0.0.1:1"), 2, "peergrid register")


def test_a_newer_schema_is_left_alone(url: str, database: Database) -> None:
    with database.transaction() as connection:
        connection.execute("update alembic_version set version_num = '9999'")

    for command in ("migrate", "check", "settle"):
        assert refused(peergrid(command, url=url), 1, "Update PeerGrid")


def test_a_secret_that_is_too_short_is_refused(url: str) -> None:
    done = peergrid("serve", "--port", str(free_port()), url=url, PEERGRID_SECRET="short")  # noqa: S106

    assert refused(done, 2, "PEERGRID_SECRET must have at least 32")


def test_the_lab_says_in_a_sentence_what_is_not_installed() -> None:
    code = (
        "import sys; sys.modules['solara'] = None\n"
        "from peergrid.cli.main import app; app(['lab', '--no-browser'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == (
        "peergrid: The lab needs solara, which is not installed: pip install 'peergrid[lab]'\n"
    )


def test_adoption_tells_the_uptake_under_each_scheme() -> None:
    told = ("adoption", str(ROOT / "scenarios" / "adoption_2036.toml"), "--households", "30")
    done = peergrid(*told, "--days", "2")

    assert done.exit_code == 0, done.stderr
    title, heads, *years = done.stdout.splitlines()
    assert title == "Two thousand homes, ten years: 30 homes; with panels, and able to export"
    assert heads.split() == ["year", "net_metering", "mid_market"]
    assert [year.split()[0] for year in years] == ["0"]
    assert refused(peergrid("adoption", STREET), 2, "nobody adopts in harare_street")
    assert refused(peergrid(*told, "--against", "barter"), 2, "barter")
