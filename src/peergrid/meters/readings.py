"""A community's meters and readings as arrays, for settlement; intervals by their numbers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peergrid.database.binary import Whole, fetch
from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, Quality

METERS = """
select meter_id, connection_id, active_from, coalesce(active_until, 'infinity') as active_until
from meter where community_id = %(community)s order by 1"""
# Of open days, and of sealed ones.
READINGS = """
select r.interval_start, m.connection_id, r.meter_id, r.import_wh, r.export_wh, r.quality
from reading r join meter m using (meter_id)
where m.community_id = %(community)s
  and r.interval_start >= %(start)s and r.interval_start < %(end)s
  and r.interval_start >= m.active_from
  and r.interval_start < coalesce(m.active_until, 'infinity')
union all
select i.interval_start, m.connection_id, d.meter_id, i.import_wh, i.export_wh, i.quality
from meter m join sealed_day d using (meter_id), intervals_of(d) i
where m.community_id = %(community)s
  and d.day >= local_day(%(start)s) and d.day <= local_day(%(end)s)
  and i.interval_start >= %(start)s and i.interval_start < %(end)s
  and i.interval_start >= m.active_from
  and i.interval_start < coalesce(m.active_until, 'infinity')"""
OWNERS = """
select o.connection_id, o.member_id, o.from_interval, o.until_interval
from connection_owner o join meter m on m.meter_id = o.connection_id
where m.community_id = %(community)s order by 1, 3"""
DARK = """
select instant from generate_series(%(start)s, %(end)s, interval '30 min') as instant
where exists (select from outage where community_id = %(community)s
  and starts <= instant and instant + interval '30 min' <= ends)"""
OPEN = """
select open_days(array(select distinct local_day(start)
    from unnest(%(starts)s::timestamptz[]) start)),
  open_again(array_agg(meter_id), array_agg(local_day(start)))
from unnest(%(meters)s::int[], %(starts)s::timestamptz[]) as s (meter_id, start)"""
STAND_IN = """
with stood as (
  insert into reading
    (meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision)
  select s.meter_id, s.start, coalesce(r.import_wh, 0), coalesce(r.export_wh, 0),
    coalesce(r.generation_wh, 0), s.quality, 0
  from unnest(%(meters)s::int[], %(starts)s::timestamptz[], %(qualities)s::int2[])
    as s (meter_id, start, quality)
  left join lateral readings_of(array[s.meter_id], s.start - interval '1 day',
    s.start - interval '1 day' + interval '30 min') r on s.quality = %(estimated)s
  returning *)
insert into community_change
select m.community_id, s.interval_start, count(*), sum(s.import_wh), sum(s.export_wh),
  sum(s.generation_wh), sum(greatest(s.generation_wh - s.export_wh, 0))
from stood s join meter m using (meter_id) group by 1, 2"""
ONE_METER = """
select interval_start, import_wh, export_wh, generation_wh, quality, revision
from readings_of(array[%s::int], %s, %s) order by 1"""
INTERVAL_S = int(INTERVAL.total_seconds())


@dataclass(frozen=True, eq=False)
class Meters:
    """Each (n_meters,), by rising meter id: in force from one interval until before another."""

    meter_id: Whole
    connection_id: Whole
    active_from: Whole
    active_until: Whole


@dataclass(frozen=True, eq=False)
class Readings:
    """Each (n_readings,), in any order; energies [Wh]."""

    interval_start: Whole
    connection_id: Whole
    meter_id: Whole
    import_wh: Whole
    export_wh: Whole
    quality: Whole


@dataclass(frozen=True, eq=False)
class Owners:
    """Each (n_spans,): whose a connection is from one interval until before another."""

    connection_id: Whole
    member_id: Whole
    from_interval: Whole
    until_interval: Whole

    def at(self, number: int) -> dict[int, int]:
        """The member of each connection in an interval."""
        now = (self.from_interval <= number) & (number < self.until_interval)
        return self._pairs(now)

    def throughout(self, first: int, end: int) -> dict[int, int]:
        """The member of each connection that is one member's in all of ``[first, end)``."""
        return self._pairs((self.from_interval <= first) & (self.until_interval >= end))

    def changes(self, first: int, end: int) -> list[int]:
        """The intervals within ``[first, end)`` from which a connection is another member's."""
        begun = self.from_interval[(self.from_interval > first) & (self.from_interval < end)]
        return sorted(set(begun.tolist()))

    def _pairs(self, of: NDArray[np.bool_]) -> dict[int, int]:
        pairs = zip(self.connection_id[of].tolist(), self.member_id[of].tolist(), strict=True)
        return dict(pairs)


def start_of(number: int) -> datetime:
    """When an interval starts."""
    return datetime.fromtimestamp(number * INTERVAL_S, UTC)


def meters_as_arrays(connection: Connection, community_id: int) -> Meters:
    columns = {"meter_id": "int4", "connection_id": "int4"}
    columns |= dict.fromkeys(("active_from", "active_until"), "interval")
    return Meters(**fetch(connection, METERS, {"community": community_id}, columns))


def owners_as_arrays(connection: Connection, community_id: int) -> Owners:
    columns = {"connection_id": "int4", "member_id": "int4"}
    columns |= dict.fromkeys(("from_interval", "until_interval"), "interval")
    return Owners(**fetch(connection, OWNERS, {"community": community_id}, columns))


def readings_as_arrays(connection: Connection, community_id: int, first: int, end: int) -> Readings:
    """The readings of ``[first, end)`` of meters in force then."""
    asked = {"community": community_id, "start": start_of(first), "end": start_of(end)}
    columns = {"interval_start": "interval"}
    columns |= dict.fromkeys(("connection_id", "meter_id", "import_wh", "export_wh"), "int4")
    return Readings(**fetch(connection, READINGS, asked, {**columns, "quality": "int2"}))


def outages_between(
    connection: Connection, community_id: int, first: int, end: int
) -> NDArray[np.bool_]:
    """Whether each of the intervals ``[first, end)`` lies wholly in an outage (n_intervals,)."""
    asked = {"community": community_id, "start": start_of(first), "end": start_of(end - 1)}
    dark = fetch(connection, DARK, asked, {"instant": "interval"})["instant"]
    return np.isin(np.arange(first, end), dark)


def stand_in(
    connection: Connection, meter_ids: Whole, numbers: Whole, dark: NDArray[np.bool_]
) -> None:
    """Stand in for silent meters, each (n,): meter, interval and whether an outage explains it.

    In an outage nothing was counted. Otherwise the same half hour of the day before stands in,
    or nothing, marked as estimated, so that a measured reading replaces it (Green Button
    quality 8, estimated using a reference day).
    """
    for day in sorted(set((numbers // INTERVALS_PER_DAY).tolist())):  # it may rest on the last
        of = numbers // INTERVALS_PER_DAY == day
        rows = {
            "meters": meter_ids[of].tolist(),
            "starts": [start_of(number) for number in numbers[of].tolist()],
            "qualities": [
                int(Quality.OUTAGE if is_dark else Quality.ESTIMATED)
                for is_dark in dark[of].tolist()
            ],
            "estimated": int(Quality.ESTIMATED),
        }
        connection.execute(OPEN, rows)
        connection.execute(STAND_IN, rows)


def readings_of(
    connection: Connection, meter_id: int, start: datetime, end: datetime
) -> list[tuple[Any, ...]]:
    """One meter's readings of ``[start, end)`` in order of time: the columns of ``ONE_METER``."""
    return connection.execute(ONE_METER, (meter_id, start, end)).fetchall()
