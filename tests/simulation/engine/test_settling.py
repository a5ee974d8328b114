from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.energy import INTERVALS_PER_DAY, Interval, Reading, day_start
from peergrid.market.clearing import clear, standings_after
from peergrid.market.sharing import turn_of
from peergrid.market.standing import Standing
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.simulation.engine import block
from peergrid.simulation.engine.columns import (
    BOOK_ROWS,
    SALE_ROWS,
    Communities,
    Day,
    Entry,
    Fact,
    Homes,
    Pool,
    Recording,
    Series,
    Total,
    Whole64,
    Work,
)
from peergrid.simulation.engine.tables import rates_of
from tests.simulation.engine.calling import called

close = called(block.close)

FIRST = Interval(day_start(date(2026, 9, 2)))
MONTH = date(2026, 9, 1)
SCHEMES = st.sampled_from(["net_metering", "mid_market"])
COMPARED: dict[Total, Callable[[Any], int]] = {
    Total.BOUGHT_WH: lambda share: share.flow.bought_wh,
    Total.SOLD_WH: lambda share: share.flow.sold_wh,
    Total.PAID_MICROS: lambda share: share.paid_micros,
    Total.EARNED_MICROS: lambda share: share.earned_micros,
    Total.RETAIL_MICROS: lambda share: share.retail_micros,
    Total.LEVY_MICROS: lambda share: share.levy_micros,
    Total.FEED_IN_MICROS: lambda share: share.feed_in_micros,
    Total.CREDIT_EARNED_WH: lambda share: share.credit_earned_wh,
    Total.CREDIT_USED_WH: lambda share: share.credit_used_wh,
}


def by_kernel(net: list[list[int]], standings: list[Standing], scheme: str, first: int) -> Whole64:
    """Settle ``net`` (intervals, homes) [Wh] from interval ``first`` on; the homes' totals."""
    count, end = len(standings), first + len(net)
    facts, totals = np.zeros((len(Fact), count), np.int32), np.zeros((len(Total), count), np.int64)
    facts[Fact.CAN_EXPORT] = (np.array(net) > 0).any(axis=0)  # who has credit may no longer
    totals[Total.BILLED_WH] = [standing.billed_wh for standing in standings]
    totals[Total.SENT_WH] = [standing.exported_wh for standing in standings]
    totals[Total.CREDIT_WH] = [standing.credit_wh for standing in standings]
    pool = np.zeros((len(Pool), 1), np.int64)
    pool[Pool.HOMES], pool[Pool.TRANSFORMER_WH] = count, 10**12
    room = np.zeros((INTERVALS_PER_DAY, count), np.int32)
    room[first:end] = net
    nothing, lit = np.zeros((0, count), np.int32), np.zeros(1, np.uint64)
    turns = [turn_of(FIRST.later(j)) for j in range(INTERVALS_PER_DAY)]
    day = Day(
        1,
        np.zeros((1, 1, INTERVALS_PER_DAY), np.int16),
        1.0,
        np.zeros((1, INTERVALS_PER_DAY), np.float32),
        lit,
        np.zeros((2, INTERVALS_PER_DAY), np.uint8),
        np.zeros((1, 1), np.uint8),
        lit,
        0,
        np.array(turns, np.uint64),
    )
    book = np.full((BOOK_ROWS, count), 7.0)
    book[Entry.SPARE] = np.maximum(-room[first:end], 0).sum(axis=0)  # drawn in the block
    close(
        Homes(np.zeros(count, np.uint64), np.zeros((2, count), np.float32), facts, totals),
        Communities(pool, np.zeros((1, INTERVALS_PER_DAY), np.int64)),
        0,
        day,
        rates_of(zetdc_tariff(scheme)),
        first,
        end,
        Recording(nothing, nothing, nothing),
        room,
        Work(
            room.ravel(),
            book.ravel(),
            np.full(SALE_ROWS * count, 7.0),
            np.zeros(count + 1, np.int32),
            np.zeros(0, np.int32),
            np.zeros(2),
        ),
        np.zeros((len(Series), INTERVALS_PER_DAY), np.int64),
    )
    return totals


def by_market(net: list[list[int]], standings: list[Standing], scheme: str, first: int) -> Whole64:
    """The same, an interval after the other, by ``peergrid.market``."""
    totals = np.zeros((len(Total), len(standings)), np.int64)
    standing = dict(enumerate(standings))
    for offset, row in enumerate(net):
        at = FIRST.later(first + offset)
        readings = [Reading(home, at, max(-wh, 0), max(wh, 0)) for home, wh in enumerate(row)]
        clearing = clear(at, readings, standing, zetdc_tariff(scheme))
        for home, share in enumerate(clearing.shares):
            for total, of in COMPARED.items():
                totals[total, home] += of(share)
        standing = {**standing, **standings_after(clearing, standing)}
    totals[Total.BILLED_WH] = [standing[home].billed_wh for home in range(len(standings))]
    totals[Total.SENT_WH] = [standing[home].exported_wh for home in range(len(standings))]
    totals[Total.CREDIT_WH] = [standing[home].credit_wh for home in range(len(standings))]
    return totals


def agree(net: list[list[int]], standings: list[Standing], scheme: str, first: int) -> None:
    kernel, market = (by(net, standings, scheme, first) for by in (by_kernel, by_market))
    for total in (Total.BILLED_WH, Total.SENT_WH, Total.CREDIT_WH, *COMPARED):
        assert kernel[total].tolist() == market[total].tolist(), total.name


STANDINGS = st.builds(
    Standing,
    month=st.just(MONTH),
    billed_wh=st.integers(0, 600_000),
    exported_wh=st.integers(0, 600_000),
    credit_wh=st.integers(0, 5_000),
)


@st.composite
def blocks(draw: st.DrawFn, intervals: int) -> tuple[list[list[int]], list[Standing]]:
    count = draw(st.integers(1, 40))
    seed, most = draw(st.integers(0, 2**32 - 1)), draw(st.sampled_from([1, 300, 32_767]))
    net = np.random.default_rng(seed).integers(-most, most + 1, (intervals, count))
    standings = draw(st.lists(STANDINGS, min_size=count, max_size=count))
    return net.tolist(), standings


def test_a_kwh_drawn_in_the_first_block_costs_its_price_and_the_levy() -> None:
    totals = by_kernel([[-1_000]], [Standing(MONTH)], "net_metering", 0)
    assert totals[Total.RETAIL_MICROS, 0] == 80_000
    assert totals[Total.LEVY_MICROS, 0] == 4_800


@settings(deadline=None, max_examples=60)
@given(block=blocks(intervals=1), scheme=SCHEMES, first=st.integers(0, 47))
def test_an_interval_is_priced_as_by_the_market(
    block: tuple[list[list[int]], list[Standing]], scheme: str, first: int
) -> None:
    agree(*block, scheme, first)


@settings(deadline=None, max_examples=30)
@given(block=blocks(intervals=48), scheme=SCHEMES)
def test_a_day_is_priced_as_by_the_market_interval_by_interval(
    block: tuple[list[list[int]], list[Standing]], scheme: str
) -> None:
    agree(*block, scheme, 0)
