"""A period of time is what its address says, and one step forth undoes one step back."""

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.dashboard import period as periods
from peergrid.dashboard.period import ONE_DAY, Period, Span, around, asked_by

DAYS = st.dates(date(2003, 1, 1), date(2097, 12, 31))
SPANS = st.sampled_from(Span)


def test_the_examples_hold() -> None:
    assert doctest.testmod(periods).failed == 0


@given(span=SPANS, day=DAYS)
def test_a_day_lies_in_its_period_and_the_address_leads_back_to_it(span: Span, day: date) -> None:
    period = around(span, day)

    assert period.start <= day < period.end
    assert asked_by(period.place) == (span, period.start)


@given(span=SPANS, day=DAYS)
def test_periods_follow_each_other_without_a_gap(span: Span, day: date) -> None:
    period = around(span, day)

    assert period.after.start == period.end
    assert period.before.end == period.start
    assert period.after.before == period
    assert around(span, period.end - ONE_DAY) == period


@pytest.mark.parametrize(
    "place", ["", "day", "decade/2026-09-01", "day/0001-01-01", "day/9999-12-31"]
)
def test_nonsense_leads_to_the_newest_day(place: str) -> None:
    assert asked_by(place) == (Span.DAY, None)


def test_a_year_of_leap_days_ends_with_december() -> None:
    assert around(Span.YEAR, date(2028, 2, 29)) == Period(Span.YEAR, date(2028, 1, 1))
