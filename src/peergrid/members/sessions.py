"""Sign-ins that last: short access tokens, refresh tokens good for one use, and their end.

An access token names its session, and each request asks whether that still lasts: when it ends,
or its member is suspended, the token is worth nothing at once.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.errors import NotFound, Unknown
from peergrid.members.membership import MEMBER, PRIVILEGED, Member, member_by_id

ACCESS_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(days=30)  # NIST SP 800-63B-4 (2025), 2.1.3: at most, with a password
PRIVILEGED_LIFE = timedelta(hours=24)  # ibid. 2.2.3: at most, with two factors
KEPT_AFTER = timedelta(days=30)  # an ended session can still be looked up
LOST_ANSWER = timedelta(seconds=10)  # a new pair may get lost on a bad line: ask again within this
SKEW = timedelta(seconds=5)  # between the clocks of two servers
ALGORITHM = "HS256"
ACCESS = "access"
ENDED = "The sign-in has ended. Sign in again."
UNKNOWN_DEVICE = "Unknown device"
MOST_OF_A_NAME = 200

ADD_SESSION = """
insert into session (session_id, member_id, device, created_at, last_used_at, expires_at)
values (%(session)s, %(member)s, %(device)s, %(now)s, %(now)s, %(expires)s)"""
FORGET_OLD = "delete from session where member_id = %s and expires_at < %s"
USE_SESSION = "update session set last_used_at = %s where session_id = %s"
ADD_REFRESH = "insert into refresh_token (token_hash, session_id) values (%s, %s)"
REFRESH = """
select r.session_id, r.used_at, s.member_id, s.expires_at, s.ended_at
from refresh_token r join session s using (session_id) where token_hash = %s for update"""
USE_REFRESH = "update refresh_token set used_at = coalesce(used_at, %s) where token_hash = %s"
END = """
update session set ended_at = clock_timestamp()
where session_id = any(%s) and ended_at is null returning session_id"""
OF_MEMBER = "select session_id from session where member_id = %s and ended_at is null"
LASTING = """
select session_id, device, created_at, last_used_at, expires_at from session
where member_id = %s and ended_at is null and expires_at > %s order by last_used_at desc"""
HOLDER = f"""{MEMBER}
join session s on s.member_id = m.member_id
where s.session_id = %s and m.member_id = %s and s.ended_at is null
  and m.suspended_at is null and m.approved_at is not null"""


@dataclass(frozen=True)
class Pair:
    """A short access token and a refresh token that is good for one use."""

    access_token: str
    refresh_token: str
    expires_in_s: int
    role: str


@dataclass(frozen=True)
class Session:
    """One sign-in on one device; ``last_used_at`` is when its tokens were last renewed."""

    session_id: uuid.UUID
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Acting:
    """Who asks, and by which sign-in."""

    member: Member
    session_id: uuid.UUID


def hash_of(token: str) -> bytes:
    """What is stored of a random token: it cannot be read back."""
    return hashlib.sha256(token.encode()).digest()


def issue(
    connection: Connection,
    member: Member,
    secret: str,
    now: datetime,
    device: str = UNKNOWN_DEVICE,
) -> Pair:
    """Begin a session; ``device`` is what its owner will know it by."""
    session_id = uuid.uuid4()
    connection.execute(FORGET_OLD, (member.member_id, now - KEPT_AFTER))
    asked = {
        "session": session_id,
        "member": member.member_id,
        "device": "".join(filter(str.isprintable, device))[:MOST_OF_A_NAME] or UNKNOWN_DEVICE,
        "now": now,
        "expires": now + (PRIVILEGED_LIFE if member.role in PRIVILEGED else SESSION_LIFE),
    }
    connection.execute(ADD_SESSION, asked)
    return _pair(connection, member, session_id, secret, now)


def renew(connection: Connection, refresh_token: str, secret: str, now: datetime) -> Pair | None:
    """Trade a refresh token for a new pair; None if it is not good (any more).

    One that was used before (longer ago than an answer takes to get lost) has been copied:
    the whole session ends, the thief's and the owner's. The caller commits either way.
    """
    token_hash = hash_of(refresh_token)
    row = connection.execute(REFRESH, (token_hash,)).fetchone()
    if not row:
        return None
    session_id, used_at, member_id, expires_at, ended_at = row
    if used_at is not None and now - used_at > LOST_ANSWER:
        _end(connection, [session_id])
        return None
    member = member_by_id(connection, member_id)
    if ended_at is not None or expires_at <= now or member is None or not member.may_sign_in:
        return None
    connection.execute(USE_REFRESH, (now, token_hash))
    connection.execute(USE_SESSION, (now, session_id))
    return _pair(connection, member, session_id, secret, now)


def _pair(
    connection: Connection, member: Member, session_id: uuid.UUID, secret: str, now: datetime
) -> Pair:
    refresh = secrets.token_urlsafe(32)
    connection.execute(ADD_REFRESH, (hash_of(refresh), session_id))
    claims = {
        "sub": str(member.member_id),
        "sid": str(session_id),
        "aud": ACCESS,
        "iat": now,
        "exp": now + ACCESS_LIFE,
    }
    access = jwt.encode(claims, secret, algorithm=ALGORITHM)
    return Pair(access, refresh, int(ACCESS_LIFE.total_seconds()), member.role)


def end(connection: Connection, refresh_token: str) -> None:
    """End the session of a refresh token; an unknown one ends nothing."""
    row = connection.execute(REFRESH, (hash_of(refresh_token),)).fetchone()
    if row:
        _end(connection, [row[0]])


def end_one(connection: Connection, member_id: int, session_id: uuid.UUID) -> None:
    """End one session of a member. Raises NotFound unless it is theirs and lasts."""
    theirs = [row[0] for row in connection.execute(OF_MEMBER, (member_id,)).fetchall()]
    if session_id not in theirs:
        raise NotFound("There is no such sign-in, or it has ended already.")
    _end(connection, [session_id])


def end_all(connection: Connection, member_id: int) -> None:
    """Sign a member out everywhere, at once."""
    _end(connection, [row[0] for row in connection.execute(OF_MEMBER, (member_id,)).fetchall()])


def _end(connection: Connection, session_ids: list[uuid.UUID]) -> None:
    connection.execute(END, (session_ids,))


def sessions_of(connection: Connection, member_id: int, now: datetime) -> list[Session]:
    """A member's sessions that last, the one used latest first."""
    with connection.cursor(row_factory=class_row(Session)) as cursor:
        return cursor.execute(LASTING, (member_id, now)).fetchall()


def who_holds(connection: Connection, access_token: str, secret: str) -> Acting:
    """Who an access token was issued to. Raises Unknown if it is not good (any more)."""
    try:
        claims = jwt.decode(
            access_token,
            secret,
            algorithms=[ALGORITHM],
            audience=ACCESS,
            leeway=SKEW,
            options={"require": ["sub", "sid", "exp"]},
        )
        session_id, member_id = uuid.UUID(claims["sid"]), int(claims["sub"])
    except (jwt.InvalidTokenError, ValueError, AttributeError):
        raise Unknown(ENDED) from None
    with connection.cursor(row_factory=class_row(Member)) as cursor:
        member = cursor.execute(HOLDER, (session_id, member_id)).fetchone()
    if member is None:
        raise Unknown(ENDED)
    return Acting(member, session_id)
