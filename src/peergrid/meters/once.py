"""A request that is sent twice is done once, and answered twice alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection
from peergrid.errors import Conflict

CLAIM = """
insert into ingest_batch (sender, key, body_hash) values (%s, %s, %s) on conflict do nothing"""
KNOWN = "select body_hash, receipt from ingest_batch where sender = %s and key = %s"
KEEP = "update ingest_batch set receipt = %s where sender = %s and key = %s"


@dataclass(frozen=True)
class Once:
    """Who sends, the key of the request, and the SHA-256 of its body."""

    sender: str
    key: str
    body_hash: bytes


def claim(connection: Connection, once: Once) -> dict[str, Any] | None:
    """The receipt of this very request, if it was done before; None if it is to be done now.

    Waits for the same request under way in another transaction. Raises Conflict if the key
    belongs to another body.
    """
    row = (once.sender, once.key)
    if connection.execute(CLAIM, (*row, once.body_hash)).rowcount:
        return None
    known = connection.execute(KNOWN, row).fetchone()
    if known is None or known[0] != once.body_hash:
        raise Conflict(
            f"The Idempotency-Key {once.key!r} was used for another body: use a new one."
        )
    receipt: dict[str, Any] = known[1]
    return receipt


def keep(connection: Connection, once: Once, receipt: Mapping[str, Any]) -> None:
    """What the request came to; committed with it."""
    connection.execute(KEEP, (Jsonb(receipt), once.sender, once.key))
