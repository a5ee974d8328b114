from collections import Counter
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.simulation.outages import fault_masks, off_masks, shed_intervals, shed_mask
from peergrid.simulation.scenario import Outages

DAY = date(2026, 9, 1)
DAYS = st.dates(date(2001, 1, 1), date(2099, 12, 31))
HALF_HOURS = st.integers(0, 48)


def half_hours(mask: int) -> list[int]:
    return [j for j in range(64) if mask >> j & 1]


def test_two_and_a_half_hours_take_each_half_of_a_peak_in_turn() -> None:
    outages = Outages(hours_per_day=2.5, groups=4)
    turns = [half_hours(shed_mask(outages, DAY, group)) for group in range(4)]
    early, late = list(range(10, 15)), list(range(15, 20))  # 05:00-07:30, 07:30-10:00
    dusk, evening = list(range(34, 39)), list(range(39, 44))  # 17:00-19:30, 19:30-22:00
    assert sorted(turns) == [early, late, dusk, evening]
    tomorrow = [shed_mask(outages, DAY + timedelta(days=1), group) for group in range(4)]
    assert [half_hours(mask) for mask in tomorrow] == [*turns[1:], turns[0]]


def test_ten_hours_are_both_peaks_and_twelve_go_into_midday_or_night() -> None:
    peaks = {*range(10, 20), *range(34, 44)}
    assert set(half_hours(shed_mask(Outages(hours_per_day=10), DAY, 0))) == peaks
    longer = half_hours(shed_mask(Outages(hours_per_day=12), DAY, 0))
    assert len(longer) == 24
    assert peaks < set(longer)


def test_nobody_is_off_without_outages_and_all_are_off_all_day_at_24_hours() -> None:
    groups, communities = np.zeros(3, np.uint8), np.arange(3)
    assert off_masks(Outages(), 1, DAY, groups, communities).tolist() == [0, 0, 0]
    dark = off_masks(Outages(hours_per_day=24), 1, DAY, groups, communities)
    assert dark.tolist() == [2**48 - 1] * 3


@given(HALF_HOURS, st.integers(1, 48), DAYS)
def test_over_four_days_every_group_is_off_equally_in_every_half_hour(
    count: int, groups: int, day: date
) -> None:
    outages = Outages(hours_per_day=count / 2, groups=groups)
    days = [day + timedelta(days=d) for d in range(4)]
    off = [
        Counter(j for each in days for j in half_hours(shed_mask(outages, each, group)))
        for group in range(groups)
    ]
    assert all(each == off[0] for each in off)
    assert off[0].total() == 4 * count


@given(st.floats(0, 24), DAYS, st.integers(1, 400))
def test_any_mean_is_met_to_half_an_hour_over_any_days(hours: float, day: date, days: int) -> None:
    outages = Outages(hours_per_day=hours)
    off = sum(shed_intervals(outages, day + timedelta(days=d)) for d in range(days))
    assert off == pytest.approx(days * 2 * hours, abs=1.001)


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1), st.permutations(range(20)), DAYS)
def test_a_feeders_outages_are_its_own_in_any_company(
    seed: int, order: list[int], day: date
) -> None:
    outages = Outages(hours_per_day=3, groups=5, faults_per_year=200, fault_hours=6)
    communities = np.array(order)
    groups = (communities % 5).astype(np.uint8)
    masks = off_masks(outages, seed, day, groups, communities)
    assert masks.dtype == np.uint64
    assert (masks < 2**48).all()
    for at, number in enumerate(order):
        alone = off_masks(outages, seed, day, groups[at : at + 1], np.array([number]))
        assert alone[0] == masks[at]


@pytest.mark.parametrize(("per_year", "hours"), [(12, 4.0), (52, 0.5), (100, 12.0), (24, 1.3)])
def test_faults_are_as_many_and_as_long_as_asked(per_year: float, hours: float) -> None:
    outages = Outages(faults_per_year=per_year, fault_hours=hours)
    communities, days = np.arange(20_000), 40
    off = begun = 0
    for day in (DAY + timedelta(days=d) for d in range(days)):
        masks = fault_masks(outages, 7, day, communities)
        off += int(np.bitwise_count(masks).sum())
        rises = masks & ~(masks << np.uint64(1)) & np.uint64(2**48 - 2)
        begun += int(np.bitwise_count(rises).sum())
    feeder_years = len(communities) * days / 365.25
    assert off / 2 / feeder_years == pytest.approx(per_year * hours, rel=0.07)
    assert begun / feeder_years <= per_year


def test_a_fault_lasts_on_past_midnight() -> None:
    outages = Outages(faults_per_year=300, fault_hours=12)
    communities = np.arange(500)
    today = fault_masks(outages, 3, DAY, communities)
    tomorrow = fault_masks(outages, 3, DAY + timedelta(days=1), communities)
    at_midnight = today >> np.uint64(47) & np.uint64(1)
    still = tomorrow & np.uint64(1)
    assert 0 < at_midnight.sum() < 500
    assert (still >= at_midnight).mean() > 0.95  # some are mended just at midnight
