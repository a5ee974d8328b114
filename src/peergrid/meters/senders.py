"""Which meter sends with a key: asked for many keys at once, since meters come in bursts."""

import hashlib
from collections.abc import Sequence

from peergrid.database.pool import Connection
from peergrid.errors import Unknown
from peergrid.meters.registry import Meter

HOLDERS = """
select key_hash, last_used_at is null or last_used_at < clock_timestamp() - interval '1 hour',
  meter_id, community_id, member_id, serial, has_panels, connection_w, active_from, active_until,
  connection_id
from meter join meter_key using (meter_id)
where key_hash = any(%s) and ends_at > clock_timestamp()"""
# Whoever else notes the use of a key just now does it for us too: nobody waits for anybody.
USED = """
update meter_key set last_used_at = clock_timestamp() where key_hash in (
  select key_hash from meter_key where key_hash = any(%s) for no key update skip locked)"""
# It is kept to the hour: so much may be lost with the power.
NEED_NOT_LAST = "set local synchronous_commit = off"


def meters_with_keys(connection: Connection, keys: Sequence[str]) -> list[Meter | None]:
    """The meter that sends with each of ``keys``; None where no meter does (any more).

    Let it be all that its transaction does: the end of that may not wait for the disk.
    """
    hashes = [hashlib.sha256(key.encode()).digest() for key in keys]
    found: dict[bytes, Meter] = {}
    unused = []
    for key_hash, is_long_ago, *columns in connection.execute(HOLDERS, (hashes,)):
        found[key_hash] = Meter(*columns)
        if is_long_ago:
            unused.append(key_hash)
    if unused:
        connection.execute(NEED_NOT_LAST)
        connection.execute(USED, (unused,))
    return [found.get(key_hash) for key_hash in hashes]


def meter_with_key(connection: Connection, key: str) -> Meter:
    """As ``meters_with_keys``, for one. Raises Unknown if no meter has the key (any more)."""
    return known(*meters_with_keys(connection, [key]))


def known(meter: Meter | None) -> Meter:
    """The meter. Raises Unknown for None."""
    if meter is None:
        raise Unknown("No meter has this key; ask the operator for a new one.")
    return meter
