"""Passwords, and the tokens that stand for them once they were right."""

import hashlib
import secrets
import threading
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from peergrid.database.pool import Connection
from peergrid.errors import Invalid, Unknown
from peergrid.members.membership import Member, member_by_id, member_with_email

ACCESS_LIFE = timedelta(minutes=10)
REFRESH_LIFE = timedelta(days=30)
LOST_ANSWER = timedelta(seconds=10)  # a new pair may get lost on a bad line: ask again within this
MIN_PASSWORD_LENGTH = 10
ALGORITHM = "HS256"
AT_ONCE = threading.BoundedSemaphore(2)  # each check takes 64 MiB and a core for a moment
WRONG = "The e-mail address or the password is wrong."
ENDED = "The sign-in has ended. Sign in again."

SET_CREDENTIAL = """
insert into credential (member_id, password_hash) values (%s, %s)
on conflict (member_id) do update set password_hash = excluded.password_hash"""
ADD_REFRESH = """
insert into refresh_token (token_hash, family, member_id, expires_at) values (%s, %s, %s, %s)"""
REFRESH = """
select family, member_id, expires_at, used_at, revoked_at
from refresh_token where token_hash = %s for update"""
USE_REFRESH = "update refresh_token set used_at = coalesce(used_at, %s) where token_hash = %s"
REVOKE_ALL = (
    "update refresh_token set revoked_at = now() where member_id = %s and revoked_at is null"
)
REVOKE_FAMILY = "update refresh_token set revoked_at = %s where family = %s and revoked_at is null"


@dataclass(frozen=True)
class Pair:
    """A short access token and a refresh token that is good for one use."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    role: str


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # Argon2id with the costs of RFC 9106, low-memory profile


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def hash_of(token: str) -> bytes:
    """What is stored of a random token: it cannot be read back."""
    return hashlib.sha256(token.encode()).digest()


def set_password(connection: Connection, member_id: int, password: str) -> None:
    """Every sign-in with the one before it ends. Raises Invalid for one that is too short."""
    if len(password) < MIN_PASSWORD_LENGTH:
        raise Invalid(f"A password needs at least {MIN_PASSWORD_LENGTH} characters.")
    connection.execute(SET_CREDENTIAL, (member_id, _hasher().hash(password)))
    connection.execute(REVOKE_ALL, (member_id,))


def claim(connection: Connection, email: str) -> tuple[Member | None, str | None]:
    """Who says to be signing in, and the hash their password must fit; None if unknown."""
    member = member_with_email(connection, email)
    query = "select password_hash from credential where member_id = %s"
    row = connection.execute(query, (member.member_id,)).fetchone() if member else None
    return member, row[0] if row else None


def prove(claimed: tuple[Member | None, str | None], password: str) -> Member:
    """The member, if the password fits; slow on purpose, so hold no connection meanwhile.

    Raises Unknown with one sentence whatever was wrong, after the same work.
    """
    member, password_hash = claimed
    with AT_ONCE:
        try:
            _hasher().verify(password_hash or _nobodys_hash(), password)
        except VerifyMismatchError:
            raise Unknown(WRONG) from None
    if member is None or password_hash is None:
        raise Unknown(WRONG)
    return member


def issue(
    connection: Connection,
    member: Member,
    secret: str,
    now: datetime,
    family: uuid.UUID | None = None,
) -> Pair:
    """A new pair of tokens; ``family`` is that of the refresh token it replaces."""
    refresh = secrets.token_urlsafe(32)
    row = (hash_of(refresh), family or uuid.uuid4(), member.member_id, now + REFRESH_LIFE)
    connection.execute(ADD_REFRESH, row)
    claims = {"sub": str(member.member_id), "iat": now, "exp": now + ACCESS_LIFE}
    access = jwt.encode(claims, secret, algorithm=ALGORITHM)
    return Pair(access, refresh, int(ACCESS_LIFE.total_seconds()), member.role)


def renew(connection: Connection, refresh_token: str, secret: str, now: datetime) -> Pair | None:
    """Trade a refresh token for a new pair; None if it is not good (any more).

    One that was used before (longer ago than an answer takes to get lost) has been copied:
    the whole family ends, the thief's and the owner's. The caller commits either way.
    """
    token_hash = hash_of(refresh_token)
    row = connection.execute(REFRESH, (token_hash,)).fetchone()
    if not row:
        return None
    family, member_id, expires_at, used_at, revoked_at = row
    if used_at is not None and now - used_at > LOST_ANSWER:
        connection.execute(REVOKE_FAMILY, (now, family))
        return None
    member = member_by_id(connection, member_id)
    if revoked_at is not None or expires_at <= now or member is None:
        return None
    connection.execute(USE_REFRESH, (now, token_hash))
    return issue(connection, member, secret, now, family)


def end(connection: Connection, refresh_token: str, now: datetime) -> None:
    """End the family of a refresh token; an unknown one ends nothing."""
    row = connection.execute(REFRESH, (hash_of(refresh_token),)).fetchone()
    if row:
        connection.execute(REVOKE_FAMILY, (now, row[0]))


def who_holds(connection: Connection, access_token: str, secret: str) -> Member:
    """The member an access token was issued to. Raises Unknown if it is not good (any more)."""
    try:
        claims = jwt.decode(
            access_token, secret, algorithms=[ALGORITHM], options={"require": ["sub", "exp"]}
        )
        member = member_by_id(connection, int(claims["sub"]))
    except (jwt.InvalidTokenError, ValueError):
        raise Unknown(ENDED) from None
    if member is None:
        raise Unknown(ENDED)
    return member
