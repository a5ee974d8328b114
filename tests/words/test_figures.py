"""Figures read the same everywhere."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from peergrid.money import Unit
from peergrid.words import figures
from peergrid.words.figures import format_exactly


def test_the_examples_hold() -> None:
    assert doctest.testmod(figures).failed == 0


@given(amount=st.integers(-(10**15), 10**15), unit=st.sampled_from(Unit))
def test_an_exact_figure_loses_nothing(amount: int, unit: Unit) -> None:
    digits = "".join(letter for letter in format_exactly(unit, amount) if letter.isdigit())

    assert int(digits) == abs(amount)
    assert format_exactly(unit, amount).startswith("-") == (amount < 0)
