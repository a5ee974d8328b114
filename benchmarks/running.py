"""PeerGrid as it runs: an embedded PostgreSQL, the backend, settlement and payouts, each a process.

Only what was started here is killed, by its own id.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from peergrid.database.embedded import EmbeddedServer

PEERGRID = Path(sys.executable).parent / "peergrid"
EVERY_S = "1"
WATCH_S = 0.2
STOP_TIMEOUT_S = 30
OURS = """
select pid from pg_stat_activity where datname = 'peergrid' and pid <> pg_backend_pid()"""
CUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = 'peergrid' and pid <> pg_backend_pid()"""


class Running:
    """The processes of the data directory; what ends is started again, as a service would be."""

    def __init__(self, data_dir: Path, seed: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.server = EmbeddedServer(data_dir)
        self._data_dir = data_dir
        self._dice = random.Random(seed)  # noqa: S311 - dice, not a secret
        self._commands = {
            "backend": ["serve", "--port", str(self.port)],
            "settlement": ["settle", "--every", EVERY_S],
            "payouts": ["pay", "--every", EVERY_S],
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()
        self._ends = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Keep all of it running; stopped when the block ends."""
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()
        try:
            yield
        finally:
            self._ends.set()
            watch.join()
            for process in self._processes.values():
                process.send_signal(signal.SIGINT)
            for process in self._processes.values():
                try:
                    process.wait(STOP_TIMEOUT_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def once(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command of peergrid, to its end."""
        return subprocess.run(
            self._line(command),
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def kill(self, name: str) -> None:
        """End one of ours, the ``server`` or a ``connection`` without a word; or cut them all."""
        if name in self._commands:
            with self._lock:
                process = self._processes[name]
                process.kill()
                process.wait()
        elif name == "server":
            os.kill(self._postmaster(), signal.SIGKILL)
            self.server.start()
        else:
            self._end_connections(one=name == "connection")

    def _end_connections(self, *, one: bool) -> None:
        with psycopg.connect(self.server.admin_url, autocommit=True) as admin:
            if one:
                pids = [int(row[0]) for row in admin.execute(OURS)]
                if pids:
                    os.kill(self._dice.choice(pids), signal.SIGKILL)  # PostgreSQL then recovers
            else:
                admin.execute(CUT)

    def _postmaster(self) -> int:
        return int((self.server.cluster / "postmaster.pid").read_text().split()[0])

    def _watch(self) -> None:
        while not self._ends.is_set():
            for name, command in self._commands.items():
                with self._lock:
                    process = self._processes.get(name)
                    if process is None or process.poll() is not None:
                        self._processes[name] = self._started(name, command)
            self._ends.wait(WATCH_S)

    def _started(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._data_dir / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                self._line(command), env=self._environment(), stdout=log, stderr=log
            )

    def _line(self, command: list[str] | tuple[str, ...]) -> list[str]:
        return [str(PEERGRID), *command, "--data-dir", str(self._data_dir)]

    def _environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("PEERGRID")}
        return kept | {"PEERGRID_SIMULATED_TIME": "1", "PEERGRID_PAYOUT_PROVIDER": "sandbox"}
