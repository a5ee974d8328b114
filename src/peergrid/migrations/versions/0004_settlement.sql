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

-- What a row refers to is looked up for all new rows at once: one by one, foreign keys took more
-- than half of the time that a settlement takes. What is referred to can never be taken away:
-- settlements and accounts are final, meters are held by their readings and accounts.

alter table share
  drop constraint share_settlement_id_fkey,
  drop constraint share_meter_id_fkey;
alter table transfer
  drop constraint transfer_meter_id_fkey,
  drop constraint transfer_settlement_id_fkey,
  drop constraint transfer_debit_account_unit_fkey,
  drop constraint transfer_credit_account_unit_fkey;

create function shares_refer_to_what_is_there() returns trigger language plpgsql as $$
declare bad bigint;
begin
  select min(settlement_id) into bad
  from new_rows n left join settlement s using (settlement_id) left join meter m using (meter_id)
  where s.settlement_id is null or m.meter_id is null or m.community_id <> s.community_id;
  if bad is not null then
    raise exception 'a share of settlement % is of no settlement or meter of its community', bad
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
create trigger shares_refer_to_what_is_there after insert on share referencing new table as new_rows
  for each statement execute function shares_refer_to_what_is_there();

create function transfers_refer_to_what_is_there() returns trigger language plpgsql as $$
declare bad bigint;
begin
  select min(settlement_id) into bad
  from new_rows n
  left join settlement s using (settlement_id)
  left join account d on d.account_id = n.debit_account and d.unit = n.unit
  left join account c on c.account_id = n.credit_account and c.unit = n.unit
  where s.settlement_id is null
     or (d.community_id = s.community_id and c.community_id = s.community_id) is not true
     or n.meter_id is distinct from coalesce(d.meter_id, c.meter_id);
  if bad is not null then
    raise exception 'a transfer of settlement % is of no settlement or account of its own', bad
      using errcode = 'foreign_key_violation';
  end if;
  return null;
end $$;
create trigger transfers_refer_to_what_is_there after insert on transfer
  referencing new table as new_rows
  for each statement execute function transfers_refer_to_what_is_there();

create trigger is_final before delete or truncate on account
  for each statement execute function is_final();
create function keeps_its_name() returns trigger language plpgsql as $$
begin
  raise exception 'an account keeps whose it is' using errcode = 'restrict_violation';
end $$;
create trigger keeps_its_name before update on account
  for each statement execute function keeps_its_name();
