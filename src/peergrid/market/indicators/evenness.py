"""How evenly something is spread over homes: Gini's and Jain's indices."""

from collections.abc import Sequence


def shifted(amounts: Sequence[int]) -> list[int]:
    """``amounts``, raised alike by as much as the lowest lies below 0; unchanged if none does.

    Zhou, Wu, Long 2018 shift incomes to positive before they ask for equality (Applied Energy
    222, 993-1022, equations 19 to 21); how far is our reading: the lowest comes to lie at 0.

    >>> shifted([-2, 0, 5]), shifted([1, 2])
    ([0, 2, 7], [1, 2])
    """
    lowest = min(0, *amounts) if amounts else 0
    return [amount - lowest for amount in amounts]


def gini(amounts: Sequence[int]) -> float | None:
    """How unevenly ``amounts``, each 0 or more, are spread: 0 (all alike) to 1 - 1/n (one has all).

    Half the mean difference of all pairs over the mean, sum_ij |x_i - x_j| / (2 n^2 mean),
    computed from the sorted amounts; whole amounts of any unit give the nearest float. None if
    nobody has anything. Raises ValueError for an amount below 0.

    Source: C. Gini 1912, Variabilita e mutabilita; over sorted values as in Dixon et al. 1987,
    Ecology 68(5), 1548-1551, 10.2307/1939238.

    >>> gini([1, 1, 1, 1]), gini([1, 2, 3, 4]), gini([0, 0, 0, 1])
    (0.0, 0.25, 0.75)
    """
    total = sum(_not_negative(amounts))
    if not total:
        return None
    count = len(amounts)
    ranked = sum(
        (2 * rank - count - 1) * amount for rank, amount in enumerate(sorted(amounts), start=1)
    )
    return ranked / (count * total)


def jain(amounts: Sequence[int]) -> float | None:
    """How evenly ``amounts``, each 0 or more, are spread: 1 (all alike) down to 1/n (one has all).

    (sum x)^2 / (n sum x^2). None if nobody has anything. Raises ValueError for an amount below 0.

    Source: Jain, Chiu, Hawe 1984, DEC Research Report TR-301, arXiv cs/9809099.

    >>> jain([1, 1, 1, 1]), round(jain([1, 2, 3, 4]), 4), jain([0, 0, 0, 1])
    (1.0, 0.8333, 0.25)
    """
    total = sum(_not_negative(amounts))
    return total**2 / (len(amounts) * sum(amount**2 for amount in amounts)) if total else None


def _not_negative(amounts: Sequence[int]) -> Sequence[int]:
    if any(amount < 0 for amount in amounts):
        raise ValueError(f"an amount is {min(amounts)}: each must be 0 or more")
    return amounts
