from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.simulation.demand.classes import CLASSES
from peergrid.simulation.demand.library import (
    cell_of,
    profile_of,
    read_library,
    rows_of,
    together,
)

LIBRARY = read_library()
YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
BREAKER_WH = 60 * 230 // 2  # half an hour at 60 A and 230 V


@pytest.mark.parametrize(
    ("day", "cell"),
    [
        (date(2026, 1, 1), 0),  # a Thursday in the rains, and a public holiday
        (date(2026, 1, 3), 1),
        (date(2026, 7, 6), 2),
        (date(2026, 7, 5), 3),
        (date(2026, 10, 16), 4),
        (date(2026, 10, 17), 5),
    ],
)
def test_a_day_s_cell_is_its_season_and_whether_it_is_a_weekend(day: date, cell: int) -> None:
    assert cell_of(day) == cell


def test_a_class_has_six_tables_of_400_days_and_nobody_can_change_them() -> None:
    assert LIBRARY.wh.shape == (len(CLASSES) * 6, LIBRARY.profiles, 48)
    assert LIBRARY.profiles == 400
    assert LIBRARY.wh.dtype == np.int16
    assert LIBRARY.wh.flags.c_contiguous
    assert LIBRARY.wh.nbytes <= 2**20
    with pytest.raises(ValueError, match="read-only"):
        LIBRARY.wh[0, 0, 0] = 1


def test_a_class_s_table_of_a_day_is_the_one_of_its_cell() -> None:
    saturday_in_june = profile_of(LIBRARY, 2, date(2026, 6, 6))
    assert saturday_in_june.tolist() == LIBRARY.wh[2 * 6 + 3].tolist()


def test_no_half_hour_is_negative_or_more_than_a_breaker_of_60_a_carries() -> None:
    assert LIBRARY.wh.min() >= 0
    assert LIBRARY.wh.max() <= BREAKER_WH


@pytest.mark.parametrize("class_index", range(len(CLASSES)))
def test_a_year_of_mean_days_comes_to_the_month_stated(class_index: int) -> None:
    year_wh = sum(profile_of(LIBRARY, class_index, day).sum(axis=1).mean() for day in YEAR)
    monthly_kwh = LIBRARY.monthly_kwh[class_index]
    assert year_wh / 12 / 1000 == pytest.approx(monthly_kwh, rel=0.001)
    assert monthly_kwh == pytest.approx(list(CLASSES.values())[class_index].library_kwh)


def test_a_draw_checked_with_another_hand() -> None:
    # SplitMix64 seeded with 0 answers first e220a8397b1dcdaf (its reference implementation), and
    # day 0 of key 0 is that word: 0xe220a839 * 400 / 2**32 = 353.3
    assert rows_of(np.zeros(1, np.uint64), 0, 400).tolist() == [353]


@given(st.integers(0, 2**64 - 1), st.integers(1, 3_000_000), st.integers(1, 10_000))
def test_a_row_is_one_of_those_there_are(key: int, day_number: int, profiles: int) -> None:
    (row,) = rows_of(np.array([key], np.uint64), day_number, profiles)
    assert 0 <= row < profiles


@pytest.mark.parametrize("of_home", [True, False])
def test_every_row_is_as_likely_as_any_other(of_home: bool) -> None:  # noqa: FBT001
    keys = np.array([0x0123456789ABCDEF + n for n in range(40_000)], np.uint64)
    day = date(2026, 9, 1).toordinal()
    if of_home:
        rows = np.concatenate([rows_of(keys[:1], day + n, 400) for n in range(40_000)])
    else:
        rows = rows_of(keys, day, 400)
    counts = np.bincount(rows, minlength=400)
    chi_squared = ((counts - 100) ** 2 / 100).sum()
    assert 399 - 5 * (2 * 399) ** 0.5 < chi_squared < 399 + 5 * (2 * 399) ** 0.5


def test_what_three_households_draw_behind_one_meter_is_the_sum_of_their_days() -> None:
    days = np.zeros((4, 48), np.int16)
    days[:, 12] = 10, 20, 30, 40
    drawn = together(days, 3)
    assert drawn[:, 12].sum() == 3 * 100
    assert (drawn[:, 12] >= days[:, 12] + 20).all()
    assert not drawn[:, :12].any()
    assert np.array_equal(together(days, 1), days)


def test_households_behind_a_meter_do_not_all_cook_at_once() -> None:
    alone = LIBRARY.wh[0]
    five = together(alone, 5)
    assert five.astype(int).sum() == 5 * alone.astype(int).sum()
    assert five.max(axis=1).mean() < 0.75 * 5 * alone.max(axis=1).mean()
