"""How far settlement has come, and what it waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL
from peergrid.members.membership import Community
from peergrid.meters.latest import clock_of
from peergrid.meters.silence import SILENT

RECENT = """
select interval_start, settled_at, shared_wh, transfers, estimated,
  reverses is not null as is_reversal
from settlement where community_id = %s order by settlement_id desc limit %s"""
MISSING = f"""
select serial, latest_of(meter) as latest, active_from, {SILENT} as is_silent from meter
where community_id = %(community)s
  and active_from <= %(start)s and %(start)s < coalesce(active_until, 'infinity')
  and meter_id not in (select meter_id from readings_of(
    array(select meter_id from meter where community_id = %(community)s),
    %(start)s, %(start)s + interval '30 min'))
  and not exists (
    select from outage o where o.community_id = meter.community_id
      and o.starts <= %(start)s and %(start)s + interval '30 min' <= o.ends)
order by 1"""  # noqa: S608 - names of our own
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
class Awaited:
    """A meter that the next interval waits for, and since when its readings lack.

    Silent, or late: then it has reported since, or may still do so in time.
    """

    serial: str
    since: datetime
    is_silent: bool


@dataclass(frozen=True)
class State:
    """``awaited`` are the meters that the next interval waits for, at most until ``waits_until``.

    Both tell the community's own time; None if no interval waits.
    """

    latest: datetime | None
    waiting: int
    awaited: list[Awaited]
    waits_until: datetime | None
    corrections: int
    recent: list[SettlementRow]

    @property
    def missing(self) -> list[str]:
        """The serials of those awaited."""
        return [one.serial for one in self.awaited]


def state_of(connection: Connection, community: Community) -> State:
    """The state of settlement by the community's own clock."""
    latest = clock_of(connection, community.community_id)
    waiting, awaited, waits_until = 0, list[Awaited](), None
    if latest is not None and latest >= community.settled_until:
        waiting = (latest - community.settled_until) // INTERVAL + 1
        deadline = timedelta(hours=community.deadline_hours)
        waits_until = community.settled_until + INTERVAL + deadline
        awaited = _awaited(connection, community, latest)
    corrections = connection.execute(CORRECTIONS, (community.community_id,)).fetchone()
    with connection.cursor(row_factory=class_row(SettlementRow)) as cursor:
        recent = cursor.execute(RECENT, (community.community_id, RECENT_COUNT)).fetchall()
    count = corrections[0] if corrections else 0
    return State(latest, waiting, awaited, waits_until, count, recent)


def _awaited(connection: Connection, community: Community, clock: datetime) -> list[Awaited]:
    """Those without a reading of the next interval: silent ones since they fell silent."""
    asked = {
        "community": community.community_id,
        "start": community.settled_until,
        "clock": clock,
    }
    awaited = []
    for serial, latest, active_from, is_silent in connection.execute(MISSING.encode(), asked):
        fell_silent = active_from if latest is None else latest + INTERVAL
        since = fell_silent if is_silent else community.settled_until
        awaited.append(Awaited(serial, since, is_silent))
    return awaited
