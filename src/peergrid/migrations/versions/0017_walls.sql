-- What each role may do, and whose rows it may see: a second wall behind the API's own checks.
-- The roles are made beside this, for they are the cluster's. Whoever owns the tables is past it.

create function asking_member() returns int language sql stable parallel safe as
  $$ select nullif(current_setting('peergrid.member', true), '')::int $$;
create function asking_community() returns int language sql stable parallel safe as
  $$ select nullif(current_setting('peergrid.community', true), '')::int $$;

-- What is asked for every row of a member is asked once a query, and is a short array.

create function own_meters() returns int[] language plpgsql stable security definer
  set search_path = public, pg_temp as $$
begin  -- those that were theirs from first to last
  return array(select m.meter_id from connection_owner o join meter m using (connection_id)
    where o.member_id = asking_member() and o.from_interval = '-infinity'
      and o.until_interval = 'infinity');
end $$;
create function once_own_meters() returns int[] language plpgsql stable security definer
  set search_path = public, pg_temp as $$
begin  -- those that changed hands
  return array(select distinct m.meter_id from connection_owner o join meter m using (connection_id)
    where o.member_id = asking_member()
      and (o.from_interval > '-infinity' or o.until_interval < 'infinity'));
end $$;
create function was_own(meter int, first timestamptz, until timestamptz) returns boolean
  language plpgsql stable security definer set search_path = public, pg_temp as $$
begin  -- at some time from first until before until
  return exists (select from connection_owner o join meter m using (connection_id)
    where m.meter_id = meter and o.member_id = asking_member()
      and o.from_interval < until and o.until_interval > first);
end $$;
create function month_start(instant timestamptz, months_later int = 0) returns timestamptz
  language sql immutable as $$ select day_start(
    (date_trunc('month', local_day(instant)) + make_interval(months => months_later))::date) $$;
create function own_accounts() returns int[] language plpgsql stable security definer
  set search_path = public, pg_temp as $$
begin
  return array(select account_id from account where member_id = asking_member());
end $$;

-- Functions that do more than their caller may: each one thing, and nothing that is handed in is
-- run as code. The others keep to what their caller may do and see.

revoke all on all tables in schema public from peergrid_api, peergrid_household,
  peergrid_overseer, peergrid_operator, peergrid_ingest, peergrid_settlement, peergrid_audit;
alter function open_days(date[]) security definer set search_path = public, pg_temp;
alter function open_months(date[]) security definer set search_path = public, pg_temp;
alter function admit_readings(int, date[]) security definer set search_path = public, pg_temp;
alter function joins_the_chain() security definer set search_path = public, pg_temp;
alter function meters_have_changed() security definer set search_path = public, pg_temp;
alter function is_covered() security definer set search_path = public, pg_temp;
alter function is_in_one_place() security definer set search_path = public, pg_temp;
revoke execute on function open_days(date[]), open_months(date[]), drop_day(date),
  admit_readings(int, date[]) from public;
grant execute on function open_days(date[]), open_months(date[]), admit_readings(int, date[])
  to peergrid_operator, peergrid_ingest;
alter view standing_settlement set (security_invoker = true);
alter view entry set (security_invoker = true);
alter view every_reading set (security_invoker = true);
alter view community_interval set (security_invoker = true);

-- An API process that does not know yet who asks: it signs in, looks keys up and tells news.
grant select on community, member, meter, collector, meter_key, collector_key, alembic_version
  to peergrid_api;
grant update (last_used_at) on meter_key to peergrid_api;
grant select, insert, update, delete on session, refresh_token, known_device, attempt,
  second_factor, recovery_code, one_time_link, credential to peergrid_api;
grant select, insert, delete on news to peergrid_api;

-- A producer's or consumer's request, and with the community's rows an auditor's.
grant select on community, member, meter, connection_owner, reading, reading_version, sealed_day,
    every_reading, register, community_sum, community_change, community_interval, community_clock,
    correction, outage, tariff, agreement, limit_price, exchange_rate, settlement,
    standing_settlement, share, account, transfer, entry, payout, payout_transfer, payout_batch,
    news, consent, trail, session, community_day, retention, kept_month, cut_day
  to peergrid_household, peergrid_overseer;
grant update (ended_at) on session to peergrid_household, peergrid_overseer;
grant select (member_id, changed_at) on credential to peergrid_household, peergrid_overseer;
grant select (member_id, confirmed_at) on second_factor to peergrid_household, peergrid_overseer;
grant select (member_id, seen_at) on known_device to peergrid_household, peergrid_overseer;
grant insert on trail, consent to peergrid_household, peergrid_overseer;
grant update (withdrawn_at) on consent to peergrid_household, peergrid_overseer;
grant update (name) on member to peergrid_household, peergrid_overseer;
grant insert on payout, limit_price to peergrid_household;
-- Who locks a row must be allowed to change something of it: a number that can never be changed.
grant update (community_id) on community to peergrid_household, peergrid_operator;
grant select on tariff_draft, collector, meter_key, connection_month, laboratory_offer, experiment
  to peergrid_overseer;

