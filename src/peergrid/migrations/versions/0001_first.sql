-- The whole schema. Energy is whole Wh, money whole micros, instants are UTC half hours.

create type role as enum ('producer', 'consumer', 'operator');
create type unit as enum ('USD', 'WH');
create type account_kind as enum ('meter', 'pool', 'grid', 'levy');
create type transfer_kind as enum (
  'grid_energy', 'levy', 'neighbour_energy', 'shared_energy', 'feed_in', 'credit_earned', 'credit_used');

create function is_interval(instant timestamptz) returns boolean language sql immutable as
  $$ select extract(epoch from instant)::bigint % 1800 = 0 and extract(epoch from instant) % 1 = 0 $$;

-- Who shares, who they are, and what measures them

create table community (
  community_id int generated always as identity primary key,
  name text not null unique check (name ~ '^[a-z0-9_]{1,48}$'),
  title text not null,
  settled_until timestamptz not null check (is_interval(settled_until)),  -- all before it is settled
  deadline_hours int not null default 72 check (deadline_hours > 0));

create table member (
  member_id int generated always as identity primary key,
  community_id int not null references community,
  name text not null check (name <> ''),
  email text not null unique check (email = lower(email) and email like '%_@_%'),
  role role not null);

create table credential (
  member_id int primary key references member,
  password_hash text not null check (password_hash like '$argon2id$%'));

create table refresh_token (  -- good for one use; all of a family end when one is used twice
  token_hash bytea primary key check (length(token_hash) = 32),
  family uuid not null,
  member_id int not null references member,
  expires_at timestamptz not null,
  used_at timestamptz,
  revoked_at timestamptz);
create index on refresh_token (family);

create table meter (
  meter_id int generated always as identity primary key,
  community_id int not null references community,
  member_id int not null references member,
  serial text not null unique check (serial <> '' and length(serial) <= 64),
  has_panels boolean not null,
  connection_w int not null check (connection_w > 0),
  active_from timestamptz not null check (is_interval(active_from)),
  latest timestamptz);  -- its newest interval, moved by the transaction that stores it
create index on meter (community_id);
create index on meter (member_id);

create table meter_key (
  key_hash bytea primary key check (length(key_hash) = 32),
  meter_id int not null references meter,
  revoked_at timestamptz);
create index on meter_key (meter_id);

-- What the meters counted: the newest revision, and those it replaced

create table reading (
  interval_start timestamptz not null check (is_interval(interval_start)),
  meter_id int not null references meter,
  import_wh int not null check (import_wh >= 0),
  export_wh int not null check (export_wh >= 0),
  generation_wh int not null check (generation_wh >= 0),
  quality smallint not null check (quality between 0 and 3),
  revision smallint not null check (revision >= 0),
  primary key (meter_id, interval_start));
create index on reading (interval_start);

create table reading_version (
  like reading,
  replaced_at timestamptz not null default clock_timestamp());
create index on reading_version (meter_id, interval_start);

create table correction (  -- a settled interval whose readings have changed since
  community_id int not null references community,
  interval_start timestamptz not null check (is_interval(interval_start)),
  primary key (community_id, interval_start));

-- What it is worth

create table tariff (
  tariff_id int generated always as identity primary key,
  community_id int not null references community,
  valid_from date not null,
  terms jsonb not null,
  unique (community_id, valid_from));

create table settlement (  -- of one interval of one community, or what undoes one
  settlement_id bigint generated always as identity primary key,
  community_id int not null references community,
  interval_start timestamptz not null check (is_interval(interval_start)),
  revision int not null check (revision >= 0),
  reverses bigint unique references settlement,
  tariff_id int not null references tariff,
  demand_wh bigint not null check (demand_wh >= 0),
  supply_wh bigint not null check (supply_wh >= 0),
  shared_wh bigint not null check (shared_wh = least(demand_wh, supply_wh)),
  price_micros_per_kwh bigint,
  payout_micros_per_kwh bigint,
  estimated int not null check (estimated >= 0),  -- readings that stand in for silent meters
  transfers int not null check (transfers >= 0),
  settled_at timestamptz not null default clock_timestamp());
create unique index settlement_once on settlement (community_id, interval_start, revision)
  where reverses is null;

