-- A member asks for their data to be deleted; operators do it once nothing is owed any more.

alter table member add erasure_asked_at timestamptz;
create index on member (community_id) where erasure_asked_at is not null and erased_at is null;
grant update (erasure_asked_at) on member to peergrid_household;
