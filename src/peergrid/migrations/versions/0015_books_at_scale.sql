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

-- Top-ups: money comes in through who collects it, asked -> waiting -> paid or failed.

create type top_up_state as enum ('asked', 'waiting', 'paid', 'failed');
create table top_up (
  top_up_id int generated always as identity primary key,
  community_id int not null references community,
  member_id int not null references member,
  key text not null check (key ~ '^[!-~]{1,64}$'),  -- the client's: twice is once
  reference text not null unique  -- what who collects knows it by
    default 'TU' || upper(left(replace(gen_random_uuid()::text, '-', ''), 16)),
  amount_micros bigint not null check (amount_micros > 0 and amount_micros % 10000 = 0),
  state top_up_state not null default 'asked',
  page_url text,  -- where the member pays
  poll_url text,  -- where we ask what became of it
  asked_at timestamptz not null default clock_timestamp(),
  concluded_at timestamptz,
  check ((page_url is null) = (state = 'asked') and (poll_url is null) = (state = 'asked')),
  check ((concluded_at is not null) = (state in ('paid', 'failed'))),
  unique (member_id, key));
create index on top_up (state) where state = 'waiting';

create table top_up_transfer (  -- from the provider's account to the member's
  top_up_id int primary key references top_up,
  meter_id int not null references meter,  -- whose owner's account gets it
  interval_start timestamptz not null check (is_interval(interval_start)),  -- community's clock
  debit_account int not null,
  credit_account int not null,
  unit unit not null check (unit = 'USD'),
  amount bigint not null check (amount > 0),
  booked_at timestamptz not null default clock_timestamp(),
  check (debit_account <> credit_account),
  foreign key (debit_account, unit) references account (account_id, unit),
  foreign key (credit_account, unit) references account (account_id, unit));
create index on top_up_transfer (meter_id, interval_start);

create or replace view entry as  -- a transfer, of energy or of money, seen from its accounts
  select meter_id, interval_start, settlement_id, kind::text, unit, energy_wh, is_reversal,
    debit_account as account_id, amount as change from transfer
  union all
  select meter_id, interval_start, settlement_id, kind::text, unit, energy_wh, is_reversal,
    credit_account, -amount from transfer
  union all
  select meter_id, interval_start, null, kind::text, unit, 0, step = 'give_back',
    debit_account, amount from payout_transfer
  union all
  select meter_id, interval_start, null, kind::text, unit, 0, step = 'give_back',
    credit_account, -amount from payout_transfer
  union all
  select meter_id, interval_start, null, 'top_up', unit, 0, false, debit_account, amount
  from top_up_transfer
  union all
  select meter_id, interval_start, null, 'top_up', unit, 0, false, credit_account, -amount
  from top_up_transfer;

create function top_up_moves_on() returns trigger language plpgsql as $$
declare
  changing constant text[] = '{state,page_url,poll_url,concluded_at}';
begin
  if to_jsonb(old) - changing <> to_jsonb(new) - changing
     or (old.state <> 'asked' and (old.page_url, old.poll_url) <> (new.page_url, new.poll_url))
     or (old.state, new.state) not in (
       ('asked', 'waiting'), ('waiting', 'paid'), ('waiting', 'failed')) then
    raise exception 'top-up % is % and cannot be changed so', old.top_up_id, old.state
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger top_up_moves_on before update on top_up
  for each row execute function top_up_moves_on();

create function is_booked_once_paid() returns trigger language plpgsql as $$
declare bad record;
begin
  select p.top_up_id, p.state into bad
  from top_up p left join top_up_transfer t using (top_up_id)
  where p.top_up_id = new.top_up_id
    and coalesce(t.amount, 0) <> case when p.state = 'paid' then p.amount_micros else 0 end;
  if found then
    raise exception 'top-up % is %, its transfer is not', bad.top_up_id, bad.state
      using errcode = 'check_violation', constraint = 'is_booked_once_paid';
  end if;
  return null;
end $$;
create constraint trigger is_booked_once_paid after insert or update on top_up
  deferrable initially deferred for each row execute function is_booked_once_paid();
create constraint trigger is_booked_once_paid after insert on top_up_transfer
  deferrable initially deferred for each row execute function is_booked_once_paid();
create trigger is_final before update or delete or truncate on top_up_transfer
  for each statement execute function is_final();
create trigger is_final before delete or truncate on top_up
  for each statement execute function is_final();
