"""Who wants panels, and when."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.simulation.adoption.choosing import chance_of, patience_years, payback_years

LOTS = st.floats(0, 1e6)
PART = st.floats(0, 1)
DRAWN = st.floats(0.001, 0.999)
HAZARD = st.floats(0, 10)


def test_a_home_as_patient_as_most_buys_what_pays_back_in_two_years_and_a_half() -> None:
    payback = payback_years(1_000, 400)
    assert payback == 2.5
    patience = patience_years([0.4, 0.5, 0.6], 2.5)
    assert (payback <= patience).tolist() == [True, True, False]
    # A quarter of the neighbours have panels: a hazard of 0.03 + 0.36 / 4 = 0.12 a year, so one
    # home in a hundred a month, near enough.
    chance = chance_of(payback, patience, 0.25, innovation=0.03, imitation=0.36)
    assert chance.tolist() == pytest.approx([1 - np.exp(-0.01), 1 - np.exp(-0.01), 0])


@given(DRAWN, st.floats(0.1, 50))
def test_the_share_that_accepts_a_payback_halves_with_each_half_life(
    drawn: float, half: float
) -> None:
    assert 0.5 ** (patience_years(drawn, half) / half) == pytest.approx(drawn)


@given(LOTS, LOTS, LOTS, DRAWN, PART, PART, HAZARD, HAZARD)
def test_a_chance_rises_with_the_saving_and_with_the_neighbours(
    price: float,
    saving: float,
    more: float,
    drawn: float,
    neighbours: float,
    others: float,
    innovation: float,
    imitation: float,
) -> None:
    def chance(saved: float, near: float) -> float:
        return float(
            chance_of(
                payback_years(price, saved),
                patience_years(drawn, 2.3),
                near,
                innovation=innovation,
                imitation=imitation,
            )
        )

    few, many = sorted((neighbours, others))
    assert 0 <= chance(saving, few) <= chance(saving + more, few) <= 1
    assert chance(saving, few) <= chance(saving, many) <= 1
    assert chance(0, many) == 0
