-- Two shapes of the same reading: a row each while its day is open, later one row a meter and
-- local day. A reading is in one of them, never in both; readings_of() reads both.

-- As before, with whole numbers instead of decimals: it is asked for every row that is written.
create or replace function is_interval(instant timestamptz) returns boolean
  language sql immutable as
  $$ select date_bin('30 min', instant, timestamptz '2000-01-01 00:00Z') = instant $$;
create function local_day(instant timestamptz) returns date language sql immutable as
  $$ select (instant at time zone 'Africa/Harare')::date $$;
create function day_start(day date) returns timestamptz language sql immutable as
  $$ select day::timestamp at time zone 'Africa/Harare' $$;

-- Open days: interval first, so that what comes now goes to one edge of the index. Which meters
-- there are is looked up for a whole batch at once; they are never taken away.

alter table reading rename to reading_before;
alter index reading_pkey rename to reading_before_pkey;
create table reading (
  interval_start timestamptz not null check (is_interval(interval_start)),
  meter_id int not null,
  import_wh int not null check (import_wh >= 0),
  export_wh int not null check (export_wh >= 0),
  generation_wh int not null check (generation_wh >= 0),
  quality smallint not null check (quality between 0 and 4),
  revision smallint not null check (revision >= 0),
  primary key (interval_start, meter_id)) partition by range (interval_start);
create trigger is_final before delete or truncate on meter
  for each statement execute function is_final();

-- Sealed days: 48 half hours in a row, and their sums in the key, so that a month or a year of a
-- meter is read from the key alone and there is no second copy that could drift.
create table sealed_day (
  meter_id int not null,
  day date not null,
  import_wh bigint not null check (import_wh >= 0),
  export_wh bigint not null check (export_wh >= 0),
  generation_wh bigint not null check (generation_wh >= 0),
  self_consumed_wh bigint not null check (self_consumed_wh >= 0),
  readings smallint not null check (readings between 1 and 48),
  worst_quality smallint not null check (worst_quality between 0 and 4),
  imports_wh int[] storage plain not null check (cardinality(imports_wh) = 48),
  exports_wh int[] storage plain not null check (cardinality(exports_wh) = 48),
  generations_wh int[] storage plain not null check (cardinality(generations_wh) = 48),
  -- null: 48 measured readings; else of each half hour, null where no reading came
  qualities smallint[] storage plain check (cardinality(qualities) = 48),
  -- null: all in their first revision
  revisions smallint[] storage plain check (cardinality(revisions) = 48),
  check ((qualities is null) <= (readings = 48 and worst_quality = 0)),
  primary key (meter_id, day) include (import_wh, export_wh, generation_wh, self_consumed_wh,
    readings, worst_quality)) partition by range (day);

-- A sealed day as the readings that it holds.
create function intervals_of(d sealed_day)
  returns table (interval_start timestamptz, import_wh int, export_wh int, generation_wh int,
    quality smallint, revision smallint)
  language sql stable rows 48 as $$
  select day_start(d.day) + (i.place - 1) * interval '30 min', i.import_wh, i.export_wh,
    i.generation_wh, coalesce(i.quality, 0::smallint), coalesce(i.revision, 0::smallint)
  from unnest(d.imports_wh, d.exports_wh, d.generations_wh, d.qualities, d.revisions)
    with ordinality as i (import_wh, export_wh, generation_wh, quality, revision, place)
  where d.qualities is null or i.quality is not null $$;

create function open_days(days date[]) returns void language plpgsql as $$
declare
  day date;
  part text;
begin
  lock table only reading in row exclusive mode;  -- no day is dropped from here on
  foreach day in array days loop
    part := 'reading_' || to_char(day, 'YYYYMMDD');
    if to_regclass(part) is null then
      perform pg_advisory_xact_lock(7260002);  -- two at once take turns, and look again
      if not exists (select from pg_class where relname = part) then
        -- made apart and attached, so that nobody waits who writes other days meanwhile
        execute format('create table %I (like reading including all)', part);
        execute format('alter table reading attach partition %I for values from (%L) to (%L)',
          part, day_start(day), day_start(day + 1));
      end if;
    end if;
  end loop;
