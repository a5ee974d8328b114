"""Passwords: which are good enough, and whether the one given fits."""

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from zxcvbn import zxcvbn

from peergrid.database.pool import Connection
from peergrid.errors import Invalid, Unavailable, Unknown
from peergrid.members.membership import Member, member_by_id, member_with_email
from peergrid.members.sessions import end_all

MIN_PASSWORD_LENGTH = 15  # NIST SP 800-63B-4 (2025), 3.1.1.2: where it is the only factor
MAX_PASSWORD_LENGTH = 256  # ibid. at least 64; beyond this only the hashing gets longer
LEAST_SCORE = 3  # of zxcvbn's 0 to 4 (Wheeler 2016, USENIX Security): 10^8 guesses or more
MOST_SCORED = 72  # zxcvbn's own bound: its time grows with the square
AT_ONCE = threading.BoundedSemaphore(2)  # each check takes 64 MiB and a core for a moment
TURN_S = 10.0
WRONG = "The e-mail address or the password is wrong."

SET_CREDENTIAL = """
insert into credential (member_id, password_hash, changed_at) values (%(member)s, %(hash)s, %(now)s)
on conflict (member_id) do update
set password_hash = excluded.password_hash, changed_at = excluded.changed_at"""
CREDENTIAL = "select password_hash, changed_at from credential where member_id = %s"


@dataclass(frozen=True)
class Claim:
    """Who says to be signing in; nothing is known of somebody unknown."""

    member: Member | None = None
    password_hash: str | None = None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # Argon2id with the costs of RFC 9106, low-memory profile


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def check_password(password: str, *own_words: str) -> None:
    """Raises Invalid for one that is too short, too long, or among the first to be guessed.

    ``own_words`` are those a stranger would try for this member: the name, the address.
    """
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise Invalid(
            f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters:"
            " three or four words that do not belong together are easy to keep."
        )
    words = ["peergrid", *own_words, *(part for word in own_words for part in word.split("@"))]
    if zxcvbn(password[:MOST_SCORED], user_inputs=words)["score"] < LEAST_SCORE:
        raise Invalid(
            "That password is among the first to be guessed: take three or four words that do"
            " not belong together."
        )


def set_password(
    connection: Connection, member_id: int, password: str, now: datetime | None = None
) -> None:
    """Every sign-in with the one before it ends at once; ``now`` None is the database's clock.

    Raises Invalid as ``check_password``.
    """
    password = _normal(password)
    member = member_by_id(connection, member_id)
    check_password(password, *([member.name, member.email] if member else []))
    if now is None:
        (now,) = connection.execute("select clock_timestamp()").fetchone() or (None,)
    stored = {"member": member_id, "hash": _hasher().hash(password), "now": now}
    connection.execute(SET_CREDENTIAL, stored)
    end_all(connection, member_id)


def claim(connection: Connection, email: str) -> Claim:
    """Who says to be signing in, and the hash their password must fit."""
    member = member_with_email(connection, email)
    row = connection.execute(CREDENTIAL, (member.member_id if member else None,)).fetchone()
    return Claim(member, row[0] if row else None)


def changed_at(connection: Connection, member_id: int) -> datetime | None:
    """When the password was set; None if there is none."""
    row = connection.execute(CREDENTIAL, (member_id,)).fetchone()
    return row[1] if row else None


def prove(claimed: Claim, password: str) -> Member:
    """The member, if the password fits; slow on purpose, so hold no connection meanwhile.

    Raises Unknown with one sentence whatever was wrong, after the same work, and Unavailable if
    too many are at it.
    """
    nobodys = _nobodys_hash()
    if not AT_ONCE.acquire(timeout=TURN_S):
        raise Unavailable("Too many are signing in just now; try again.")
    try:
        _hasher().verify(claimed.password_hash or nobodys, _normal(password))
    except VerifyMismatchError:
        raise Unknown(WRONG) from None
    finally:
        AT_ONCE.release()
    if claimed.member is None or claimed.password_hash is None:
        raise Unknown(WRONG)
    return claimed.member


def _normal(password: str) -> str:
    """The same characters, however a keyboard composed them (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFC", password)
