"""What only a superuser can do for PeerGrid, before its tables are made; again is no harm."""

from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from peergrid.database import roles
from peergrid.database.pool import connect
from peergrid.errors import Invalid

type Words = str | int | None


def prepare(admin_url: str, url: str) -> None:
    """Make the login, the database and the roles that ``url`` needs, signed in by ``admin_url``.

    The database belongs to that login, which is no superuser; it gets the password of ``url``.
    Raises Invalid if ``url`` lacks one of the three, and Unavailable as ``connect`` does.
    """
    asked = conninfo_to_dict(url)
    user, password, database = (_named(asked, key) for key in ("user", "password", "dbname"))
    owner = sql.Identifier(user)
    with connect(admin_url) as connection:
        connection.autocommit = True
        known = connection.execute("select 1 from pg_roles where rolname = %s", (user,))
        if not known.fetchone():
            connection.execute(sql.SQL("create role {} login").format(owner))
        secret = sql.Literal(password)
        connection.execute(sql.SQL("alter role {} password {}").format(owner, secret))
        known = connection.execute("select 1 from pg_database where datname = %s", (database,))
        if not known.fetchone():
            made = sql.SQL("create database {} owner {}")
            connection.execute(made.format(sql.Identifier(database), owner))
        for statement in roles.statements(user):
            connection.execute(statement)


def _named(asked: dict[str, Words], key: str) -> str:
    if not asked.get(key):
        raise Invalid("PEERGRID_DATABASE_URL must name user, password, host and database")
    return str(asked[key])
