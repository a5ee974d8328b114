"""The command that clears an order book: clear."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from peergrid.cli.auction_rules import RULES, Terms
from peergrid.cli.options import out, told
from peergrid.cli.order_book import PRICE_DIGITS, QUANTITY_DIGITS, OrderBook, read_order_book
from peergrid.errors import Invalid
from peergrid.market.auction import Outcome
from peergrid.money import WH_PER_KWH, Whole, divide, price_micros_per_kwh


def clear(
    book: Annotated[
        Path,
        typer.Argument(
            help="CSV: side (ask, bid), id, quantity in kWh, price per kWh; also placed."
        ),
    ],
    rule: Annotated[str, typer.Option(help=", ".join(RULES))] = "uniform",
    reference: Annotated[
        str | None, typer.Option(help="call: the price of the one before.")
    ] = None,
    alpha: Annotated[str | None, typer.Option(help="mmr: 0 (asks) to 1 (bids); 1/2.")] = None,
    compensation: Annotated[str | None, typer.Option(help="sdr: 0 to 1; 0.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Clear an order book from a CSV file under one rule: price, volume, who pays whom what."""
    with told():
        if rule not in RULES:
            raise Invalid(f"no rule is called {rule!r}: choose one of {', '.join(RULES)}")
        own, cleared = RULES[rule]
        terms = Terms(reference, alpha, compensation)
        for name in ("reference", "alpha", "compensation"):
            if name != own and getattr(terms, name) is not None:
                raise Invalid(f"{rule} knows no --{name}")
        orders = read_order_book(book)
        figures = figures_of(rule, orders, cleared(orders.asks, orders.bids, terms))
        if as_json:
            typer.echo(json.dumps(figures))
        else:
            out.print("\n".join(report_of(figures)), markup=False)


def figures_of(rule: str, book: OrderBook, outcome: Outcome) -> dict[str, Any]:
    """All that came of the book; prices are None where nothing trades."""
    asks, bids = book.asks, book.bids
    volume_wh, paid_micros = int(outcome.volume_wh[0]), int(outcome.paid_micros.sum())
    worth = int(outcome.bought_wh[0] @ bids.price_micros_per_kwh)
    cost = int(outcome.sold_wh[0] @ asks.price_micros_per_kwh)
    one = outcome.price_micros_per_kwh
    interval = outcome.lower_micros_per_kwh, outcome.upper_micros_per_kwh
    lower, upper = (_price(limit) for limit in interval)
    sides = (
        (book.ask_rows, outcome.sold_wh[0], outcome.received_micros[0]),
        (book.bid_rows, outcome.bought_wh[0], outcome.paid_micros[0]),
    )
    return {
        "rule": rule,
        "price_micros_per_kwh": None if one is None else _price(one),
        "mean_price_micros_per_kwh": price_micros_per_kwh(paid_micros, volume_wh),
        "lower_micros_per_kwh": lower,
        "upper_micros_per_kwh": upper,
        "volume_wh": volume_wh,
        "supply_wh": int(asks.total_wh[0]),
        "demand_wh": int(bids.total_wh[0]),
        "welfare_micros": divide(worth - cost, WH_PER_KWH),
        "paid_micros": paid_micros,
        "received_micros": int(outcome.received_micros.sum()),
        "orders": [
            {
                "side": row.side,
                "id": row.order_id,
                "quantity_wh": row.quantity_wh,
                "price_micros_per_kwh": row.price_micros_per_kwh,
                "traded_wh": int(traded_wh),
                "micros": int(micros),
            }
            for rows, energy, money in sides
            for row, traded_wh, micros in zip(rows, energy, money, strict=True)
        ],
    }


def report_of(figures: dict[str, Any]) -> Iterator[str]:
    """The figures as a person reads them; quantities in kWh."""
    yield (
        f"{figures['rule']}: {_kwh(figures['volume_wh'])} kWh traded of"
        f" {_kwh(figures['supply_wh'])} asked for sale and {_kwh(figures['demand_wh'])} bid for,"
        f" welfare {_money(figures['welfare_micros'])}"
    )
    price, lower = figures["price_micros_per_kwh"], figures["lower_micros_per_kwh"]
    if not figures["volume_wh"]:
        yield "  nothing trades, so there is no price"
    elif price is None:
        yield f"  each at its own price, {_money(figures['mean_price_micros_per_kwh'])} on the mean"
    else:
        yield f"  price {_money(price)}"
    if lower is not None:
        upper = _money(figures["upper_micros_per_kwh"])
        yield f"  equilibrium interval {_money(lower)} to {upper}"
    yield (
        f"  buyers pay {_money(figures['paid_micros'])},"
        f" sellers receive {_money(figures['received_micros'])}"
    )
    width = max(len("id"), *(len(order["id"]) for order in figures["orders"]))
    yield f"  side {'id':{width}} {'quantity':>14} {'price':>14} {'traded':>14} {'money':>18}"
    for order in figures["orders"]:
        yield (
            f"  {order['side']:4} {order['id']:{width}} {_kwh(order['quantity_wh']):>14}"
            f" {_money(order['price_micros_per_kwh']):>14} {_kwh(order['traded_wh']):>14}"
            f" {_money(order['micros']):>18}"
        )


def _price(prices: Whole) -> int | None:
    """The price of the one book there is; None for none."""
    return int(prices[0]) if prices[0] >= 0 else None


def _kwh(energy_wh: int) -> str:
    return _decimal(energy_wh, QUANTITY_DIGITS)


def _money(micros: int) -> str:
    return _decimal(micros, PRICE_DIGITS)


def _decimal(parts: int, digits: int) -> str:
    """Exactly, and no longer than it must be: 37500000 micros are 37.5."""
    return f"{Decimal(parts).scaleb(-digits).normalize():,f}"
