"""The transfers of payouts: hold, then pay or give back; each can be booked once.

``hold`` moves a payout's sum from its member's account to the community's payout account, ``pay``
from there to the provider outside, ``give_back`` from there to the member. What is received, the
fee and the tax are a transfer each, so that the member's statement says all three. They are
booked in the last settled half hour of the community, whose clock a statement follows.
"""

from peergrid.database.pool import Connection
from peergrid.errors import Conflict
from peergrid.ledger.book import ADD_ACCOUNT
from peergrid.ledger.transfer import AccountKind
from peergrid.money import Unit

HOLD = """
insert into payout_transfer (payout_id, step, kind, meter_id, interval_start, debit_account,
  credit_account, unit, amount)
select p.payout_id, 'hold', f.kind::payout_part, own.meter_id,
  c.settled_until - interval '30 min', h.account_id, own.account_id, 'USD', f.amount
from payout p join community c using (community_id)
join account h on h.community_id = p.community_id and h.kind = 'payout' and h.unit = 'USD',
lateral (
  select account_id, meter_id from account a
  where a.member_id = p.member_id and a.kind = 'meter' and a.unit = 'USD'
  order by account_id limit 1) own,
lateral (values
  ('payout', received_micros), ('payout_fee', fee_micros), ('payout_tax', tax_micros)
) f (kind, amount)
where p.payout_id = %s and f.amount > 0"""
PAY = """
insert into payout_transfer (payout_id, step, kind, meter_id, interval_start, debit_account,
  credit_account, unit, amount)
select t.payout_id, 'pay', t.kind, t.meter_id, c.settled_until - interval '30 min', o.account_id,
  t.debit_account, t.unit, t.amount
from payout_transfer t join payout p using (payout_id) join community c using (community_id)
join account o on o.community_id = p.community_id and o.kind = 'provider' and o.unit = 'USD'
where t.payout_id = %s and t.step = 'hold'"""
GIVE_BACK = """
insert into payout_transfer (payout_id, step, kind, meter_id, interval_start, debit_account,
  credit_account, unit, amount)
select t.payout_id, 'give_back', t.kind, t.meter_id, c.settled_until - interval '30 min',
  t.credit_account, t.debit_account, t.unit, t.amount
from payout_transfer t join payout p using (payout_id) join community c using (community_id)
where t.payout_id = %s and t.step = 'hold'"""


def open_payout_accounts(connection: Connection, community_id: int) -> None:
    """Open what payouts of a community pass through; opened before, they stay."""
    for kind in (AccountKind.PAYOUT, AccountKind.PROVIDER):
        connection.execute(ADD_ACCOUNT, (community_id, kind, None, None, Unit.USD))


def hold(connection: Connection, payout_id: int) -> None:
    """Set a payout's sum aside.

    The database refuses (``is_covered``) what the balance does not cover, under a lock on the
    member. Raises Conflict if the member has no account to take it from.
    """
    if not connection.execute(HOLD, (payout_id,)).rowcount:
        raise Conflict("The member has no account here to take a payout from.")


def pay(connection: Connection, payout_id: int) -> None:
    """What was held has left to the provider."""
    connection.execute(PAY, (payout_id,))


def give_back(connection: Connection, payout_id: int) -> None:
    """What was held is the member's again."""
    connection.execute(GIVE_BACK, (payout_id,))
