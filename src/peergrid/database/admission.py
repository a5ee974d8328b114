"""A database's administrator lets in the login under which PeerGrid migrates and works."""

from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from peergrid.database.pool import Connection, connect
from peergrid.database.roles import statements
from peergrid.errors import Conflict

KNOWN = "select exists (select from pg_roles where rolname = %s)"
# Azure's own function makes a login of a managed identity's name, in this database alone.
OF_ENTRA = "select * from pgaadauth_create_principal(%s, false, false)"
ENTRA_DATABASE = "/postgres"
PLACE = "grant connect, create, temporary on database {} to {}"
SCHEMA = "grant usage, create on schema public to {}"


def let_in(url: str, login: str) -> None:
    """Let ``login`` make PeerGrid's tables in the database at ``url``, and be its processes' roles.

    Who signs in there owns the database and may make roles; nobody needs to be a superuser.
    Raises Conflict if there is no such login or too little right, and Unavailable without a
    database; either way nothing is changed.
    """
    with connect(url) as connection:
        if not _is_known(connection, login):
            raise Conflict(f"The database knows no login {login}: make it first, or name --entra.")
        to = sql.Identifier(login)
        try:
            connection.execute(sql.SQL(PLACE).format(sql.Identifier(connection.info.dbname), to))
            connection.execute(sql.SQL(SCHEMA).format(to))
            for statement in statements(login):
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
