"""A local month of a community as it stands settled, in arrays."""

from dataclasses import dataclass, fields
from datetime import date, datetime

import numpy as np

from peergrid.database.pool import Connection
from peergrid.energy import Interval, day_start, local_day, month_start, next_month
from peergrid.market.metered import Metered
from peergrid.market.shares import owed_micros
from peergrid.market.standing import Standing
from peergrid.market.tariff import Tariff
from peergrid.members.membership import community_by_id
from peergrid.meters.readings import Owners, owners_as_arrays
from peergrid.settlement.carried import Carried
from peergrid.settlement.indicators import ONE_MOMENT
from peergrid.settlement.tariffs import tariffs_of
from peergrid.settlement.terms import Since, terms_between

STANDING = """
from standing_settlement s join share h using (settlement_id)
join meter m on m.meter_id = h.meter_id and m.community_id = s.community_id"""
WITHIN = "where s.community_id = %s and s.interval_start >= %s and s.interval_start < %s"
COUNTED = f"""
select s.interval_start, string_agg(
  int4send(m.connection_id) || int4send(h.import_wh) || int4send(h.export_wh), ''::bytea)
{STANDING} {WITHIN} group by 1 order by 1"""
BOOKED = f"""
select o.member_id, {{sums}} {STANDING}
join connection_owner o on o.connection_id = m.connection_id
  and o.from_interval <= s.interval_start and s.interval_start < o.until_interval
{WITHIN} group by 1"""
LAST = """
select m.connection_id, max(last.interval_start)
from meter m
cross join lateral (
  select max(h.interval_start) as interval_start from share h
  where h.meter_id = m.meter_id and h.interval_start < %s) last
where m.community_id = %s and last.interval_start is not null group by 1"""
CREDIT = """
select m.connection_id, a.member_id, sum(e.change)::bigint
from meter m
join account a on a.meter_id = m.meter_id and a.unit = 'WH'
join entry e on e.meter_id = a.meter_id and e.account_id = a.account_id
where e.interval_start < %s and m.community_id = %s group by 1, 2 having sum(e.change) <> 0"""

# A million rows one by one would take longer than all the rest: each interval comes as one.
ROW = np.dtype([("connection_id", ">i4"), ("import_wh", ">i4"), ("export_wh", ">i4")])


@dataclass(frozen=True)
class Sums:
    """What some half hours of a member, or of many, come to [Wh, micros]."""

    import_wh: int = 0
    export_wh: int = 0
    bought_wh: int = 0
    sold_wh: int = 0
    billed_wh: int = 0
    paid_micros: int = 0
    earned_micros: int = 0
    retail_micros: int = 0
    levy_micros: int = 0
    vat_micros: int = 0
    fixed_micros: int = 0
    feed_in_micros: int = 0
    credit_earned_wh: int = 0
    credit_used_wh: int = 0
    credit_lost_wh: int = 0
    credit_paid_micros: int = 0

    @property
    def bill_micros(self) -> int:
        """What is owed for them [micros]; negative if they earn."""
        owed: int = owed_micros(self)
        return owed

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(getattr(self, name) + getattr(other, name) for name in SUMMED))


SUMMED = tuple(field.name for field in fields(Sums))


@dataclass(frozen=True, eq=False)
class SettledMonth:
    """What was counted and booked in a local month, as far as it is settled.

    ``counted`` holds the readings that stand settled, a column a connection, ``owners`` whose
    each was when, ``credit_wh`` by connection and member what was left when the month began,
    ``last`` the local month of each connection's reading before it, ``terms`` what was agreed and
    asked for in it, ``tariffs`` all there are, ``booked`` each member's sums by their id.
    """

    community_id: int
    month: date
    is_complete: bool
    settled_until: datetime
    counted: Metered
    owners: Owners
    credit_wh: dict[tuple[int, int], int]
    last: dict[int, date]
    terms: list[Since]
    tariffs: list[Tariff]
    booked: dict[int, Sums]

    @property
    def begun(self) -> Carried:
        """Where everybody stood when the month began."""
        standing = {one: Standing(month) for one, month in self.last.items()}
        return Carried(standing, dict(self.credit_wh))


def settled_month(connection: Connection, community_id: int, month: date) -> SettledMonth:
    """The local calendar month that ``month`` lies in; empty if nothing of it is settled.

    Has to be the first in its transaction. Raises NotFound for an unknown community.
    """
    connection.execute(ONE_MOMENT)
    first = month_start(month)
    start, end = day_start(first), day_start(next_month(first))
    community = community_by_id(connection, community_id)
    counted = _counted(connection, community_id, start, end)
    return SettledMonth(
        community_id=community_id,
        month=first,
        is_complete=community.settled_until >= end,
        settled_until=community.settled_until,
        counted=counted,
        owners=owners_as_arrays(connection, community_id),
        credit_wh=_credit(connection, community_id, start),
        last=_last(connection, community_id, start),
        terms=terms_between(connection, community_id, counted.meter_ids.tolist(), start, end),
        tariffs=[tariff for _, tariff in tariffs_of(connection, community_id)],
        booked=_booked(connection, community_id, start, end),
    )


def _counted(connection: Connection, community_id: int, start: datetime, end: datetime) -> Metered:
    with connection.cursor(binary=True) as cursor:
        packed = cursor.execute(COUNTED, (community_id, start, end)).fetchall()
    numbers = np.array([Interval(instant).number for instant, _ in packed], np.int64)
    each = [np.frombuffer(rows, ROW) for _, rows in packed]
    rows = np.concatenate([np.zeros(0, ROW), *each])
    row = np.repeat(np.arange(len(each)), [len(one) for one in each])
    connections, column = np.unique(rows["connection_id"].astype(np.int64), return_inverse=True)
    import_wh, export_wh = np.zeros((2, len(numbers), len(connections)), np.int64)
    is_there = np.zeros(import_wh.shape, np.bool_)
    import_wh[row, column], export_wh[row, column] = rows["import_wh"], rows["export_wh"]
    is_there[row, column] = True
    return Metered(numbers, connections, import_wh, export_wh, is_there)


def _credit(
    connection: Connection, community_id: int, start: datetime
) -> dict[tuple[int, int], int]:
    """The energy credit left before ``start`` [Wh]."""
    rows = connection.execute(CREDIT, (start, community_id))
    return {(one, member_id): credit_wh for one, member_id, credit_wh in rows}


def _last(connection: Connection, community_id: int, start: datetime) -> dict[int, date]:
    """The local month in which each connection was settled last before ``start``."""
    rows = connection.execute(LAST, (start, community_id))
    return {one: month_start(local_day(instant)) for one, instant in rows}


def _booked(
    connection: Connection, community_id: int, start: datetime, end: datetime
) -> dict[int, Sums]:
    sums = ", ".join(f"sum(h.{name})::bigint" for name in SUMMED)
    query = BOOKED.format(sums=sums)
    rows = connection.execute(query.encode(), (community_id, start, end))
    return {member_id: Sums(*amounts) for member_id, *amounts in rows}
