"""What a share moves: the one table that settlement books by and the audit holds the books to."""

from peergrid.database.pool import Connection
from peergrid.meters.readings import start_of
from peergrid.money import Whole

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
POST = f"""
with owned as materialized (
  select m.meter_id, o.from_interval, o.until_interval, usd.account_id as usd, wh.account_id as wh
  from meter m
  join connection_owner o using (connection_id)
  join account usd on (usd.meter_id, usd.member_id, usd.unit) = (m.meter_id, o.member_id, 'USD')
  join account wh on (wh.meter_id, wh.member_id, wh.unit) = (m.meter_id, o.member_id, 'WH')
  where m.community_id = %(community)s),
other as materialized (
  select jsonb_object_agg(kind || unit::text, account_id) as ids from account
  where community_id = %(community)s and kind <> 'meter'),
moved as (
  select h.meter_id, h.interval_start, h.settlement_id, f.kind::transfer_kind, is_owed,
    (ids -> (f.other || f.unit))::int as other,
    case f.unit when 'USD' then usd else wh end as own, f.unit::unit, f.amount, f.energy_wh
  from other, share h
  join owned on owned.meter_id = h.meter_id
    and owned.from_interval <= h.interval_start and h.interval_start < owned.until_interval
  cross join lateral {FACTS}
  where h.interval_start >= %(start)s and h.interval_start < %(end)s
    and h.settlement_id between %(first)s and %(last)s and f.amount > 0)
insert into transfer (meter_id, interval_start, settlement_id, kind, debit_account,
  credit_account, unit, amount, energy_wh, is_reversal)
select meter_id, interval_start, settlement_id, kind, case when is_owed then other else own end,
  case when is_owed then own else other end, unit, amount, energy_wh, false
from moved"""  # noqa: S608 - of constants


def post(connection: Connection, community_id: int, ids: Whole, numbers: Whole) -> None:
    """Book what the shares of settlements ``ids`` of the intervals ``numbers`` (n,) move.

    The database refuses a business fact that is there already.
    """
    asked = {
        "community": community_id,
        "first": int(ids[0]),
        "last": int(ids[-1]),
        "start": start_of(int(numbers[0])),
        "end": start_of(int(numbers[-1]) + 1),
    }
    connection.execute(POST, asked)
