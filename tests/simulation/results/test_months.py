"""The months of a run."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from peergrid.simulation.results.months import months_of


def test_months_turn_at_local_midnight_even_where_a_run_ends_within_one() -> None:
    assert list(months_of(date(2026, 12, 31), 3 * 48 - 1)) == [
        (date(2026, 12, 1), slice(0, 48)),
        (date(2027, 1, 1), slice(48, 143)),
    ]
    assert list(months_of(date(2026, 9, 1), 0)) == []


@given(st.integers(1, 200))
def test_every_interval_lies_in_one_month(intervals: int) -> None:
    spans = [span for _, span in months_of(date(2026, 9, 29), intervals)]

    assert [i for span in spans for i in range(span.start, span.stop)] == list(range(intervals))
