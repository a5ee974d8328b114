"""How far settlement has come, and what it waits for."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL
from peergrid.members.membership import Community
from peergrid.meters.latest import clock_of

RECENT = """
select interval_start, settled_at, shared_wh, transfers, estimated,
  reverses is not null as is_reversal
from settlement where community_id = %s order by settlement_id desc limit %s"""
MISSING = """
select m.serial from meter m
where m.community_id = %(community)s
  and m.active_from <= %(start)s and %(start)s < coalesce(m.active_until, 'infinity')
  and m.meter_id not in (select meter_id from readings_of(
    array(select meter_id from meter where community_id = %(community)s),
    %(start)s, %(start)s + interval '30 min'))
  and not exists (
    select from outage o where o.community_id = m.community_id
      and o.starts <= %(start)s and %(start)s + interval '30 min' <= o.ends)
order by 1"""
CORRECTIONS = "select count(*)::int from correction where community_id = %s"
RECENT_COUNT = 24


@dataclass(frozen=True)
class SettlementRow:
    """One settlement of an interval, or what undid one."""

    interval_start: datetime
    settled_at: datetime
    shared_wh: int
    transfers: int
    estimated: int
    is_reversal: bool


@dataclass(frozen=True)
class State:
    """``missing`` are the serials that the next interval waits for."""

    latest: datetime | None
    waiting: int
    missing: list[str]
    corrections: int
    recent: list[SettlementRow]


def state_of(connection: Connection, community: Community) -> State:
    """The state of settlement by the community's own clock."""
    latest = clock_of(connection, community.community_id)
    waiting, missing = 0, []
    if latest is not None and latest >= community.settled_until:
        waiting = (latest - community.settled_until) // INTERVAL + 1
        asked = {"community": community.community_id, "start": community.settled_until}
        rows = connection.execute(MISSING, asked)
        missing = [serial for (serial,) in rows]
    corrections = connection.execute(CORRECTIONS, (community.community_id,)).fetchone()
    with connection.cursor(row_factory=class_row(SettlementRow)) as cursor:
        recent = cursor.execute(RECENT, (community.community_id, RECENT_COUNT)).fetchall()
    return State(latest, waiting, missing, corrections[0] if corrections else 0, recent)
