"""What a month comes to by its end is reckoned from its own whole days, or not at all."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from peergrid import wire
from peergrid.dashboard.forecast import FEWEST_DAYS, MOST_DAYS, forecast_of
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY
from peergrid.money import Unit
from tests.community import START

FIRST = date(2026, 9, 1)
SEPTEMBER = 30 * INTERVALS_PER_DAY
CENT = 10_000


def month(half_hours: int, amounts: dict[int, int], **more: int) -> wire.Statement:
    """September, settled for so many half hours, with an amount for each day of the month."""
    lines = [
        wire.StatementLine(
            day=FIRST.replace(day=day),
            kind=kind,
            unit=Unit.USD,
            amount=amount,
            energy_wh=0,
            words="",
            is_reversal=False,
        )
        for kind, by_day in {"grid_energy": amounts, **{k: {1: v} for k, v in more.items()}}.items()
        for day, amount in by_day.items()
    ]
    return wire.Statement(
        member="Ada",
        community="Street",
        month=FIRST,
        settled_until=START + half_hours * INTERVAL,
        meters=[],
        opening=[],
        lines=lines,
        explained=[],
        closing=[],
    )


def test_twelve_and_a_half_days_tell_the_rest_of_the_month_by_the_last_seven_whole_ones() -> None:
    spent = dict.fromkeys(range(1, 6), -20 * CENT) | dict.fromkeys(range(6, 13), -30 * CENT)
    shown = month(12 * 48 + 24, spent | {13: -12 * CENT})

    forecast = forecast_of(shown, Unit.USD)

    assert forecast is not None
    assert forecast.so_far == -322 * CENT
    assert (forecast.days, forecast.lately, forecast.left) == (7, -210 * CENT, 17 * 48 + 24)
    assert forecast.to_come == -525 * CENT  # 17.5 days at 30 cents
    assert forecast.at_end == -847 * CENT


def test_a_payout_and_credit_paid_once_a_year_do_not_go_on_every_day() -> None:
    spent = dict.fromkeys(range(1, 4), -10 * CENT)

    forecast = forecast_of(
        month(3 * 48, spent, payout=-500 * CENT, credit_paid=90 * CENT), Unit.USD
    )

    assert forecast is not None
    assert forecast.so_far == 60 * CENT
    assert forecast.to_come == -270 * CENT


def test_two_whole_days_are_too_few_and_a_month_that_is_over_has_no_forecast() -> None:
    early = forecast_of(month(3 * 48 - 1, {1: -CENT, 2: -CENT, 3: -CENT}), Unit.USD)

    assert early is not None
    assert not early.is_known
    assert early.so_far == -3 * CENT
    assert forecast_of(month(SEPTEMBER, {1: -CENT}), Unit.USD) is None
    assert forecast_of(month(0, {}), Unit.USD) is None


@given(half_hours=st.integers(FEWEST_DAYS * 48, SEPTEMBER - 1), daily=st.integers(-(10**9), 10**9))
def test_days_that_are_all_alike_end_at_as_many_times_one_of_them(
    half_hours: int, daily: int
) -> None:
    halves = range(half_hours)
    spent: dict[int, int] = {}
    for half in halves:
        day = (START + half * INTERVAL + timedelta(hours=2)).day
        spent[day] = spent.get(day, 0) + daily

    forecast = forecast_of(month(half_hours, spent), Unit.USD)

    assert forecast is not None
    assert forecast.days <= MOST_DAYS
    assert forecast.at_end == daily * SEPTEMBER
