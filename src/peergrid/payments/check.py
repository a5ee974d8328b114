"""The audit of payouts: each has the transfers that its state says, and none stands alone."""

from peergrid.database.pool import Connection
from peergrid.members.membership import Community

MISBOOKED = """
with expected as (
  select p.payout_id, s.step, f.kind, f.amount, p.community_id,
    case s.step when 'hold' then 'payout' when 'pay' then 'provider' else 'meter' end as debit,
    case s.step when 'hold' then 'meter' else 'payout' end as credit
  from payout p
  join (values ('held', 'hold'), ('paid', 'hold'), ('paid', 'pay'), ('failed', 'hold'),
    ('failed', 'give_back')) s (state, step) on p.state::text = s.state,
  lateral (values ('payout', received_micros), ('payout_fee', fee_micros),
    ('payout_tax', tax_micros)) f (kind, amount)
  where p.community_id = %(community)s and f.amount > 0),
booked as (
  select t.payout_id, t.step::text, t.kind::text, t.amount, p.community_id,
    case when d.community_id = p.community_id and d.member_id is not distinct from
      case when t.step = 'give_back' then p.member_id end then d.kind::text end as debit,
    case when c.community_id = p.community_id and c.member_id is not distinct from
      case when t.step = 'hold' then p.member_id end then c.kind::text end as credit
  from payout_transfer t join payout p using (payout_id)
  join account d on d.account_id = debit_account join account c on c.account_id = credit_account
  where p.community_id = %(community)s)
select 'payout ' || payout_id || ': its ' || step || ' of ' || kind || ' is '
  || coalesce(b.amount::text, 'not booked') || ' from ' || coalesce(b.credit, 'nowhere it should')
  || ' to ' || coalesce(b.debit, 'nowhere it should') || ', it should be '
  || coalesce(e.amount || ' from ' || e.credit || ' to ' || e.debit, 'nothing')
from expected e full join booked b using (payout_id, step, kind)
where (e.amount, e.debit, e.credit) is distinct from (b.amount, b.debit, b.credit) limit 10"""
STRAYS = """
select 'transfer ' || t.step || ' of ' || t.kind || ' of payout ' || t.payout_id || ': '
  || case when p.payout_id is null then 'there is no such payout'
     when a.meter_id <> t.meter_id then 'it touches the account of meter ' || a.meter_id
     else 'its payout belongs to another community' end
from account a
join payout_transfer t on a.account_id in (t.debit_account, t.credit_account)
left join payout p using (payout_id)
where a.community_id = %(community)s and (p.payout_id is null
  or p.community_id <> a.community_id or a.meter_id <> t.meter_id) limit 10"""
HOLDING = """
with account_says as (
  select coalesce(sum(case when a.account_id = t.debit_account then t.amount else -t.amount end), 0)
    as micros
  from account a join payout_transfer t on a.account_id in (t.debit_account, t.credit_account)
  where a.community_id = %(community)s and a.kind = 'payout'),
payouts_say as (
  select coalesce(sum(taken_micros), 0) as micros
  from payout where community_id = %(community)s and state = 'held')
select 'the payout account holds ' || a.micros || ' micros, the payouts held are ' || p.micros
from account_says a, payouts_say p where a.micros <> p.micros"""
UNAPPROVED = """
select 'payout ' || p.payout_id || ': it is ' || p.state || ', but no second person approved it'
from payout p left join payout_batch b using (batch_id)
where p.community_id = %(community)s and p.state in ('held', 'paid', 'failed')
  and (b.approved_by is null or b.approved_by in (b.created_by, p.member_id)) limit 10"""
TOP_UPS = """
select 'top-up ' || coalesce(p.top_up_id, t.top_up_id) || ': it is '
  || coalesce(p.state::text, 'not there') || ' and of ' || coalesce(p.amount_micros, 0)
  || ' micros, booked are ' || coalesce(t.amount, 0)
  || ' from ' || coalesce(c.kind::text, 'nowhere') || ' to '
  || coalesce(d.kind || ' of member ' || d.member_id, d.kind::text, 'nowhere')
from top_up p full join top_up_transfer t using (top_up_id)
left join account d on d.account_id = t.debit_account
left join account c on c.account_id = t.credit_account
where %(community)s in (p.community_id, d.community_id, c.community_id)
  and (p.top_up_id is null
    or coalesce(t.amount, 0) <> case when p.state = 'paid' then p.amount_micros else 0 end
    or (t.top_up_id is not null and (d.kind, d.community_id, d.member_id, d.meter_id, c.kind,
        c.community_id) is distinct from ('meter', p.community_id, p.member_id, t.meter_id,
        'provider', p.community_id))) limit 10"""
WHOLE = (MISBOOKED, STRAYS, HOLDING, UNAPPROVED, TOP_UPS)


def audit_payouts(connection: Connection, community: Community) -> list[str]:
    """Every finding as a sentence that names the payout or top-up.

    Finds a payout without its hold, a hold without its payout, a transfer of another sum or
    account than the payout's state says, a payout account that is not the sum of the payouts
    held, a payout that nobody approved, and a top-up booked without being paid, paid without
    being booked, or booked otherwise.
    """
    parameters = {"community": community.community_id}
    return [row[0] for query in WHOLE for row in connection.execute(query, parameters)]
