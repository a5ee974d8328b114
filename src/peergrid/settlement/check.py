"""The audit: do the energy and the books of a community add up, row by row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, Interval, Reading, local_day
from peergrid.ledger.book import out_of_balance
from peergrid.market.clearing import Clearing, clear, standings_after
from peergrid.market.standing import Standing
from peergrid.members.membership import Community
from peergrid.meters.readings import readings_between
from peergrid.meters.registry import meters_of_community
from peergrid.settlement import audit_queries
from peergrid.settlement.record import share_values
from peergrid.settlement.tariffs import tariff_on, tariffs_of

MOST_FINDINGS = 10
COLUMNS = (
    *("import_wh", "export_wh", "bought_wh", "sold_wh", "billed_wh", "paid_micros"),
    *("earned_micros", "retail_micros", "levy_micros", "feed_in_micros"),
    *("credit_earned_wh", "credit_used_wh", "vat_micros", "fixed_micros"),
    *("credit_lost_wh", "credit_paid_micros"),
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

    Finds changed energy or money in a reading, share, settlement or transfer, a missing, double
    or stray one, a reversal that does not undo, an account that changed hands, and accounts that
    do not sum to 0. Not looked at: generation and quality, which nothing booked rests on.
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
    for query in audit_queries.WHOLE:
        findings += [row[0] for row in connection.execute(query, parameters)]
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
    row = connection.execute(audit_queries.SPAN, (community.community_id,)).fetchone()
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
    rows = connection.execute(audit_queries.STORED, (community.community_id, start, end))
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
