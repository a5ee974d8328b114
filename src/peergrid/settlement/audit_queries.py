"""What the audit asks the database; each answer of the whole is a sentence about a row."""

from peergrid.settlement.facts import FACTS_OF_H

STORED = """
select s.interval_start, h.meter_id, h.import_wh, h.export_wh, h.bought_wh,
  h.sold_wh, h.billed_wh, h.paid_micros, h.earned_micros, h.retail_micros, h.levy_micros,
  h.feed_in_micros, h.credit_earned_wh, h.credit_used_wh, h.vat_micros, h.fixed_micros,
  h.credit_lost_wh, h.credit_paid_micros, h.month_billed_wh, h.month_export_wh
from standing_settlement s join share h using (settlement_id)
where s.community_id = %(community)s
  and s.interval_start >= %(start)s and s.interval_start < %(end)s"""
COUNTED = """
select s.interval_start, m.connection_id, h.meter_id, h.import_wh, h.export_wh,
  0::smallint as quality
from standing_settlement s join share h using (settlement_id) join meter m using (meter_id)
where s.community_id = %(community)s
  and s.interval_start >= %(start)s and s.interval_start < %(end)s"""
SETTLED = """
select interval_start, estimated from standing_settlement
where community_id = %(community)s and interval_start >= %(start)s and interval_start < %(end)s"""
SPAN = """
select least(min(s.interval_start), min(m.active_from)), min(c.settled_until),
  min(k.interval_start)
from community c left join meter m using (community_id)
left join settlement s using (community_id) left join correction k using (community_id)
where c.community_id = %s"""
SUMS = """
select 'settlement ' || settlement_id || ' of ' || s.interval_start || ': demand ' || s.demand_wh
  || ', supply ' || s.supply_wh || ', shared ' || s.shared_wh || ' Wh, but its shares sum to '
  || coalesce(sum(h.import_wh), 0) || ', ' || coalesce(sum(h.export_wh), 0) || ', '
  || coalesce(sum(h.bought_wh), 0) || ' bought and ' || coalesce(sum(h.sold_wh), 0) || ' sold'
from settlement s left join share h using (settlement_id)
where s.community_id = %(community)s and s.reverses is null
group by settlement_id, s.interval_start, s.demand_wh, s.supply_wh, s.shared_wh
having (s.demand_wh, s.supply_wh, s.shared_wh, s.shared_wh) is distinct from
  (coalesce(sum(h.import_wh), 0), coalesce(sum(h.export_wh), 0), coalesce(sum(h.bought_wh), 0),
   coalesce(sum(h.sold_wh), 0)) limit 10"""
TRANSFERS = f"""
with expected as (
  select h.settlement_id, h.meter_id, s.interval_start, f.kind, f.amount, f.unit,
    f.energy_wh as energy, case when is_owed then f.other else 'meter' end as debit,
    case when is_owed then 'meter' else f.other end as credit
  from share h join settlement s using (settlement_id), lateral {FACTS_OF_H}
  where s.community_id = %(community)s and f.amount > 0),
booked as (
  select t.settlement_id, t.meter_id, t.interval_start, t.kind::text, t.amount,
    d.kind::text as debit, c.kind::text as credit, t.unit::text, t.energy_wh as energy
  from transfer t join settlement s using (settlement_id)
  join account d on d.account_id = debit_account join account c on c.account_id = credit_account
  where s.community_id = %(community)s and s.reverses is null)
select 'transfer ' || kind || ' of meter ' || meter_id || ' in settlement ' || settlement_id
  || ' of ' || interval_start || ': booked ' || coalesce(b.amount::text, 'nothing')
  || ', its share says ' || coalesce(e.amount::text, 'nothing')
from expected e full join booked b using (settlement_id, meter_id, interval_start, kind)
where (e.amount, e.debit, e.credit, e.unit, e.energy)
  is distinct from (b.amount, b.debit, b.credit, b.unit, b.energy)
order by settlement_id, meter_id, kind, interval_start limit 10"""  # noqa: S608 - of constants
REVERSALS = """
with undone as (
  select r.settlement_id, t.meter_id, t.kind, t.amount, t.debit_account, t.credit_account
  from settlement r join transfer t on t.settlement_id = r.reverses
  where r.community_id = %(community)s),
undoing as (
  select t.settlement_id, t.meter_id, t.kind, t.amount, t.credit_account as debit_account,
    t.debit_account as credit_account
  from transfer t join settlement r using (settlement_id)
  where r.community_id = %(community)s and r.reverses is not null)
select 'reversal ' || settlement_id || ' of transfer ' || kind || ' of meter ' || meter_id
  || ': undoes ' || coalesce(b.amount::text, 'nothing')
  || ' of ' || coalesce(a.amount::text, 'nothing')
from undone a full join undoing b using (settlement_id, meter_id, kind)
where (a.amount, a.debit_account, a.credit_account)
  is distinct from (b.amount, b.debit_account, b.credit_account) limit 10"""
