-- Payouts: money leaves to a member's mobile wallet, requested -> held -> paid or failed.
-- The two new kinds of account cannot be named below: PostgreSQL knows them once this is committed.

alter type account_kind add value 'payout';    -- what is held until a provider has answered
alter type account_kind add value 'provider';  -- outside: who fills mobile wallets, and charges

create type mobile_money as enum ('ecocash', 'innbucks');
create type payout_state as enum ('requested', 'held', 'paid', 'failed', 'rejected');
create type payout_step as enum ('hold', 'pay', 'give_back');
create type payout_part as enum ('payout', 'payout_fee', 'payout_tax');

create table payout_batch (  -- what one operator puts together and another approves
  batch_id int generated always as identity primary key,
  community_id int not null references community,
  by_file boolean not null,  -- paid by a file in somebody's hand, not by the provider
  created_by int not null references member,
  created_at timestamptz not null default clock_timestamp(),
  approved_by int references member,
  approved_at timestamptz,
  check ((approved_by is null) = (approved_at is null)),
  constraint four_eyes check (approved_by <> created_by));

create table payout (
  payout_id int generated always as identity primary key,
  community_id int not null references community,
  member_id int not null references member,
  key text not null check (key ~ '^[!-~]{1,64}$'),  -- the client's: twice is once
  reference text not null unique  -- what the provider knows it by: its key there
    default 'PG' || upper(left(replace(gen_random_uuid()::text, '-', ''), 16)),
  service mobile_money not null,
  number text not null check (number ~ '^\+2637[0-9]{8}$'),
  amount_micros bigint not null check (amount_micros > 0),
  received_micros bigint not null check (received_micros > 0),
  fee_micros bigint not null check (fee_micros >= 0),
  tax_micros bigint not null check (tax_micros >= 0),
  taken_micros bigint not null generated always as
    (received_micros + fee_micros + tax_micros) stored check (taken_micros <= amount_micros),
  state payout_state not null default 'requested',
  batch_id int references payout_batch,
  reason text,  -- why it failed or was rejected, for its member
  attempts int not null default 0,  -- how often a provider was asked
  concluded_by int references member,  -- who said what became of it, if a person did
  requested_at timestamptz not null default clock_timestamp(),
  concluded_at timestamptz,
  check ((reason is not null) = (state in ('failed', 'rejected'))),
  check ((concluded_at is not null) = (state in ('paid', 'failed', 'rejected'))),
  unique (member_id, key));
create index on payout (community_id, state);
create index on payout (batch_id);

create table payout_transfer (  -- as transfer, but its business fact is a payout's step
  payout_id int not null references payout,
  step payout_step not null,
  kind payout_part not null,
  meter_id int not null references meter,  -- whose owner's account gives or gets
  interval_start timestamptz not null check (is_interval(interval_start)),  -- community's clock
  debit_account int not null,
  credit_account int not null,
  unit unit not null check (unit = 'USD'),
  amount bigint not null check (amount > 0),
  booked_at timestamptz not null default clock_timestamp(),
  check (debit_account <> credit_account),
  primary key (payout_id, step, kind),
  foreign key (debit_account, unit) references account (account_id, unit),
  foreign key (credit_account, unit) references account (account_id, unit));
create unique index paid_or_given_back on payout_transfer (payout_id, kind) where step <> 'hold';
create index on payout_transfer (meter_id, interval_start);

drop view entry;
create view entry as  -- a transfer, of energy or of a payout, seen from each of its accounts
  select meter_id, interval_start, settlement_id, kind::text, unit, energy_wh, is_reversal,
    debit_account as account_id, amount as change from transfer
  union all
  select meter_id, interval_start, settlement_id, kind::text, unit, energy_wh, is_reversal,
    credit_account, -amount from transfer
  union all
  select meter_id, interval_start, null, kind::text, unit, 0, step = 'give_back',
    debit_account, amount from payout_transfer
  union all
  select meter_id, interval_start, null, kind::text, unit, 0, step = 'give_back',
    credit_account, -amount from payout_transfer;

