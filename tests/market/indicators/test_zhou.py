"""Six indices and their sums, held to Zhou, Wu, Long 2018, Table 4."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.indicators import (
    ECONOMIC_WEIGHTS,
    OVERALL_WEIGHTS,
    TECHNICAL_WEIGHTS,
    community_self_sufficiency,
    energy_balance_index,
    equality_index,
    participation_index,
    power_flatness_index,
    together,
    value_index,
)

TABLE_4 = {  # VI, PI, EI and EPI; EBI, PFI, SSI and TPI; OPI
    "SDR": ((0.92, 1, 0.51), 0.80, (0.57, 0.53, 0.98), 0.69, 0.74),
    "MMR": ((0.62, 1, 0.55), 0.71, (0.30, 0.59, 0.69), 0.51, 0.61),
    "bill sharing": ((0.34, 0.5, 0.57), 0.46, (0.21, 0.65, 0.47), 0.44, 0.45),
    "conventional": ((0, 1, 0.59), 0.52, (0.20, 0.65, 0.46), 0.44, 0.48),
}
HALF = 0.005  # what two printed decimals may hide
EXACT = {0, 0.5, 1}  # no gain; ten of twenty homes; all of them

type Indices = tuple[float, float, float]
type Weights = tuple[float, float, float]


def could_come_to(indices: Indices, weights: Weights, printed: float) -> bool:
    """Whether numbers that are printed as ``indices`` can have a sum that is as ``printed``."""
    sum_of_printed = together(indices, weights)
    assert sum_of_printed is not None
    hidden = sum(
        weight * HALF for index, weight in zip(indices, weights, strict=True) if index not in EXACT
    )
    return abs(sum_of_printed - printed) <= HALF + hidden + 1e-12


@pytest.mark.parametrize("mechanism", TABLE_4)
def test_all_sums_of_table_4_come_out_to_what_its_rounding_leaves_open(mechanism: str) -> None:
    economic, epi, technical, tpi, opi = TABLE_4[mechanism]

    assert could_come_to(economic, ECONOMIC_WEIGHTS, epi)
    assert could_come_to(technical, TECHNICAL_WEIGHTS, tpi)
    assert together((epi, tpi), OVERALL_WEIGHTS) == pytest.approx(opi, abs=HALF + 1e-12)
    ours = together(
        (together(economic, ECONOMIC_WEIGHTS), together(technical, TECHNICAL_WEIGHTS)),
        OVERALL_WEIGHTS,
    )
    assert ours == pytest.approx(opi, abs=2 * HALF)


def test_thirds_are_not_the_weights_of_table_4() -> None:
    thirds = (1 / 3, 1 / 3, 1 / 3)
    rows = TABLE_4.values()

    assert not all(could_come_to(row[0], thirds, row[1]) for row in rows)
    assert not all(could_come_to(row[2], thirds, row[3]) for row in rows)


def fitting(indices: int, total: int, steps: int) -> list[Weights]:
    """The weights in steps of 1 / ``steps`` that could be those of Table 4."""
    found = []
    for i in range(steps + 1):
        for j in range(steps + 1 - i):
            weights = (i / steps, j / steps, (steps - i - j) / steps)
            if all(could_come_to(row[indices], weights, row[total]) for row in TABLE_4.values()):  # type: ignore[arg-type]
                found.append(weights)
    return found


def test_no_rounder_weights_fit_table_4() -> None:
    assert fitting(0, 1, 100) == []
    assert fitting(0, 1, 200) == [ECONOMIC_WEIGHTS]
    assert fitting(2, 3, 100) == [TECHNICAL_WEIGHTS]


def test_mechanisms_come_in_the_order_of_table_4() -> None:
    overall = {
        mechanism: together(
            (together(row[0], ECONOMIC_WEIGHTS), together(row[2], TECHNICAL_WEIGHTS)),
            OVERALL_WEIGHTS,
        )
        or 0
        for mechanism, row in TABLE_4.items()
    }

    ranked = sorted(overall, key=lambda mechanism: -overall[mechanism])
    assert ranked == ["SDR", "MMR", "conventional", "bill sharing"]


def test_six_indices_of_a_small_community_can_be_checked_by_hand() -> None:
    assert value_index(30, 10, 50) == 0.5
    assert participation_index([10, 20, 31], [20, 20, 30]) == pytest.approx(2 / 3)
    assert equality_index([-4, -3, -2, -1]) == pytest.approx(1 - 20 / (2 * 4 * 6))  # 0, 1, 2, 3
    assert energy_balance_index(3_000, 4_000, 2_000) == 0.5
    assert power_flatness_index([1_000, -3_000, 0, 2_000]) == 1 - 2 / 4  # 3,000 over 1,500
    assert power_flatness_index([1_000, -3_000, 0, 2_000], reference=5) == 1 - 2 / 5
    assert community_self_sufficiency(1_000, 4_000) == 0.75


def test_what_cannot_be_told_is_not_told() -> None:
    assert value_index(1, 0, None) is value_index(1, 5, 5) is value_index(1, 5, 4) is None
    assert participation_index([], []) is equality_index([]) is None
    assert energy_balance_index(0, 0, 0) is community_self_sufficiency(0, 0) is None
    assert power_flatness_index([]) is power_flatness_index([0, 0]) is None
    assert together((1.0, None), (0.5, 0.5)) is None


def test_homes_that_all_pay_alike_are_equal() -> None:
    assert equality_index([0, 0]) == equality_index([-5, -5]) == equality_index([7, 7]) == 1


def test_a_reference_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="the reference is 0: it must be above 0"):
        power_flatness_index([1], reference=0)


NET_WH = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=48)
HOMES = st.lists(
    st.tuples(st.integers(-(10**9), 10**9), st.integers(0, 10**9)), min_size=1, max_size=12
)


@given(NET_WH, st.integers(1, 10**4), st.randoms())
def test_flatness_knows_no_unit_no_order_and_no_direction(
    net_wh: list[int], unit: int, order: random.Random
) -> None:
    changed = [-unit * each for each in order.sample(net_wh, len(net_wh))]
    flatness = power_flatness_index(net_wh)

    assert power_flatness_index(changed) == pytest.approx(flatness)
    assert -1e-12 <= (flatness or 0) <= 1 - 1 / len(net_wh) + 1e-12


@given(HOMES, st.integers(1, 10**6), st.randoms())
def test_participation_and_equality_know_no_unit_and_no_order(
    homes: list[tuple[int, int]], unit: int, order: random.Random
) -> None:
    changed = [(unit * bill, unit * alone) for bill, alone in order.sample(homes, len(homes))]
    bills, alone = zip(*homes, strict=True)
    other_bills, other_alone = zip(*changed, strict=True)

    taking_part = participation_index(bills, alone)
    equality = equality_index(bills)
    assert participation_index(other_bills, other_alone) == taking_part
    assert equality_index(other_bills) == pytest.approx(equality)
    assert 0 <= (taking_part or 0) <= 1
    assert 1 / len(homes) - 1e-9 <= (equality or 0) <= 1


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)), min_size=1))
def test_the_balance_of_homes_without_batteries_lies_between_0_and_1(
    intervals: list[tuple[int, int]],
) -> None:
    net_wh = sum(abs(demand - generation) for demand, generation in intervals)
    demand, generation = (sum(one) for one in zip(*intervals, strict=True))

    assert 0 <= (energy_balance_index(net_wh, demand, generation) or 0) <= 1
