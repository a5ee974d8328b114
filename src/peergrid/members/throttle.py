"""Guessing is slowed down; the owner, on a device they have signed in from, is not.

After OWASP, "Slow Down Online Guessing Attacks with Device Cookies" (owasp.org/www-community),
and NIST SP 800-63B-4 (2025), section 3.2.2: waits that grow, instead of a lock that a stranger
could turn. An attempt is counted before it is heard, so that many at once gain nothing.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from peergrid.database.pool import Connection
from peergrid.errors import Throttled
from peergrid.members.sealing import key_for

FORGOTTEN_AFTER = timedelta(days=1)  # without a failure
HOUSE_PREFIX = 64  # what one IPv6 subscriber is given at least (RFC 6177)
MOST_DOUBLINGS = 20

TAKE = """
insert into attempt as a (counted_for, failures, free_at, last_at)
values (%(key)s, 1, %(now)s, %(now)s)
on conflict (counted_for) do update set
  failures = case when a.last_at < %(forgotten)s then 1 else a.failures + 1 end,
  free_at = case when a.last_at < %(forgotten)s or a.failures < %(free)s then %(now)s
    else %(now)s + interval '1 second'
      * least(%(longest_s)s, 2 ^ least(a.failures - %(free)s, %(doublings)s)) end,
  last_at = %(now)s
where a.free_at <= %(now)s"""
FREE_AT = "select max(free_at) from attempt where counted_for = any(%s)"
GIVE_BACK = """
update attempt set failures = greatest(failures - 1, 0), free_at = %(now)s
where counted_for = any(%(keys)s)"""
FORGET = "delete from attempt where counted_for = any(%s)"
SWEEP = "delete from attempt where last_at < %s"


@dataclass(frozen=True)
class Limit:
    """``free`` attempts, then waits of 1, 2, 4 … s, ``longest_s`` [s] at most.

    ``is_shared``: by people who have nothing to do with one another, so that one's success says
    nothing of the others' failures.
    """

    kind: str
    free: int
    longest_s: int
    is_shared: bool = False


# Assumptions, within NIST's 100 failures: a person mistypes a handful of times; a thousand people
# may share an address behind a mobile network's gateway, so it never waits for long.
DEVICE = Limit("device", 10, 900)
ACCOUNT_AT_ADDRESS = Limit("account at address", 5, 900)
ACCOUNT = Limit("account", 20, 3_600)  # from anywhere but known devices: botnets
ADDRESS = Limit("address", 20, 60, is_shared=True)
CODE = Limit("code", 5, 900)  # whoever sends a second factor knew the password already
ASKED_FOR_LETTERS = Limit("letters to", 3, 3_600)


@dataclass(frozen=True)
class Count:
    """What an attempt is counted for, under one limit."""

    limit: Limit
    counted_for: str


def counts_of_sign_in(email: str, address: str, device: str | None) -> list[Count]:
    """What a sign-in is counted for; ``device`` is a token of a device known to be the owner's."""
    account = email.strip().lower()
    if device:
        return [Count(DEVICE, f"{device} {account}")]
    place = block_of(address)
    return [
        Count(ACCOUNT_AT_ADDRESS, f"{account} {place}"),
        Count(ACCOUNT, account),
        Count(ADDRESS, place),
    ]


def block_of(address: str) -> str:
    """What one caller has at least: an IPv4 address, or 64 bits of an IPv6 one."""
    try:
        known = ip_address(address)
    except ValueError:
        return address  # a test's, or a socket's
    if isinstance(known, IPv6Address) and known.ipv4_mapped:
        known = known.ipv4_mapped
    if isinstance(known, IPv4Address):
        return str(known)
    return str(IPv6Network((known, HOUSE_PREFIX), strict=False))


def take(connection: Connection, counts: Sequence[Count], secret: str, now: datetime) -> None:
    """Count an attempt before it is heard; ``restore`` takes it back if it was right.

    Raises Throttled, with how long to wait [s], without counting it.
    """
    connection.execute(SWEEP, (now - FORGOTTEN_AFTER,))
    keyed = sorted((_key(count, secret), count.limit) for count in counts)
    for key, limit in keyed:  # in one order everywhere, or two would wait for each other
        asked = {
            "key": key,
            "now": now,
            "forgotten": now - FORGOTTEN_AFTER,
            "free": limit.free,
            "longest_s": limit.longest_s,
            "doublings": MOST_DOUBLINGS,
        }
        if connection.execute(TAKE, asked).rowcount == 0:
            free_at = connection.execute(FREE_AT, ([key for key, _ in keyed],)).fetchone()
            wait = (free_at[0] - now) if free_at and free_at[0] else timedelta(seconds=1)
            raise Throttled(max(1, -(-int(wait / timedelta(milliseconds=1)) // 1000)))


def restore(connection: Connection, counts: Sequence[Count], secret: str, now: datetime) -> None:
    """The attempt was right: the account's failures are forgotten, the address's stay."""
    shared = [_key(count, secret) for count in counts if count.limit.is_shared]
    own = [_key(count, secret) for count in counts if not count.limit.is_shared]
    connection.execute(FORGET, (sorted(own),))
    connection.execute(GIVE_BACK, {"keys": sorted(shared), "now": now})


def _key(count: Count, secret: str) -> bytes:
    said = f"{count.limit.kind}: {count.counted_for}".encode()
    return hmac.digest(key_for("attempts", secret), said, hashlib.sha256)
