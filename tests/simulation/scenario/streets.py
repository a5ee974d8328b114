"""Scenarios for tests, and any that may be."""

from datetime import date

from hypothesis import strategies as st

from peergrid.simulation.scenario import Community, Group, Scenario, homes_of

START = date(2026, 9, 1)
GROUPS = (
    Group("medium_density", 6, 3),
    Group("low_density", 3, 2, azimuth_deg=(-180, 180)),
    Group("high_density", 3),
)


def scenario(*communities: Community, seed: int = 1) -> Scenario:
    return Scenario("street", "A street", START, 7, seed, "mid_market", communities)


def street(households: int = 12, seed: int = 1) -> Scenario:
    """A single community of 12 homes, 5 with panels, in another size."""
    return scenario(Community("harare", GROUPS), seed=seed).resized(households)


def producers_of(any_scenario: Scenario) -> int:
    """How many homes have panels."""
    return int(homes_of(any_scenario).has_panels.sum())


@st.composite
def groups(draw: st.DrawFn) -> Group:
    homes = draw(st.integers(1, 12))
    panels = draw(st.integers(0, homes))
    return Group(
        draw(st.sampled_from(["lodger", "high_density", "medium_density", "low_density"])),
        homes,
        panels,
        with_batteries=draw(st.integers(0, panels)),
        with_geysers=draw(st.integers(0, homes)),
        with_evs=draw(st.integers(0, homes)),
        exporting_share=draw(st.sampled_from([0.0, 0.5, 1.0])),
        reacting_share=draw(st.sampled_from([0.0, 0.5, 1.0])),
        azimuth_deg=draw(st.sampled_from([(-45.0, 45.0), (0.0, 360.0), (12.0, 12.0)])),
        tilt_deg=draw(st.sampled_from([(0.0, 90.0), (14.0, 16.0)])),
    )


@st.composite
def communities(draw: st.DrawFn) -> Community:
    return Community(
        draw(st.sampled_from(["harare", "bulawayo"])),
        tuple(draw(st.lists(groups(), min_size=1, max_size=3))),
        copies=draw(st.integers(1, 5)),
        transformer_kva=draw(st.sampled_from([None, 100.0])),
    )


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    return scenario(
        *draw(st.lists(communities(), min_size=1, max_size=3)),
        seed=draw(st.integers(0, 2**63 - 1)),
    )
