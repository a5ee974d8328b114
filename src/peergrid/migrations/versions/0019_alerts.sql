-- Which alerts of a community an operator has seen: one of each kind, and until when it holds.

create table acknowledged (
  community_id int not null references community,
  kind text not null check (length(kind) between 1 and 32),
  since timestamptz not null,  -- what came up later is to be seen anew
  member_id int not null references member,
  at timestamptz not null default clock_timestamp(),
  primary key (community_id, kind));

grant select on acknowledged to peergrid_overseer, peergrid_settlement, peergrid_audit;
grant insert, update on acknowledged to peergrid_operator;
alter table acknowledged enable row level security;
create policy of_community on acknowledged for select to peergrid_overseer
  using (community_id = (select asking_community()));
create policy of_community_to_change on acknowledged to peergrid_operator
  using (community_id = (select asking_community()))
  with check (community_id = (select asking_community())
    and member_id = (select asking_member()));
