"""Read an order book from a CSV file, exactly, or say which line is wrong."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import numpy as np

from peergrid.errors import Invalid, NotFound
from peergrid.market.auction_orders import MOST_MICROS_PER_KWH, MOST_WH, Orders

NEEDED = ("side", "id", "quantity", "price")
PLACED = "placed"
SIDES = {"ask": "ask", "sell": "ask", "bid": "bid", "buy": "bid"}
QUANTITY_DIGITS, PRICE_DIGITS = (
    3,
    6,
)  # decimals of a kWh and of a price that whole Wh and micros hold
MOST_LETTERS_OF_AN_ID = 200
PLAIN = re.compile(r"(-?)([0-9]+)(?:\.([0-9]*))?", re.ASCII)


@dataclass(frozen=True)
class Row:
    """One order of the file."""

    line: int
    side: str
    order_id: str
    quantity_wh: int
    price_micros_per_kwh: int
    placed: str | None


@dataclass(frozen=True)
class OrderBook:
    """A book; ``ask_rows`` and ``bid_rows`` are those of ``asks`` and ``bids``, in order."""

    ask_rows: tuple[Row, ...]
    bid_rows: tuple[Row, ...]
    asks: Orders
    bids: Orders


def read_order_book(path: Path) -> OrderBook:
    """The book of a CSV file with the columns side, id, quantity, price and, if wanted, placed.

    Quantities are kWh with at most 3 decimals, prices are per kWh with at most 6; ``placed`` is a
    whole number or a time (ISO 8601, UTC unless it says otherwise). Equal prices go by ``placed``,
    then by id, where G2 comes before G10. Raises NotFound without the file, and Invalid, with
    the line, for one that is no book.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(file))
        _check_moments(rows)
        (ask_rows, asks), (bid_rows, bids) = (_orders(rows, side) for side in ("ask", "bid"))
    except FileNotFoundError as error:
        raise NotFound(f"{path}: there is no such file") from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path}: this is not UTF-8 text: save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise Invalid(f"{path}: this is not CSV: {error}") from error
    except (Invalid, ValueError) as error:
        raise Invalid(f"{path}: {error}") from error
    return OrderBook(ask_rows, bid_rows, asks, bids)


def whole(text: str, name: str, digits: int, most: int) -> int:
    """A decimal of at most ``digits`` decimals as a whole number of its smallest part, exactly.

    Raises Invalid, by ``name``, for anything else, below 0 or above ``most`` smallest parts.
    """
    found = PLAIN.fullmatch(text)
    if not found:
        raise Invalid(f"{name} is {text[:40]!r}: write a decimal number, such as 0.085")
    minus, units, decimals = found[1], found[2].lstrip("0"), (found[3] or "").rstrip("0")
    if minus and (units or decimals):
        raise Invalid(f"{name} is {text[:40]}: it must be 0 or more")
    if len(decimals) > digits:
        raise Invalid(f"{name} has {len(decimals)} decimals: at most {digits} can be kept exactly")
    largest = most // 10**digits
    if len(units) > len(str(largest)) or (parts := int(units + decimals.ljust(digits, "0"))) > most:
        raise Invalid(f"{name} is {text[:40]}: it can be {largest:,} at most")
    return parts


def _rows(file: TextIO) -> Iterator[Row]:
    lines = csv.reader(file, strict=True)
    header = [name.strip().lower() for name in next(lines, [])]
    for name in NEEDED:
        if name not in header:
            raise Invalid(f"line 1: the column {name} is missing: name {', '.join(NEEDED)}")
    for name in header:
        if name not in {*NEEDED, PLACED} or header.count(name) > 1:
            raise Invalid(f"line 1: the column {name!r} is unknown or there twice")
    seen: dict[str, int] = {}
    for cells in lines:
        if not any(cells):
            continue
        line = lines.line_num
        try:
            row = _row(line, header, [cell.strip() for cell in cells])
        except Invalid as error:
            raise Invalid(f"line {line}: {error}") from error
        if row.order_id in seen:
            raise Invalid(f"line {line}: id {row.order_id} is in line {seen[row.order_id]} already")
        seen[row.order_id] = line
        yield row
    if not seen:
        raise Invalid("it has no orders: write one a line, such as ask,G1,1.5,0.08")


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(header):
        raise Invalid(f"it has {len(cells)} cells, but the header names {len(header)}")
    told = dict(zip(header, cells, strict=True))
    side = SIDES.get(told["side"].lower())
    if side is None:
        raise Invalid(f"side is {told['side'][:40]!r}: write ask or bid")
    if not told["id"] or not told["id"].isprintable():
        raise Invalid(f"id is {told['id'][:40]!r}: write a name of its own")
    if len(told["id"]) > MOST_LETTERS_OF_AN_ID:
        raise Invalid(f"id has {len(told['id'])} characters: {MOST_LETTERS_OF_AN_ID} at most")
    return Row(
        line,
        side,
        told["id"],
        whole(told["quantity"], "quantity", QUANTITY_DIGITS, MOST_WH),
        whole(told["price"], "price", PRICE_DIGITS, MOST_MICROS_PER_KWH),
        told.get(PLACED),
    )


def _check_moments(rows: Sequence[Row]) -> None:
    """Who came first is known among numbers, and among times, on both sides together."""
    if len({type(_moment(row)) for row in rows}) > 1:
        raise Invalid("placed is a number in some lines and a time in others: write one kind")


def _orders(rows: Sequence[Row], side: str) -> tuple[tuple[Row, ...], Orders]:
    kept = tuple(row for row in rows if row.side == side)
    by_id = sorted(range(len(kept)), key=lambda n: _natural(kept[n].order_id))
    moments = [_moment(row) for row in kept]
    rank = {moment: n for n, moment in enumerate(sorted(set(moments)))}
    return kept, Orders(
        np.array([row.price_micros_per_kwh for row in kept], np.int64),
        np.array([[row.quantity_wh for row in kept]], np.int64),
        np.array([rank[moment] for moment in moments], np.int64),
        np.argsort(np.array(by_id, np.int64)),
    )


def _natural(order_id: str) -> tuple[list[str | int], str]:
    """G2 before G10; text and numbers take turns, so that like is compared with like."""
    parts = re.split(r"([0-9]+)", order_id)
    return [int(part) if n % 2 else part for n, part in enumerate(parts)], order_id


def _moment(row: Row) -> float:
    """When it was placed, as a number that grows; 0 without the column."""
    if row.placed is None:
        return 0
    try:
        return int(row.placed)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(row.placed)
    except ValueError as error:
        raise Invalid(
            f"line {row.line}: placed is {row.placed[:40]!r}: write a whole number or a"
            " time, such as 2026-09-01T10:30:00Z"
        ) from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
