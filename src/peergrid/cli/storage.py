"""Where the data is: a server by URL, or the embedded one in the data directory."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from peergrid.database.embedded import EmbeddedServer, write_secret
from peergrid.database.pool import Database, connect
from peergrid.database.prepare import prepare
from peergrid.database.roles import check_owner, check_role
from peergrid.errors import Invalid
from peergrid.migrations.migrate import migrate
from peergrid.migrations.schema import check_current
from peergrid.settings import MIN_SECRET_LENGTH, Settings

SET_IT = f"set it to {MIN_SECRET_LENGTH} random characters or more"


@contextmanager
def server(settings: Settings) -> Iterator[str]:
    """The URL of a database that runs; what was started here is stopped afterwards.

    With a superuser's URL at hand, what only a superuser can make is made first.
    """
    if settings.database_url:
        if settings.admin_url:
            prepare(settings.admin_url, settings.database_url)
        yield settings.database_url
    else:
        with EmbeddedServer(settings.data_dir).running() as url:
            yield url


@contextmanager
def migrated(settings: Settings) -> Iterator[str]:
    """As ``server``, brought to this version's schema if it is embedded.

    Raises Conflict for a server by URL that needs ``peergrid migrate`` first.
    """
    with server(settings) as url:
        if settings.database_url:
            check_current(url)
        else:
            migrate(url)
        yield url


@contextmanager
def opened(url: str, role: str | None = None) -> Iterator[Database]:
    """A pool of connections that work as ``role``, closed afterwards; None: as who signs in."""
    check_may(url, role)
    database = Database(url, role=role)
    database.open()
    try:
        yield database
    finally:
        database.close()


def check_may(url: str, role: str | None) -> None:
    """Raises Conflict if who signs in at ``url`` may not work as ``role``."""
    if role:
        with connect(url) as connection:
            check_role(connection, role)


def check_owns(url: str) -> None:
    """Raises Conflict unless who signs in at ``url`` owns the tables, and can write in them."""
    with connect(url) as connection:
        check_owner(connection)


def with_secret(settings: Settings) -> Settings:
    """The settings with a secret to sign tokens: the one given, or one kept in ``data_dir``.

    Raises Invalid if it cannot be kept there, or is no secret.
    """
    if settings.secret:
        return settings
    file = settings.data_dir / "secret"
    try:
        if not file.exists():
            settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
            write_secret(file, secrets.token_urlsafe(48))
        kept = file.read_text().strip()
    except OSError as error:
        why = f"and none can be kept in {settings.data_dir} ({error.strerror})"
        raise Invalid(f"PEERGRID_SECRET is missing, {why}: {SET_IT}.") from error
    if len(kept) < MIN_SECRET_LENGTH:
        raise Invalid(f"{file} holds no secret: bring it back from a backup, or {SET_IT}.")
    return replace(settings, secret=kept)


def check_secret(settings: Settings) -> None:
    """Raises Invalid unless a secret is given for a database that other processes serve too."""
    is_kept = settings.secret or (settings.data_dir / "secret").exists()
    if settings.database_url and not is_kept:
        raise Invalid(f"PEERGRID_SECRET is missing: {SET_IT}, alike at all who serve the database.")
