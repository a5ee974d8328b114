"""Split a whole number by weights and lose nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from peergrid.energy import Interval, Reading


def share_out(total: int, weights: Sequence[int], turn: int = 0) -> list[int]:
    """Split ``total`` >= 0 in proportion to ``weights`` >= 0; the parts sum to ``total``.

    Every part is the exact share rounded down. The units left over go one each to the
    largest remainders; where equal remainders compete, ``turn`` says who of them comes first,
    so that over the turns all get the same.

    Raises ValueError if there is something to share but nobody to share it.

    Source: largest-remainder method (A. Hamilton, 1792).

    >>> share_out(100, [1, 1, 1]), share_out(100, [1, 1, 1], turn=1)
    ([34, 33, 33], [33, 34, 33])
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"nobody to share {total} among")
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    left_over = total - sum(parts)
    if left_over:
        remainders = [total * weight % whole for weight in weights]
        last = sorted(remainders, reverse=True)[left_over - 1]
        larger = [i for i, remainder in enumerate(remainders) if remainder > last]
        equal = [i for i, remainder in enumerate(remainders) if remainder == last]
        lucky = [equal[(turn + n) % len(equal)] for n in range(left_over - len(larger))]
        for i in larger + lucky:
            parts[i] += 1
    return parts


def turn_of(interval: Interval) -> int:
    """Whose turn it is in an interval: spread evenly, and not the same at the same hour each day.

    Source: multiplicative hashing by the golden ratio (D. E. Knuth, The Art of Computer
    Programming 3, 1973, section 6.4).
    """
    return interval.number * 0x9E3779B97F4A7C15 % 2**64 >> 32


@dataclass(frozen=True, slots=True)
class Flow:
    """Where one meter's energy of an interval came from and went to, all [Wh]."""

    meter_id: int
    import_wh: int
    export_wh: int
    bought_wh: int
    sold_wh: int

    @property
    def grid_import_wh(self) -> int:
        """Drawn from the public grid, not from neighbours [Wh]."""
        return self.import_wh - self.bought_wh

    @property
    def grid_export_wh(self) -> int:
        """Taken by the public grid, not by neighbours [Wh]."""
        return self.export_wh - self.sold_wh


def share_energy(interval: Interval, readings: Sequence[Reading]) -> list[Flow]:
    """Who shared with whom: the scarcer side is served in full, the other pro rata.

    Supply and demand are what passes the meters, after each home's own use; a meter that
    both drew and sent out within the interval may serve itself, as the community sees its sums.
    Returns one flow a reading, in order; energies bought and sold sum to the same.
    """
    imports = [reading.import_wh for reading in readings]
    exports = [reading.export_wh for reading in readings]
    shared_wh = min(sum(imports), sum(exports))
    turn = turn_of(interval)
    bought = share_out(shared_wh, imports, turn)
    sold = share_out(shared_wh, exports, turn)
    return [
        Flow(reading.meter_id, reading.import_wh, reading.export_wh, bought_wh, sold_wh)
        for reading, bought_wh, sold_wh in zip(readings, bought, sold, strict=True)
    ]
