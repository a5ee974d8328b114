-- How far a connection is into its month is read from the last interval: summed from the first on,
-- it was a thousand times as many rows by the month's end.

alter table share
  add month_billed_wh bigint not null default 0 check (month_billed_wh >= 0),
  add month_export_wh bigint not null default 0 check (month_export_wh >= 0);
alter table share disable trigger is_final;
with so_far as (
  select h.settlement_id, h.meter_id, sum(h.billed_wh) over month as billed_wh,
    sum(h.export_wh) over month as export_wh
  from share h join settlement s using (settlement_id) join meter m using (meter_id)
  where not exists (select from settlement r where r.reverses = s.settlement_id)
  window month as (partition by m.connection_id,
    date_trunc('month', h.interval_start at time zone 'Africa/Harare') order by h.interval_start))
update share h set month_billed_wh = f.billed_wh, month_export_wh = f.export_wh
from so_far f where (h.settlement_id, h.meter_id) = (f.settlement_id, f.meter_id);
alter table share enable trigger is_final;

-- A settlement's transfers are found by its shares, whose meters and interval begin their key.
drop index transfer_settlement_id_idx;

-- As before; but only accounts of the communities and units at hand are looked at, so that a
-- street's day does not wait for the accounts of a city.
create or replace function transfers_add_up() returns trigger language plpgsql as $$
declare
  seen record;
  bad record;
begin
  select array_agg(unit) as units, array(
      select distinct community_id from settlement
      where settlement_id between min(first) and max(last)) as communities
  into seen
  from (select unit, min(settlement_id) as first, max(settlement_id) as last
    from new_rows group by unit) n;
  execute $look$
    select settlement_id, not is_its_own as is_stray
    from (
      select settlement_id, n.unit,
        bool_and((s.interval_start = n.interval_start
          and (d.account_id is null) <> (c.account_id is null)
          and coalesce(d.community_id, c.community_id) = s.community_id
          and coalesce(d.unit, c.unit) = n.unit
          and own.community_id = s.community_id and own.unit = n.unit
          and own.meter_id = n.meter_id) is true) as is_its_own,
        sum(case when d.kind = 'pool' then n.amount when c.kind = 'pool' then -n.amount end)
          as kept_by_the_pool
      from new_rows n
      left join settlement s using (settlement_id)
      left join account d on d.account_id = n.debit_account and d.kind <> 'meter'
      left join account c on c.account_id = n.credit_account and c.kind <> 'meter'
      left join account own on own.account_id
          = case when d.account_id is null then n.debit_account else n.credit_account end
        and own.community_id = any($1) and own.unit = any($2)
      group by 1, 2) n
    where not is_its_own or kept_by_the_pool <> 0
    order by 2 desc limit 1
  $look$ into bad using seen.communities, seen.units;
  if bad.is_stray then
    raise exception 'a transfer of settlement % is of no settlement or account of its own',
      bad.settlement_id using errcode = 'foreign_key_violation';
  elsif bad.settlement_id is not null then
    raise exception 'settlement % leaves something in the pool', bad.settlement_id
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
