"""`settle --every` and `pay --every` outlive a database that goes away and comes back."""

import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.migrations.migrate import migrate
from tests.community import FIRST, found_street, report_both
from tests.conftest import PEERGRID

SOON_S = 60


class Running:
    """A command that runs, and what it says, on both its outlets."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def says(self, what: str) -> None:
        """Wait until it does; raises queue.Empty if it does not soon."""
        deadline = time.monotonic() + SOON_S
        while what not in self._lines.get(timeout=max(0.0, deadline - time.monotonic())):
            pass

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self._listener.join(SOON_S)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)


@contextmanager
def running(command: str, url: str, folder: Path) -> Iterator[Running]:
    told = [str(PEERGRID), command, "--every", "1", "--data-dir", str(folder)]
    given = {"PEERGRID_DATABASE_URL": url, "PEERGRID_PAYOUT_PROVIDER": "sandbox"}
    with subprocess.Popen(
        told,
        env=os.environ | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        it = Running(process)
        try:
            yield it
        finally:
            it.stop()
    assert process.returncode == 0


def test_what_repeats_waits_for_a_database_that_is_away_and_goes_on(
    short_dir: Path, tmp_path: Path
) -> None:
    server = EmbeddedServer(short_dir / "goes")
    server.start()
    try:
        migrate(server.url)
        with opened(server.url) as database, database.transaction() as connection:
            street = found_street(connection, "street")
        with (
            running("settle", server.url, tmp_path) as settling,
            running("pay", server.url, tmp_path) as paying,
        ):
            settling.says("street: 0 half hours settled")
            paying.says("0 paid")
            server.stop(at_once=True)
            settling.says("The database is away; nothing was changed. Try again.")
            paying.says("The database is away; nothing was changed. Try again.")

            server.start()
            with opened(server.url) as database:
                report_both(database, street, FIRST)

            settling.says("street: 1 half hours settled")
            paying.says("0 paid")
    finally:
        server.stop(at_once=True)
