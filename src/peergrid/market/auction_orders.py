"""Orders to sell or to buy, the same prices in many books, and who comes first."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from peergrid.money import Whole

MOST_MICROS_PER_KWH = 10**12  # what lies above is a mistake
MOST_WH = 10**14  # of one side of one book: 2^16 books in a line fit 64 bits
MOST_WORTH = 2**62  # [micros/kWh x Wh] of one side of one book: sums of it fit 64 bits


@dataclass(frozen=True, eq=False)
class Orders:
    """One side of many books: the same orders, with other quantities in each book.

    ``price_micros_per_kwh`` (n_orders,) is the limit, 0 to 10^12; ``quantity_wh``
    (n_books, n_orders) is 0 or more, where 0 is no order in that book. Among equal prices the
    smaller ``placed`` (n_orders,) comes first, in any unit of time, then the smaller ``number``
    (n_orders,); without ``placed`` all came at once, without ``number`` it is the position.

    Raises ValueError for shapes that do not fit, for what is not whole, for two equal numbers,
    and for prices or quantities out of bounds.
    """

    price_micros_per_kwh: Whole
    quantity_wh: Whole
    placed: Whole | None = None
    number: Whole | None = None

    def __post_init__(self) -> None:
        price, quantity = self.price_micros_per_kwh, self.quantity_wh
        arrays = [a for a in (price, quantity, self.placed, self.number) if a is not None]
        if any(array.dtype != np.int64 for array in arrays):
            raise ValueError("prices, quantities, times and numbers must be 64-bit whole numbers")
        if price.ndim != 1 or quantity.ndim != 2:  # noqa: PLR2004 - (n_books, n_orders)
            raise ValueError("prices must be (n_orders,) and quantities (n_books, n_orders)")
        columns = {
            quantity.shape[1:],
            *(a.shape for a in (self.placed, self.number) if a is not None),
        }
        if columns != {price.shape}:
            raise ValueError(f"{price.size} prices need as many quantities, times and numbers")
        if self.number is not None and np.unique(self.number).size != price.size:
            raise ValueError("two orders have the same number")
        if price.size and not 0 <= price.min() <= price.max() <= MOST_MICROS_PER_KWH:
            raise ValueError(f"a price must lie between 0 and {MOST_MICROS_PER_KWH:,} micros/kWh")
        if quantity.size and not 0 <= quantity.min() <= quantity.max() <= MOST_WH:
            raise ValueError(f"a quantity must lie between 0 and {MOST_WH:,} Wh")
        if quantity.size:
            largest = int(self.total_wh.max())
            if largest > MOST_WH or largest * int(price.max()) > MOST_WORTH:
                raise ValueError("a book holds too much at too high a price to be counted exactly")

    @property
    def books(self) -> int:
        return len(self.quantity_wh)

    @cached_property
    def total_wh(self) -> Whole:
        """What each book holds (n_books,) [Wh]."""
        return np.asarray(self.quantity_wh.sum(axis=1))

    def merit_order(self, *, dearest_first: bool = False) -> Whole:
        """Positions by price, then time placed, then number: asks cheapest first, bids dearest."""
        price = self.price_micros_per_kwh
        number = np.arange(price.size) if self.number is None else self.number
        placed = np.zeros_like(price) if self.placed is None else self.placed
        return np.lexsort((number, placed, -price if dearest_first else price))

    def kept(self, mask: NDArray[np.bool_]) -> "Orders":
        """The same orders with the quantities where ``mask`` (n_books, n_orders) holds, else 0."""
        return Orders(
            self.price_micros_per_kwh,
            np.where(mask, self.quantity_wh, 0),
            self.placed,
            self.number,
        )
