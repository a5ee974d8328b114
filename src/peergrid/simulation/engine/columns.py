"""What the kernels work on: columns of homes and of communities, and what holds for a day.

Columns of one kind are the rows of one array, since a kernel that is handed forty arrays spends
its time counting references to them.
"""

from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import INTERVALS_PER_DAY

NOBODY_DREW = -1  # in place of a price
EVERY_INTERVAL = np.uint64(2**INTERVALS_PER_DAY - 1)  # a bit each
FACTOR, GAIN = 0, 1  # rows of Homes.reals
WRITTEN_OUT = 6  # blocks of a tariff that are computed without a loop
SCHEME_NAMES = ("net_metering", "mid_market")  # those with a compiled body
PRICED_IN_NUMPY = len(SCHEME_NAMES)  # any other: see ``pricing``
MOST_LATER = 3  # half hours by which homes rise later than the mean, or earlier
HABITS = 2 * MOST_LATER + 1

type Whole8 = NDArray[np.uint8]
type Whole16 = NDArray[np.int16]
type Whole32 = NDArray[np.int32]
type Whole64 = NDArray[np.int64]
type Word64 = NDArray[np.uint64]
type Real32 = NDArray[np.float32]
type Real64 = NDArray[np.float64]


class Fact(IntEnum):
    """Rows of ``Homes.facts``: what a home has [Wh an interval, where not said], and its state.

    The last four are of the interval last lived.
    """

    KIND = 0  # its class, and how many households share its meter: a row of the day's profiles
    SHIFT_WH = 1  # shiftable load a day
    SHIFT_POWER_WH = 2
    REACTS = 3  # 1: shiftable load and battery follow what energy is worth
    ORIENTATION = 4  # its row in the sun's table
    INVERTER_WH = 5
    CAN_EXPORT = 6
    ISLANDS = 7
    BATTERY_WH = 8  # capacity
    BATTERY_POWER_WH = 9
    RESERVE_WH = 10  # kept in the battery for outages
    EFFICIENCY_PPM = 11  # of what goes into the battery, the part that stays
    CONNECTION_WH = 12
    SOC_WH = 13  # in the battery now
    TANK_WH = 14  # how much of its shiftable load can be put off, at most
    OWED_WH = 15  # how much of it is put off now
    DEMAND_WH = 16
    GENERATION_WH = 17
    IMPORT_WH = 18
    EXPORT_WH = 19


class Total(IntEnum):
    """Rows of ``Homes.totals``: the standing in the month, then sums over the run [Wh, micros]."""

    BILLED_WH = 0
    SENT_WH = 1
    CREDIT_WH = 2
    DEMAND_WH = 3  # served
    UNSERVED_WH = 4
    GENERATION_WH = 5
    CURTAILED_WH = 6  # the panels could have made it, and nobody could take it
    LOST_WH = 7  # of that, what an outage kept from being shared
    IMPORT_WH = 8
    EXPORT_WH = 9
    BOUGHT_WH = 10
    SOLD_WH = 11
    PAID_MICROS = 12
    EARNED_MICROS = 13
    RETAIL_MICROS = 14
    LEVY_MICROS = 15
    FEED_IN_MICROS = 16
    CREDIT_EARNED_WH = 17
    CREDIT_USED_WH = 18
    NET_SQUARED_WH2 = 19  # sum of squares of what passed the meter: its line's losses


class Pool(IntEnum):
    """Rows of ``Communities.facts``, int64."""

    SITE = 0
    FIRST = 1  # its first home's row
    HOMES = 2
    TRANSFORMER_WH = 3  # the most that flows either way in an interval
    OUTAGE_INTERVALS = 4
    OVERLOAD_INTERVALS = 5


class Entry(IntEnum):
    """Rows of a community's book (Entry, homes): the interval's, the month's, the block's."""

    IMPORTED = 0
    BOUGHT = 1
    PAYS = 2
    RETAIL_THEN = 3
    LEVY_THEN = 4
    SPARE = 5
    BILLED = 6  # the month so far
    RETAIL = 7
    LEVY = 8
    RETAIL_BEFORE = 9  # the month before the block
    LEVY_BEFORE = 10
    PRICE = 11  # the tariff's line at the block's beginning, and the one at its end
    OFFSET = 12
    NEXT_PRICE = 13
    NEXT_OFFSET = 14
    LINE = 15  # which line that is
    NEXT_LINE = 16
    ROOM = 17
    ALL_BOUGHT = 18  # from here on: sums over the block
    ALL_PAID = 19


