"""Who asks: signing in, and who is signed in."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from peergrid.wire.message import WORDS, Message, example

Email = Annotated[
    str, Field(min_length=3, max_length=254, pattern=r"^[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+$")
]
Token = Annotated[str, Field(min_length=1, max_length=256)]
Password = Annotated[str, Field(min_length=1, max_length=256, examples=["correct horse battery"])]


class Role(StrEnum):
    """What a member may do; an auditor reads what an operator reads, and writes nothing."""

    PRODUCER = "producer"
    CONSUMER = "consumer"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class Standing(StrEnum):
    """Whether a member may sign in: active, or waiting for an approval, or suspended.

    Who is leaving may: they have asked for their data to be deleted.
    """

    ACTIVE = "active"
    LEAVING = "leaving"
    WAITING = "waiting"
    SUSPENDED = "suspended"


class SignIn(Message):
    """``device_token`` is what an earlier sign-in from this device was given."""

    email: Email = Field(examples=["rudo@example.org"])
    password: Password
    device_token: Token | None = None


class Refresh(Message):
    refresh_token: Token


class Tokens(Message):
    """``access_token`` lives ``expires_in_s``; ``refresh_token`` is good for one use.

    Keep ``device_token`` and send it with the next sign-in: then strangers' guesses do not slow
    it down. It comes with a sign-in, not with a renewal.
    """

    model_config = example(
        access_token="eyJ...",
        refresh_token="v2...",
        expires_in_s=600,
        role="producer",
        device_token="Jx4...",
    )

    access_token: str
    refresh_token: str
    expires_in_s: int
    role: Role
    device_token: str | None = None


class Challenge(Message):
    """The password was right, and a code is needed besides; ``is_enrolled``: one can be read."""

    model_config = example(challenge="eyJ...", is_enrolled=True)

    challenge: str
    is_enrolled: bool


class Challenged(Message):
    challenge: str = Field(min_length=1, max_length=1_024)


class Code(Message):
    """Of an authenticator (six digits), or a recovery code."""

    code: str = Field(min_length=6, max_length=40, examples=["492039"])


class SecondFactor(Message):
    """Answers a challenge."""

    challenge: str = Field(min_length=1, max_length=1_024)
    code: str = Field(min_length=6, max_length=40, examples=["492039"])
    device_token: Token | None = None


class SecondFactorState(Message):
    """Whether a sign-in asks for a code besides the password."""

    model_config = example(is_enrolled=False)

    is_enrolled: bool


class Enrolment(Message):
    """Shown once: for an authenticator, as text and as a URI; each recovery code is good once."""

    model_config = example(
        secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        uri="otpauth://totp/PeerGrid:rudo%40example.org?secret=GEZDGNBV",
        recovery_codes=["MFRG-G3DF-MZTW-Q2LK-NNWG-23TP"],
    )

    secret: str
    uri: str
    recovery_codes: list[str]


class ResetRequest(Message):
    email: Email = Field(examples=["rudo@example.org"])


class NewPassword(Message):
    """``token`` is the end of the link that was sent."""

    token: Token
    password: Password


class KnownDevice(Message):
    """Send ``device_token`` with the next sign-in from here: strangers do not slow it down."""

    model_config = example(device_token="Jx4...")

    device_token: str


class Invitation(Message):
    """Whom an operator invites; an operator or auditor then waits for a second approval."""

    name: str = Field(min_length=1, max_length=100, pattern=WORDS, examples=["Rudo"])
    email: Email = Field(examples=["rudo@example.org"])
    role: Role


class SessionRow(Message):
    """A sign-in that lasts; ``last_used_at`` is to ten minutes, ``is_this`` the one that asks."""

    model_config = example(
        session_id="4b3f0d5e-8f6c-4b8e-9f0b-2f4c1f6f3f11",
        device="Firefox on Android",
        created_at="2026-09-01T10:00:00Z",
        last_used_at="2026-09-01T18:30:00Z",
        expires_at="2026-10-01T10:00:00Z",
        is_this=True,
    )

    session_id: UUID
    device: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_this: bool


class IssuerStart(Message):
    """Send the browser to ``url``; keep ``flow`` until it comes back with a code."""

    url: str
    flow: str


class IssuerReturn(Message):
    """What an issuer sent the browser back with, and the ``flow`` it left with."""

    flow: str = Field(min_length=1, max_length=2_048)
    code: str = Field(min_length=1, max_length=2_048)
    state: Token
    device_token: Token | None = None


class SchemeInfo(Message):
    """How shared energy is priced; ``is_pilot``: no rule in force allows it yet.

    ``takes_limits``: it goes by the limit prices that members set.
    """

    model_config = example(
        name="net_metering",
        title="Net metering",
        sentence="For each kWh you send out, 0.8 kWh is taken off.",
        is_pilot=False,
        takes_limits=False,
    )

    name: str
    title: str
    sentence: str
    is_pilot: bool
    takes_limits: bool


class Me(Message):
    member_id: int
    name: str
    email: str
    role: Role
    standing: Standing
    community: str
    meters: list[str]
    scheme: SchemeInfo