end $$;

-- An open day that holds nothing any more; false if it does, or is not there.
create function drop_day(day date) returns boolean language plpgsql as $$
declare
  part text := 'reading_' || to_char(day, 'YYYYMMDD');
  is_empty boolean;
begin
  if to_regclass(part) is null then return false; end if;
  lock table only reading in access exclusive mode;
  execute format('select not exists (select from %I)', part) into is_empty;
  if is_empty then
    execute format('drop table %I', part);
  end if;
  return is_empty;
end $$;

create function open_months(days date[]) returns void language plpgsql as $$
declare
  month date;
  part text;
begin
  for month in select distinct date_trunc('month', day)::date from unnest(days) day loop
    part := 'sealed_day_' || to_char(month, 'YYYYMM');
    if to_regclass(part) is null then
      perform pg_advisory_xact_lock(7260002);
      if not exists (select from pg_class where relname = part) then
        execute format('create table %I (like sealed_day including all) with (
          autovacuum_vacuum_insert_scale_factor = 0)', part);
        execute format('alter table sealed_day attach partition %I for values from (%L) to (%L)',
          part, month, (month + interval '1 month')::date);
      end if;
    end if;
  end loop;
end $$;

select open_days(array(
  select distinct local_day(interval_start) from reading_before order by 1));
insert into reading (interval_start, meter_id, import_wh, export_wh, generation_wh, quality,
    revision)
  select interval_start, meter_id, import_wh, export_wh, generation_wh, quality, revision
  from reading_before order by interval_start, meter_id;

-- Readings of some meters in [first, until), of either shape.
create function readings_of(meters int[], first timestamptz, until timestamptz)
  returns table (interval_start timestamptz, meter_id int, import_wh int, export_wh int,
    generation_wh int, quality smallint, revision smallint)
  language sql stable rows 1000 as $$
  select r.interval_start, r.meter_id, r.import_wh, r.export_wh, r.generation_wh, r.quality,
    r.revision
  from reading r
  where r.meter_id = any(meters) and r.interval_start >= first and r.interval_start < until
  union all
  select i.interval_start, d.meter_id, i.import_wh, i.export_wh, i.generation_wh, i.quality,
    i.revision
  from sealed_day d, intervals_of(d) i
  where d.meter_id = any(meters) and d.day >= local_day(first) and d.day <= local_day(until)
    and i.interval_start >= first and i.interval_start < until $$;

-- All readings of either shape, for whoever asks about no meter in particular.
create view every_reading as
  select interval_start, meter_id, import_wh, export_wh, generation_wh, quality, revision
  from reading
  union all
  select i.interval_start, d.meter_id, i.import_wh, i.export_wh, i.generation_wh, i.quality,
    i.revision
  from sealed_day d, intervals_of(d) i;

-- A community's sums: what each batch adds is appended with it, and folded later, so that those
-- who write at the same time do not wait for each other.

create table community_change (
  community_id int not null references community,
  interval_start timestamptz not null,
  readings int not null,
  import_wh bigint not null,
  export_wh bigint not null,
  generation_wh bigint not null,
  self_consumed_wh bigint not null);
create index on community_change (community_id, interval_start);
create table community_sum (
  community_id int not null references community,
  interval_start timestamptz not null check (is_interval(interval_start)),
  readings int not null,
  import_wh bigint not null,
  export_wh bigint not null,
  generation_wh bigint not null,
  self_consumed_wh bigint not null,
  primary key (community_id, interval_start));
insert into community_sum
  select m.community_id, r.interval_start, count(*), sum(r.import_wh), sum(r.export_wh),
    sum(r.generation_wh), sum(greatest(r.generation_wh - r.export_wh, 0))
  from reading_before r join meter m using (meter_id) group by 1, 2;
create view community_interval as
  select community_id, interval_start, sum(readings)::int as readings,
    sum(import_wh)::bigint as import_wh, sum(export_wh)::bigint as export_wh,
    sum(generation_wh)::bigint as generation_wh,
    sum(self_consumed_wh)::bigint as self_consumed_wh
  from (select * from community_sum union all select * from community_change) change
  group by 1, 2;
