"""The audit: do the energy and the books of a community add up, row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, Interval, Reading, local_day
from peergrid.ledger.book import out_of_balance
from peergrid.market.clearing import Clearing, clear, standings_after
from peergrid.market.tariff import Standing
from peergrid.members.membership import Community
from peergrid.meters.readings import readings_between
from peergrid.meters.registry import meters_of_community
from peergrid.settlement.record import share_values
from peergrid.settlement.tariffs import tariff_on, tariffs_of

STORED = """
select s.interval_start, s.settlement_id, h.meter_id, h.import_wh, h.export_wh, h.bought_wh,
  h.sold_wh, h.billed_wh, h.paid_micros, h.earned_micros, h.retail_micros, h.levy_micros,
  h.feed_in_micros, h.credit_earned_wh, h.credit_used_wh
from standing_settlement s left join share h using (settlement_id)
where s.community_id = %s and s.interval_start >= %s and s.interval_start < %s"""
SPAN = """
select min(s.interval_start), least(min(c.settled_until), min(k.interval_start))
from community c
left join settlement s using (community_id) left join correction k using (community_id)
where c.community_id = %s"""
SUMS = """
select 'settlement ' || settlement_id || ' of ' || s.interval_start || ': demand ' || s.demand_wh
  || ', supply ' || s.supply_wh || ', shared ' || s.shared_wh || ' Wh, but its shares sum to '
  || coalesce(sum(h.import_wh), 0) || ', ' || coalesce(sum(h.export_wh), 0) || ', '
  || coalesce(sum(h.bought_wh), 0) || ' bought and ' || coalesce(sum(h.sold_wh), 0) || ' sold'
from settlement s left join share h using (settlement_id)
where s.community_id = %s and s.reverses is null
group by settlement_id, s.interval_start, s.demand_wh, s.supply_wh, s.shared_wh
having (s.demand_wh, s.supply_wh, s.shared_wh, s.shared_wh) is distinct from
  (coalesce(sum(h.import_wh), 0), coalesce(sum(h.export_wh), 0), coalesce(sum(h.bought_wh), 0),
   coalesce(sum(h.sold_wh), 0)) limit 10"""
TRANSFERS = """
with expected as (
  select h.settlement_id, h.meter_id, h.interval_start, f.*
  from share h join settlement s using (settlement_id), lateral (values
    ('grid_energy', retail_micros, 'grid', 'meter'), ('levy', levy_micros, 'levy', 'meter'),
    ('neighbour_energy', paid_micros, 'pool', 'meter'),
    ('shared_energy', earned_micros, 'meter', 'pool'),
    ('feed_in', feed_in_micros, 'meter', 'grid'),
    ('credit_earned', credit_earned_wh::bigint, 'meter', 'grid'),
    ('credit_used', credit_used_wh::bigint, 'grid', 'meter')) f (kind, amount, debit, credit)
  where s.community_id = %(community)s and f.amount > 0),
booked as (
  select t.settlement_id, t.meter_id, t.interval_start, t.kind::text, t.amount,
    d.kind::text as debit, c.kind::text as credit
  from transfer t join settlement s using (settlement_id)
  join account d on d.account_id = debit_account join account c on c.account_id = credit_account
  where s.community_id = %(community)s and s.reverses is null)
select 'transfer ' || kind || ' of meter ' || meter_id || ' in settlement ' || settlement_id
  || ' of ' || interval_start || ': booked ' || coalesce(b.amount::text, 'nothing')
  || ', its share says ' || coalesce(e.amount::text, 'nothing')
from expected e full join booked b using (settlement_id, meter_id, interval_start, kind)
where (e.amount, e.debit, e.credit) is distinct from (b.amount, b.debit, b.credit) limit 10"""
REVERSALS = """
with undone as (
  select r.settlement_id, t.meter_id, t.kind, t.amount, t.debit_account, t.credit_account
  from settlement r join transfer t on t.settlement_id = r.reverses
  where r.community_id = %(community)s),
undoing as (
  select t.settlement_id, t.meter_id, t.kind, t.amount, t.credit_account as debit_account,
    t.debit_account as credit_account
  from transfer t join settlement r using (settlement_id)
  where r.community_id = %(community)s and r.reverses is not null)
select 'reversal ' || settlement_id || ' of transfer ' || kind || ' of meter ' || meter_id
  || ': undoes ' || coalesce(b.amount::text, 'nothing')
  || ' of ' || coalesce(a.amount::text, 'nothing')
