"""Six indices of a community and what they come to together.

Source of all: Zhou, Wu, Long 2018, Applied Energy 222, 993-1022,
10.1016/j.apenergy.2018.02.089, equations 17 to 31. The names they have there stand in brackets.
"""

from collections.abc import Sequence

from peergrid.market.indicators.evenness import gini, shifted

type Index = float | None

ECONOMIC_WEIGHTS = (0.345, 0.32, 0.335)  # of VI, PI, EI
TECHNICAL_WEIGHTS = (0.35, 0.34, 0.31)  # of EBI, PFI, SSI
OVERALL_WEIGHTS = (0.5, 0.5)  # of EPI, TPI


def value_index(value: int, reference: int, best: int | None) -> Index:
    """How much of what could be gained is (VI): (value - reference) / (best - reference) (17).

    1 at the best, 0 at the reference, below 0 under it. All in one unit. None if no best is
    known or it is not above the reference.
    """
    if best is None or best <= reference:
        return None
    return (value - reference) / (best - reference)


def participation_index(bills: Sequence[int], references: Sequence[int]) -> Index:
    """Homes that have no reason to stay out / all homes (PI), 0 to 1 (18); None without homes.

    A home whose bill is its reference counts, as in their Table 4, where the reference itself has
    1. Raises ValueError if there are not as many references as bills.
    """
    content = [bill <= other for bill, other in zip(bills, references, strict=True)]
    return sum(content) / len(content) if content else None


def equality_index(incomes: Sequence[int]) -> Index:
    """1 - Gini's index of ``incomes``, shifted to 0 or more (EI), 1/n to 1 (19 to 21).

    Incomes that are all alike are equal, at 0 as well; None without homes.
    """
    if not incomes:
        return None
    return 1 - (gini(shifted(incomes)) or 0.0)


def energy_balance_index(net_wh: int, demand_wh: int, generation_wh: int) -> Index:
    """1 - net / (demand + generation) (EBI), 1 if all is met in its own interval (22, 23).

    ``net_wh`` [Wh] is the sum over intervals of what the community drew from the grid or sent to
    it, each as a positive number; demand and generation are gross: all that homes used and made.
    0 or more, but for what batteries lose. None without either.
    """
    all_wh = demand_wh + generation_wh
    return 1 - net_wh / all_wh if all_wh else None


def power_flatness_index(net_wh: Sequence[int], reference: float | None = None) -> Index:
    """1 - (highest / mean of abs(net)) / reference (PFI) (24, 25).

    ``net_wh`` [Wh] is what the community drew in each interval, below 0 what it sent out. Their
    reference is not known to us; without one it is the number of intervals, the highest ratio
    there can be: then 0 if all falls into one interval, and 1 - 1/n if every one is alike.
    None if nothing was drawn or sent out. Raises ValueError for a reference of 0 or less.
    """
    if reference is not None and reference <= 0:
        raise ValueError(f"the reference is {reference}: it must be above 0")
    sizes = [abs(each) for each in net_wh]
    if not any(sizes):
        return None
    ratio = max(sizes) * len(sizes) / sum(sizes)
    return 1 - ratio / (reference or len(sizes))


def community_self_sufficiency(grid_import_wh: int, demand_wh: int) -> Index:
    """1 - from the grid / demand (SSI), energies [Wh] (26 to 28); None without demand.

    What comes from a neighbour is the community's own. 0 to 1, but for what batteries lose.
    """
    return 1 - grid_import_wh / demand_wh if demand_wh else None


def together(indices: Sequence[Index], weights: Sequence[float]) -> Index:
    """The weighted sum of ``indices`` (29 to 31); None if one of them is not known.

    The weights we use are derived from their Table 4, as the text is not at hand. It rounds to
    0.01 (0, 0.5 and 1 of VI and PI are taken as exact), so weights that add up to 1 are known
    within bounds: for EPI 0.344 to 0.350, 0.312 to 0.321 and 0.334 to 0.342, for TPI 0.346 to
    0.362, 0.325 to 0.352 and 0.301 to 0.323. Thirds lie outside both. Ours are the roundest
    inside, ECONOMIC_WEIGHTS and TECHNICAL_WEIGHTS; with OVERALL_WEIGHTS all twelve sums of the
    table come out to what rounding leaves open, 0.01.

    Raises ValueError if there are not as many weights as indices.
    """
    terms = list(zip(indices, weights, strict=True))
    known = [index * weight for index, weight in terms if index is not None]
    return sum(known) if len(known) == len(terms) else None
