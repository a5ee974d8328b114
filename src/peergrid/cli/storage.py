"""Where the data is: a server by URL, or the embedded one in the data directory."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from peergrid.database.embedded import EmbeddedServer, write_secret
from peergrid.database.pool import Database, connect
from peergrid.database.prepare import prepare
from peergrid.database.roles import check_role
from peergrid.migrations.migrate import migrate
from peergrid.migrations.schema import check_current
from peergrid.settings import Settings


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


def with_secret(settings: Settings) -> Settings:
    """The settings with a secret to sign tokens: the one given, or one kept in ``data_dir``."""
    if settings.secret:
        return settings
    file = settings.data_dir / "secret"
    if not file.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o711)
        write_secret(file, secrets.token_urlsafe(48))
    return replace(settings, secret=file.read_text().strip())
