"""A member who has left is forgotten; the books, which need no name, stay whole.

Zimbabwe's Cyber and Data Protection Act [Chapter 12:07], sections 13 (no longer than needed) and
14 (deletion). Half hours that were billed and payments made stay under the member's number.
"""

from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Refused
from peergrid.ledger.book import balances_of
from peergrid.members.membership import PRIVILEGED, Member, community_by_id
from peergrid.members.standing import one_of

WAITING = """
select from payout where member_id = %(member)s and state in ('requested', 'held')
union all select from top_up where member_id = %(member)s and state = 'waiting' limit 1"""
UNSETTLED = """
select 1 from connection_owner o join meter m using (connection_id)
where o.member_id = %(member)s
  and greatest(o.from_interval, m.active_from)
    < least(o.until_interval, coalesce(m.active_until, 'infinity'))
  and least(o.until_interval, coalesce(m.active_until, 'infinity')) > %(settled_until)s limit 1"""
PSEUDONYM = """
update member set name = 'Former member ' || member_id,
  email = 'former-' || member_id || '@erased.invalid',
  suspended_at = coalesce(suspended_at, %(now)s), suspended_by = coalesce(suspended_by, %(by)s),
  erased_at = coalesce(erased_at, %(now)s)
where member_id = %(member)s"""
END_KEYS = """
update meter_key k set ends_at = least(k.ends_at, %(now)s) from meter m
where m.meter_id = k.meter_id and m.member_id = %(member)s"""
FORGET = (
    "delete from credential where member_id = %(member)s",
    "delete from session where member_id = %(member)s",
    "delete from known_device where member_id = %(member)s",
    "delete from second_factor where member_id = %(member)s",
    "delete from one_time_link where member_id = %(member)s",
)


def erase(connection: Connection, operator: Member, member_id: int, now: datetime) -> Member:
    """Take away name, address, password, sign-ins, devices and keys, for good; twice is once.

    Raises Conflict while a half hour of theirs is not settled, anything is owed by or to them,
    or a payout or top-up is under way, Refused for operators and auditors, NotFound as ``one_of``.
    """
    member = one_of(connection, operator, member_id)
    if member.role in PRIVILEGED:
        raise Refused("Operators and auditors stay on record for what they did: suspend them.")
    community = community_by_id(connection, member.community_id, locked=True)
    asked = {
        "member": member_id,
        "by": operator.member_id,
        "now": now,
        "settled_until": community.settled_until,
    }
    if connection.execute(UNSETTLED, asked).fetchone():
        raise Conflict("End or hand over their meters first, and settle until then.")
    if connection.execute(WAITING, {"member": member_id}).fetchone():
        raise Conflict("A payout or top-up of theirs is under way: conclude it first.")
    owed = balances_of(connection, [member_id])[member_id]
    if any(owed.values()):
        sums = " and ".join(f"{amount} {unit}" for unit, amount in owed.items() if amount)
        raise Conflict(f"Their balance is {sums}, in micros or Wh: it has to be 0 first.")
    for query in (END_KEYS, *FORGET, PSEUDONYM):
        connection.execute(query, asked)
    return one_of(connection, operator, member_id)