drop table reading_before;

-- A community's clock: one row that moves once a half hour, instead of one of every meter.

create table community_clock (
  community_id int primary key references community,
  latest timestamptz not null check (is_interval(latest)));
insert into community_clock
  select community_id, max(latest) from meter where latest is not null group by 1;
alter table meter drop column latest;

-- A meter's newest interval: back from the clock, an interval at a time. Only one that has said
-- nothing for a week is looked for among all its readings.
create function latest_of(m meter) returns timestamptz language sql stable as $$
  select coalesce(
    (select max(instant) from community_clock c,
        generate_series(c.latest - interval '1 hour', c.latest, interval '30 min') as instant
      where c.community_id = m.community_id and exists (select from reading r
        where r.interval_start = instant and r.meter_id = m.meter_id)),
    (select max(instant) from community_clock c,
        generate_series(c.latest - interval '7 days', c.latest, interval '30 min') as instant
      where c.community_id = m.community_id and exists (select from reading r
        where r.interval_start = instant and r.meter_id = m.meter_id)),
    (select max(r.interval_start) from every_reading r where r.meter_id = m.meter_id)) $$;

-- Who stores readings knows by one number whether a community's meters are as they were.

alter table community
  add meters_changed xid8 not null default pg_current_xact_id(),
  add sealed_until date not null default '2000-01-01';  -- no sealed day lies there or later
create function meters_have_changed() returns trigger language plpgsql as $$
begin
  update community set meters_changed = pg_current_xact_id()
  where community_id = new.community_id and meters_changed <> pg_current_xact_id();
  return null;
end $$;
create trigger meters_have_changed
  after insert or update of serial, connection_w, active_from, active_until on meter
  for each row execute function meters_have_changed();

-- What every batch of readings begins with: nobody settles or seals its community meanwhile, and
-- its days are open. What this very transaction changed of its meters, it may change again: null.
create function admit_readings(community int, days date[], out settled_until timestamptz,
  out sealed_until date, out latest timestamptz, out meters_changed xid8)
  language plpgsql as $$
begin
  select c.settled_until, c.sealed_until,
    nullif(c.meters_changed, pg_current_xact_id_if_assigned())
  into settled_until, sealed_until, meters_changed
  from community c where c.community_id = community for share;
  select k.latest into latest from community_clock k where k.community_id = community;
  perform open_days(days);
end $$;

-- Take meter-days of the sealed shape apart again, so that their readings can be corrected.
create function open_again(meters int[], days date[]) returns void language plpgsql as $$
begin
  perform open_days(array(select distinct d.day from sealed_day d
    join unnest(meters, days) as wanted (meter_id, day) using (meter_id, day)));
  with opened as (
    delete from sealed_day d using unnest(meters, days) as wanted (meter_id, day)
    where d.meter_id = wanted.meter_id and d.day = wanted.day
    returning d.meter_id, d as whole)
  insert into reading (interval_start, meter_id, import_wh, export_wh, generation_wh, quality,
    revision)
  select i.interval_start, o.meter_id, i.import_wh, i.export_wh, i.generation_wh, i.quality,
    i.revision
  from opened o, intervals_of(o.whole) i;
end $$;

-- Who sends for many meters, and what each request came to

create table collector (
  collector_id int generated always as identity primary key,
  community_id int not null references community,
  name text not null check (name ~ '^[a-z0-9_-]{1,48}$'),
  created_at timestamptz not null default clock_timestamp(),
  unique (community_id, name));
create table collector_key (
  key_hash bytea primary key check (length(key_hash) = 32),
  collector_id int not null references collector,
  revoked_at timestamptz);
create index on collector_key (collector_id);

create table ingest_batch (  -- the same key again is answered with the same receipt
  sender text not null,
  key text not null check (length(key) between 1 and 255),
  body_hash bytea not null check (length(body_hash) = 32),
  receipt jsonb,  -- committed with what it is a receipt for
  received_at timestamptz not null default clock_timestamp(),
  primary key (sender, key));
create index on ingest_batch (received_at);
