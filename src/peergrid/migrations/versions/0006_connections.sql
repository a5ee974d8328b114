-- Coefficients and limit prices are a connection's: a new meter goes on with them.

alter table agreement disable trigger is_final;  -- the same agreements, told by connection
alter table agreement rename column meter_ids to connection_ids;
update agreement a set (connection_ids, coefficients_ppm) = (
  select array_agg(parts.connection_id order by connection_id), array_agg(parts.ppm order by connection_id)
  from (
    select m.connection_id, sum(named.ppm)::int as ppm
    from unnest(a.connection_ids, a.coefficients_ppm) named (meter_id, ppm)
    join meter m using (meter_id) group by 1) parts)
where exists (
  select from meter m where m.meter_id = any(a.connection_ids) and m.connection_id <> m.meter_id);
alter table agreement enable trigger is_final;

alter table limit_price disable trigger is_final;
alter table limit_price rename column meter_id to connection_id;
update limit_price set connection_id = m.connection_id
from meter m where m.meter_id = limit_price.connection_id and m.connection_id <> m.meter_id;
alter table limit_price enable trigger is_final;
