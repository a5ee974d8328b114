"""Devices a member has signed in from: strangers' guesses do not slow these down."""

import secrets
from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.members.sessions import hash_of

KNOWN = """
select 1 from known_device join member using (member_id)
where device_hash = %s and email = lower(%s)"""
SEE = """
insert into known_device (device_hash, member_id, seen_at) values (%s, %s, %s)
on conflict (device_hash, member_id) do update set seen_at = excluded.seen_at"""
EVER_SEEN = "select 1 from known_device where device_hash = %s"
FORGET = "delete from known_device where member_id = %s"


def known_device(connection: Connection, device: str | None, email: str) -> str | None:
    """``device`` if the member of that address has signed in from it before, else None."""
    if not device:
        return None
    return device if connection.execute(KNOWN, (hash_of(device), email)).fetchone() else None


def remember_device(
    connection: Connection, member_id: int, device: str | None, now: datetime
) -> str:
    """The token that tells this device apart from now on: its own, or a new one.

    Of two members of one household who share a phone, both are known on it.
    """
    ours = device and connection.execute(EVER_SEEN, (hash_of(device),)).fetchone()
    token = device if device and ours else secrets.token_urlsafe(32)
    connection.execute(SEE, (hash_of(token), member_id, now))
    return token


def forget_devices(connection: Connection, member_id: int) -> None:
    """None is known any more, since one of them may be a thief's."""
    connection.execute(FORGET, (member_id,))