STRAYS = """
select 'transfer ' || t.kind || ' of meter ' || t.meter_id || ' in ' || t.interval_start || ': '
  || case when s.settlement_id is null then 'its settlement ' || t.settlement_id || ' is not there'
     when s.community_id <> a.community_id then 'its settlement belongs to another community'
     when s.interval_start <> t.interval_start then 'its settlement is of ' || s.interval_start
     when t.is_reversal <> (s.reverses is not null) then 'it is marked wrongly as a reversal'
     else 'it touches the account of meter ' || a.meter_id end
from account a
join transfer t on a.account_id in (t.debit_account, t.credit_account)
left join settlement s using (settlement_id)
where a.community_id = %(community)s and (s.settlement_id is null
  or s.community_id <> a.community_id or s.interval_start <> t.interval_start
  or t.is_reversal <> (s.reverses is not null) or a.meter_id <> t.meter_id) limit 10"""
# What was undone may have been booked to who owned the meter by then.
OWNERS = """
select 'account ' || a.account_id || ' of meter ' || m.serial || ': it belongs to member '
  || a.member_id || ', who does not own the meter in ' || min(t.interval_start)
from account a
join meter m using (meter_id)
join transfer t on t.meter_id = a.meter_id and a.account_id in (t.debit_account, t.credit_account)
where a.community_id = %(community)s and not exists (
  select from connection_owner o
  where o.connection_id = m.connection_id and o.member_id = a.member_id
    and o.from_interval <= t.interval_start and t.interval_start < o.until_interval)
  and exists (select from standing_settlement s where s.settlement_id = t.settlement_id)
group by a.account_id, m.serial, a.member_id limit 10"""
BALANCES = """
with said as (
  select o.member_id, sum(h.earned_micros + h.feed_in_micros + h.credit_paid_micros
    - h.paid_micros - h.retail_micros - h.levy_micros - h.vat_micros - h.fixed_micros) as usd,
    sum(h.credit_earned_wh - h.credit_used_wh - h.credit_lost_wh) as wh
  from standing_settlement s
  join share h using (settlement_id)
  join meter m using (meter_id)
  join connection_owner o on o.connection_id = m.connection_id
    and o.from_interval <= s.interval_start and s.interval_start < o.until_interval
  where s.community_id = %(community)s group by 1),
held as (
  select a.member_id, coalesce(sum(e.change) filter (where a.unit = 'USD'), 0) as usd,
    coalesce(sum(e.change) filter (where a.unit = 'WH'), 0) as wh
  from account a join entry e using (account_id)
  where a.community_id = %(community)s and a.kind = 'meter'
    and e.settlement_id is not null group by 1)  -- payouts are another audit's
select 'member ' || member_id || ': the balance is ' || coalesce(h.usd, 0) || ' micros and '
  || coalesce(h.wh, 0) || ' Wh, the shares of their meters come to ' || coalesce(s.usd, 0)
  || ' and ' || coalesce(s.wh, 0)
from said s full join held h using (member_id)
where (coalesce(h.usd, 0), coalesce(h.wh, 0)) <> (coalesce(s.usd, 0), coalesce(s.wh, 0)) limit 10"""
DOUBLES = """
select 'interval ' || s.interval_start || ': ' || count(*) || ' settlements stand, '
  || case when bool_or(s.interval_start >= c.settled_until) then 'past where settlement says it is'
     else 'one should' end
from standing_settlement s join community c using (community_id)
where s.community_id = %(community)s group by s.interval_start
having count(*) > 1 or bool_or(s.interval_start >= c.settled_until) limit 10"""
DATES = """
select 'share of meter ' || h.meter_id || ' in settlement ' || settlement_id || ': it says '
  || h.interval_start || ', its settlement says ' || s.interval_start
from share h join settlement s using (settlement_id)
where s.community_id = %(community)s and h.interval_start <> s.interval_start limit 10"""
WHOLE = (TRANSFERS, REVERSALS, STRAYS, OWNERS, BALANCES, DOUBLES, DATES, SUMS)
