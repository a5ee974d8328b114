"""What a member chose is kept, and nonsense in a browser breaks nothing."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.dashboard import flow, words
from peergrid.dashboard.preferences import (
    TEXT_PERCENTS,
    Colours,
    Preferences,
    read_preferences,
    written,
)
from peergrid.words.catalogue import Language


@given(
    st.builds(
        Preferences,
        st.sampled_from(Language),
        st.sampled_from(TEXT_PERCENTS),
        st.sampled_from(Colours),
        st.booleans(),
    )
)
def test_what_is_kept_is_what_was_chosen(chosen: Preferences) -> None:
    assert read_preferences(written(chosen)) == chosen


@pytest.mark.parametrize(
    "text", [None, "", "[]", "null", "{", '{"language": "xx"}', '{"text_percent": 999}']
)
def test_nonsense_counts_as_nothing_chosen(text: str | None) -> None:
    assert read_preferences(text) == Preferences()


def test_the_examples_hold() -> None:
    assert doctest.testmod(words).failed == 0
    assert doctest.testmod(flow).failed == 0
