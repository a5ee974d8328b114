"""A code from an authenticator besides the password (TOTP, RFC 6238), and what stands in for it.

The library compares; what makes a code good once, and for this member alone, stands here.
"""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import jwt
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Invalid, Unavailable, Unknown
from peergrid.members.credentials import changed_at
from peergrid.members.membership import PRIVILEGED, Member, member_by_id
from peergrid.members.sealing import Seal
from peergrid.members.sessions import ALGORITHM, ENDED, SKEW, hash_of

ISSUER = "PeerGrid"
STEP_S, DIGITS = 30, 6  # what authenticator apps expect (RFC 6238, 4)
SECRET_BYTES = 20  # RFC 4226, 4: 160 bits are recommended
DRIFT_STEPS = 1  # RFC 6238, 5.2: one step back at most for delay; and one for a clock ahead
RECOVERY_CODES, RECOVERY_BYTES = 10, 15  # 120 bits: past NIST's 112, a plain hash is enough
CHALLENGE_LIFE = timedelta(minutes=5)
CHALLENGE = "second factor"
WRONG_CODE = "The code is wrong, or was used before: wait for the next one."

FACTOR = """
select sealed_secret, last_counter, confirmed_at is not null from second_factor
where member_id = %s for update"""
IS_CONFIRMED = "select 1 from second_factor where member_id = %s and confirmed_at is not null"
FORGET = "delete from second_factor where member_id = %s"
ADD = "insert into second_factor (member_id, sealed_secret) values (%s, %s)"
ADD_CODE = "insert into recovery_code (code_hash, member_id) values (%s, %s)"
USE = """
update second_factor set last_counter = %(counter)s, confirmed_at = coalesce(confirmed_at, %(now)s)
where member_id = %(member)s"""
USE_CODE = """
update recovery_code set used_at = %s
where code_hash = %s and member_id = %s and used_at is null returning 1"""


@dataclass(frozen=True)
class Enrolment:
    """Shown once: the secret for an authenticator, as text and as a URI, and recovery codes."""

    secret: str
    uri: str
    recovery_codes: list[str]


def is_enrolled(connection: Connection, member_id: int) -> bool:
    return connection.execute(IS_CONFIRMED, (member_id,)).fetchone() is not None


def is_asked_for(connection: Connection, member: Member, *, is_required: bool) -> bool:
    """Whether the password alone does not let this member in."""
    return (is_required and member.role in PRIVILEGED) or is_enrolled(connection, member.member_id)


def challenge_for(member: Member, secret: str, now: datetime) -> str:
    """What says that the password was right, for as long as it takes to read a code."""
    claims = {
        "sub": str(member.member_id),
        "aud": CHALLENGE,
        "iat": now,
        "exp": now + CHALLENGE_LIFE,
    }
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def who_was_challenged(connection: Connection, challenge: str, secret: str) -> Member:
    """Whose password was right. Raises Unknown if that is over, or the password has changed."""
    try:
        claims = jwt.decode(
            challenge,
            secret,
            algorithms=[ALGORITHM],
            audience=CHALLENGE,
            leeway=SKEW,
            options={"require": ["sub", "exp", "iat"]},
        )
        member_id, issued_s = int(claims["sub"]), int(claims["iat"])
    except (jwt.InvalidTokenError, ValueError):
        raise Unknown(ENDED) from None
    member, changed = member_by_id(connection, member_id), changed_at(connection, member_id)
    if member is None or changed is None or int(changed.timestamp()) > issued_s:
        raise Unknown(ENDED)
    return member


def enrol(connection: Connection, member: Member, seal: Seal) -> Enrolment:
    """A new secret and recovery codes; they count once a first code has come back.

    Raises Conflict if one is enrolled already.
    """
    if is_enrolled(connection, member.member_id):
        raise Conflict("An authenticator is enrolled already: end it first.")
    forget(connection, member.member_id)
    secret = secrets.token_bytes(SECRET_BYTES)
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    sealed = seal.close(f"{member.member_id} {secret.hex()}")
    connection.execute(ADD, (member.member_id, sealed))
    with connection.cursor() as cursor:
        rows = [(hash_of(_bare(code)), member.member_id) for code in codes]
        cursor.executemany(ADD_CODE, rows)
    uri = _totp(secret).get_provisioning_uri(member.email, ISSUER)
    return Enrolment(base64.b32encode(secret).decode(), uri, codes)


def forget(connection: Connection, member_id: int) -> None:
    """No authenticator counts any more, and no recovery code."""
    connection.execute(FORGET, (member_id,))


def check_code(
    connection: Connection, member: Member, code: str, seal: Seal, now: datetime
) -> None:
    """Take a code of the authenticator, or a recovery code; either is good once.

    The first code confirms an enrolment. Raises Invalid for a wrong one.
    """
    row = connection.execute(FACTOR, (member.member_id,)).fetchone()
    if row is None:
        raise Invalid("No authenticator is enrolled: enrol one first.")
    sealed, last_counter, is_confirmed = row
    counter = _counter_of(_opened(seal, sealed, member), code, now, last_counter)
    if counter is not None:
        connection.execute(USE, {"counter": counter, "now": now, "member": member.member_id})
        return
    used = (now, hash_of(_bare(code)), member.member_id)
    if not is_confirmed or not connection.execute(USE_CODE, used).fetchone():
        raise Invalid(WRONG_CODE)


def _opened(seal: Seal, sealed: bytes, member: Member) -> bytes:
    """The secret, if it was sealed for this very member: rows cannot be swapped."""
    owner, _, secret = (seal.open(sealed) or "").partition(" ")
    if owner != str(member.member_id):
        raise Unavailable(
            "The authenticator's secret was encrypted under another PEERGRID_SECRET: name that in"
            " PEERGRID_FORMER_SECRETS."
        )
    return bytes.fromhex(secret)


def _counter_of(secret: bytes, code: str, now: datetime, last_counter: int) -> int | None:
    """The step whose code it is; None if none of now, or it was used before."""
    totp, present = _totp(secret), int(now.timestamp()) // STEP_S
    given = _bare(code).encode()
    steps: Sequence[int] = range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1)
    fitting = [step for step in steps if bytes_eq(totp.generate(step * STEP_S), given)]
    return next((step for step in fitting if step > last_counter), None)


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 - RFC 6238's, which apps expect


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _bare(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()
