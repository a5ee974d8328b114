-- Meters end, are replaced and change hands; a feeder goes dark.

alter table meter
  add active_until timestamptz check (is_interval(active_until)),  -- null: still
  -- the first meter of this connection: a month's blocks count by connection, whatever its meter
  add connection_id int references meter,
  add check (active_from < active_until);
update meter set connection_id = meter_id;
create function is_first_of_its_connection() returns trigger language plpgsql as $$
begin
  new.connection_id := coalesce(new.connection_id, new.meter_id);
  return new;
end $$;
create trigger is_first_of_its_connection before insert on meter
  for each row execute function is_first_of_its_connection();
alter table meter alter connection_id set not null;
create index on meter (connection_id);

create table connection_owner (  -- whose a connection was, is and will be
  connection_id int not null references meter,
  member_id int not null references member,
  from_interval timestamptz not null,  -- -infinity: the first owner
  until_interval timestamptz not null default 'infinity',
  check (from_interval < until_interval),
  primary key (connection_id, from_interval),
  unique (connection_id, until_interval));
create index on connection_owner (member_id);
insert into connection_owner (connection_id, member_id, from_interval)
  select connection_id, member_id, '-infinity' from meter;

create table outage (  -- the feeder was off: who says nothing then drew nothing
  outage_id int generated always as identity primary key,
  community_id int not null references community,
  starts timestamptz not null,
  ends timestamptz not null,
  reported_at timestamptz not null default clock_timestamp(),
  check (starts < ends),
  unique (community_id, starts, ends));

-- 4: nothing came, and an outage says why
alter table reading drop constraint reading_quality_check;
alter table reading add constraint reading_quality_check check (quality between 0 and 4);
