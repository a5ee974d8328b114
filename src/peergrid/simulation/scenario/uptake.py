"""How many homes of each group have panels and batteries, once the scenario's share is heeded."""

from dataclasses import dataclass

from peergrid.simulation.scenario.model import Scenario


@dataclass(frozen=True)
class Uptake:
    """Of the homes of one group in one community; parts of a home are settled over copies."""

    with_panels: float
    with_batteries: float


def uptake_of(scenario: Scenario) -> list[list[Uptake]]:
    """For each kind of community and each of its groups, in the scenario's order.

    With ``panels.share`` all groups' ``with_panels`` grow or shrink by one factor, none beyond
    its homes; what is then missing goes to groups without panels, in proportion to their homes.
    Batteries keep their ratio to panels.
    """
    kinds = [(each, group) for each in scenario.communities for group in each.groups]
    copies = [each.copies for each, _ in kinds]
    homes = [float(group.homes) for _, group in kinds]
    panels = [float(group.with_panels) for _, group in kinds]
    if scenario.panels.share is not None:
        wanted = scenario.panels.share * scenario.nominal_households
        among = panels
        panels = _filled(wanted, among, homes, copies)
        placed = sum(count * times for count, times in zip(panels, copies, strict=True))
        others = [size if not weight else 0.0 for size, weight in zip(homes, among, strict=True)]
        rest = _filled(wanted - placed, others, homes, copies)
        panels = [one + other for one, other in zip(panels, rest, strict=True)]
    found = iter(
        Uptake(count, count * group.with_batteries / max(group.with_panels, 1))
        for (_, group), count in zip(kinds, panels, strict=True)
    )
    return [[next(found) for _ in each.groups] for each in scenario.communities]


def _filled(
    wanted: float, weights: list[float], most: list[float], copies: list[int]
) -> list[float]:
    """Parts in proportion to ``weights``, none above ``most``, that sum over copies to ``wanted``.

    All ``most`` (where there is weight) if ``wanted`` is more than that.
    """
    full: set[int] = set()
    while True:
        free = {i for i, weight in enumerate(weights) if weight} - full
        left = wanted - sum(most[i] * copies[i] for i in full)
        total = sum(weights[i] * copies[i] for i in free)
        factor = max(left, 0.0) / total if total else 0.0
        over = {i for i in free if weights[i] * factor > most[i]}
        if not over:
            return [most[i] if i in full else weight * factor for i, weight in enumerate(weights)]
        full |= over