-- What must hold whoever writes: covered, four eyes, one way on, the money where the state says

create function is_covered() returns trigger language plpgsql as $$
declare
  whose int;
  promised bigint = 0;
  balance bigint;
begin
  select member_id into whose from payout where payout_id = new.payout_id;
  perform from member where member_id = whose for no key update;  -- one at a time
  if tg_table_name = 'payout' then
    select sum(taken_micros) into promised
    from payout where member_id = whose and state = 'requested';
  end if;
  select coalesce(sum(e.change), 0) into balance
  from account a join entry e using (meter_id, account_id)
  where a.member_id = whose and a.unit = 'USD';
  if balance < promised then
    raise exception 'payout % is not covered', new.payout_id
      using errcode = 'check_violation', constraint = 'is_covered';
  end if;
  return null;
end $$;
create trigger is_covered after insert on payout
  for each row execute function is_covered();
create trigger is_covered after insert on payout_transfer
  for each row when (new.step = 'hold' and new.kind = 'payout') execute function is_covered();

create function moves_on() returns trigger language plpgsql as $$
declare
  changing constant text[] =  -- the last is computed, and not yet here
    '{state,batch_id,reason,attempts,concluded_by,concluded_at,taken_micros}';
begin
  if tg_op = 'INSERT' then
    if new.state <> 'requested' or new.batch_id is not null then
      raise exception 'a payout begins as requested' using errcode = 'check_violation';
    end if;
    return new;
  end if;
  if to_jsonb(old) - changing <> to_jsonb(new) - changing
     or (old.state <> 'requested' and new.batch_id is distinct from old.batch_id)
     or (old.state, new.state) not in (
       ('requested', 'requested'), ('requested', 'held'), ('requested', 'rejected'),
       ('held', 'held'), ('held', 'paid'), ('held', 'failed')) then
    raise exception 'payout % is % and cannot be changed so', old.payout_id, old.state
      using errcode = 'restrict_violation';
  end if;
  if old.state = 'requested' and new.state = 'held' and not exists (
      select from payout_batch b where b.batch_id = new.batch_id
        and b.community_id = new.community_id and b.approved_by <> new.member_id) then
    raise exception 'payout % is not approved', old.payout_id
      using errcode = 'check_violation', constraint = 'four_eyes';
  end if;
  return new;
end $$;
create trigger moves_on before insert or update on payout
  for each row execute function moves_on();

create function is_in_one_place() returns trigger language plpgsql as $$
declare
  bad record;
begin
  select p.payout_id, p.state into bad
  from payout p left join payout_transfer t using (payout_id)
  where p.payout_id = new.payout_id
  group by p.payout_id
  having (coalesce(sum(t.amount) filter (where t.step = 'hold'), 0),
          coalesce(sum(t.amount) filter (where t.step = 'pay'), 0),
          coalesce(sum(t.amount) filter (where t.step = 'give_back'), 0))
    <> (case when p.state in ('held', 'paid', 'failed') then p.taken_micros else 0 end,
        case when p.state = 'paid' then p.taken_micros else 0 end,
        case when p.state = 'failed' then p.taken_micros else 0 end);
  if found then
    raise exception 'payout % is %, its transfers are not', bad.payout_id, bad.state
      using errcode = 'check_violation', constraint = 'is_in_one_place';
  end if;
  return null;
end $$;
create constraint trigger is_in_one_place after insert or update on payout
  deferrable initially deferred for each row execute function is_in_one_place();
create constraint trigger is_in_one_place after insert on payout_transfer
  deferrable initially deferred for each row execute function is_in_one_place();

create trigger is_final before update or delete or truncate on payout_transfer
  for each statement execute function is_final();
create trigger is_final before delete or truncate on payout
  for each statement execute function is_final();
create trigger is_final before delete or truncate on payout_batch
  for each statement execute function is_final();
create trigger terms_are_final before update on payout_batch
  for each row when (old.approved_by is not null or old.created_by <> new.created_by
    or old.by_file <> new.by_file or old.community_id <> new.community_id)
  execute function is_final();
