from dataclasses import replace

import pytest

from peergrid.errors import Invalid
from peergrid.simulation.scenario import Community
from tests.simulation.scenario.streets import GROUPS, scenario, street


def test_changes_are_checked_like_the_file() -> None:
    with pytest.raises(Invalid, match="households is 0"):
        street().resized(0)
    with pytest.raises(Invalid, match="households is 10000001: it must be 1 to 10,000,000"):
        street().resized(10_000_001)
    with pytest.raises(Invalid, match="days is 0"):
        street().lasting(0)
    assert street().lasting(3).days == 3
    assert street().seeded(9).seed == 9
    assert street().under("net_metering").scheme == "net_metering"
    assert street().resized(7).households == 7


def test_a_single_community_is_known_from_several() -> None:
    assert street().site == "harare"
    street().check_one_community()
    several = scenario(Community("harare", GROUPS, copies=2), Community("bulawayo", GROUPS))
    assert several.sites == ("harare", "bulawayo")
    for ask in (several.check_one_community, lambda: several.site):
        with pytest.raises(Invalid, match="street has 3 communities, but the platform settles one"):
            ask()


def test_what_code_writes_is_kept_as_what_a_file_says() -> None:
    community = replace(street().communities[0], transformer_kva=200)
    assert isinstance(community.transformer_kva, float)
    assert replace(GROUPS[0], kwp=[1, 2]).kwp == (1.0, 2.0)  # type: ignore[arg-type]
