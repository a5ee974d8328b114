"""What homes would have paid with the grid alone: stepped prices and levy, no sharing."""

import numpy as np
from numpy.typing import NDArray

from peergrid.market.tariff import Tariff
from peergrid.money import PARTS, WH_PER_KWH

type Amounts = NDArray[np.int64]


class GridOnly:
    """Keeps ``homes`` bills with the grid alone, month by month, under ``tariff``.

    Every Wh drawn is the grid's, at the month's blocks and with the levy; a Wh sent out earns
    nothing, since no price in money for it was found in force. Energy as it was metered: nobody
    would have used it otherwise.
    """

    def __init__(self, tariff: Tariff, homes: int) -> None:
        self._tariff = tariff
        self._before_wh = np.zeros(homes, np.int64)
        self._before_micros = np.zeros(homes, np.int64)

    def turn_month(self, import_wh: Amounts) -> None:
        """A month begins; ``import_wh`` (n,) is what homes drew since the start of the run."""
        self._before_micros = self.bills_micros(import_wh)
        self._before_wh = import_wh.copy()

    def bills_micros(self, import_wh: Amounts) -> Amounts:
        """Bills since the start of the run [micros] (n,), ``import_wh`` (n,) drawn since then."""
        month_wh = import_wh - self._before_wh
        return self._before_micros + month_bill_micros(self._tariff, month_wh)


def month_bill_micros(tariff: Tariff, month_wh: Amounts) -> Amounts:
    """Retail and levy [micros] of each ``month_wh`` [Wh]: Tariff's own, for many at once."""
    micros_wh = np.zeros_like(month_wh)
    low_wh = 0
    for block in tariff.blocks:
        high_wh = block.up_to_wh
        micros_wh += (np.clip(month_wh, low_wh, high_wh) - low_wh) * block.price_micros_per_kwh
        low_wh = high_wh or low_wh
    retail = _divided(micros_wh, WH_PER_KWH)
    return retail + _divided(retail * tariff.levy_ppm, PARTS)


def _divided(amounts: Amounts, by: int) -> Amounts:
    """As money.divide: to the nearest whole number, halves upwards."""
    return (2 * amounts + by) // (2 * by)
