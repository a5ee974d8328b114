"""What is wrong about a member is put right (Cyber and Data Protection Act, section 14)."""

from psycopg.errors import UniqueViolation

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Refused
from peergrid.members.devices import forget_devices
from peergrid.members.membership import PRIVILEGED, Member
from peergrid.members.sessions import end_all
from peergrid.members.standing import one_of

RENAME = "update member set name = %s where member_id = %s and erased_at is null"
READDRESS = "update member set email = lower(%s) where member_id = %s"
END_LINKS = "delete from one_time_link where member_id = %s and used_at is null"
ERASED = "select 1 from member where member_id = %s and erased_at is not null"


def rename(connection: Connection, member_id: int, name: str) -> None:
    """Call a member by another name."""
    connection.execute(RENAME, (name, member_id))


def correct(
    connection: Connection, operator: Member, member_id: int, name: str, email: str
) -> Member:
    """Another name and address; another address ends every sign-in and link of the one before.

    An operator's or auditor's address stays: whoever could change it could become them, and
    approve payouts as two. Raises Refused then, Conflict if the address is somebody's or the
    member is erased, NotFound as ``one_of``.
    """
    member = one_of(connection, operator, member_id)
    if connection.execute(ERASED, (member_id,)).fetchone():
        raise Conflict(f"Member {member_id} was erased: nothing is left to correct.")
    rename(connection, member_id, name)
    if email.lower() != member.email:
        if member.role in PRIVILEGED:
            raise Refused("An operator's or auditor's address stays: invite them anew instead.")
        try:
            connection.execute(READDRESS, (email, member_id))
        except UniqueViolation:
            raise Conflict("That address belongs to somebody else.") from None
        connection.execute(END_LINKS, (member_id,))
        forget_devices(connection, member_id)
        end_all(connection, member_id)
    return one_of(connection, operator, member_id)
