"""The transfer of a top-up: from the provider outside to its member's account, booked once.

It is booked in the last settled half hour of the community, whose clock a statement follows.
"""

from peergrid.database.pool import Connection
from peergrid.errors import Conflict
from peergrid.ledger.book import ADD_ACCOUNT
from peergrid.ledger.transfer import AccountKind
from peergrid.money import Unit

OWN = """
select account_id from account
where member_id = %s and kind = 'meter' and unit = 'USD' order by account_id limit 1"""
BOOK = """
insert into top_up_transfer
  (top_up_id, meter_id, interval_start, debit_account, credit_account, unit, amount)
select p.top_up_id, own.meter_id, c.settled_until - interval '30 min', own.account_id,
  o.account_id, 'USD', p.amount_micros
from top_up p join community c using (community_id)
join account o on o.community_id = p.community_id and o.kind = 'provider' and o.unit = 'USD'
join account own on own.account_id = %s
where p.top_up_id = %s"""


def account_for_top_ups(connection: Connection, member_id: int) -> int:
    """The account that a member's top-ups go to. Raises Conflict if the member has none."""
    row = connection.execute(OWN, (member_id,)).fetchone()
    if row is None:
        raise Conflict("You have no account here to top up.")
    return int(row[0])


def book_top_up(connection: Connection, community_id: int, top_up_id: int, account_id: int) -> None:
    """What was collected is the member's; the database refuses it a second time."""
    connection.execute(ADD_ACCOUNT, (community_id, AccountKind.PROVIDER, None, None, Unit.USD))
    connection.execute(BOOK, (account_id, top_up_id))
