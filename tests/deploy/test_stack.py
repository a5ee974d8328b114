"""compose.yaml, built and started: what is closed is closed, and what falls over comes back.

Wants a container engine (`deploy/docker/engine.sh up DIR && . DIR/env`, as root on Debian 12).
"""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect as open_socket
from websockets.typing import Origin

from tests.conftest import free_port
from tests.deploy.stack import BUILD_S, PATIENCE_S, ROOT, Stack, eventually, said

pytestmark = pytest.mark.stack
SCENARIO = "scenarios/harare_street.toml"
GIVEN = ("BASE_IMAGE", "CA_BUNDLE")  # by what `engine.sh` writes
HOMES, DAYS = 12, 16
READINGS = HOMES * DAYS * 48
IMAGES = {"postgres": "docker.io/library/postgres:18-trixie", "caddy": "docker.io/library/caddy:2"}
SERVICES = ("api", "settle", "backup", "db")
MOST_BYTES = 365_000_000  # of the image quickly packed: fully, it is 2 MB smaller
BEGINNINGS = {  # of what no browser or office program would open without them
    "statement.pdf": b"%PDF-",
    "export/readings.csv": b"meter,interval",
    "export/readings.parquet": b"PAR1",
    "export/readings.xlsx": b"PK",
    "export/everything.zip": b"PK",
}
WATCHED = ("proxy", "api", "db")  # what a meter's reading passes through


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    if not shutil.which("docker") or not {"DOCKER_HOST", *GIVEN} <= os.environ.keys():
        pytest.skip("no container engine: `deploy/docker/engine.sh up DIR` and `. DIR/env`")
    folder = tmp_path_factory.mktemp("stack")
    stack = Stack(f"peergrid-{os.getpid()}", free_port(), folder)
    build(stack)
    said("deploy/docker/secrets.sh", str(folder / "secrets"), env=stack.environment)
    try:
        stack.compose("up", "--detach", "--wait", "--quiet-pull", timeout_s=BUILD_S)
        yield stack
    finally:
        stack.compose("down", "--volumes", "--timeout", "5")


def build(stack: Stack) -> None:
    """Our image as compose builds it; stand-ins for the others where no registry answers."""
    for target, tag in IMAGES.items():
        command = ("docker", "build", "--quiet", "--target", target, "--tag", tag)
        given = ("--build-arg", f"BASE_IMAGE={os.environ['BASE_IMAGE']}")
        authorities = ("--secret", f"id=ca,src={os.environ['CA_BUNDLE']}")
        place = "deploy/docker/stand_ins"
        said(*command, *given, *authorities, place, env=stack.environment, timeout_s=BUILD_S)
    stack.compose("build", "--quiet", timeout_s=BUILD_S)


@pytest.fixture(scope="module")
def keys(stack: Stack) -> Path:
    """A street's homes as members, and the keys of their meters."""
    file = stack.folder / "keys.json"
    told = os.environ | {"PEERGRID_DATABASE_URL": stack.database_url()}
    said("peergrid", "register", SCENARIO, "--keys", str(file), env=told)
    return file


