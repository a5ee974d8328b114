"""Like is compared with like, and what is newest is told apart from what is old."""

from datetime import date, datetime, timedelta

from peergrid import wire
from peergrid.dashboard.energies import Energies, compare, sum_of
from peergrid.dashboard.period import Period, Span
from peergrid.energy import INTERVAL, Quality, day_start

TODAY = date(2026, 9, 2)
NOTHING = dict.fromkeys(wire.Energy.model_fields, 0)


def half_hours(
    day: date, count: int, generation_wh: int, settled: int
) -> list[wire.EnergyInterval]:
    return [
        wire.EnergyInterval(
            **NOTHING | {"generation_wh": generation_wh},
            interval_start=day_start(day) + number * INTERVAL,
            quality=Quality.MEASURED,
            is_settled=number < settled,
        )
        for number in range(count)
    ]


def parts(starts: list[date], generation_wh: int) -> list[wire.EnergyPart]:
    return [
        wire.EnergyPart(
            **NOTHING | {"generation_wh": generation_wh},
            start=start,
            readings=48,
            settled_readings=48,
        )
        for start in starts
    ]


def test_a_day_that_goes_on_is_compared_with_the_same_hours_of_the_day_before() -> None:
    rows = half_hours(TODAY, 10, 200, 10)
    before = half_hours(TODAY - timedelta(days=1), 48, 100, 48)

    compared = compare(Period(Span.DAY, TODAY), TODAY, rows, before)

    assert compared is not None
    assert compared.now.generation_wh == 10 * 200
    assert compared.then.generation_wh == 10 * 100
    assert compared.until == day_start(TODAY) + 10 * INTERVAL


def test_a_day_that_is_over_is_compared_whole() -> None:
    yesterday = TODAY - timedelta(days=1)
    rows = half_hours(yesterday, 20, 200, 20)  # its panels were new
    before = half_hours(yesterday - timedelta(days=1), 48, 100, 48)

    compared = compare(Period(Span.DAY, yesterday), TODAY, rows, before)

    assert compared is not None
    assert (compared.then.generation_wh, compared.until) == (48 * 100, None)


def test_a_year_that_goes_on_is_compared_by_its_whole_months() -> None:
    rows = parts([date(2026, month, 1) for month in range(1, 10)], 3_000)
    before = parts([date(2025, month, 1) for month in range(1, 13)], 2_000)

    compared = compare(Period(Span.YEAR, date(2026, 1, 1)), TODAY, rows, before)

    assert compared is not None
    assert (compared.now.generation_wh, compared.then.generation_wh) == (24_000, 16_000)
    assert compared.until == date(2026, 8, 31)


def test_nothing_is_compared_with_nothing() -> None:
    rows = parts([date(2026, 9, 1)], 0)

    assert compare(Period(Span.MONTH, date(2026, 9, 1)), TODAY, rows, []) is None
    assert compare(Period(Span.MONTH, date(2026, 9, 1)), TODAY, [], rows) is None


def test_the_newest_is_settled_if_any_of_the_last_four_is() -> None:
    def newest(settled: int) -> datetime:
        rows = half_hours(TODAY, 10, 200, settled)
        shown = Energies(Period(Span.DAY, TODAY), TODAY, rows, sum_of(rows), None)
        assert shown.newest is not None
        return shown.newest.interval_start

    assert newest(8) == day_start(TODAY) + 7 * INTERVAL
    assert newest(5) == day_start(TODAY) + 9 * INTERVAL
