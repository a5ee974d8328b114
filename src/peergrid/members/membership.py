"""Who belongs to which community, and in which role."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import Invalid, NotFound

ACTIVE = "active"
LEAVING = "leaving"
PRIVILEGED = {"operator", "auditor"}  # they see everybody's

COMMUNITY = "select community_id, name, title, settled_until, deadline_hours from community"
MEMBER = """
select m.member_id, m.community_id, m.name, m.email, m.role::text as role, c.title as community,
  case when m.suspended_at is not null then 'suspended' when m.approved_at is null then 'waiting'
    when m.erasure_asked_at is not null then 'leaving' else 'active' end as standing
from member m join community c using (community_id)"""
ADD_COMMUNITY = """
insert into community (name, title, settled_until) values (%s, %s, %s)
on conflict (name) do nothing"""
ADD_MEMBER = """
insert into member (community_id, name, email, role) values (%s, %s, lower(%s), %s)
on conflict (email) do nothing"""


@dataclass(frozen=True)
class Community:
    """The households that share.

    Every interval before ``settled_until`` is settled; ``deadline_hours`` is how long a silent
    meter is waited for.
    """

    community_id: int
    name: str
    title: str
    settled_until: datetime
    deadline_hours: int


@dataclass(frozen=True)
class Member:
    """A person with a login; ``role`` is producer, consumer, operator or auditor.

    ``standing`` is active, leaving (asked for their data to be deleted), waiting (for an
    approval) or suspended.
    """

    member_id: int
    community_id: int
    name: str
    email: str
    role: str
    community: str
    standing: str = ACTIVE

    @property
    def may_sign_in(self) -> bool:
        return self.standing in {ACTIVE, LEAVING}


def add_community(connection: Connection, name: str, title: str, first: datetime) -> Community:
    """Found a community whose first interval starts at ``first``; founded before, it stays."""
    connection.execute(ADD_COMMUNITY, (name, title, first))
    return community_named(connection, name)


def community_named(connection: Connection, name: str) -> Community:
    """Raises NotFound with the names there are."""
    with connection.cursor(row_factory=class_row(Community)) as cursor:
        found = cursor.execute(f"{COMMUNITY} where name = %s", (name,)).fetchone()
    if not found:
        names = ", ".join(community.name for community in communities(connection)) or "none yet"
        raise NotFound(f"No community is called {name!r}; there is: {names}.")
    return found


def communities(connection: Connection) -> list[Community]:
    with connection.cursor(row_factory=class_row(Community)) as cursor:
        return cursor.execute(f"{COMMUNITY} order by name").fetchall()


def community_by_id(
    connection: Connection, community_id: int, *, locked: bool = False
) -> Community:
    """One community.

    ``locked``: nobody else settles it, and no reading of it is stored, until the transaction
    ends.
    """
    with connection.cursor(row_factory=class_row(Community)) as cursor:
        query = f"{COMMUNITY} where community_id = %s"
        found = cursor.execute(
            f"{query} for update" if locked else query, (community_id,)
        ).fetchone()
    if not found:
        raise NotFound(f"There is no community {community_id}.")
    return found


def add_member(
    connection: Connection, community_id: int, name: str, email: str, role: str
) -> Member:
    """Register a member; with the same address, the one there is.

    Raises Invalid if that address belongs to somebody of another community or role.
    """
    connection.execute(ADD_MEMBER, (community_id, name, email, role))
    member = member_with_email(connection, email)
    if not member or (member.community_id, member.role) != (community_id, role):
        raise Invalid(f"{email} is registered already, with another community or role.")
    return member


def member_with_email(connection: Connection, email: str) -> Member | None:
    with connection.cursor(row_factory=class_row(Member)) as cursor:
        return cursor.execute(f"{MEMBER} where m.email = lower(%s)", (email,)).fetchone()


def member_by_id(connection: Connection, member_id: int) -> Member | None:
    with connection.cursor(row_factory=class_row(Member)) as cursor:
        return cursor.execute(f"{MEMBER} where m.member_id = %s", (member_id,)).fetchone()


def members_of(connection: Connection, community_id: int) -> list[Member]:
    with connection.cursor(row_factory=class_row(Member)) as cursor:
        query = f"{MEMBER} where m.community_id = %s order by m.member_id"
        return cursor.execute(query, (community_id,)).fetchall()
