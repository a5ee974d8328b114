"""What the market's rules keep and how fast they are, one part after the other.

README.md beside it says what each figure is.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from statistics import median
from typing import Any

import numpy as np

from machine import facts, load_average
from order_books import RULES, properties_held
from peergrid.energy import INTERVALS_PER_DAY, Interval, day_start
from peergrid.market.auction import Outcome
from peergrid.market.auction_orders import Orders
from peergrid.market.clearing import clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import SCHEMES, Terms, plain_terms
from peergrid.market.standing import standings_of
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import Whole
from rounds import DAYS_PER_YEAR

SEED = 2026
DAWN_H, DUSK_H = 7, 17


@dataclass(frozen=True)
class Size:
    """How much to measure."""

    random_books: int
    orders: int
    meters: int
    days: int
    rounds: int


SIZES = {
    "quick": Size(10_000, 4_000, 1_000, DAYS_PER_YEAR, 3),
    "smoke": Size(50, 400, 50, 2, 1),
}


def auction_properties(size: Size) -> dict[str, Any]:
    """In how many random books each property of an auction holds."""
    held = properties_held(size.random_books, SEED)
    return {"random_books": size.random_books, "random_books_held": held}


def auction_of_one_book(size: Size) -> dict[str, Any]:
    """How long one book of many orders takes."""
    dice = np.random.default_rng(SEED)
    half = size.orders // 2
    asks, bids = (
        Orders(dice.integers(low, high, half), dice.integers(1, 3_000, (1, half)))
        for low, high in ((60_000, 150_000), (80_000, 260_000))
    )
    rounds = 20 * size.rounds
    return {
        "orders_of_one_book": 2 * half,
        "one_book_ms": {
            name: 1_000 * median(timed(rule, asks, bids) for _ in range(rounds))
            for name, rule in RULES.items()
        },
    }


def schemes_of_a_year(size: Size) -> dict[str, Any]:
    """How long a year of half hours takes under each scheme, against one pass over the same arrays.

    The pass is one subtraction, exports less imports, into memory that is there already; both are
    CPU time, taken by turns.
    """
    readings = year_of(size)
    pass_over = partial(one_pass, readings, np.zeros_like(readings.import_wh))
    bid, ask = np.random.default_rng(SEED).integers(60_000, 200_000, (2, size.meters))
    terms = replace(plain_terms(size.meters), bid_micros_per_kwh=bid, ask_micros_per_kwh=ask)
    cpu_s: dict[str, float] = {}
    ratios: dict[str, float] = {}
    for name in SCHEMES:
        rounds = [
            (cpu_of(partial(priced, readings, terms, name)), cpu_of(pass_over))
            for _ in range(size.rounds)
        ]
        cpu_s[name] = median(took for took, _ in rounds)
        ratios[name] = median(took / passed for took, passed in rounds)
    steps = readings.import_wh.size
    return {
        "intervals": len(readings.numbers),
        "meters": size.meters,
        "year_cpu_s": cpu_s,
        "household_intervals_per_s": {name: round(steps / took) for name, took in cpu_s.items()},
        "ratio_to_one_pass": ratios,
    }


def year_of(size: Size) -> Metered:
    """A year's readings.

    Two homes in five have panels and send out in four of five half hours from 7 to 17 o'clock;
    who does not, draws. These shares, and energies and limit prices drawn evenly, are assumptions
    that stand for no place: only the speed counts.
    """
    dice = np.random.default_rng(SEED)
    shape = (size.days * INTERVALS_PER_DAY, size.meters)
    first = Interval(day_start(date(2026, 1, 1))).number
    hour = np.arange(shape[0])[:, None] % INTERVALS_PER_DAY / 2
    sends = (dice.random(size.meters) < 2 / 5) & (hour >= DAWN_H) & (hour < DUSK_H)
    sends = sends & (dice.random(shape) < 4 / 5)
    return Metered(
        np.arange(first, first + shape[0]),
        np.arange(1, size.meters + 1),
        np.where(sends, 0, dice.integers(1, 800, shape)),
        np.where(sends, dice.integers(1, 1_500, shape), 0),
        np.ones(shape, np.bool_),
    )


def priced(readings: Metered, terms: Terms, scheme: str) -> None:
    """Clear and price all of it; payments must be receipts, or no figure counts."""
    standings = standings_of(readings.meter_ids, {}, date(2026, 1, 1))
    for part in clearings(readings, standings, [zetdc_tariff(scheme)], terms):
        paid, earned = (part.shares.of(name).sum() for name in ("paid_micros", "earned_micros"))
        if paid != earned:
            raise SystemExit("payments are not receipts: no figure of it counts")


def one_pass(readings: Metered, room: Whole) -> None:
    np.subtract(readings.export_wh, readings.import_wh, out=room)


def cpu_of(work: Callable[[], None]) -> float:
    """What it took [s] of the processor."""
    start = time.process_time()
    work()
    return time.process_time() - start


PARTS = (auction_properties, auction_of_one_book, schemes_of_a_year)


def timed(rule: Callable[[Orders, Orders], Outcome], asks: Orders, bids: Orders) -> float:
    """How long it took [s] on the clock."""
    start = time.perf_counter()
    outcome = rule(asks, bids)
    took_s = time.perf_counter() - start
    if (outcome.paid_micros.sum(axis=1) != outcome.received_micros.sum(axis=1)).any():
        raise SystemExit("payments are not receipts: no figure of it counts")
    return took_s


def measure(size: Size) -> dict[str, Any]:
    """All figures, by name."""
    before = load_average()
    figures = {name: figure for part in PARTS for name, figure in part(size).items()}
    loads = {"load_average_before": before, "load_average_after": load_average()}
    return {**figures, **facts(), **loads}


def report_of(figures: dict[str, Any]) -> str:
    """The figures as a person reads them."""
    books, one = figures["random_books"], figures["one_book_ms"]
    speed, ratio = figures["household_intervals_per_s"], figures["ratio_to_one_pass"]
    return "\n".join(
        (
            f"{books:,} random order books; how many keep what must hold under {', '.join(RULES)}:",
            *(f"  {name:40}{held:>8,}" for name, held in figures["random_books_held"].items()),
            f"a book of {figures['orders_of_one_book']:,} orders, ms:",
            *(f"  {name:40}{took:>8.2f}" for name, took in one.items()),
            f"{figures['intervals']:,} half hours of {figures['meters']:,} meters: CPU s,"
            " million meters x half hours per CPU s, ratio to one NumPy pass:",
            *(
                f"  {name:40}{took:>8.2f}{speed[name] / 1e6:>8.1f}{ratio[name]:>8.1f}"
                for name, took in figures["year_cpu_s"].items()
            ),
            f"load {figures['load_average_before'][0]} before, {figures['load_average_after'][0]}"
            f" after; {figures['machine']['cores']} x {figures['machine']['processor']}",
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--smoke", action="store_const", const="smoke", default="quick", dest="size"
    )
    parser.add_argument("--json", action="store_true", help="One JSON object.")
    asked = parser.parse_args()
    figures = measure(SIZES[asked.size])
    print(json.dumps(figures) if asked.json else report_of(figures))


if __name__ == "__main__":
    main()
