-- A meter's totals at instants, as they came. What lies between two of them is computed, so that
-- no second copy can drift; a gap is where readings could not be told apart.

create table register (
  meter_id int not null references meter,
  at timestamptz not null check (is_interval(at)),
  import_wh bigint not null check (import_wh >= 0),
  export_wh bigint not null check (export_wh >= 0),
  generation_wh bigint not null check (generation_wh >= 0),
  digits smallint check (digits between 1 and 15),  -- after which they begin again at 0
  received_at timestamptz not null default clock_timestamp(),
  primary key (meter_id, at));
create trigger is_final before update or delete or truncate on register
  for each statement execute function is_final();
