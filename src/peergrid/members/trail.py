"""The audit trail: who saw or changed what, in one chain of entries a community.

An entry is written last in the transaction that does what it tells of. The database gives it the
next number and the SHA-256 over the entry before it and its own content. To do so it locks the
community's newest entry: writers wait for one another from there until they have committed, a few
milliseconds, and since it is the last lock that they take, never in a ring. So a chain is whole
as soon as it is written; sealing it later would leave a time in which an entry could vanish.

A screen that is left open asks again with every half hour. So the entry of a look stands for an
hour of looking: the same look by the same person from the same kind of place has another entry
only after that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection

LOOK = "look at"
SYSTEM, UNKNOWN_PLACE = "system", "unknown"
MOST_ENTRIES = 100  # a page

RECORD = """
insert into trail (community_id, actor_id, role, verb, object, subject_id, of_everybody, ids,
  request_id, came_from)
values (%(community)s, %(actor)s, %(role)s, %(verb)s, %(object)s, %(subject)s, %(everybody)s,
  %(ids)s, %(request)s, %(came_from)s)"""
LOOKED = f"""
select exists (
  select from trail where community_id = %(community)s and actor_id = %(actor)s
    and verb = '{LOOK}' and object = %(object)s and role = %(role)s and ids = %(ids)s
    and subject_id is not distinct from %(subject)s and of_everybody = %(everybody)s
    and came_from = %(came_from)s and at > clock_timestamp() - interval '1 hour')"""  # noqa: S608 - a constant
ENTRY = """
select t.number, t.at, t.actor_id, coalesce(m.name, t.role) as actor, t.role, t.verb, t.object,
  t.subject_id, t.of_everybody, t.ids, t.request_id, t.came_from
from trail t left join member m on m.member_id = t.actor_id
where t.community_id = %(community)s and t.number < coalesce(%(before)s, 9223372036854775807)"""
NEWEST_FIRST = f" order by t.number desc limit {MOST_ENTRIES}"
SEARCH = f"""{ENTRY}
  and (%(member)s::int is null or %(member)s in (t.actor_id, t.subject_id))
  and (%(verb)s::text is null or t.verb = %(verb)s)
  and (%(looks)s or t.verb <> '{LOOK}')
  and (%(since)s::timestamptz is null or t.at >= %(since)s){NEWEST_FIRST}"""
ABOUT = f"""{ENTRY} and (t.subject_id = %(member)s or t.of_everybody)
  and t.actor_id is distinct from %(member)s{NEWEST_FIRST}"""
BROKEN = """
with chain as (
  select t as entry, number, previous, hash, lag(number, 1, 0::bigint) over w as before,
    lag(hash, 1, sha256('')) over w as earlier
  from trail t where community_id = %(community)s window w as (order by number))
select case
  when number <> before + 1
    then 'audit trail: what stood between entries ' || before || ' and ' || number || ' is missing'
  when hash <> trail_hash(entry) then 'audit trail: entry ' || number || ' is not as it was written'
  else 'audit trail: entry ' || number || ' does not follow from entry ' || before end
from chain where (number, previous, hash) <> (before + 1, earlier, trail_hash(entry))
order by number limit 10"""
CUT_SHORT = """
with newest as (
  select number, hash from trail where community_id = %(community)s order by number desc limit 1)
select 'audit trail: it ends at entry ' || coalesce(n.number, 0) || ' with another sum than its '
  || 'head, which says ' || coalesce(h.number, 0)
from (select 1) one left join newest n on true
left join trail_head h on h.community_id = %(community)s
where (coalesce(n.number, 0), coalesce(n.hash, sha256('')))
  <> (coalesce(h.number, 0), coalesce(h.hash, sha256('')))"""


@dataclass(frozen=True)
class Deed:
    """What was done, by whom, to what; ``subject_id`` is the member whose personal data it is.

    ``actor_id`` None: whoever keeps the server. ``came_from`` is a kind of address, never one.
    """

    community_id: int
    verb: str
    object: str
    ids: Mapping[str, int | str | list[int]] = field(default_factory=dict)
    actor_id: int | None = None
    role: str = SYSTEM
    subject_id: int | None = None
    of_everybody: bool = False
    request_id: UUID | None = None
    came_from: str = UNKNOWN_PLACE


@dataclass(frozen=True)
class Entry:
    """A deed on the trail; ``actor`` is a name, or the role of who has none."""

    number: int
    at: datetime
    actor_id: int | None
    actor: str
    role: str
    verb: str
    object: str
    subject_id: int | None
    of_everybody: bool
    ids: dict[str, int | str | list[int]]
    request_id: UUID | None
    came_from: str


def record(connection: Connection, deed: Deed) -> None:
    """Add an entry; do so last in the transaction, for others wait until it ends."""
    connection.execute(RECORD, _told(deed))


def was_looked(connection: Connection, deed: Deed) -> bool:
    """Whether the trail tells of the same look less than an hour ago.

    Two looks at one instant may both find none: then each has its entry.
    """
    row = connection.execute(LOOKED, _told(deed)).fetchone()
    return bool(row and row[0])


def _told(deed: Deed) -> dict[str, Any]:
    return {
        "community": deed.community_id,
        "actor": deed.actor_id,
        "role": deed.role,
        "verb": deed.verb,
        "object": deed.object,
        "subject": deed.subject_id,
        "everybody": deed.of_everybody,
        "ids": Jsonb(dict(deed.ids)),
        "request": deed.request_id,
        "came_from": deed.came_from,
    }


def search(
    connection: Connection,
    community_id: int,
    *,
    member_id: int | None = None,
    verb: str | None = None,
    looks: bool = True,
    since: datetime | None = None,
    before: int | None = None,
) -> list[Entry]:
    """At most MOST_ENTRIES before a number, newest first; ``member_id``: by or about them.

    Without ``looks``, what was changed alone.
    """
    asked = {
        "community": community_id,
        "member": member_id,
        "verb": verb,
        "looks": looks,
        "since": since,
        "before": before,
    }
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        return cursor.execute(SEARCH, asked).fetchall()


def about(
    connection: Connection, community_id: int, member_id: int, before: int | None = None
) -> list[Entry]:
    """What others saw or changed of a member's, newest first."""
    asked = {"community": community_id, "member": member_id, "before": before}
    with connection.cursor(row_factory=class_row(Entry)) as cursor:
        return cursor.execute(ABOUT, asked).fetchall()


def audit_trail(connection: Connection, community_id: int) -> list[str]:
    """Every finding as a sentence that names the entry.

    Finds an entry that was edited, removed, put elsewhere or cut off the end. Not found: a chain
    that somebody who owns the database has computed anew from end to end, head and all.
    """
    parameters = {"community": community_id}
    return [
        row[0] for query in (BROKEN, CUT_SHORT) for row in connection.execute(query, parameters)
    ]
