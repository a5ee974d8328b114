"""Collectors (head-ends): who sends for all meters of a community, and the keys they send with."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import Invalid, NotFound, Unknown

KEY_PREFIX = "ck_"  # so that a leaked key is recognised in a log or a commit
NAME = re.compile(r"[a-z0-9_-]{1,48}")
COLLECTOR = "select collector_id, community_id, name from collector"
ADD = """
insert into collector (community_id, name) values (%s, %s)
on conflict (community_id, name) do nothing"""
NAMED = f"{COLLECTOR} where community_id = %s and name = %s"
HOLDER = (
    f"{COLLECTOR} join collector_key using (collector_id)"
    """
where key_hash = %s and revoked_at is null"""
)
ADD_KEY = "insert into collector_key (key_hash, collector_id) values (%s, %s)"
REVOKE = """
update collector_key set revoked_at = %s where collector_id = %s and revoked_at is null"""


@dataclass(frozen=True)
class Collector:
    """Sends readings of the meters of one community, and of no other."""

    collector_id: int
    community_id: int
    name: str

    @property
    def sender(self) -> str:
        """Whose the idempotency keys of its requests are."""
        return f"collector {self.collector_id}"


def issue_collector_key(
    connection: Connection, community_id: int, name: str, now: datetime
) -> tuple[Collector, str]:
    """A new key for the collector of that name, shown this once; the ones before it end.

    It is registered if it is new. Raises Invalid for a name of other than a-z, 0-9, _ and -.
    """
    if not NAME.fullmatch(name):
        raise Invalid(f"{name!r} cannot name a collector: use up to 48 of a-z, 0-9, _ and -.")
    connection.execute(ADD, (community_id, name))
    collector = collector_named(connection, community_id, name)
    key = KEY_PREFIX + secrets.token_urlsafe(32)
    connection.execute(REVOKE, (now, collector.collector_id))
    connection.execute(ADD_KEY, (_hash(key), collector.collector_id))
    return collector, key


def revoke_collector(connection: Connection, community_id: int, name: str, now: datetime) -> None:
    """Its keys end at once. Raises NotFound if there is no such collector."""
    collector = collector_named(connection, community_id, name)
    connection.execute(REVOKE, (now, collector.collector_id))


def collector_named(connection: Connection, community_id: int, name: str) -> Collector:
    """Raises NotFound if the community has none of that name."""
    with connection.cursor(row_factory=class_row(Collector)) as cursor:
        found = cursor.execute(NAMED, (community_id, name)).fetchone()
    if not found:
        raise NotFound(f"Your community has no collector {name!r}.")
    return found


def collector_with_key(connection: Connection, key: str) -> Collector:
    """The collector that sends with ``key``. Raises Unknown if none does (any more)."""
    with connection.cursor(row_factory=class_row(Collector)) as cursor:
        found = cursor.execute(HOLDER, (_hash(key),)).fetchone()
    if not found:
        raise Unknown("No collector has this key; ask the operator for a new one.")
    return found


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
