-- Whether somebody has looked at the same within the hour; and auditors see that no chain is cut.

create index on trail (community_id, actor_id, object, at) where verb = 'look at';
grant select on trail_head to peergrid_overseer;
alter table trail_head enable row level security;
create policy of_community on trail_head for select to peergrid_overseer
  using (community_id = (select asking_community()));
