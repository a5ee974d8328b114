"""What opens once it is known who somebody is: tokens, or the question for a second factor."""

from dataclasses import dataclass
from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.errors import Refused
from peergrid.members.devices import remember_device
from peergrid.members.membership import Member
from peergrid.members.second_factor import challenge_for, is_asked_for, is_enrolled
from peergrid.members.sessions import Pair, issue


@dataclass(frozen=True)
class Device:
    """What a member signs in from: its own name, and the token that tells it apart, if any."""

    name: str
    token: str | None


@dataclass(frozen=True)
class Entry:
    """A session's tokens, and the token that tells the device apart next time."""

    pair: Pair
    device_token: str


@dataclass(frozen=True)
class Question:
    """The password was right; a code is needed besides."""

    challenge: str
    is_enrolled: bool


def refuse_who_may_not(member: Member) -> None:
    """Raises Refused to whoever waits for an approval, or is suspended."""
    if not member.may_sign_in:
        raise Refused(f"Your membership is {member.standing}: ask an operator of your community.")


def ask_or_let_in(
    connection: Connection,
    member: Member,
    device: Device,
    secret: str,
    now: datetime,
    *,
    needs_second_factor: bool,
) -> Entry | Question:
    """What a right password opens. Raises Refused as ``refuse_who_may_not``."""
    refuse_who_may_not(member)
    if is_asked_for(connection, member, is_required=needs_second_factor):
        enrolled = is_enrolled(connection, member.member_id)
        return Question(challenge_for(member, secret, now), enrolled)
    return let_in(connection, member, device, secret, now)


def let_in(
    connection: Connection, member: Member, device: Device, secret: str, now: datetime
) -> Entry:
    """Begin a session, and know the device next time. Raises Refused as above."""
    refuse_who_may_not(member)
    token = remember_device(connection, member.member_id, device.token, now)
    return Entry(issue(connection, member, secret, now, device.name), token)
