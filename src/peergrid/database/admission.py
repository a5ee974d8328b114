"""A database's administrator lets in the login under which PeerGrid migrates and works."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from peergrid.database.pool import Connection, connect
from peergrid.database.roles import created, granted, statements
from peergrid.errors import Conflict

KNOWN = "select exists (select from pg_roles where rolname = %s)"
# Azure's own function makes a login of a managed identity's name, in this database alone.
OF_ENTRA = "select * from pgaadauth_create_principal(%s, false, false)"
ENTRA_DATABASE = "/postgres"
PLACE = "grant connect, create, temporary on database {} to {}"
SCHEMA = "grant usage, create on schema public to {}"

ALONE = "grant connect on database {} to {}"


def let_in(url: str, login: str) -> None:
    """Let ``login`` make PeerGrid's tables in the database at ``url``, and be its processes' roles.

    Who signs in there owns the database and may make roles; nobody needs to be a superuser.
    Raises Conflict if there is no such login or too little right, and Unavailable without a
    database; either way nothing is changed.
    """
    to = sql.Identifier(login)
    _do(url, login, PLACE, [sql.SQL(SCHEMA).format(to), *statements(login)])


def let_in_as(url: str, login: str, role: str) -> None:
    """Let ``login`` work as one role of PeerGrid's processes, and do nothing else.

    Raises as ``let_in``.
    """
    _do(url, login, ALONE, [created(role), granted(role, login, inherit=True)])


def _do(url: str, login: str, place: str, rights: Sequence[sql.Composed]) -> None:
    with connect(url) as connection:
        if not _is_known(connection, login):
            raise Conflict(f"The database knows no login {login}: make it first, or name --entra.")
        here, to = sql.Identifier(connection.info.dbname), sql.Identifier(login)
        try:
            connection.execute(sql.SQL(place).format(here, to))
            for statement in rights:
                connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise Conflict(
                f"{connection.info.user} may not let {login} in ({error.diag.message_primary}):"
                " sign in as who owns the database and may make roles."
            ) from error


def make_login_of_identity(url: str, identity: str) -> None:
    """On Azure's server, let the managed identity of that name sign in; it has no password."""
    with connect(urlsplit(url)._replace(path=ENTRA_DATABASE).geturl()) as connection:
        if _is_known(connection, identity):
            return
        try:
            connection.execute(OF_ENTRA, (identity,))
        except psycopg.errors.UndefinedFunction:
            raise Conflict("This server is not Azure's: it knows no managed identities.") from None


def _is_known(connection: Connection, login: str) -> bool:
    row = connection.execute(KNOWN, (login,)).fetchone()
    return row is not None and bool(row[0])
