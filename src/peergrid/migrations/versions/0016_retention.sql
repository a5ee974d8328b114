-- Half hours that are kept no longer: of their days the sums stay, and what statements say of them.

create table retention (
  one boolean primary key default true check (one),
  kept_from date not null check (extract(day from kept_from) = 1));  -- half hours from here on
insert into retention (kept_from) values ('2000-01-01');

-- A sealed day without its half hours: all three arrays are gone, or none is.
alter table sealed_day
  alter imports_wh drop not null,
  alter exports_wh drop not null,
  alter generations_wh drop not null;
do $$
declare
  name text;
begin
  for name in select conname from pg_constraint
    where conrelid = 'sealed_day'::regclass and contype = 'c'
      and pg_get_constraintdef(oid) like '%qualities IS NULL%'
  loop
    execute format('alter table sealed_day drop constraint %I', name);
  end loop;
end $$;
alter table sealed_day
  add constraint says_how_good check (
    (qualities is null) <= (imports_wh is null or readings = 48 and worst_quality = 0)),
  add constraint is_whole check (num_nulls(imports_wh, exports_wh, generations_wh) in (0, 3)),
  add constraint sums_say_nothing_more check (
    imports_wh is not null or qualities is null and revisions is null);

create table kept_month (  -- what a statement says of a month whose half hours are gone
  member_id int not null references member,
  month date not null,
  meter_id int not null references meter,
  import_wh bigint not null,
  export_wh bigint not null,
  generation_wh bigint not null,
  measured int not null,
  estimated int not null,
  missing int not null,
  trued_up int not null,
  primary key (member_id, month, meter_id));
create trigger is_final before update or delete or truncate on kept_month
  for each statement execute function is_final();

-- Replaced versions and totals go with the half hours that they are of, and never before.
create function is_kept() returns trigger language plpgsql as $$
declare
  is_too_early boolean;
begin
  execute format('select exists (select from gone
    where %I >= (select day_start(kept_from) from retention))', tg_argv[0]) into is_too_early;
  if is_too_early then
    raise exception '% is final: reverse it instead', tg_table_name
      using errcode = 'restrict_violation';
  end if;
  return null;
end $$;
drop trigger is_final on reading_version;
create trigger is_final before update or truncate on reading_version
  for each statement execute function is_final();
create trigger is_kept after delete on reading_version referencing old table as gone
  for each statement execute function is_kept('interval_start');
drop trigger is_final on register;
create trigger is_final before update or truncate on register
  for each statement execute function is_final();
create trigger is_kept after delete on register referencing old table as gone
  for each statement execute function is_kept('at');

create function is_of_sums() returns trigger language plpgsql as $$
begin
  raise exception 'the half hours of % are kept no longer: its sums are final', old.day
    using errcode = 'restrict_violation';
end $$;

-- Of a month's sealed days only the sums, in a table that takes the place of theirs.
create function keep_sums_only(month date) returns void language plpgsql as $$
declare
  part text := 'sealed_day_' || to_char(month, 'YYYYMM');
  sums text := part || '_sums';
  until date := (month + interval '1 month')::date;
begin
  execute format('create table %I (like sealed_day including all,
    constraint is_of_its_month check (day >= %L and day < %L))', sums, month, until);
  execute format('insert into %I (meter_id, day, import_wh, export_wh, generation_wh,
      self_consumed_wh, readings, worst_quality)
    select meter_id, day, import_wh, export_wh, generation_wh, self_consumed_wh, readings,
      worst_quality from %I order by 1, 2', sums, part);
  execute format('alter table sealed_day detach partition %I', part);
  execute format('drop table %I', part);
  execute format('alter table %I rename to %I', sums, part);
  execute format('alter table sealed_day attach partition %I for values from (%L) to (%L)',
    part, month, until);
  execute format('create trigger is_final before update or delete on %I
    for each row execute function is_of_sums()', part);
end $$;

-- Of a day in which a connection changed hands, what is each owner's. Written when the half hours
-- that say so go.
create table cut_day (
  meter_id int not null,
  starts timestamptz not null,
  ends timestamptz not null,
  readings int not null,
  import_wh bigint not null,
  export_wh bigint not null,
  generation_wh bigint not null,
  self_consumed_wh bigint not null,
  primary key (meter_id, starts));

-- As before, and of a cut day whose half hours are gone what is each owner's.
create or replace function days_of_meter(meter int, start timestamptz, until timestamptz)
  returns table (day date, readings int, import_wh bigint, export_wh bigint,
    generation_wh bigint, self_consumed_wh bigint)
  language plpgsql stable rows 31 set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  whole date := local_day(start + interval '23 hours 30 min');  -- from here on
  cut date := local_day(until);  -- until before here
begin
  return query
    select d.day, d.readings::int, d.import_wh, d.export_wh, d.generation_wh, d.self_consumed_wh
    from sealed_day d where d.meter_id = meter and d.day >= whole and d.day < cut;
  return query
    select local_day(r.interval_start), count(*)::int, sum(r.import_wh), sum(r.export_wh),
      sum(r.generation_wh), sum(greatest(r.generation_wh - r.export_wh, 0))
    from reading r
    where r.meter_id = meter and r.interval_start >= start and r.interval_start < until
    group by 1;
  if day_start(whole) > start or day_start(cut) < until then
    return query
      select d.day, count(*)::int, sum(i.import_wh), sum(i.export_wh), sum(i.generation_wh),
        sum(greatest(i.generation_wh - i.export_wh, 0))
      from sealed_day d, intervals_of(d) i
      where d.meter_id = meter and d.day in (local_day(start), cut)
        and (d.day < whole or d.day >= cut)
        and i.interval_start >= start and i.interval_start < until
      group by 1;
    return query
      select local_day(c.starts), c.readings, c.import_wh, c.export_wh, c.generation_wh,
        c.self_consumed_wh
      from cut_day c
      where c.meter_id = meter and c.starts >= start and c.ends <= until
        and (local_day(c.starts) < whole or local_day(c.starts) >= cut);
  end if;
end $$;

-- Where roles are told apart, who may read readings may read their sums and what is left of them.
do $$
begin
  if to_regrole('peergrid_overseer') is not null then
    grant select on retention, kept_month, cut_day, community_day, connection_month
      to peergrid_household, peergrid_overseer, peergrid_ingest, peergrid_settlement,
      peergrid_audit;
    grant select, insert, update, delete on community_day, connection_month, changed_month
      to peergrid_settlement;
  end if;
end $$;