from undone a full join undoing b using (settlement_id, meter_id, kind)
where (a.amount, a.debit_account, a.credit_account)
  is distinct from (b.amount, b.debit_account, b.credit_account) limit 10"""

MOST_FINDINGS = 10
COLUMNS = (
    *("import_wh", "export_wh", "bought_wh", "sold_wh", "billed_wh", "paid_micros"),
    *("earned_micros", "retail_micros", "levy_micros", "feed_in_micros"),
    *("credit_earned_wh", "credit_used_wh"),
)


@dataclass(frozen=True)
class Audit:
    """What was looked at, and every finding as a sentence that names the row."""

    intervals: int
    findings: list[str]


def audit(
    connection: Connection, community: Community, on_interval: Callable[[int], None] | None = None
) -> Audit:
    """Clear every settled interval anew from its readings and compare all that is booked.

    Finds a changed reading, share, settlement or transfer, a missing or double one, a reversal
    that does not undo, and accounts that do not sum to 0. Changes nothing.
    """
    findings: list[str] = []
    intervals = 0
    for problems in _replay(connection, community):
        findings += problems
        intervals += 1
        if on_interval:
            on_interval(intervals)
        if len(findings) >= MOST_FINDINGS:
            break
    parameters = {"community": community.community_id}
    for query in (TRANSFERS, REVERSALS):
        findings += [row[0] for row in connection.execute(query, parameters)]
    findings += [row[0] for row in connection.execute(SUMS, (community.community_id,))]
    for unit, amount in out_of_balance(connection, community.community_id).items():
        if amount:
            findings.append(f"the accounts in {unit} are out by {amount}")
    return Audit(intervals, findings[:MOST_FINDINGS])


def _replay(connection: Connection, community: Community) -> Iterator[list[str]]:
    """Every settled interval in order, with what is wrong with its shares."""
    first, end = _span(connection, community)
    if first is None:
        return
    tariffs = tariffs_of(connection, community.community_id)
    meters = [m.meter_id for m in meters_of_community(connection, community.community_id)]
    standings: dict[int, Standing] = {}
    for start in _days(first, end):
        until = min(start + INTERVALS_PER_DAY * INTERVAL, end)
        readings = readings_between(connection, meters, start, until)
        stored = _stored(connection, community, start, until)
        for number in range((until - start) // INTERVAL):
            interval = Interval(start + number * INTERVAL)
            _, tariff = tariff_on(tariffs, local_day(interval.start))
            shares = stored.get(interval.start, {})
            counted = readings.get(interval, {})
            clearing = clear(interval, list(counted.values()), standings, tariff)
            standings = standings_after(clearing, standings)
            yield _differences(clearing, shares, counted)


def _span(connection: Connection, community: Community) -> tuple[datetime | None, datetime]:
    """From the first settled interval to the last that no correction waits for."""
    row = connection.execute(SPAN, (community.community_id,)).fetchone()
    assert row is not None, "an aggregate always has one row"  # noqa: S101
    return row[0], row[1]


def _days(first: datetime, end: datetime) -> Iterator[datetime]:
    while first < end:
        yield first
        first += INTERVALS_PER_DAY * INTERVAL


type Shares = dict[int, list[tuple[int, ...]]]


def _stored(
    connection: Connection, community: Community, start: datetime, end: datetime
) -> dict[datetime, Shares]:
    """Shares as they are booked: by interval and meter, one or (wrongly) more."""
    found: dict[datetime, Shares] = {}
    rows = connection.execute(STORED, (community.community_id, start, end))
    for interval_start, _, meter_id, *values in rows:
        shares = found.setdefault(interval_start, {})
        if meter_id is not None:
            shares.setdefault(meter_id, []).append(tuple(values))
    return found


def _differences(clearing: Clearing, stored: Shares, counted: dict[int, Reading]) -> list[str]:
    start = f"{clearing.interval.start:%Y-%m-%dT%H:%MZ}"
    if not stored:
        return [f"interval {start}: it should be settled, but no settlement stands"]
    problems = []
    expected = {share.flow.meter_id: share_values(share) for share in clearing.shares}
    for meter_id in sorted(expected.keys() | stored.keys()):
        booked = stored.get(meter_id, [])
        place = f"share of meter {meter_id} in {start}"
        if len(booked) > 1:
            problems.append(f"{place}: booked {len(booked)} times")
        elif not booked:
            problems.append(f"{place}: it is missing")
        elif meter_id not in counted:
            problems.append(f"{place}: there is no reading for it")
        else:
            problems += [
                f"{place}: {column} is {is_}, its readings and the tariff give {should}"
                for column, is_, should in zip(COLUMNS, booked[0], expected[meter_id], strict=True)
                if is_ != should
            ]
    return problems
