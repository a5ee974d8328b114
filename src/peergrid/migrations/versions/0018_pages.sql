-- Pages of members and of meters in an order, each found where the one before it ended.

create index on member (community_id, name, member_id);
create index on meter (community_id, serial);
drop index meter_community_id_idx;  -- the one above begins with it
