"""`peergrid demo` for whoever measures it: two days of a street, then as fast as asked."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PEERGRID = Path(sys.executable).parent / "peergrid"
STILL = "3600"  # seconds a simulated half hour takes: nothing happens meanwhile


@contextmanager
def demo(folder: Path, interval_s: str) -> Iterator[tuple[int, dict[str, tuple[str, str]], int]]:
    """Its port, who may sign in by their role, and the id of its process."""
    port = free_port()
    command = [str(PEERGRID), "demo", "--days", "2", "--interval-seconds", interval_s]
    command += ["--port", str(port), "--data-dir", str(folder / "demo")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    sign_ins = {}
    for line in process.stdout or ():
        word, *rest = line.split()
        if word == "sign":
            _, role, email, password = rest
            sign_ins[role] = (email, password)
        if word == "live":
            break
    try:
        yield port, sign_ins, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
