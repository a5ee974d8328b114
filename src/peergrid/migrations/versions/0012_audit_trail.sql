-- Who saw or changed what: one chain of entries a community, to which one can only add.

-- No entry has a foreign key: it would wait for whoever settles the community, and an entry
-- outlives what it tells of. It holds ids and no names, so a member's erasure leaves it whole.
create table trail (
  community_id int not null,
  number bigint not null check (number > 0),  -- 1, 2, 3, ... as they were committed
  at timestamptz not null,
  actor_id int,  -- a member; null: whoever keeps the server, or a collector
  role text not null check (role in
    ('producer', 'consumer', 'operator', 'auditor', 'collector', 'system')),
  verb text not null check (verb ~ '^[a-z ]{1,40}$'),
  object text not null check (object ~ '^[a-z ]{1,40}$'),
  subject_id int,  -- the member whose personal data it is about
  of_everybody boolean not null,  -- about every member's of the community
  ids jsonb not null check (jsonb_typeof(ids) = 'object'),
  request_id uuid,
  came_from text not null check (came_from in ('this machine', 'own network', 'internet', 'unknown')),
  previous bytea not null,
  hash bytea not null check (length(hash) = 32),
  check ((actor_id is null) = (role in ('collector', 'system'))),
  check (subject_id is null or not of_everybody),
  primary key (community_id, number));
create index on trail (community_id, subject_id, number) where subject_id is not null;

create table trail_head (  -- the newest entry of each chain: a chain cut short shows
  community_id int primary key,
  number bigint not null,
  hash bytea not null);

create function trail_hash(entry trail) returns bytea language sql stable as
  $$ select sha256(entry.previous || convert_to(jsonb_build_array(
    entry.community_id, entry.number, (extract(epoch from entry.at) * 1000000)::bigint,
    entry.actor_id, entry.role, entry.verb, entry.object, entry.subject_id, entry.of_everybody,
    entry.ids, entry.request_id, entry.came_from)::text, 'UTF8')) $$;

create function joins_the_chain() returns trigger language plpgsql as $$
declare
  head trail_head;
begin
  insert into trail_head values (new.community_id, 0, sha256('')) on conflict do nothing;
  select * into head from trail_head where community_id = new.community_id for update;
  new.number := head.number + 1;
  new.at := clock_timestamp();  -- once the turn has come: times rise along the chain
  new.previous := head.hash;
  new.hash := trail_hash(new);
  update trail_head set number = new.number, hash = new.hash where community_id = new.community_id;
  return new;
end $$;
create trigger joins_the_chain before insert on trail
  for each row execute function joins_the_chain();
create trigger is_final before update or delete or truncate on trail
  for each statement execute function is_final();
create trigger is_final before delete or truncate on trail_head
  for each statement execute function is_final();

-- What members agreed to, and who has been forgotten

create table consent (  -- given for a purpose in the words of a version; each giving is a row
  consent_id int generated always as identity primary key,
  member_id int not null references member,
  purpose text not null check (purpose in ('settlement', 'research')),
  version text not null check (version ~ '^[!-~]{1,40}$'),  -- of the words that were shown
  given_at timestamptz not null,
  withdrawn_at timestamptz check (withdrawn_at >= given_at));
create unique index consent_once on consent (member_id, purpose) where withdrawn_at is null;
alter table member
  add erased_at timestamptz,  -- name and address are gone; the books keep the number
  add check (erased_at is null or suspended_at is not null);
