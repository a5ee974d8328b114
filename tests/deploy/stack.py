"""A stack of containers for tests: built from compose.yaml, driven by the docker command."""

import os
import signal
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from psycopg import sql

from peergrid.database.pool import connect

ROOT = Path(__file__).parents[2]
AUTHORITY = "/data/caddy/pki/authorities/local/root.crt"  # where Caddy keeps its own
BUILD_S, COMMAND_S, PATIENCE_S = 900, 180, 90


@dataclass(frozen=True)
class Stack:
    """One project of compose; ``folder`` holds its secrets and its authority's certificate."""

    name: str
    port: int
    folder: Path
    subnet: str = "10.213.0.0/24"

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "COMPOSE_PROJECT_NAME": self.name,
            "PEERGRID_HTTPS_PORT": str(self.port),
            "PEERGRID_PACK": "--quick",
            "PEERGRID_METRICS": "0.0.0.0:9464",
            "PEERGRID_PUBLIC_URL": self.address,
            "PEERGRID_SUBNET": self.subnet,
            "PEERGRID_SECRETS": str(self.folder / "secrets"),
        }

    def compose(self, *words: str, timeout_s: int = COMMAND_S) -> str:
        """What a command of compose says; AssertionError with all it said if it fails."""
        return said("docker", "compose", *words, env=self.environment, timeout_s=timeout_s)

    def docker(self, *words: str) -> str:
        return said("docker", *words, env=self.environment)

    def container(self, service: str) -> str:
        return self.compose("ps", "--all", "--quiet", service).split()[0]

    def look(self, service: str, template: str) -> str:
        """One thing that the engine knows of a service's container."""
        return self.docker("inspect", "--format", template, self.container(service)).strip()

    def kill(self, service: str) -> None:
        """End its process as a crash would: to `docker kill` no restart policy answers."""
        os.kill(int(self.look(service, "{{.State.Pid}}")), signal.SIGKILL)

    def database_url(self) -> str:
        """The database from this machine: the engine's host sees into its closed network."""
        address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        url = (self.folder / "secrets" / "database_url").read_text().strip()
        return url.replace("@db/", f"@{self.look('db', address)}/")

    def trust(self) -> Path:
        """The certificate of the proxy's own authority, in a file."""
        file = self.folder / "authority.pem"
        file.write_text(self.compose("exec", "-T", "proxy", "cat", AUTHORITY))
        return file

    def trusting(self) -> ssl.SSLContext:
        """Who believes the proxy's own authority, and nobody else."""
        return ssl.create_default_context(cafile=str(self.trust()))

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, verify=self.trusting(), timeout=10)

    def count(self, table: str) -> int:
        with connect(self.database_url()) as connection:
            row = connection.execute(
                sql.SQL("select count(*) from {}").format(sql.Identifier(table))
            ).fetchone()
        return int(row[0]) if row else 0


def said(*command: str, env: dict[str, str], timeout_s: int = COMMAND_S) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout_s, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until it holds; what does not answer meanwhile does not hold."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (httpx.TransportError, AssertionError):
            pass
        time.sleep(0.5)
    raise AssertionError(f"not within {PATIENCE_S} s: {what}")
