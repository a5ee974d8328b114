"""Communities that tests live in."""

from datetime import date

from peergrid.simulation.scenario import Community, Group, Outages, Scenario

START = date(2026, 9, 1)
GROUPS = (Group("medium_density", 4, 2), Group("lodger", 2))


def street(
    groups: tuple[Group, ...] = GROUPS,
    *,
    seed: int = 1,
    scheme: str = "mid_market",
    days: int = 2,
    start: date = START,
    transformer_kva: float | None = None,
    outages: Outages = Outages(),  # noqa: B008 - frozen
    copies: int = 1,
) -> Scenario:
    community = Community("harare", groups, copies=copies, transformer_kva=transformer_kva)
    return Scenario("street", "A street", start, days, seed, scheme, (community,), outages=outages)


WITH_EVERYTHING = (
    Group(
        "low_density",
        homes=6,
        with_panels=4,
        kwp=(3, 8),
        with_batteries=2,
        with_geysers=4,
        with_evs=2,
        reacting_share=0.5,
        exporting_share=0.8,
        inverter_ratio=1.3,
    ),
    Group("high_density", homes=6, with_panels=2, breaker_a=10),
)
