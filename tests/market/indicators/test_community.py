"""All indicators of a community at once."""

import json
import random
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.indicators import (
    WET_YEAR,
    Energies,
    Indicators,
    Money,
    indicators_of,
)

COMPOSITES = ("economic_index", "technical_index", "overall_index")
FIVE_OF_A_KIND = Energies(4_000, 3_000, 1_000, 3_000, 2_000, 1_500)


def test_two_homes_can_be_checked_by_hand() -> None:
    """Together they pay 50 instead of 100, at the least 0; they net 2,000 Wh in two intervals."""
    money = Money((80, -30), (100, 0), 0)
    found = indicators_of(FIVE_OF_A_KIND, [[1_500, -500], [0, 0]], money)

    assert found.self_consumption == pytest.approx(1 / 3)
    assert found.self_sufficiency == 0.25
    assert (found.savings_micros, found.savings_share, found.value_index) == (50, 0.5, 0.5)
    assert found.gini_of_benefits == pytest.approx(10 / (2 * 2 * 25))  # 20 and 30
    assert found.jain_of_benefits == pytest.approx(50**2 / (2 * (20**2 + 30**2)))
    assert (found.participation_index, found.equality_index) == (1, 0.5)  # incomes 0 and 110
    assert found.energy_balance_index == pytest.approx(1 - 2_000 / 7_000)
    assert found.power_flatness_index == 1 - 1.5 / 2  # the day of nothing does not count
    assert found.community_self_sufficiency == 1 - 1_500 / 4_000
    assert found.economic_index == pytest.approx(0.345 * 0.5 + 0.32 + 0.335 * 0.5)
    assert found.technical_index == pytest.approx(0.35 * 5 / 7 + 0.34 * 0.25 + 0.31 * 0.625)
    assert found.avoided(WET_YEAR).grams == 894  # 1 kWh used at home, 2 sent out


def test_a_home_that_loses_shifts_the_benefits_of_all() -> None:
    found = indicators_of(FIVE_OF_A_KIND, [], Money((15, 0), (10, 20)))  # -5 and 20: 0 and 25

    assert (found.gini_of_benefits, found.jain_of_benefits) == (0.5, 0.5)
    assert found.participation_index == 0.5


def test_without_a_best_there_is_no_value_and_no_sum_that_needs_it() -> None:
    found = indicators_of(FIVE_OF_A_KIND, [[1]], Money((1,), (2,)))

    assert found.value_index is found.economic_index is found.overall_index is None
    assert found.technical_index is not None


def test_nobody_and_nothing_have_no_indicators() -> None:
    found = indicators_of(Energies(0, 0, 0, 0, 0, 0), [], Money((), ()))

    assert {value for value in asdict(found).values() if value is not None} == {0}


WH = st.integers(0, 10**9)
BILLS = st.lists(st.tuples(st.integers(-(10**9), 10**9), WH), max_size=8)


@st.composite
def made_of(draw: st.DrawFn) -> tuple[Energies, list[list[int]]]:
    """Intervals of homes without batteries, each with what homes made, used and sent out."""
    days = draw(st.lists(st.lists(st.tuples(WH, WH, WH), max_size=4), max_size=3))
    sums = dict.fromkeys((one.name for one in fields(Energies)), 0)
    for used, drawn, sent in (each for day in days for each in day):
        more = (used + drawn, used + sent, used, drawn, sent, min(drawn, sent))
        sums = {name: sums[name] + wh for name, wh in zip(sums, more, strict=True)}
    return Energies(**sums), [[drawn - sent for _, drawn, sent in day] for day in days]


def plain(found: Indicators) -> dict[str, float | None]:
    return asdict(found) | {name: getattr(found, name) for name in COMPOSITES}


@given(made_of(), BILLS, st.one_of(st.none(), st.integers(-(10**9), 10**9)))
def test_json_can_carry_them_and_shares_keep_their_bounds(
    energies: tuple[Energies, list[list[int]]],
    homes: list[tuple[int, int]],
    least: int | None,
) -> None:
    money = Money([bill for bill, _ in homes], [alone for _, alone in homes], least)
    values = plain(indicators_of(*energies, money))

    assert json.loads(json.dumps(values, allow_nan=False)) == values
    free = {"savings_micros", "savings_share", "value_index", "displaced_wh"}
    free |= {"economic_index", "overall_index"}
    for name in values.keys() - free:
        assert -1e-9 <= (values[name] or 0) <= 1 + 1e-9, name


@given(made_of(), BILLS, st.randoms())
def test_the_order_of_homes_and_of_days_changes_nothing(
    energies: tuple[Energies, list[list[int]]],
    homes: list[tuple[int, int]],
    order: random.Random,
) -> None:
    sums, days = energies
    other = order.sample(homes, len(homes))
    one = plain(indicators_of(sums, days, money_of(homes)))
    same = plain(indicators_of(sums, order.sample(days, len(days)), money_of(other)))

    assert same == pytest.approx(one, nan_ok=False)


def money_of(homes: list[tuple[int, int]]) -> Money:
    return Money([bill for bill, _ in homes], [alone for _, alone in homes], 0)
