"""PostgreSQL's own programs for backup: found, and run without a secret on their command line."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from psycopg import ConnectionInfo

from peergrid.database.embedded import binaries
from peergrid.errors import Unavailable

SERVICE = "peergrid"  # the name of the one entry in the file that a program reads
OURS = {"options", "client_encoding", "connect_timeout", "service"}  # of our session, not of theirs
VERSION_TIMEOUT_S = 20
PER_MAJOR = 10_000  # 180006 is 18.6
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")  # a distribution may add words of its own


def program(name: str, info: ConnectionInfo) -> str:
    """Where ``pg_dump`` or ``pg_restore`` is that can talk to the server of ``info``.

    A program reads servers of its own version and older ones. The embedded server's own come
    first; they speak no TLS, so a connection with TLS needs those of PATH. Raises Unavailable if
    there is none new enough.
    """
    needed = info.server_version // PER_MAJOR
    embedded = None if info.pgconn.ssl_in_use else str(binaries() / name)
    found = {path: _major(path) for path in (embedded, shutil.which(name)) if path}
    for path, major in found.items():
        if major >= needed:
            return path
    have = f"the newest here is of {max(found.values())}" if found else "there is none here"
    raise Unavailable(
        f"{name} of PostgreSQL {needed} or newer is needed, and {have}:"
        f" install postgresql-client-{needed}, and put it on PATH."
    )


def _major(path: str) -> int:
    """The version of a program: the 18 of ``pg_dump (PostgreSQL) 18.6``."""
    said = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [path, "--version"], capture_output=True, text=True, check=True, timeout=VERSION_TIMEOUT_S
    )
    found = VERSION.search(said.stdout)
    return int(found[1]) if found else 0


@contextmanager
def service(info: ConnectionInfo) -> Iterator[Mapping[str, str]]:
    """The environment in which ``service=peergrid`` means the database of ``info``.

    Its address and password stand in a file that only its owner can read, for as long as the
    block lasts: others could see a command line.
    """
    known = {name: value for name, value in info.get_parameters().items() if name not in OURS}
    if info.password:
        known["password"] = info.password
    lines = [f"[{SERVICE}]", *(f"{name}={value}" for name, value in known.items())]
    with tempfile.TemporaryDirectory(prefix="peergrid-") as folder:  # made for its owner alone
        file = Path(folder) / "service.conf"
        file.touch(mode=0o600)
        file.write_text("\n".join(lines) + "\n")
        yield {**os.environ, "PGSERVICEFILE": str(file)}
