from datetime import date

from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.roofs import Roofs
from peergrid.simulation.sky.sites import SITES
from peergrid.simulation.sky.sun_path import days_from

HARARE = SITES["harare"]


def test_a_day_is_the_same_whichever_day_was_asked_for_first() -> None:
    one, other = (Roofs(HARARE, 5, [Orientation(20, 0)]) for _ in range(2))
    days = days_from(date(2026, 9, 1), 40)
    forwards = [one.day_wh_per_kwp(day).tolist() for day in days]
    backwards = [other.day_wh_per_kwp(day).tolist() for day in reversed(days)]
    assert forwards == backwards[::-1]


def test_without_roofs_there_is_nothing_to_compute() -> None:
    assert Roofs(HARARE, 1, []).day_wh_per_kwp(date(2026, 9, 1)).shape == (0, 48)