class Sale(IntEnum):
    """Rows of the book of those who can export or have credit left (Sale, sellers)."""

    EXPORTED = 0
    SOLD = 1
    EARNS = 2
    SPARE = 3
    ROOM = 4
    MONTH_SENT = 5  # from here on: the month so far
    CREDIT = 6
    ALL_EXPORTED = 7  # from here on: sums over the block
    ALL_SOLD = 8
    ALL_EARNED = 9
    ALL_FEED_IN = 10
    ALL_CREDITED = 11
    ALL_USED = 12


BOOK_ROWS, SALE_ROWS = len(Entry), len(Sale)


class Homes(NamedTuple):
    """One column a home (n,), ordered by community."""

    key: Word64  # (n,)
    reals: Real32  # (2, n): demand factor, gain [kWp]
    facts: Whole32  # (Fact, n)
    totals: Whole64  # (Total, n)


class Communities(NamedTuple):
    """One column a community (C,); ``price`` (C, 48) [micros/kWh] is of each half hour's last."""

    facts: Whole64  # (Pool, C)
    price: Whole64


class Day(NamedTuple):
    """What holds for a local day.

    ``profiles`` (kinds, L, 48) [Wh] are days of a class, or of some households behind a meter;
    ``sun`` (orientations, 48) [Wh per kWp]; ``off`` (C,) has bit j set if the feeder is off in
    interval j; ``order`` (HABITS + C, 48) ranks the intervals for shiftable load: by the habit of
    those who rise early or late, then for each community by what energy is worth; ``rising``
    (kinds, L) says which of the habits a day of the library goes with; ``dear`` (C,) has bit j
    set where a reacting battery may discharge; a battery that reacts and gives back less than
    ``worth_ppm`` is charged with what cannot be sent out;
    ``turns`` (48,) say whose turn it is to get what is left.
    """

    number: int
    profiles: Whole16
    growth: float
    sun: Real32
    off: Word64
    order: Whole8
    rising: Whole8
    dear: Word64
    worth_ppm: int
    turns: Word64


class Rates(NamedTuple):
    """A tariff as the kernels read it: retail(m) = max over k of (price[k] m - offset[k]) / parts.

    That holds because block prices never fall. ``price`` and ``offset`` are (MOST_BLOCKS,), the
    blocks that are not there 0; ``parts`` is 1 if a Wh costs whole micros in every block, else
    1,000. ``scheme`` is its place in SCHEME_NAMES, or
    PRICED_IN_NUMPY; ``feed_in`` is in micros/kWh.
    """

    scheme: int
    price: Real64
    offset: Real64
    parts: float
    levy_ppm: float
    credit_ratio_ppm: float
    feed_in: float


class Recording(NamedTuple):
    """Every home's interval of a day (48, n) [Wh], or (0, n) if nobody asked for it."""

    import_wh: Whole32
    export_wh: Whole32
    generation_wh: Whole32


class Work(NamedTuple):
    """Room for the largest community's block, made once a thread.

    ``net`` (48 x homes,), ``book`` and ``sales`` (their rows x homes,), ``sellers`` and
    ``makers`` (homes + 1,): places of homes that may sell, of those that have panels; ``due`` (2,):
    retail and levy of all homes in the month so far.
    """

    net: Whole32
    book: Real64
    sales: Real64
    sellers: Whole32
    makers: Whole32
    due: Real64


class Series(IntEnum):
    """What is summed over the homes of a site, interval by interval: [Wh], [micros]."""

    DEMAND_WH = 0  # served
    UNSERVED_WH = 1
    GENERATION_WH = 2
    CURTAILED_WH = 3
    LOST_WH = 4
    IMPORT_WH = 5
    EXPORT_WH = 6
    SHARED_WH = 7
    PAID_MICROS = 8
    RETAIL_MICROS = 9
    LEVY_MICROS = 10
    FEED_IN_MICROS = 11
    CREDIT_EARNED_WH = 12
    CREDIT_USED_WH = 13
    HOMES_OFF = 14
    OVERLOAD_WH = 15
