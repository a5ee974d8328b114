-- What is asked for most, a month or a year, is read from few rows and planned once.

-- A community's local days beside its half hours. Both are written by one statement, the fold of
-- what the batches appended, so neither can drift from the other.
create table community_day (
  community_id int not null references community,
  day date not null,
  readings int not null,
  import_wh bigint not null,
  export_wh bigint not null,
  generation_wh bigint not null,
  self_consumed_wh bigint not null,
  primary key (community_id, day));
insert into community_day
  select community_id, local_day(interval_start), sum(readings), sum(import_wh), sum(export_wh),
    sum(generation_wh), sum(self_consumed_wh)
  from community_sum group by 1, 2;

-- What each connection counted in a month, whichever meters did, counted again after a change: so
-- the highest of a million are found in an index.
create table connection_month (
  community_id int not null references community,
  month date not null check (extract(day from month) = 1),
  connection_id int not null,
  readings int not null,
  import_wh bigint not null,
  export_wh bigint not null,
  generation_wh bigint not null,
  self_consumed_wh bigint not null,
  primary key (community_id, month, connection_id));
create index on connection_month (community_id, month, import_wh desc, connection_id);
create index on connection_month (community_id, month, export_wh desc, connection_id);
create index on connection_month (community_id, month, generation_wh desc, connection_id);
create table changed_month (  -- what has to be counted again
  community_id int not null references community,
  month date not null,
  primary key (community_id, month));
insert into changed_month
  select distinct community_id, date_trunc('month', day)::date from community_day;

-- The next two plan once for all meters and all times: looking for the best plan among the
-- partitions of a year takes longer than reading them.

-- What a meter counted in [start, until) by local day, in no order: whole sealed days from their
-- key, what is open as it stands, and of a sealed day that is cut only the half hours asked for.
create function days_of_meter(meter int, start timestamptz, until timestamptz)
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
  end if;
end $$;

-- The same half hour by half hour.
create function intervals_of_meter(meter int, start timestamptz, until timestamptz)
  returns table (interval_start timestamptz, import_wh int, export_wh int, generation_wh int)
  language plpgsql stable rows 48 set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
begin
  return query
    select i.interval_start, i.import_wh, i.export_wh, i.generation_wh
    from sealed_day d, intervals_of(d) i
    where d.meter_id = meter and d.day >= local_day(start) and d.day <= local_day(until)
      and i.interval_start >= start and i.interval_start < until;
  return query
    select r.interval_start, r.import_wh, r.export_wh, r.generation_wh from reading r
    where r.meter_id = meter and r.interval_start >= start and r.interval_start < until;
end $$;
