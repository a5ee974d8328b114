"""Sums by hour, day and month are always the sum of readings, of whoever they are asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.energy import LOCAL_OFFSET, Interval, day_start
from peergrid.errors import Conflict
from peergrid.members.membership import Member, add_member
from peergrid.meters.bulk import take
from peergrid.meters.days import Days
from peergrid.meters.kept_sums import count_months, fold
from peergrid.meters.once import Once
from peergrid.meters.outages import report_outage
from peergrid.meters.registry import Meter
from peergrid.meters.roster import Rosters
from peergrid.meters.seal import seal
from peergrid.meters.sums import (
    Step,
    Sum,
    sums_of_community,
    sums_of_member,
    sums_of_meters,
)
from peergrid.settlement.connections import hand_over, replace
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, begun_at, report

TURN = FIRST.later(48 * 29)  # midnight of 30 September: a month ends within
REPLACED, HANDED, LATEST = TURN.later(61), TURN.later(75), TURN.later(121)
FROM, UNTIL = date(2026, 9, 30), date(2026, 10, 8)
ALL = """
select interval_start, meter_id, import_wh, export_wh, generation_wh from every_reading"""
MONTHS = """
select connection_id, month, readings, import_wh, export_wh, generation_wh, self_consumed_wh
from connection_month order by 1, 2"""

type Row = tuple[datetime, int, int, int, int]
type Event = Literal["seal", "settle", "outage", "silence", "days"] | list[tuple[int, int, int]]


@dataclass(frozen=True)
class Changed:
    """Ben's meter is replaced in the middle of a day, and later the connection is Dan's."""

    street: Street
    dan: Member
    new: Meter

    @property
    def meter_ids(self) -> list[int]:
        return [self.street.ada_meter.meter_id, self.street.ben_meter.meter_id, self.new.meter_id]


@pytest.fixture
def changed(database: Database, street: Street) -> Changed:
    with database.transaction() as connection:
        street = begun_at(street, connection, TURN)
        new = replace(connection, *street.at_bens, "street-ben-2", REPLACED.start)
        dan = add_member(connection, street.community_id, "Dan", "dan@street.example", "consumer")
        hand_over(connection, street.community_id, new.meter_id, dan.member_id, HANDED.start)
    return Changed(street, dan, new)


def start_of(instant: datetime, step: Step) -> datetime:
    """Where the local hour, day or month of an instant begins."""
    local = (instant + LOCAL_OFFSET).replace(minute=0)
    if step is not Step.HOUR:
        local = local.replace(hour=0)
    if step is Step.MONTH:
        local = local.replace(day=1)
    return local.astimezone(UTC) - LOCAL_OFFSET


def summed(rows: Iterable[Row], step: Step) -> list[Sum]:
    """The sums as one would write them down: reading by reading."""
    found: dict[datetime, list[int]] = defaultdict(lambda: [0] * 5)
    for start, _, import_wh, export_wh, generation_wh in rows:
        own_wh = max(generation_wh - export_wh, 0)
        values = (1, import_wh, export_wh, generation_wh, own_wh)
        known = found[start_of(start, step)]
        known[:] = [a + b for a, b in zip(known, values, strict=True)]
    return [Sum(start, *values) for start, values in sorted(found.items())]


def assert_sums_agree(database: Database, changed: Changed) -> None:
    street, (ada, ben, new) = changed.street, changed.meter_ids
    of_member: dict[int, Callable[[Any], bool]] = {
        street.ada.member_id: lambda row: row[1] == ada,
        street.ben.member_id: lambda row: row[1] != ada and row[0] < HANDED.start,
        changed.dan.member_id: lambda row: row[1] != ada and row[0] >= HANDED.start,
    }
    with database.transaction() as connection:
        rows: list[Any] = connection.execute(ALL).fetchall()
        assert len({row[:2] for row in rows}) == len(rows)
        for step in Step:
            span = (FROM, UNTIL, step)
            together = sums_of_community(connection, street.community_id, *span)
            assert together == summed(rows, step)
            for meter_id in (ada, ben, new):
                own = [row for row in rows if row[1] == meter_id]
                assert sums_of_meters(connection, [meter_id], *span) == summed(own, step)
            for member_id, is_theirs in of_member.items():
                own = [row for row in rows if is_theirs(row)]
                assert sums_of_member(connection, member_id, *span) == summed(own, step)


def assert_months_agree(database: Database, changed: Changed) -> None:
    """What was counted again of each connection is the sum of readings too, by whatever meter."""
    with database.transaction() as connection:
        fold(connection)
    count_months(database)
    ada, *bens = changed.meter_ids
    with database.transaction() as connection:
        rows: list[Any] = connection.execute(ALL).fetchall()
        counted = connection.execute(MONTHS).fetchall()
    expected = [
        (of, (one.start + LOCAL_OFFSET).date(), *astuple(one)[1:])
        for of, meters in ((ada, {ada}), (bens[0], set(bens)))
        for one in summed([row for row in rows if row[1] in meters], Step.MONTH)
    ]
    assert counted == expected


def whole_days(database: Database, changed: Changed, wh: int) -> None:
    """A collector sends the first day of Ada and Ben in one piece; known numbers may refuse it."""
    day = (TURN.start + LOCAL_OFFSET).toordinal() - date(1970, 1, 1).toordinal()
    street = changed.street
    each = np.full((2, 48), wh, np.int32)
    meters = np.array([street.ada_meter.meter_id, street.ben_meter.meter_id])
    days = Days(meters, np.array([day, day]), each, 2 * each, 3 * each)
    try:
        with database.transaction() as connection:
            once = Once("collector 1", f"days {day} {wh}", bytes(32))
            take(connection, Rosters(), street.community_id, once, days, None)
    except Conflict:
        pass


def happen(database: Database, changed: Changed, event: Event) -> None:
    street = changed.street
    match event:
        case "seal":
            seal(database, keep_open_days=1)
        case "settle":
            settle(database, street.community_id)
        case "outage":
            start = TURN.later(20).start
            with database.transaction() as connection:
                report_outage(connection, street.community_id, start, start + timedelta(hours=9))
        case "silence":  # so long after that who is silent is not waited for any more
            report(database, street.ada_meter, LATEST.later(150), 1, 2, 3)
        case "days":
            whole_days(database, changed, 7)
        case _:
            for of, offset, revision in event:
                tell(database, changed, of, TURN.later(offset), revision)


def tell(database: Database, changed: Changed, of: int, interval: Interval, revision: int) -> None:
    bens = changed.new if interval >= REPLACED else changed.street.ben_meter
    wh = 10 * revision + interval.number % 7
    meter = bens if of else changed.street.ada_meter
    try:
        report(database, meter, interval, wh, 2 * wh, 3 * wh, revision=revision)
    except Conflict:  # a collector said something else of that half hour
        assert revision == 0


told = st.tuples(st.integers(0, 1), st.integers(0, 120), st.integers(0, 2))
events = st.one_of(
    st.sampled_from(["seal", "settle", "outage", "silence", "days"]),
    st.lists(told, min_size=1, max_size=5),
)


@given(history=st.lists(events, min_size=1, max_size=8))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_are_the_sum_of_readings_whatever_comes_in_whatever_order(
    database: Database, changed: Changed, history: list[Event]
) -> None:
    for event in history:  # examples follow one another in one database: a long history
        happen(database, changed, event)

    assert_sums_agree(database, changed)
    assert_months_agree(database, changed)


def test_a_long_life_with_all_that_happens(database: Database, changed: Changed) -> None:
    everybody = [(of, offset, 0) for offset in range(121) for of in (0, 1)]
    history: list[Event] = [
        *("days", everybody, "silence", "settle", "seal"),
        [(0, 3, 1), (1, 70, 1), (1, 80, 1)],  # corrections of sealed days, of both owners
        *("settle", "outage", "seal"),
        [(0, 3, 2)],
    ]
    for event in history:
        happen(database, changed, event)
        assert_sums_agree(database, changed)
        assert_months_agree(database, changed)


def test_half_an_hour_of_a_sealed_day_goes_to_each_owner(
    database: Database, changed: Changed
) -> None:
    """Dan's connection from 13:30 of 1 October on: 27 half hours of that day are Ben's."""
    ben, new = changed.street.ben_meter, changed.new
    for offset in range(48, 97):
        report(database, changed.street.ada_meter, TURN.later(offset), 0, 0)
        report(database, ben if offset < 61 else new, TURN.later(offset), 10, 0)
    for offset in range(48):
        report(database, changed.street.ada_meter, TURN.later(offset), 0, 0)
        report(database, ben, TURN.later(offset), 10, 0)
    settle(database, changed.street.community_id)
    assert seal(database, keep_open_days=1) > 0

    with database.transaction() as connection:
        day = (date(2026, 10, 1), date(2026, 10, 2), Step.DAY)
        bens = sums_of_member(connection, changed.street.ben.member_id, *day)
        dans = sums_of_member(connection, changed.dan.member_id, *day)
        only = sums_of_member(connection, changed.street.ben.member_id, *day, serial=new.serial)

    midnight = day_start(date(2026, 10, 1))
    assert bens == [Sum(midnight, 27, 270, 0, 0, 0)]
    assert dans == [Sum(midnight, 21, 210, 0, 0, 0)]
    assert only == [Sum(midnight, 14, 140, 0, 0, 0)]
