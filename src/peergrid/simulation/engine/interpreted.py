"""A community's day in NumPy and by the market's own rules: for runs too small to load a compiler.

Arrays are (homes, intervals) [Wh]. It comes to what the compiled kernels come to.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from peergrid.energy import Interval
from peergrid.money import PARTS
from peergrid.simulation.demand.library import rows_of
from peergrid.simulation.engine.columns import (
    FACTOR,
    GAIN,
    HABITS,
    Communities,
    Day,
    Fact,
    Homes,
    Pool,
    Recording,
    Series,
    Total,
    Whole64,
)
from peergrid.simulation.engine.pricing import Pricing
from peergrid.simulation.engine.trading import trade

HALF = np.float32(0.5)


class Lived(NamedTuple):
    """What homes lived in some intervals; ``net`` is export less import."""

    served: Whole64
    missing: Whole64
    made: Whole64
    spilled: Whole64
    missed: Whole64
    net: Whole64


def run_community(
    homes: Homes,
    communities: Communities,
    c: int,
    day: Day,
    pricing: Pricing,
    first: Interval,
    span: slice,
    recording: Recording,
    series: Whole64,
) -> None:
    """Live and settle intervals ``span`` of ``day`` in community ``c``; the first is ``first``.

    Adds to ``series`` (sites, Series, 48).
    """
    of = communities.facts[:, c]
    rows = slice(int(of[Pool.FIRST]), int(of[Pool.FIRST] + of[Pool.HOMES]))
    on = (day.off[c] >> np.arange(span.start, span.stop, dtype=np.uint64)) & np.uint64(1) == 0
    asked, available = asks(homes, c, rows, day, span, on), shines(homes, rows, day, span)
    lived = lives(homes, c, rows, day, span, on, asked, available)
    sums = series[of[Pool.SITE], :, span]
    of[Pool.OUTAGE_INTERVALS] += int((~on).sum())
    sums[Series.HOMES_OFF] += of[Pool.HOMES] * ~on
    held = trade(pricing, communities, c, first, on, lived.net, homes.totals, sums)
    lived = lived._replace(
        made=lived.made - held, spilled=lived.spilled + held, net=lived.net - held
    )
    enter(homes, rows, lived, sums)
    if recording.import_wh.shape[0]:
        recording.import_wh[span, rows] = np.maximum(-lived.net, 0).T
        recording.export_wh[span, rows] = np.maximum(lived.net, 0).T
        recording.generation_wh[span, rows] = lived.made.T


def asks(
    homes: Homes, c: int, rows: slice, day: Day, span: slice, on: NDArray[np.bool_]
) -> Whole64:
    """What homes ask for: a library day's, and their shiftable load."""
    facts = homes.facts[:, rows].astype(np.int64)
    profile = rows_of(homes.key[rows], day.number, day.profiles.shape[1])
    factor = homes.reals[FACTOR, rows] * np.float32(day.growth)
    wh = day.profiles[facts[Fact.KIND], profile, span].astype(np.float32) * factor[:, np.newaxis]
    most = facts[Fact.CONNECTION_WH][:, np.newaxis]
    asked: Whole64 = np.minimum((wh + HALF).astype(np.int64), most)
    waiting = np.flatnonzero((facts[Fact.SHIFT_WH] > 0) | (facts[Fact.OWED_WH] > 0))
    if waiting.size:
        habit = day.rising[facts[Fact.KIND], profile]
        ranked = np.where(facts[Fact.REACTS] > 0, HABITS + c, habit)[waiting]
        rank = np.argsort(day.order, axis=1)[ranked, span]
        these = facts[:, waiting]
        asked[waiting] = put_off(these, rank, np.float32(day.growth), on, asked[waiting])
        at = np.arange(rows.start, rows.stop)[waiting]
        homes.facts[Fact.OWED_WH, at] = these[Fact.OWED_WH]
    return asked


def put_off(
    facts: Whole64, rank: Whole64, growth: np.float32, on: NDArray[np.bool_], asked: Whole64
) -> Whole64:
    """``asked`` (homes, intervals) with shiftable load, where outages let it be served.

    What they do not is owed: left in ``facts`` (Fact, homes), up to the tank.
    """
    most, power, tank, owed = facts[
        [Fact.CONNECTION_WH, Fact.SHIFT_POWER_WH, Fact.TANK_WH, Fact.OWED_WH]
    ]
    need = (facts[Fact.SHIFT_WH].astype(np.float32) * growth + HALF).astype(np.int64)
    together = asked.copy()
    for j in range(asked.shape[1]):
        due = owed + np.clip(need - rank[:, j] * power, 0, power)
        heated = np.minimum(np.minimum(due, power), most - asked[:, j]) * on[j]
        owed = np.minimum(due - heated, tank)
        lost = (due - heated - owed) * ~on[j]
        together[:, j] = np.minimum(asked[:, j] + heated + lost, most)
    facts[Fact.OWED_WH] = owed
    return together


def shines(homes: Homes, rows: slice, day: Day, span: slice) -> Whole64:
    """What panels could give past their inverters."""
    facts, gain = homes.facts[:, rows], homes.reals[GAIN, rows][:, np.newaxis]
    wh = day.sun[facts[Fact.ORIENTATION], span] * gain + HALF
    inverter = facts[Fact.INVERTER_WH].astype(np.int64)[:, np.newaxis]
    return np.where(gain > 0, np.minimum(wh.astype(np.int64), inverter), 0)


