"""What a screen keeps of a replay: who gains most, who loses most, and how many do."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from peergrid import wire
from peergrid.dashboard.replays import MOST_NAMED, outcome_of

NOTHING = dict.fromkeys(wire.MonthFigures.model_fields, 0)
CHANGES = st.lists(st.integers(-9, 9), max_size=3 * MOST_NAMED)


def figures(bill_micros: int) -> wire.MonthFigures:
    return wire.MonthFigures(**NOTHING | {"bill_micros": bill_micros})


def replay_of(changes: list[int]) -> wire.Replay:
    """A month in which each member would have paid so much more."""
    members = [
        wire.ReplayedMember(
            member_id=place,
            name=f"Home {place:03}",
            meters=[],
            booked=figures(100),
            replayed=figures(100 + change),
        )
        for place, change in enumerate(changes)
    ]
    return wire.Replay(
        community="A street",
        month=date(2026, 9, 1),
        is_complete=True,
        settled_until=datetime(2026, 10, 1, tzinfo=UTC),
        scheme=wire.SchemeInfo(
            name="s", title="S", sentence="S.", is_pilot=True, takes_limits=False
        ),
        booked=figures(100 * len(changes)),
        replayed=figures(100 * len(changes) + sum(changes)),
        members=members,
    )


def test_one_gains_one_loses_and_one_is_as_before() -> None:
    outcome = outcome_of(replay_of([5, 0, -3]))

    assert [one.name for one in outcome.gains] == ["Home 002"]
    assert [one.name for one in outcome.losses] == ["Home 000"]
    assert (outcome.better, outcome.worse, outcome.until) == (1, 1, None)
    assert outcome.replayed_micros - outcome.booked_micros == 2


@given(CHANGES)
def test_those_named_gain_or_lose_most_of_all(changes: list[int]) -> None:
    outcome = outcome_of(replay_of(changes))

    assert outcome.better == sum(change < 0 for change in changes)
    assert outcome.worse == sum(change > 0 for change in changes)
    down = [change for change in sorted(changes) if change < 0]
    up = [change for change in sorted(changes, reverse=True) if change > 0]
    for named, most in ((outcome.gains, down), (outcome.losses, up)):
        changed = [one.replayed.bill_micros - one.booked.bill_micros for one in named]
        assert changed == most[:MOST_NAMED]
