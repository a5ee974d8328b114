"""A community's members page by page: searched, filtered and in an order, however many they are.

A page begins after the last member of the one before it, so that the last of thousands costs
what the first does, and nobody is shown twice because somebody joined meanwhile.
"""

from dataclasses import dataclass
from enum import StrEnum

from psycopg.rows import class_row

from peergrid.database.patterns import anywhere
from peergrid.database.pool import Connection
from peergrid.members.membership import MEMBER, Member

IN = "m.suspended_at is null and m.approved_at is not null"
STANDINGS = {
    "active": f"{IN} and m.erasure_asked_at is null",
    "leaving": f"{IN} and m.erasure_asked_at is not null",
    "waiting": "m.suspended_at is null and m.approved_at is null",
    "suspended": "m.suspended_at is not null",
}
OF_ROLE = "m.role = %(role)s::role"
FOUND = """(m.name ilike %(like)s or m.email ilike %(like)s or m.member_id in (
  select member_id from meter where community_id = %(community)s and serial ilike %(like)s))"""


class Order(StrEnum):
    """By name, or the newest first."""

    NAME = "name"
    NEWEST = "newest"


AFTER = {
    Order.NAME: """(m.name, m.member_id) > (
  select name, member_id from member where member_id = %(after)s)""",
    Order.NEWEST: "m.member_id < %(after)s",
}
ORDER = {Order.NAME: "m.name, m.member_id", Order.NEWEST: "m.member_id desc"}


@dataclass(frozen=True)
class Wanted:
    """Which members: ``text`` stands in their name, address or meter's serial; None is all."""

    text: str | None = None
    role: str | None = None
    standing: str | None = None


def page_of_members(
    connection: Connection,
    community_id: int,
    wanted: Wanted,
    order: Order,
    after: int | None,
    most: int,
) -> list[Member]:
    """At most ``most`` members that come after the member ``after`` (None: from the first on)."""
    asked = {
        "community": community_id,
        "like": anywhere(wanted.text or ""),
        "role": wanted.role,
        "after": after,
        "most": most,
    }
    conditions = ["m.community_id = %(community)s"]
    conditions += [FOUND] if wanted.text else []
    conditions += [OF_ROLE] if wanted.role else []
    conditions += [STANDINGS[wanted.standing]] if wanted.standing else []
    conditions += [AFTER[order]] if after is not None else []
    query = f"{MEMBER} where {' and '.join(conditions)} order by {ORDER[order]} limit %(most)s"
    with connection.cursor(row_factory=class_row(Member)) as cursor:
        return cursor.execute(query.encode(), asked).fetchall()