def lives(
    homes: Homes,
    c: int,
    rows: slice,
    day: Day,
    span: slice,
    on: NDArray[np.bool_],
    asked: Whole64,
    available: Whole64,
) -> Lived:
    """Own use first, then the battery, then the community, as far as each inverter lets out."""
    facts = homes.facts[:, rows].astype(np.int64)
    has_panels = homes.reals[GAIN, rows] > 0
    has_battery = has_panels & (facts[Fact.BATTERY_WH] > 0)
    alive = on | ((has_battery & (facts[Fact.ISLANDS] > 0))[:, np.newaxis])
    balance = available - asked
    bits = day.dear[c] >> np.arange(span.start, span.stop, dtype=np.uint64)
    may_give = ~on | (bits & np.uint64(1) > 0) | (facts[Fact.REACTS] == 0)[:, np.newaxis]
    rows_of_batteries = np.flatnonzero(has_battery)
    if rows_of_batteries.size:
        these = facts[:, rows_of_batteries]
        passed = charge_and_give(
            these,
            on,
            alive[rows_of_batteries],
            may_give[rows_of_batteries],
            sent_first(these, day.worth_ppm),
            balance[rows_of_batteries],
        )
        balance[rows_of_batteries] = passed
        homes.facts[Fact.SOC_WH, np.arange(rows.start, rows.stop)[rows_of_batteries]] = these[
            Fact.SOC_WH
        ]
    over, lacking = np.maximum(balance, 0), np.maximum(-balance, 0)
    can_export = has_panels & (facts[Fact.CAN_EXPORT] > 0)
    wanted = np.minimum(over, (facts[Fact.CONNECTION_WH] * can_export)[:, np.newaxis])
    missing = np.where(on, 0, np.where(alive, lacking, asked))
    spilled = np.where(on, over - wanted, np.where(alive, over, available))
    return Lived(
        served=asked - missing,
        missing=missing,
        made=available - spilled,
        spilled=spilled,
        missed=np.where(on, 0, wanted),
        net=np.where(on, wanted - lacking, 0),
    )


def charge_and_give(
    facts: Whole64,
    on: NDArray[np.bool_],
    alive: NDArray[np.bool_],
    may_give: NDArray[np.bool_],
    sent_first: Whole64,
    balance: Whole64,
) -> Whole64:
    """Let batteries take what is left over and give what is missing; the balance after.

    ``facts`` (Fact, homes) are those of homes with batteries; their charge is left in them. Up to
    ``sent_first`` (homes,) goes out before they have more than their reserve.
    """
    soc, capacity, power = facts[[Fact.SOC_WH, Fact.BATTERY_WH, Fact.BATTERY_POWER_WH]]
    passed = balance.copy()
    for j in range(balance.shape[1]):
        left = balance[:, j]
        refill = np.minimum(facts[Fact.RESERVE_WH] - soc, left)
        kept = np.where(on[j], np.maximum(left - sent_first, refill), left)
        charged = np.maximum(np.minimum(np.minimum(kept, capacity - soc), power), 0)
        charged = np.where(alive[:, j] & (left > 0), charged, 0)
        most = soc - np.where(on[j], facts[Fact.RESERVE_WH], 0)
        given = np.maximum(np.minimum(np.minimum(-left, most), power), 0)
        given = np.where(alive[:, j] & may_give[:, j] & (left <= 0), given, 0)
        soc = soc + charged * facts[Fact.EFFICIENCY_PPM] // PARTS - given
        passed[:, j] = left - charged + given
    facts[Fact.SOC_WH] = soc
    return passed


def sent_first(facts: Whole64, worth_ppm: int) -> Whole64:
    """How much of its surplus each home sends out before it charges its battery (homes,)."""
    sends = (facts[Fact.REACTS] > 0) & (facts[Fact.EFFICIENCY_PPM] < worth_ppm)
    exports: Whole64 = facts[Fact.CONNECTION_WH] * (facts[Fact.CAN_EXPORT] > 0)
    first: Whole64 = exports * sends
    return first


def enter(homes: Homes, rows: slice, lived: Lived, sums: Whole64) -> None:
    """Add what was lived to the homes' totals and the site's ``sums``; leave the last readings."""
    drawn, sent = np.maximum(-lived.net, 0), np.maximum(lived.net, 0)
    for total, counted in (
        (Total.DEMAND_WH, lived.served),
        (Total.UNSERVED_WH, lived.missing),
        (Total.GENERATION_WH, lived.made),
        (Total.CURTAILED_WH, lived.spilled),
        (Total.LOST_WH, lived.missed),
        (Total.IMPORT_WH, drawn),
        (Total.EXPORT_WH, sent),
        (Total.NET_SQUARED_WH2, lived.net**2),
    ):
        homes.totals[total, rows] += counted.sum(axis=1)
        if total is not Total.NET_SQUARED_WH2:
            sums[Series[total.name]] += counted.sum(axis=0)
    last = {
        Fact.DEMAND_WH: lived.served,
        Fact.GENERATION_WH: lived.made,
        Fact.IMPORT_WH: drawn,
        Fact.EXPORT_WH: sent,
    }
    for fact, counted in last.items():
        homes.facts[fact, rows] = counted[:, -1]
