-- The laboratory: an operator asks for a run of a scenario, a worker elsewhere lives it.

create type experiment_state as enum ('waiting', 'running', 'done', 'failed', 'cancelled');

create table laboratory_offer (  -- what the workers can run, as the newest of them said
  scenario text primary key check (scenario ~ '^[a-z0-9_]{1,64}$'),
  title text not null,
  households int not null check (households > 0),
  days int not null check (days > 0),
  scheme text not null,
  dials jsonb not null);

create table experiment (
  experiment_id int generated always as identity primary key,
  community_id int not null references community,
  asked_by int not null references member,
  title text not null check (length(title) between 1 and 100),
  scenario text not null,
  dials jsonb not null,
  state experiment_state not null default 'waiting',
  progress_ppm int not null default 0 check (progress_ppm between 0 and 1000000),
  asked_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz,  -- when a worker last said that it is at it
  ended_at timestamptz,
  is_to_stop boolean not null default false,
  reason text,
  result jsonb,
  check ((reason is not null) = (state = 'failed')),
  check ((result is not null) = (state = 'done')),
  check ((ended_at is not null) = (state in ('done', 'failed', 'cancelled'))));
create index on experiment (community_id, experiment_id);
create index on experiment (experiment_id) where state in ('waiting', 'running');
