"""What the audit asks the database; each answer of the whole is a sentence about a row."""

STORED = """
select s.interval_start, s.settlement_id, h.meter_id, h.import_wh, h.export_wh, h.bought_wh,
  h.sold_wh, h.billed_wh, h.paid_micros, h.earned_micros, h.retail_micros, h.levy_micros,
  h.feed_in_micros, h.credit_earned_wh, h.credit_used_wh, h.vat_micros, h.fixed_micros,
  h.credit_lost_wh, h.credit_paid_micros
from standing_settlement s left join share h using (settlement_id)
where s.community_id = %s and s.interval_start >= %s and s.interval_start < %s"""
SPAN = """
select least(min(s.interval_start), min(m.active_from)),
  least(min(c.settled_until), min(k.interval_start))
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
TRANSFERS = """
with expected as (
  select h.settlement_id, h.meter_id, s.interval_start, f.*
  from share h join settlement s using (settlement_id), lateral (values
    ('grid_energy', retail_micros, 'grid', 'meter', 'USD', billed_wh),
    ('levy', levy_micros, 'levy', 'meter', 'USD', billed_wh),
    ('neighbour_energy', paid_micros, 'pool', 'meter', 'USD', bought_wh),
    ('shared_energy', earned_micros, 'meter', 'pool', 'USD', sold_wh),
    ('feed_in', feed_in_micros, 'meter', 'grid', 'USD', h.export_wh - sold_wh),
    ('credit_earned', credit_earned_wh::bigint, 'meter', 'grid', 'WH', h.export_wh),
    ('credit_used', credit_used_wh::bigint, 'grid', 'meter', 'WH', credit_used_wh),
    ('vat', vat_micros, 'grid', 'meter', 'USD', billed_wh),
    ('fixed', fixed_micros, 'grid', 'meter', 'USD', 0),
    ('credit_lost', credit_lost_wh, 'grid', 'meter', 'WH', credit_lost_wh),
    ('credit_paid', credit_paid_micros, 'meter', 'grid', 'USD', credit_lost_wh)
  ) f (kind, amount, debit, credit, unit, energy)
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
  is distinct from (b.amount, b.debit, b.credit, b.unit, b.energy) limit 10"""
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
OWNERS = """
select 'account ' || a.account_id || ' of meter ' || m.serial || ': it belongs to member '
  || a.member_id || ', the meter to member ' || m.member_id
from account a join meter m using (meter_id)
where a.community_id = %(community)s and a.member_id <> m.member_id limit 10"""
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
WHOLE = (TRANSFERS, REVERSALS, STRAYS, OWNERS, DOUBLES, DATES, SUMS)
