"""The database's roles: each process, and each request, may do what it needs and no more.

They are the cluster's, not one database's; none can sign in by itself. Whoever owns the tables
migrates and is past every wall, so nothing that answers requests works under that role.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from peergrid.errors import Conflict

type Connection = psycopg.Connection

API = "peergrid_api"  # an API process while it does not know who asks: signing in, keys, news
HOUSEHOLD = "peergrid_household"  # a producer's or consumer's request: own rows
OVERSEER = "peergrid_overseer"  # an auditor's request, or sums of a community: it reads its rows
OPERATOR = "peergrid_operator"  # an operator's request: as an overseer, and what operators change
INGEST = "peergrid_ingest"  # a meter's or collector's request: readings, no members, no books
SETTLEMENT = "peergrid_settlement"  # settles and pays
AUDIT = "peergrid_audit"  # reads everything but secrets

# COPY refuses a role whose rows are looked at one by one, so those that COPY are not.
ALL_ROWS = (INGEST, SETTLEMENT, AUDIT)
OF_API = (HOUSEHOLD, OVERSEER, OPERATOR, INGEST)
OF_OWNER = (API, SETTLEMENT, AUDIT)
ROLES = (API, *OF_API, SETTLEMENT, AUDIT)

LACKING = """
select array(select name from unnest(%(roles)s::text[]) name
    where not exists (select from pg_roles where rolname = name)),
  not exists (select from pg_roles where rolname = any(%(roles)s) and not rolbypassrls
    and rolname = any(%(all_rows)s)),
  array(select name from unnest(%(roles)s::text[]) name
    where exists (select from pg_roles where rolname = name)
      and not pg_has_role(%(owner)s::name, name, 'set'))"""
MAY_BE = """
select exists (select from pg_roles where rolname = %(role)s)
  and case when exists (select from pg_roles where rolname = %(role)s)
    then pg_has_role(session_user, %(role)s::name, 'set') end"""
OWNED = """
select pg_get_userbyid(relowner), pg_has_role(session_user, relowner, 'usage'),
  pg_is_in_recovery() from pg_class where oid = 'community'::regclass"""
# They end with the transaction. Statements that take no snapshot: an isolation can still be set.
ENTER = """
set local peergrid.member = {member}; set local peergrid.community = {community};
set local role {role}"""


@dataclass(frozen=True)
class Asking:
    """On whose behalf a transaction works, and with which role; None: nobody in particular."""

    role: str
    community_id: int | None = None
    member_id: int | None = None


def enter(connection: Connection, asking: Asking) -> None:
    """Let the rest of the transaction do and see only what ``asking`` may."""
    said = {
        "member": sql.Literal(str(asking.member_id or "")),
        "community": sql.Literal(str(asking.community_id or "")),
        "role": sql.Identifier(asking.role),
    }
    connection.execute(sql.SQL(ENTER).format(**said), prepare=False)


def statements(owner: str) -> list[sql.Composed]:
    """What makes the roles where they are missing, for somebody who may: a superuser.

    ``owner`` is who owns PeerGrid's tables, and may take on the roles of its processes.
    """
    made = [created(role) for role in ROLES]
    made += [granted(role, API, inherit=False) for role in OF_API]
    made.append(granted(OVERSEER, OPERATOR, inherit=True))
    return made + [granted(role, owner, inherit=False) for role in OF_OWNER]


def make_roles(connection: Connection) -> None:
    """Make what is missing of the roles for who is signed in.

    Raises Conflict, with what a superuser has to run, if they may not.
    """
    row = connection.execute("select current_user").fetchone()
    owner = str(row[0]) if row else ""
    if _are_there(connection, owner):
        return
    try:
        with connection.transaction():
            for statement in statements(owner):
                connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        lines = "\n".join(one.as_string(connection) for one in statements(owner))
        raise Conflict(
            f"{owner} may not make PeerGrid's roles; let a superuser of the database run this,"
            f" then try again:\n{lines}"
        ) from None


def check_role(connection: Connection, role: str) -> None:
    """Raises Conflict unless who is signed in may work as ``role``."""
    row = connection.execute(MAY_BE, {"role": role}).fetchone()
    if row is None or not row[0]:
        raise Conflict(
            f"{connection.info.user} may not work as {role}: let a superuser of the database run"
            f" `grant {role} to {connection.info.user}`."
        )


def check_owner(connection: Connection) -> None:
    """Raises Conflict unless who is signed in owns the tables, in a database that can be written.

    Whoever serves also packs them away, and a replica takes nothing.
    """
    row = connection.execute(OWNED).fetchone()
    assert row is not None  # noqa: S101 - one row
    owner, is_owner, is_replica = row
    if is_replica:
        raise Conflict("The database is a replica, which can only be read: name its primary.")
    if not is_owner:
        raise Conflict(
            f"{connection.info.user} does not own PeerGrid's tables, which it would pack away:"
            f" sign in as {owner}."
        )


def _are_there(connection: Connection, owner: str) -> bool:
    row = connection.execute(
        LACKING, {"roles": list(ROLES), "all_rows": list(ALL_ROWS), "owner": owner}
    ).fetchone()
    assert row is not None  # noqa: S101 - one row
    missing, see_all_rows, not_granted = row
    return not missing and see_all_rows and not set(not_granted) & set(OF_OWNER)


def created(role: str) -> sql.Composed:
    """What makes a role; one that is there stays, and two who make it at once do not mind."""
    return sql.SQL(
        "do $$ begin if not exists (select from pg_roles where rolname = {}) then create role {}"
        " nologin {}; end if; exception when duplicate_object or unique_violation then null;"
        " end $$;"
    ).format(
        sql.Literal(role),
        sql.Identifier(role),
        sql.SQL("bypassrls" if role in ALL_ROWS else "nobypassrls"),
    )


def granted(role: str, to: str, *, inherit: bool) -> sql.Composed:
    """What lets ``to`` take a role on, and have its rights without that if it is to inherit."""
    return sql.SQL("grant {} to {} with inherit {}, set true;").format(
        sql.Identifier(role), sql.Identifier(to), sql.SQL("true" if inherit else "false")
    )