-- An operator's request: as an auditor's, and what operators decide.
grant insert, update on member, meter, connection_owner, meter_key, collector, collector_key,
  payout_batch to peergrid_operator;
grant select on collector_key, one_time_link, known_device to peergrid_operator;
grant update on payout, session to peergrid_operator;
grant insert on account, payout_transfer, outage, reading_version, community_change, correction,
  tariff, exchange_rate to peergrid_operator;
grant insert, update on reading to peergrid_operator;
grant delete on sealed_day to peergrid_operator;
grant insert, update, delete on tariff_draft, agreement, one_time_link, experiment to peergrid_operator;
grant delete on outage, session, credential, known_device, second_factor to peergrid_operator;

-- A meter's or collector's request. It cannot read members or books.
grant select on community, meter, connection_owner, collector, community_clock, community_sum,
  outage, retention, cut_day to peergrid_ingest;
grant update (sealed_until) on community to peergrid_ingest;
grant select, insert, update, delete on reading, sealed_day to peergrid_ingest;
grant select, insert on reading_version, correction, community_change, register to peergrid_ingest;
grant select, insert, update on community_clock, ingest_batch to peergrid_ingest;

-- What settles and pays, and what audits: rows of every community, no secrets.
grant select on all tables in schema public to peergrid_settlement, peergrid_audit;
revoke all on credential, refresh_token, second_factor, recovery_code, one_time_link, meter_key,
  collector_key, known_device, attempt from peergrid_settlement, peergrid_audit;
grant insert on settlement, share, transfer, account, payout_transfer to peergrid_settlement;
grant usage on all sequences in schema public to peergrid_settlement;
grant update (settled_until) on community to peergrid_settlement;
grant delete on correction to peergrid_settlement;
grant insert, delete on news to peergrid_settlement;
grant update on payout to peergrid_settlement;

-- A top-up: its owner asks for it; what Paynow says of it comes from nobody who is signed in.
grant select on top_up, top_up_transfer to peergrid_household, peergrid_overseer;
grant insert, update on top_up to peergrid_household;
grant select, update on top_up to peergrid_api, peergrid_settlement;
grant select, insert on account, top_up_transfer to peergrid_api, peergrid_settlement;

-- Whose rows. A role without a policy for a table sees none of it; who reads all is past this.
-- The community's own facts are open to all its members: half hours in sum, prices, settlements.

do $$
declare
  part text;
  whose text;
