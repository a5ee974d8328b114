-- Who may sign in, from where, for how long, and with what besides a password.

-- A value added to a type cannot be used before the transaction ends, in which later migrations run.
create type role_with_auditor as enum ('producer', 'consumer', 'operator', 'auditor');
alter table member alter role type role_with_auditor using role::text::role_with_auditor;
drop type role;
alter type role_with_auditor rename to role;

alter table member
  add invited_by int references member,
  add approved_by int references member,  -- null: by whoever set the platform up
  add approved_at timestamptz,  -- null: waits for it and cannot sign in
  add suspended_by int references member,
  add suspended_at timestamptz,
  add check (approved_by is null or approved_at is not null),
  add check (suspended_by is null or suspended_at is not null),
  -- two operators approve payouts: one alone cannot make the other
  add constraint needs_a_second_person
    check (role not in ('operator', 'auditor') or approved_by <> invited_by);
update member set approved_at = clock_timestamp();
alter table member alter approved_at set default clock_timestamp();

alter table credential add changed_at timestamptz not null default clock_timestamp();

create table session (  -- one sign-in on one device; access tokens end with it, at once
  session_id uuid primary key,
  member_id int not null references member,
  device text not null check (length(device) between 1 and 200),
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  check (created_at < expires_at));
create index on session (member_id);
insert into session
  select family, min(member_id), 'Unknown device', min(expires_at) - interval '30 days',
    max(expires_at) - interval '30 days', max(expires_at), max(revoked_at)
  from refresh_token group by family;
alter table refresh_token drop member_id, drop expires_at, drop revoked_at;
alter table refresh_token rename family to session_id;
alter table refresh_token add foreign key (session_id) references session on delete cascade;

create table known_device (  -- a member has signed in from it: strangers' guesses do not slow it
  device_hash bytea not null check (length(device_hash) = 32),
  member_id int not null references member,
  seen_at timestamptz not null,
  primary key (device_hash, member_id));
create index on known_device (member_id);

create table attempt (  -- failures in a row, of an address or an account; neither can be read back
  counted_for bytea primary key check (length(counted_for) = 32),
  failures int not null check (failures >= 0),
  free_at timestamptz not null,  -- none is heard before
  last_at timestamptz not null);
create index on attempt (last_at);

create table second_factor (
  member_id int primary key references member,
  sealed_secret bytea not null,  -- encrypted; the key is not in the database
  last_counter bigint not null default 0,  -- of the newest code used: each is good once
  confirmed_at timestamptz);  -- null: shown, but no code has come back yet
create table recovery_code (
  code_hash bytea primary key check (length(code_hash) = 32),
  member_id int not null references second_factor on delete cascade,
  used_at timestamptz);
create index on recovery_code (member_id);

create table one_time_link (
  token_hash bytea primary key check (length(token_hash) = 32),
  member_id int not null references member,
  purpose text not null check (purpose in ('invitation', 'reset')),
  expires_at timestamptz not null,
  used_at timestamptz);
create index on one_time_link (member_id);

alter table meter_key
  add key_id int generated always as identity unique,
  add created_at timestamptz not null default clock_timestamp(),
  add last_used_at timestamptz,  -- to the hour
  add ends_at timestamptz not null default 'infinity';  -- not good from then on
update meter_key set ends_at = revoked_at where revoked_at is not null;
alter table meter_key drop revoked_at;
