"""Energy is whole Wh in half hours that everybody agrees on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import (
    INTERVAL,
    INTERVALS_PER_DAY,
    MAX_WH,
    Interval,
    Quality,
    Reading,
    day_start,
    local_day,
    month_start,
    next_month,
)
from tests.strategies import NOON

HARARE = timezone(timedelta(hours=2))
DAYS = st.dates(date(2000, 1, 2), date(2100, 12, 1))
INTERVALS = st.integers(545_000, 2_270_000).map(
    lambda number: Interval(datetime(1970, 1, 1, tzinfo=UTC) + number * INTERVAL)
)


def test_an_interval_is_half_an_hour_and_ends_where_the_next_begins() -> None:
    assert NOON.end == datetime(2026, 9, 1, 10, 30, tzinfo=UTC)
    assert NOON.later(1) == Interval(NOON.end)
    assert NOON.later(-2).start == datetime(2026, 9, 1, 9, tzinfo=UTC)
    assert INTERVALS_PER_DAY == 48


def test_intervals_are_numbered_from_1970_on() -> None:
    days_to_2000 = (date(2000, 1, 1) - date(1970, 1, 1)).days
    assert Interval(datetime(2000, 1, 1, tzinfo=UTC)).number == days_to_2000 * INTERVALS_PER_DAY


@pytest.mark.parametrize("year", [1, 1999, 2101, 9999])
def test_a_year_that_must_be_a_mistake_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="is not in the years 2000 to 2100"):
        Interval(datetime(year, 12, 31, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (datetime(2026, 9, 1, 10, 30), "not UTC: write it as 2026-09-01T10:30:00Z"),  # noqa: DTZ001
        (datetime(2026, 9, 1, 10, 30, tzinfo=HARARE), "not UTC"),
        (datetime(2026, 9, 1, 10, 30, tzinfo=ZoneInfo("Africa/Harare")), "not UTC"),
        (datetime(2026, 9, 1, 10, 15, tzinfo=UTC), "not on a half hour"),
        (datetime(2026, 9, 1, 10, 30, 1, tzinfo=UTC), "not on a half hour"),
        (datetime(2026, 9, 1, 10, 30, 0, 1, tzinfo=UTC), "not on a half hour"),
    ],
)
def test_a_naive_a_local_or_an_unaligned_start_is_refused(start: datetime, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Interval(start)


def test_utc_by_another_name_is_the_same_interval() -> None:
    other = Interval(datetime(2026, 9, 1, 10, tzinfo=ZoneInfo("UTC")))

    assert other == NOON
    assert hash(other) == hash(NOON)


@given(INTERVALS, st.integers(-10_000, 10_000))
def test_an_interval_n_later_has_a_number_n_higher(interval: Interval, n: int) -> None:
    later = interval.later(n)

    assert later.number - interval.number == n
    assert later.start - interval.start == n * INTERVAL


@pytest.mark.parametrize("name", ["import_wh", "export_wh", "generation_wh"])
@pytest.mark.parametrize("energy_wh", [-1, MAX_WH + 1])
def test_an_energy_below_0_or_too_large_to_store_is_refused(name: str, energy_wh: Any) -> None:
    reading = Reading(1, NOON, 0, 0)

    with pytest.raises(ValueError, match=f"{name} is {energy_wh}: it must be 0 to 2147483647 Wh"):
        replace(reading, **{name: energy_wh})


def test_a_revision_below_0_is_refused() -> None:
    with pytest.raises(ValueError, match="revision is -1: it must be 0 or more"):
        Reading(1, NOON, 0, 0, revision=-1)


def test_a_reading_is_measured_and_the_first_unless_it_says_otherwise() -> None:
    reading = Reading(1, NOON, 0, MAX_WH)

    assert (reading.generation_wh, reading.quality, reading.revision) == (0, Quality.MEASURED, 0)


def test_what_the_panels_made_and_the_meter_did_not_see_was_used_at_home() -> None:
    reading = Reading(1, NOON, import_wh=200, export_wh=1_000, generation_wh=1_300)

    assert reading.self_consumed_wh == 300
    assert reading.demand_wh == 500


def test_a_home_that_sends_out_more_than_it_makes_used_none_of_it() -> None:
    reading = Reading(1, NOON, import_wh=200, export_wh=1_000, generation_wh=900)

    assert reading.self_consumed_wh == 0
    assert reading.demand_wh == 200


@given(st.integers(0, MAX_WH), st.integers(0, MAX_WH), st.integers(0, MAX_WH))
def test_what_comes_into_a_home_goes_out_or_is_used(made: int, drawn: int, sent: int) -> None:
    reading = Reading(1, NOON, drawn, min(sent, made), made)

    assert reading.generation_wh + reading.import_wh == reading.demand_wh + reading.export_wh


def test_the_local_day_turns_at_ten_in_the_evening_utc() -> None:
    assert local_day(datetime(2026, 8, 31, 21, 30, tzinfo=UTC)) == date(2026, 8, 31)
    assert local_day(datetime(2026, 8, 31, 22, tzinfo=UTC)) == date(2026, 9, 1)
    assert day_start(date(2026, 9, 1)) == datetime(2026, 8, 31, 22, tzinfo=UTC)
    assert day_start(date(2026, 9, 1)).tzinfo is UTC


def test_a_month_begins_on_its_first_day_and_december_is_followed_by_january() -> None:
    assert month_start(date(2028, 2, 29)) == date(2028, 2, 1)
    assert next_month(date(2028, 2, 29)) == date(2028, 3, 1)
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)


@given(DAYS)
def test_every_local_day_has_the_same_48_intervals(day: date) -> None:
    start = day_start(day)

    assert local_day(start) == day
    assert local_day(start - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert day_start(day + timedelta(days=1)) - start == INTERVALS_PER_DAY * INTERVAL


@given(DAYS)
def test_a_month_ends_where_the_next_begins(day: date) -> None:
    following = next_month(day)

    assert following.day == 1
    assert month_start(following - timedelta(days=1)) == month_start(day) <= day < following