begin
  foreach part in array array['community', 'community_sum', 'community_change', 'community_clock',
      'community_day', 'correction', 'outage', 'tariff', 'exchange_rate', 'settlement'] loop
    execute format('alter table %I enable row level security', part);
    execute format('create policy of_community on %I to peergrid_household, peergrid_overseer
      using (community_id = (select asking_community()))', part);
  end loop;
  -- what overseers see of their community, and operators change
  for part, whose in values
      ('member', 'community_id = (select asking_community())'),
      ('meter', 'community_id = (select asking_community())'),
      ('account', 'community_id = (select asking_community())'),
      ('payout', 'community_id = (select asking_community())'),
      ('payout_batch', 'community_id = (select asking_community())'),
      ('top_up', 'community_id = (select asking_community())'),
      ('top_up_transfer', 'exists (select from top_up u where u.top_up_id = top_up_transfer.top_up_id)'),
      ('agreement', 'community_id = (select asking_community())'),
      ('tariff_draft', 'community_id = (select asking_community())'),
      ('collector', 'community_id = (select asking_community())'),
      ('experiment', 'community_id = (select asking_community())'),
      ('connection_month', 'community_id = (select asking_community())'),
      -- as far as the meter, member or collector can be seen
      ('reading', 'exists (select from meter m where m.meter_id = reading.meter_id)'),
      ('reading_version', 'exists (select from meter m where m.meter_id = reading_version.meter_id)'),
      ('sealed_day', 'exists (select from meter m where m.meter_id = sealed_day.meter_id)'),
      ('cut_day', 'exists (select from meter m where m.meter_id = cut_day.meter_id)'),
      ('kept_month', 'exists (select from member m where m.member_id = kept_month.member_id)'),
      ('register', 'exists (select from meter m where m.meter_id = register.meter_id)'),
      ('share', 'exists (select from meter m where m.meter_id = share.meter_id)'),
      ('transfer', 'exists (select from meter m where m.meter_id = transfer.meter_id)'),
      ('payout_transfer', 'exists (select from meter m where m.meter_id = payout_transfer.meter_id)'),
      ('meter_key', 'exists (select from meter m where m.meter_id = meter_key.meter_id)'),
      ('connection_owner', 'exists (select from meter m where m.meter_id = connection_owner.connection_id)'),
      ('limit_price', 'exists (select from meter m where m.meter_id = limit_price.connection_id)'),
      ('credential', 'exists (select from member m where m.member_id = credential.member_id)'),
      ('session', 'exists (select from member m where m.member_id = session.member_id)'),
      ('known_device', 'exists (select from member m where m.member_id = known_device.member_id)'),
      ('second_factor', 'exists (select from member m where m.member_id = second_factor.member_id)'),
      ('one_time_link', 'exists (select from member m where m.member_id = one_time_link.member_id)'),
      ('collector_key', 'exists (select from collector c where c.collector_id = collector_key.collector_id)')
  loop
    execute format('alter table %I enable row level security', part);
    execute format('create policy of_community on %I for select to peergrid_overseer using (%s)',
      part, whose);
    execute format('create policy of_community_to_change on %I to peergrid_operator using (%s)',
      part, whose);
  end loop;
  alter table consent enable row level security;
  create policy of_community on consent for select to peergrid_overseer
    using (exists (select from member m where m.member_id = consent.member_id));
  -- who only oversees still signs out, consents and has a name
  foreach part in array array['member', 'session', 'consent'] loop
    execute format('create policy overseers_own on %I to peergrid_overseer
      using (member_id = (select asking_member()))', part);
  end loop;
  -- who signs somebody in looks for them everywhere
  foreach part in array array['community', 'member', 'meter', 'collector', 'meter_key', 'news',
      'credential', 'session', 'known_device', 'second_factor', 'one_time_link',
      'collector_key', 'account', 'top_up', 'top_up_transfer'] loop
    execute format('create policy before_signing_in on %I to peergrid_api using (true)', part);
  end loop;
  -- a household's own, by member
  foreach part in array array['account', 'payout', 'connection_owner', 'credential', 'session',
      'second_factor', 'known_device', 'consent', 'kept_month', 'top_up'] loop
    execute format('create policy own on %I to peergrid_household
      using (member_id = (select asking_member()))', part);
  end loop;
  -- by meter, while it was theirs
  foreach part in array array['reading', 'reading_version'] loop
    execute format($own$create policy own on %I to peergrid_household
      using (meter_id = any ((select own_meters())::int[])
        or meter_id = any ((select once_own_meters())::int[])
          and was_own(meter_id, interval_start, interval_start + '30 min'))$own$, part);
  end loop;
end $$;
create policy own on sealed_day to peergrid_household
  using (meter_id = any ((select own_meters())::int[])
    or meter_id = any ((select once_own_meters())::int[])
      and was_own(meter_id, day_start(day), day_start(day + 1)));
-- A month's blocks are the connection's: its new owner's begin where the former owner's ended.
create policy own on share to peergrid_household
  using (meter_id = any ((select own_meters())::int[])
    or meter_id = any ((select once_own_meters())::int[])
      and was_own(meter_id, month_start(interval_start), month_start(interval_start, 1)));
create policy own_connections on connection_owner for select to peergrid_household
  using (connection_id = any ((select once_own_meters())::int[]));
create policy own on register to peergrid_household
  using (meter_id = any ((select own_meters())::int[])
    or meter_id = any ((select once_own_meters())::int[]) and was_own(meter_id, at, at + '30 min'));
create policy own on cut_day to peergrid_household
  using (meter_id = any ((select own_meters())::int[])
    or meter_id = any ((select once_own_meters())::int[]) and was_own(meter_id, starts, ends));
create policy own on meter to peergrid_household
  using (meter_id = any ((select own_meters())::int[])
    or meter_id = any ((select once_own_meters())::int[]));
create policy own on limit_price to peergrid_household
  using (set_by = (select asking_member()));
create policy own on transfer to peergrid_household
  using (debit_account = any ((select own_accounts())::int[])
    or credit_account = any ((select own_accounts())::int[]));
create policy own on payout_transfer to peergrid_household
  using (exists (select from payout p where p.payout_id = payout_transfer.payout_id));
create policy own on top_up_transfer to peergrid_household
  using (exists (select from top_up u where u.top_up_id = top_up_transfer.top_up_id));
create policy published on agreement to peergrid_household
  using (community_id = (select asking_community()) and published_at is not null);

-- A household sees itself, and the names of those who watch over its community; it changes itself.
create policy own on member to peergrid_household
  using (member_id = (select asking_member())) with check (member_id = (select asking_member()));
create policy overseers on member for select to peergrid_household
  using (community_id = (select asking_community()) and role in ('operator', 'auditor'));

-- What is nobody's.
alter table retention enable row level security;
create policy of_all on retention to peergrid_household, peergrid_overseer using (true);
alter table laboratory_offer enable row level security;
create policy of_all on laboratory_offer to peergrid_overseer using (true);
-- News hold no figures; how far behind somebody is, only the ids of all of them tell.
alter table news enable row level security;
create policy of_all on news for select to peergrid_household, peergrid_overseer using (true);

-- The trail is read by who may; everybody signs with their own name.
alter table trail enable row level security;
create policy of_community on trail for select to peergrid_overseer
  using (community_id = (select asking_community()));
create policy about_oneself on trail for select to peergrid_household
  using (community_id = (select asking_community())
    and (subject_id = (select asking_member()) or of_everybody));
create policy in_ones_own_name on trail for insert to peergrid_household, peergrid_overseer
  with check (community_id = (select asking_community())
    and actor_id = (select asking_member()));
