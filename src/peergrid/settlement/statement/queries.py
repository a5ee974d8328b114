"""What a statement asks the database."""

LEDGER = """
select e.meter_id, m.serial, e.kind::text, e.unit::text, s.tariff_id,
  (e.interval_start at time zone 'Africa/Harare')::date as day,
  e.is_reversal, count(*)::int as entries, sum(e.change)::bigint as amount,
  sum(e.energy_wh)::bigint as energy_wh
from account a join entry e using (meter_id, account_id)
join meter m using (meter_id)
left join settlement s on s.settlement_id = e.settlement_id and s.community_id = a.community_id
where a.member_id = %s and e.interval_start >= %s and e.interval_start < %s
group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7"""
# All of a connection's month, for where it stood in the blocks; of it, what is the member's own.
SHARES = """
select m.connection_id, h.meter_id, s.tariff_id, h.import_wh, h.export_wh, h.bought_wh,
  h.sold_wh, h.billed_wh, h.credit_used_wh, o.member_id = %(member)s as is_own
from standing_settlement s
join share h using (settlement_id)
join meter m on m.meter_id = h.meter_id and m.community_id = s.community_id
join connection_owner o on o.connection_id = m.connection_id
  and o.from_interval <= h.interval_start and h.interval_start < o.until_interval
where h.interval_start >= %(start)s and h.interval_start < %(end)s
  and s.interval_start >= %(start)s and s.interval_start < %(end)s
  and m.connection_id in (
    select mine.connection_id from connection_owner mine where mine.member_id = %(member)s
      and mine.from_interval < %(end)s and mine.until_interval > %(start)s)
order by m.connection_id, h.interval_start"""
# Of a month whose half hours are gone, what was kept of them for this.
READINGS = """
select meter_id, import_wh, export_wh, generation_wh, measured, estimated, missing, trued_up
from kept_month
where member_id = %(member)s and day_start(month) = %(start)s
union all
select r.meter_id, sum(import_wh)::bigint as import_wh, sum(export_wh)::bigint as export_wh,
  sum(generation_wh)::bigint as generation_wh,
  count(*) filter (where quality in (0, 3))::int as measured,
  count(*) filter (where quality = 1)::int as estimated,
  count(*) filter (where quality = 2)::int as missing,
  count(*) filter (where exists (select from reading_version v
    where v.meter_id = r.meter_id and v.interval_start = r.interval_start))::int as trued_up
from connection_owner o
join meter m using (connection_id)
join lateral readings_of(array[m.meter_id],
  greatest(o.from_interval, m.active_from, %(start)s),
  least(o.until_interval, coalesce(m.active_until, 'infinity'), %(end)s)) r on true
where o.member_id = %(member)s
group by 1 order by 1"""
