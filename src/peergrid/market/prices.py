"""The published prices of shared energy, as functions of supply and demand.

Prices and energies are numbers or arrays of one shape, in any one unit. Liu 2017 and Bogensperger
2021 take supply and demand after each home's own use, Zhou 2018's mid-market rate takes each
home's total generation and demand: hand in the one or the other. PeerGrid meters at the
grid connection, so its own schemes use what is left after own use.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

type Real = NDArray[np.float64]


def supply_demand_price(ratio: ArrayLike, export_price: ArrayLike, retail_price: ArrayLike) -> Real:
    """What a seller gets for a shared kWh at a supply-demand ``ratio`` >= 0.

    From the retail price (nothing supplied) down to the export price (as much as is needed).

    Source: Liu, Yu, Wang, Li, Ma, Lei 2017, IEEE Trans. Power Systems,
    10.1109/TPWRS.2017.2649558, equations 7, 9; Bogensperger et al. 2021, equation 1.
    """
    return compensated_price(ratio, export_price, retail_price, 0.0)


def compensated_price(
    ratio: ArrayLike, export_price: ArrayLike, retail_price: ArrayLike, kappa: float
) -> Real:
    """The same with a compensation of sellers, ``kappa`` from 0 (none) to 1.

    Source: Mello, Villar, Saraiva 2023, Energies 16(4), 1949, 10.3390/en16041949.
    """
    low, high = np.asarray(export_price, np.float64), np.asarray(retail_price, np.float64)
    ratio = np.asarray(ratio, np.float64)
    more = (high - low) * kappa
    scarce = (high - low - more) * np.minimum(ratio, 1) + low + more
    price = np.where(scarce > 0, high * (low + more) / np.where(scarce > 0, scarce, 1), high)
    return np.asarray(np.where(ratio >= 1, low + more / np.maximum(ratio, 1), price), np.float64)


def buyers_price(ratio: ArrayLike, sell_price: ArrayLike, retail_price: ArrayLike) -> Real:
    """The mean price of a kWh drawn: ``ratio`` of it from neighbours, the rest from the grid.

    Source: Liu et al. 2017, 10.1109/TPWRS.2017.2649558, equation 10.
    """
    covered = np.minimum(np.asarray(ratio, np.float64), 1)
    retail = np.asarray(retail_price, np.float64)
    return np.asarray(np.asarray(sell_price, np.float64) * covered + retail * (1 - covered))


def mid_market_prices(
    supply: ArrayLike, demand: ArrayLike, export_price: ArrayLike, retail_price: ArrayLike
) -> tuple[Real, Real]:
    """The mean prices (sell, buy) of a kWh sent out and of one drawn; NaN where there is none.

    Source: Long et al. 2017, as given by Zhou et al. 2018 (A25 to A27) and Bogensperger et al.
    2021 (equations 3 to 5).
    """
    supply, demand = np.asarray(supply, np.float64), np.asarray(demand, np.float64)
    low, high = np.asarray(export_price, np.float64), np.asarray(retail_price, np.float64)
    shared, middle = np.minimum(supply, demand), (low + high) / 2
    sold = (shared * middle + (supply - shared) * low) / np.where(supply > 0, supply, np.nan)
    bought = (shared * middle + (demand - shared) * high) / np.where(demand > 0, demand, np.nan)
    return sold, bought


def bill_sharing_prices(
    net_imports: ArrayLike, export_price: float, retail_price: float
) -> tuple[float, float]:
    """The prices (sell, buy) of a period, known when it is over; NaN where nobody sold or bought.

    ``net_imports`` (n_intervals, n_homes) is each home's import less its export.

    Source: Zhou et al. 2018 (A28); Bogensperger et al. 2021 (equations 6 and 7).
    """
    homes = np.asarray(net_imports, np.float64)
    community = homes.sum(axis=1)
    drawn, sent = np.maximum(homes, 0).sum(), np.maximum(-homes, 0).sum()
    buy = retail_price * np.maximum(community, 0).sum() / drawn if drawn else np.nan
    sell = export_price * np.maximum(-community, 0).sum() / sent if sent else np.nan
    return float(sell), float(buy)


def own_rate_bill(
    *,
    drawn: tuple[float, float],
    sent: tuple[float, float],
    rate: float,
    export_price: float,
) -> float:
    """A home's bill where it pays, and is paid, its own ``rate`` for energy of the community.

    ``drawn`` and ``sent`` are (with neighbours, with the grid). Two homes of other rates pay and
    receive other amounts for the same energy, so this convention does not balance; PeerGrid's
    coefficient scheme pays out what is paid in.

    Source: gsy-e, ``scm_manager`` (coefficient communities).
    """
    return sum(drawn) * rate - sent[0] * rate - sent[1] * export_price
