"""Links that let somebody set a password once: an invitation, or a reset."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from peergrid.database.pool import Connection
from peergrid.errors import Invalid
from peergrid.members.credentials import set_password
from peergrid.members.devices import forget_devices
from peergrid.members.mail import Letter
from peergrid.members.membership import Member, member_by_id
from peergrid.members.sessions import hash_of

GONE = "This link has been used, or its time is over: ask for a new one."

ADD = """
insert into one_time_link (token_hash, member_id, purpose, expires_at)
values (%(hash)s, %(member)s, %(purpose)s, %(expires)s)"""
END_OTHERS = """
update one_time_link set used_at = %(now)s where member_id = %(member)s and used_at is null"""
USE = """
update one_time_link set used_at = %(now)s
where token_hash = %(hash)s and purpose = %(purpose)s and used_at is null and expires_at > %(now)s
returning member_id"""


class Purpose(StrEnum):
    """What a link is for."""

    INVITATION = "invitation"
    RESET = "reset"


LIFE = {  # assumptions: a week's mail is read by then; who asks for a reset is waiting for it
    Purpose.INVITATION: timedelta(days=7),
    Purpose.RESET: timedelta(minutes=30),
}
WORDS = {
    Purpose.INVITATION: (
        "Your invitation to PeerGrid",
        "{community} invites you to share the sun with your neighbours.\n"
        "Choose a password within a week:\n\n{link}\n",
    ),
    Purpose.RESET: (
        "A new password for PeerGrid",
        "Somebody, hopefully you, asked for a new password at PeerGrid.\n"
        "Choose one within half an hour:\n\n{link}\n\nIf it was not you, do nothing.\n",
    ),
}


def write_link(
    connection: Connection, member: Member, purpose: Purpose, public_url: str, now: datetime
) -> Letter:
    """A letter with a new link; those before it end. ``public_url`` is where PeerGrid is found.

    What stands after # is sent to no server, and so ends up in no log.
    """
    token = secrets.token_urlsafe(32)
    asked = {
        "hash": hash_of(token),
        "member": member.member_id,
        "purpose": purpose,
        "expires": now + LIFE[purpose],
        "now": now,
    }
    connection.execute(END_OTHERS, asked)
    connection.execute(ADD, asked)
    subject, text = WORDS[purpose]
    link = f"{public_url.rstrip('/')}/#/{purpose}/{token}"
    return Letter(member.email, subject, text.format(community=member.community, link=link))


def use_link(
    connection: Connection, token: str, purpose: Purpose, password: str, now: datetime
) -> Member:
    """Set the password of whom a link was sent to; every sign-in and every other link ends.

    Raises Invalid if the link is not good (any more), or the password is not; then nothing is
    used up.
    """
    asked = {"hash": hash_of(token), "purpose": purpose, "now": now}
    row = connection.execute(USE, asked).fetchone()
    member = member_by_id(connection, row[0]) if row else None
    if member is None:
        raise Invalid(GONE)
    set_password(connection, member.member_id, password, now)
    connection.execute(END_OTHERS, {"member": member.member_id, "now": now})
    forget_devices(connection, member.member_id)
    return member