create table share (
  settlement_id bigint not null references settlement,
  meter_id int not null references meter,
  interval_start timestamptz not null,
  import_wh int not null check (import_wh >= 0),
  export_wh int not null check (export_wh >= 0),
  bought_wh int not null check (bought_wh between 0 and import_wh),
  sold_wh int not null check (sold_wh between 0 and export_wh),
  billed_wh int not null check (billed_wh between 0 and import_wh),
  paid_micros bigint not null check (paid_micros >= 0),
  earned_micros bigint not null check (earned_micros >= 0),
  retail_micros bigint not null check (retail_micros >= 0),
  levy_micros bigint not null check (levy_micros >= 0),
  feed_in_micros bigint not null check (feed_in_micros >= 0),
  credit_earned_wh int not null check (credit_earned_wh >= 0),
  credit_used_wh int not null check (credit_used_wh between 0 and import_wh),
  primary key (meter_id, interval_start, settlement_id));
create index on share (settlement_id);

-- The books: a row moves an amount from the account credited to the account debited

create table account (
  account_id int generated always as identity primary key,
  community_id int not null references community,
  kind account_kind not null,
  meter_id int references meter,
  member_id int references member,  -- whose it is; stays theirs if the meter changes hands
  unit unit not null,
  check ((kind = 'meter') = (meter_id is not null) and (kind = 'meter') = (member_id is not null)),
  unique nulls not distinct (community_id, kind, meter_id, member_id, unit),
  unique (account_id, unit));
create index on account (member_id);
create index on account (meter_id);

create table transfer (
  meter_id int not null references meter,
  interval_start timestamptz not null check (is_interval(interval_start)),
  settlement_id bigint not null references settlement,
  kind transfer_kind not null,
  debit_account int not null,
  credit_account int not null,
  unit unit not null,
  amount bigint not null check (amount > 0),
  energy_wh int not null check (energy_wh >= 0),
  is_reversal boolean not null,
  check (debit_account <> credit_account),
  primary key (meter_id, interval_start, settlement_id, kind),
  foreign key (debit_account, unit) references account (account_id, unit),
  foreign key (credit_account, unit) references account (account_id, unit));
create index on transfer (settlement_id);

create view standing_settlement as  -- those that nothing has undone
  select s.* from settlement s
  where s.reverses is null
    and not exists (select from settlement r where r.reverses = s.settlement_id);

create view entry as  -- a transfer seen from each of its accounts
  select t.*, debit_account as account_id, amount as change from transfer t
  union all
  select t.*, credit_account, -amount from transfer t;

-- What must hold whoever writes: shares add up, the pool keeps nothing, nothing is edited

create function shares_add_up() returns trigger language plpgsql as $$
declare bad record;
begin
  select settlement_id, s.interval_start into bad
  from (select settlement_id, min(interval_start) as interval_start, sum(import_wh) as demand,
          sum(export_wh) as supply, sum(bought_wh) as bought, sum(sold_wh) as sold,
          sum(paid_micros) as paid, sum(earned_micros) as earned
        from new_rows group by settlement_id) n
  join settlement s using (settlement_id)
  where s.interval_start <> n.interval_start or (n.demand, n.supply) <> (s.demand_wh, s.supply_wh)
     or n.bought <> s.shared_wh or n.sold <> s.shared_wh or n.paid <> n.earned
  limit 1;
  if found then
    raise exception 'the shares of settlement % do not add up', bad.settlement_id
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger shares_add_up after insert on share referencing new table as new_rows
  for each statement execute function shares_add_up();

create function pool_keeps_nothing() returns trigger language plpgsql as $$
declare bad record;
begin
  select n.settlement_id into bad
  from new_rows n
  join account a on a.kind = 'pool' and a.account_id in (n.debit_account, n.credit_account)
  group by n.settlement_id, n.unit
  having sum(case when a.account_id = n.debit_account then n.amount else -n.amount end) <> 0
  limit 1;
  if found then
    raise exception 'settlement % leaves something in the pool', bad.settlement_id
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger pool_keeps_nothing after insert on transfer referencing new table as new_rows
  for each statement execute function pool_keeps_nothing();

create function is_final() returns trigger language plpgsql as $$
begin
  raise exception '% is final: reverse it instead', tg_table_name
    using errcode = 'restrict_violation';
end $$;
create trigger is_final before update or delete or truncate on transfer
  for each statement execute function is_final();
create trigger is_final before update or delete or truncate on share
  for each statement execute function is_final();
create trigger is_final before update or delete or truncate on settlement
  for each statement execute function is_final();
create trigger is_final before update or delete or truncate on tariff
  for each statement execute function is_final();
create trigger is_final before update or delete or truncate on reading_version
  for each statement execute function is_final();
