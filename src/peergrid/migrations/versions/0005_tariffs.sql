-- What an operator prepares and members ask for; what is in force is never changed.

create table tariff_draft (
  draft_id int generated always as identity primary key,
  community_id int not null references community,
  terms jsonb not null,
  drafted_by int not null references member,
  changed_at timestamptz not null default clock_timestamp());
create index on tariff_draft (community_id);

alter table tariff  -- of those from before this schema nobody knows who and when
  add published_by int references member,
  add published_at timestamptz;
alter table tariff alter published_at set default clock_timestamp();

create function sum_to_one(ppm int[]) returns boolean language sql immutable as
  $$ select sum(part) = 1000000 and min(part) >= 0 from unnest(ppm) part $$;

create table agreement (  -- on each meter's part of the community's surplus
  agreement_id int generated always as identity primary key,
  community_id int not null references community,
  meter_ids int[] not null,
  coefficients_ppm int[] not null check (sum_to_one(coefficients_ppm)),
  drafted_by int not null references member,
  changed_at timestamptz not null default clock_timestamp(),
  published_by int references member,
  published_at timestamptz,
  applied_by int references member,
  applied_at timestamptz,
  valid_from date,  -- the local day from which it holds
  check (cardinality(meter_ids) = cardinality(coefficients_ppm)),
  check ((published_by is null) = (published_at is null)),
  check (num_nulls(applied_by, applied_at, valid_from) in (0, 3)),
  check (applied_at is null or published_at is not null),
  unique (community_id, valid_from));
create trigger is_final before update or delete on agreement
  for each row when (old.applied_at is not null) execute function is_final();

create table limit_price (  -- the most a meter's owner pays a neighbour a kWh, the least it takes
  limit_id bigint generated always as identity primary key,
  meter_id int not null references meter,
  valid_from timestamptz not null check (is_interval(valid_from)),
  bid_micros_per_kwh int check (bid_micros_per_kwh between 0 and 100000000),
  ask_micros_per_kwh int check (ask_micros_per_kwh between 0 and 100000000),
  set_by int not null references member,
  set_at timestamptz not null default clock_timestamp());
create index on limit_price (meter_id, valid_from);
create trigger is_final before update or delete or truncate on limit_price
  for each statement execute function is_final();

create table exchange_rate (  -- of one day the latest entered counts
  rate_id int generated always as identity primary key,
  community_id int not null references community,
  day date not null,
  unit text not null check (unit = 'ZiG'),
  micros_per_usd bigint not null check (micros_per_usd between 1 and 1000000000000),
  source text not null check (source <> ''),
  entered_by int not null references member,
  entered_at timestamptz not null default clock_timestamp());
create index on exchange_rate (community_id, unit, day);
create trigger is_final before update or delete or truncate on exchange_rate
  for each statement execute function is_final();
