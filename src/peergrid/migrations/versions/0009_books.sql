-- The books of a million meters: what is looked up for every row is looked up at once.

alter table transfer drop constraint transfer_interval_start_check;  -- it is its settlement's
create index energy_credit on transfer (meter_id) where unit = 'WH';
create index not_of_a_meter on account (account_id) where kind <> 'meter';

create or replace function is_interval(instant timestamptz) returns boolean
  language sql immutable as
  $$ select isfinite(instant) and date_bin('30 min', instant, 'epoch') = instant $$;

-- What must hold whoever writes. Each statement's rows are looked at once, in a plan made for as
-- many as they are: one kept from a few rows would look a million up one by one.

drop trigger shares_refer_to_what_is_there on share;
drop trigger shares_add_up on share;
drop function shares_refer_to_what_is_there();
create or replace function shares_add_up() returns trigger language plpgsql as $$
declare bad record;
begin
  execute $look$
    select settlement_id, (s.settlement_id is not null and of_its_community) is not true as is_stray
    from (
      select n.settlement_id, min(n.interval_start) as first, max(n.interval_start) as last,
        sum(import_wh) as demand, sum(export_wh) as supply, sum(bought_wh) as bought,
        sum(sold_wh) as sold, sum(paid_micros) as paid, sum(earned_micros) as earned,
        bool_and(m.meter_id is not null and m.community_id = s.community_id) as of_its_community
      from new_rows n
      left join settlement s using (settlement_id) left join meter m using (meter_id)
      group by 1) n
    left join settlement s using (settlement_id)
    where s.settlement_id is null or of_its_community is not true
      or n.first <> s.interval_start or n.last <> s.interval_start
      or n.demand <> s.demand_wh or n.supply <> s.supply_wh
      or n.bought <> s.shared_wh or n.sold <> s.shared_wh or n.paid <> n.earned
    order by 2 desc limit 1
  $look$ into bad;
  if bad.is_stray then
    raise exception 'a share of settlement % is of no settlement or meter of its community',
      bad.settlement_id using errcode = 'foreign_key_violation';
  elsif bad.settlement_id is not null then
    raise exception 'the shares of settlement % do not add up', bad.settlement_id
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger shares_add_up after insert on share referencing new table as new_rows
  for each statement execute function shares_add_up();

drop trigger transfers_refer_to_what_is_there on transfer;
drop trigger pool_keeps_nothing on transfer;
drop function transfers_refer_to_what_is_there();
drop function pool_keeps_nothing();
create function transfers_add_up() returns trigger language plpgsql as $$
declare bad record;
begin
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
      group by 1, 2) n
    where not is_its_own or kept_by_the_pool <> 0
    order by 2 desc limit 1
  $look$ into bad;
  if bad.is_stray then
    raise exception 'a transfer of settlement % is of no settlement or account of its own',
      bad.settlement_id using errcode = 'foreign_key_violation';
  elsif bad.settlement_id is not null then
    raise exception 'settlement % leaves something in the pool', bad.settlement_id
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger transfers_add_up after insert on transfer referencing new table as new_rows
  for each statement execute function transfers_add_up();