@pytest.fixture
def client(stack: Stack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        eventually(lambda: client.get("/readyz").status_code == 200, "ready")
        yield client


def test_a_producer_signs_in_through_the_proxy(client: httpx.Client, keys: Path) -> None:
    token = bearer(client, keys)

    assert client.get("/api/v1/me", headers=token).json()["role"] == "producer"
    page = client.get("/")
    assert "<html" in page.text
    assert page.headers["strict-transport-security"]


def test_the_dashboards_socket_opens_for_the_pages_own_origin_alone(stack: Stack) -> None:
    trusted = stack.trusting()
    address = f"wss://localhost:{stack.port}/ws"

    with open_socket(address, ssl=trusted, origin=Origin(stack.address), open_timeout=20):
        pass
    with pytest.raises(InvalidStatus):
        open_socket(
            address, ssl=trusted, origin=Origin("https://elsewhere.example"), open_timeout=20
        )


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_is_root_and_nothing_can_be_written_or_gained(stack: Stack, service: str) -> None:
    status = stack.compose("exec", "-T", service, "cat", "/proc/1/status")

    assert "\nUid:\t0\t" not in status
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert stack.look(service, "{{.HostConfig.ReadonlyRootfs}}") == "true"


def test_the_database_is_closed_and_cannot_reach_out(stack: Stack) -> None:
    assert stack.look("db", "{{json .NetworkSettings.Ports}}") in {"{}", '{"5432/tcp":null}'}
    reaching = ("bash", "-c", "timeout 3 bash -c '</dev/tcp/192.0.2.1/443'")
    with pytest.raises(AssertionError):
        stack.compose("exec", "-T", "db", *reaching)


def test_no_image_holds_a_secret(stack: Stack) -> None:
    secrets = [file.read_text().strip() for file in (stack.folder / "secrets").iterdir()]
    told = stack.docker("history", "--no-trunc", stack.look("api", "{{.Image}}"))
    told += stack.look("api", "{{json .Config}}") + stack.look("db", "{{json .Config}}")

    assert len(secrets) == 5
    assert not [secret for secret in secrets if secret in told]


def test_measures_are_read_inside_by_who_has_the_token_and_not_outside(stack: Stack) -> None:
    asking = (
        "from urllib.request import Request, urlopen; import sys;"
        "print(urlopen(Request(sys.argv[1], headers={'Authorization':"
        " 'Bearer ' + open('/run/secrets/metrics_token').read().strip()})).read().decode())"
    )
    ports = json.loads(stack.look("api", "{{json .NetworkSettings.Ports}}"))

    for service, measure in (("api", "http_server"), ("settle", "peergrid_settlement_duration")):
        address = f"http://{service}:9464/metrics"
        said = stack.compose("exec", "-T", "backup", "python3", "-c", asking, address)
        assert measure in said
    with pytest.raises(AssertionError, match="401"):
        stack.compose(
            "exec", "-T", "backup", "python3", "-c", asking.replace("Bearer", "No"), address
        )
    assert not any(ports.values())


def test_the_schema_was_there_before_what_needs_it(stack: Stack) -> None:
    migrated = stack.look("migrate", "{{.State.FinishedAt}}")

    assert stack.look("migrate", "{{.State.ExitCode}}") == "0"
    assert stack.look("db", "{{.State.StartedAt}}") < migrated
    for service in ("api", "settle", "backup"):
        assert migrated < stack.look(service, "{{.State.StartedAt}}")


def test_a_frozen_database_is_told_within_three_seconds(stack: Stack, client: httpx.Client) -> None:
    stack.compose("pause", "db")
    try:
        begun = time.monotonic()
        answer = client.get("/readyz")
        took_s = time.monotonic() - begun
    finally:
        stack.compose("unpause", "db")

    assert (answer.status_code, took_s < 3) == (503, True), took_s
    eventually(lambda: client.get("/readyz").status_code == 200, "ready again")


def test_whatever_is_killed_amid_readings_each_is_counted_once(
    stack: Stack, keys: Path, client: httpx.Client
) -> None:
    told = os.environ | {"SSL_CERT_FILE": str(stack.trust())}
    command = ("peergrid", "send", SCENARIO, "--days", str(DAYS), "--to", stack.address)
    with subprocess.Popen((*command, "--keys", str(keys)), cwd=ROOT, env=told) as sending:
        seen = 0
        for service in WATCHED:  # each is back once readings come again, and then the next one goes
            eventually(lambda seen=seen: stack.count("reading") > seen + 20, "readings")  # type: ignore[misc]
            seen = stack.count("reading")
            stack.kill(service)
        assert sending.wait(300) == 0
    eventually(lambda: client.get("/readyz").status_code == 200, "all back")

    assert stack.count("reading") == READINGS
    stack.kill("settle")
    stack.compose("up", "--detach", "--no-recreate", "--scale", "settle=2", "settle")
    eventually(lambda: stack.count("settlement") >= (DAYS - 1) * 48, "settled")
    assert "add up" in stack.compose("exec", "-T", "api", "peergrid", "check")


def test_what_was_taken_out_of_the_image_is_missed_by_no_file(
    stack: Stack, keys: Path, client: httpx.Client
) -> None:
    token = bearer(client, keys)
    begins = {}
    for name, beginning in BEGINNINGS.items():
        path = name if "/" in name else f"wallet/{name}"
        answer = client.get(f"/api/v1/{path}", headers=token)
        begins[name] = answer.content[: len(beginning)]

    assert begins == BEGINNINGS
    assert int(stack.docker("image", "inspect", "--format", "{{.Size}}", "peergrid")) < MOST_BYTES


def test_one_replica_after_another_goes_and_every_request_is_answered(
    stack: Stack, client: httpx.Client
) -> None:
    stack.compose("up", "--detach", "--wait", "--no-recreate", "--scale", "api=2", "api")
    replicas = stack.compose("ps", "--quiet", "api").split()
    failed = 0
    for replica in replicas:
        stack.docker("stop", "--time", "20", replica)
        failed += sum(client.get("/healthz").status_code != 200 for _ in range(20))
        assert stack.docker("inspect", "--format", "{{.State.ExitCode}}", replica).strip() == "0"
        stack.docker("start", replica)
        eventually(
            lambda replica=replica: (
                stack.docker(  # type: ignore[misc]
                    "inspect", "--format", "{{.State.Health.Status}}", replica
                ).strip()
                == "healthy"
            ),
            "the replica is back",
        )

    assert len(replicas) == 2
    assert failed == 0


def test_what_one_replica_takes_in_is_heard_live_at_the_other(
    stack: Stack, keys: Path, client: httpx.Client
) -> None:
    stack.compose("up", "--detach", "--wait", "--no-recreate", "--scale", "api=2", "api")
    token = bearer(client, keys)
    listening = client.stream("GET", "/api/v1/live", headers=token, timeout=PATIENCE_S)
    with stack.client() as other, listening as feed:
        events = (line for line in feed.iter_lines() if line.startswith("event: "))
        assert next(events) == "event: here"
        eventually(lambda: at_another(other, client), "a way to the other replica")
        send_one(other, keys)

        heard = next(event for event in events if event != "event: settled")
        assert heard == "event: readings"


def at_another(other: httpx.Client, client: httpx.Client) -> bool:
    """Whether the proxy sends both to replicas of their own; if not, the other asks as a stranger.

    It knows its callers by a cookie, and whoever brings none is led to any.
    """
    other.cookies.clear()
    assert other.get("/healthz").status_code == 200
    return other.cookies["lb"] != client.cookies["lb"]


def bearer(client: httpx.Client, keys: Path) -> dict[str, str]:
    """What a producer who has signed in shows."""
    everyone = json.loads(keys.read_text())["sign_ins"]
    producer = next(one for one in everyone if one["role"] == "producer")
    given = {"email": producer["email"], "password": producer["password"]}
    answer = client.post("/api/v1/sign-in", json=given).raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def send_one(client: httpx.Client, keys: Path) -> None:
    """A reading of the day after all others: nothing of it is settled yet."""
    meter, key = next(iter(json.loads(keys.read_text())["keys"].items()))
    counted = {"import_wh": 1, "export_wh": 0}
    batch = {"readings": [{"meter": meter, "interval_start": "2026-09-20T10:30:00Z", **counted}]}
    head = {"Authorization": f"Bearer {key}"}
    client.post("/api/v1/readings", json=batch, headers=head).raise_for_status()


def test_a_backup_brings_an_empty_stack_to_the_same_books(stack: Stack, keys: Path) -> None:
    kept = stack.compose("run", "--rm", "-T", "backup", "backup", "--to", "/backups").split(":")[0]
    copy = stack.folder / "kept.zip"
    stack.compose("cp", f"backup:{kept}", str(copy))
    copy.chmod(0o644)
    other = Stack(f"{stack.name}-other", free_port(), stack.folder, "10.213.1.0/24")
    try:
        other.compose("up", "--detach", "--wait", "--no-deps", "db")
        into = ("--volume", f"{copy}:/kept.zip:ro", "migrate", "restore", "/kept.zip")
        restored = other.compose("run", "--rm", "-T", "--no-deps", *into)
        assert "add up" in restored
        assert other.count("reading") == stack.count("reading") > 0
    finally:
        other.compose("down", "--volumes", "--timeout", "5")


def test_a_missing_secret_stops_the_start_with_one_sentence(stack: Stack) -> None:
    none = ("--env", "PEERGRID_DATABASE_URL_FILE=/run/secrets/none")
    with pytest.raises(AssertionError, match="PEERGRID_DATABASE_URL_FILE must name a readable"):
        stack.compose("run", "--rm", "-T", "--no-deps", *none, "settle", "check")
