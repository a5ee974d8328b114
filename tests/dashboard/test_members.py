"""What is looked for stands in the address, whatever people are called."""

from hypothesis import given
from hypothesis import strategies as st

from peergrid import wire
from peergrid.dashboard.members.address import (
    MemberSearch,
    MeterSearch,
    Search,
    Story,
    address_of,
    place_in,
)
from peergrid.dashboard.members.lists import PAGE
from peergrid.words.catalogue import Language, screens_of

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=100)
SEARCHES = st.one_of(
    st.builds(
        MemberSearch,
        TEXTS,
        st.none() | st.sampled_from(wire.Role),
        st.none() | st.sampled_from(wire.Standing),
        st.sampled_from(wire.MemberOrder),
    ),
    st.builds(
        MeterSearch,
        TEXTS,
        st.none() | st.sampled_from(wire.MeterKind),
        st.sampled_from(wire.MeterOrder),
    ),
)


@given(SEARCHES)
def test_an_address_leads_back_to_what_was_looked_for(search: Search) -> None:
    address = address_of(search)

    assert place_in(address) == search
    assert address.isascii()
    assert not set(address) & set("?#% ")
    assert address == address.strip("/")  # as the page's address is read


@given(st.integers(0, 2**31))
def test_a_story_has_an_address_of_its_own(member_id: int) -> None:
    assert place_in(address_of(Story(member_id))) == Story(member_id)


@given(st.text())
def test_an_address_that_makes_no_sense_leads_somewhere_all_the_same(address: str) -> None:
    assert place_in(address)


def test_the_steps_through_a_long_list_have_words_in_every_language() -> None:
    for language in Language:
        assert screens_of(language).say(f"{PAGE}_before")
        assert screens_of(language).say(f"{PAGE}_after")
