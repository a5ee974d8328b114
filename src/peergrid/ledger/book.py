"""The books: post once, read balances and statements; nothing is ever changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import day_start, next_month
from peergrid.ledger.transfer import AccountKind
from peergrid.money import Unit

ADD_ACCOUNT = """
insert into account (community_id, kind, meter_id, member_id, unit) values (%s, %s, %s, %s, %s)
on conflict do nothing"""
REVERSE = """
insert into transfer
select t.meter_id, t.interval_start, r.settlement_id, t.kind, t.credit_account, t.debit_account,
  t.unit, t.amount, t.energy_wh, true
from settlement r join share h on h.settlement_id = r.reverses
join meter m on m.meter_id = h.meter_id and m.community_id = r.community_id
join transfer t on (t.meter_id, t.interval_start, t.settlement_id)
  = (h.meter_id, h.interval_start, h.settlement_id)
where r.community_id = %s and r.settlement_id = any(%s)"""
BALANCES = """
select a.member_id, a.unit::text, sum(e.change)::bigint
from account a join entry e using (meter_id, account_id)
where a.member_id = any(%s) and e.interval_start < coalesce(%s, 'infinity'::timestamptz)
group by 1, 2"""
LINES = """
select (e.interval_start at time zone 'Africa/Harare')::date as day, e.kind::text, e.unit::text,
  e.is_reversal, sum(e.change)::bigint as amount, sum(e.energy_wh)::bigint as energy_wh
from account a join entry e using (meter_id, account_id)
where a.member_id = %s and e.interval_start >= %s and e.interval_start < %s
group by 1, 2, 3, 4 order by 1 desc, 3, 2, 4"""
SUM_OF_BALANCES = """
select a.unit::text, coalesce(sum(e.change), 0)::bigint
from account a left join entry e using (account_id)
where a.community_id = %s group by 1"""
POOL_BALANCES = """
select a.unit::text, coalesce(sum(e.change), 0)::bigint
from account a left join entry e using (account_id)
where a.community_id = %s and a.kind = 'pool' group by 1"""


@dataclass(frozen=True)
class Line:
    """One kind of transfer of one local day on a member's statement; ``amount`` is signed."""

    day: date
    kind: str
    unit: str
    is_reversal: bool
    amount: int
    energy_wh: int


def open_accounts(connection: Connection, community_id: int, owners: Mapping[int, int]) -> None:
    """Open the accounts of a community and of its meters; ``owners`` is meter id to member id."""
    rows: list[tuple[object, ...]] = [
        (community_id, kind, None, None, unit)
        for kind in (AccountKind.POOL, AccountKind.GRID, AccountKind.LEVY)
        for unit in Unit
    ]
    rows += [
        (community_id, AccountKind.METER, meter_id, member_id, unit)
        for meter_id, member_id in owners.items()
        for unit in Unit
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ADD_ACCOUNT, rows)


def reverse(connection: Connection, community_id: int, reversal_ids: list[int]) -> None:
    """Post the opposite of each of the community's settlements that ``reversal_ids`` reverse."""
    connection.execute(REVERSE, (community_id, reversal_ids))


def balances_of(
    connection: Connection, member_ids: list[int], before: date | None = None
) -> dict[int, dict[Unit, int]]:
    """Members' balances in each unit, of all time or of what lies before a local day."""
    until = day_start(before) if before else None
    found: dict[int, dict[Unit, int]] = {
        member_id: dict.fromkeys(Unit, 0) for member_id in member_ids
    }
    for member_id, unit, amount in connection.execute(BALANCES, (member_ids, until)):
        found[member_id][Unit(unit)] = amount
    return found


def statement_lines(connection: Connection, member_id: int, month: date) -> list[Line]:
    """A member's lines of the local month that starts at ``month``, newest day first."""
    span = (member_id, day_start(month), day_start(next_month(month)))
    with connection.cursor(row_factory=class_row(Line)) as cursor:
        return cursor.execute(LINES, span).fetchall()


def out_of_balance(connection: Connection, community_id: int) -> dict[Unit, int]:
    """What all accounts of a community sum to, plus what the pool keeps: 0 in every unit."""
    total = dict.fromkeys(Unit, 0)
    for query in (SUM_OF_BALANCES, POOL_BALANCES):
        for unit, amount in connection.execute(query, (community_id,)):
            total[Unit(unit)] += abs(amount)
    return total
