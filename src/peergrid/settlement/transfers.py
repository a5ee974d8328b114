"""What a share moves: the one table that settlement books by and the audit holds the books to."""

from peergrid.database.pool import Connection

# Between a meter's owner and one other account: the kind, whether the owner owes it, the other
# account, the unit, how much, and the energy [Wh] it stands for, so that a statement can say it.
FACTS = """(values
    ('grid_energy', true, 'grid', 'USD', retail_micros, billed_wh),
    ('levy', true, 'levy', 'USD', levy_micros, billed_wh),
    ('neighbour_energy', true, 'pool', 'USD', paid_micros, bought_wh),
    ('shared_energy', false, 'pool', 'USD', earned_micros, sold_wh),
    ('feed_in', false, 'grid', 'USD', feed_in_micros, h.export_wh - sold_wh),
    ('credit_earned', false, 'grid', 'WH', credit_earned_wh::bigint, h.export_wh),
    ('credit_used', true, 'grid', 'WH', credit_used_wh::bigint, credit_used_wh),
    ('vat', true, 'grid', 'USD', vat_micros, billed_wh),
    ('fixed', true, 'grid', 'USD', fixed_micros, 0),
    ('credit_lost', true, 'grid', 'WH', credit_lost_wh, credit_lost_wh),
    ('credit_paid', false, 'grid', 'USD', credit_paid_micros, credit_lost_wh)
  ) f (kind, is_owed, other, unit, amount, energy_wh)"""
AMOUNTS = (
    *("retail_micros", "levy_micros", "paid_micros", "earned_micros", "feed_in_micros"),
    *("credit_earned_wh", "credit_used_wh", "vat_micros", "fixed_micros"),
    *("credit_lost_wh", "credit_paid_micros"),
)
OWNED = """
  select a.meter_id, a.unit, a.account_id, o.from_interval, o.until_interval
  from meter m
  join connection_owner o using (connection_id)
  join account a on a.meter_id = m.meter_id and a.member_id = o.member_id
  where m.community_id = %(community)s"""
POST = f"""
with owned as materialized ({OWNED}),
other as materialized (
  select account_id, kind::text as other, unit from account
  where community_id = %(community)s and kind <> 'meter')
insert into transfer (meter_id, interval_start, settlement_id, kind, debit_account,
  credit_account, unit, amount, energy_wh, is_reversal)
select h.meter_id, h.interval_start, h.settlement_id, f.kind::transfer_kind,
  case when is_owed then other.account_id else owned.account_id end,
  case when is_owed then owned.account_id else other.account_id end,
  owned.unit, f.amount, f.energy_wh, false
from share h cross join lateral {FACTS}
join owned on owned.meter_id = h.meter_id and owned.unit = f.unit::unit
  and owned.from_interval <= h.interval_start and h.interval_start < owned.until_interval
join other on other.other = f.other and other.unit = f.unit::unit
where h.settlement_id between %(first)s and %(last)s and f.amount > 0"""  # noqa: S608 - of constants


def post(connection: Connection, community_id: int, first: int, last: int) -> int:
    """Book what the shares of the settlements ``first`` to ``last`` move; how many transfers.

    The database refuses a business fact that is there already.
    """
    asked = {"community": community_id, "first": first, "last": last}
    return connection.execute(POST, asked).rowcount
