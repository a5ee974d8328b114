"""An order book in a file is cleared to the digit, or the line that is wrong is named."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from tests.cli.test_commands import peergrid, refused

HEAD = "side,id,quantity,price\n"
# Pinson, DTU course 31761; damiskov/market-clearing-price, data/test.csv and solutions/test
SUPPLY = (
    "120@0 50@0 200@15 400@30 60@32.5 50@34 60@36 100@37.5 70@39 50@40 70@60 45@70"
    " 50@100 60@150 50@200"
)
DEMAND = "250@200 300@110 120@100 80@90 40@85 70@75 60@65 45@40 30@38 35@31 25@24 10@16"


def lines(side: str, name: str, offers: str) -> list[str]:
    rows = []
    for n, offer in enumerate(offers.split(), start=1):
        quantity, price = offer.split("@")
        rows.append(f"{side},{name}{n},{quantity},{price}\n")
    return rows


DAY_AHEAD = [*lines("sell", "G", SUPPLY), *lines("buy", "D", DEMAND)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.csv"
    path.write_text(HEAD + "".join(DAY_AHEAD))
    return path


def cleared(path: Path, *options: str) -> dict[str, object]:
    done = peergrid("clear", str(path), "--json", *options)
    assert done.exit_code == 0, done.stderr
    figures: dict[str, object] = json.loads(done.stdout)
    return figures


def test_two_neighbours_are_told_in_words(book: Path) -> None:
    book.write_text(HEAD + "ask,Ada,3,0.10\nbid,Ben,2,0.21\n")

    done = peergrid("clear", str(book))

    assert done.stdout.splitlines() == [
        "uniform: 2 kWh traded of 3 asked for sale and 2 bid for, welfare 0.22",
        "  price 0.1",
        "  equilibrium interval 0.1 to 0.1",
        "  buyers pay 0.2, sellers receive 0.2",
        "  side id        quantity          price         traded              money",
        "  ask  Ada              3            0.1              2                0.2",
        "  bid  Ben              2           0.21              2                0.2",
    ]


def test_the_published_day_ahead_auction_comes_out_to_the_digit(book: Path) -> None:
    figures = cleared(book)

    assert figures["price_micros_per_kwh"] == 37_500_000
    assert figures["volume_wh"] == 995_000
    assert figures["welfare_micros"] == 94_817_500_000
    assert (figures["supply_wh"], figures["demand_wh"]) == (1_435_000, 1_065_000)
    orders = figures["orders"]
    assert isinstance(orders, list)
    traded = {order["id"]: order["traded_wh"] for order in orders}
    assert traded["G8"] == 55_000
    assert [traded[name] for name in ("D10", "D11", "D12")] == [0, 0, 0]
    assert figures["paid_micros"] == figures["received_micros"] == 37_312_500_000


def test_the_rows_may_stand_in_any_order(book: Path) -> None:
    before = cleared(book)
    book.write_text(HEAD + "".join(DAY_AHEAD[::-2] + DAY_AHEAD[::-1][1::2]))

    after = cleared(book)

    orders = after.pop("orders"), before.pop("orders")
    assert after == before
    assert isinstance(orders[0], list)
    assert isinstance(orders[1], list)
    assert sorted(orders[0], key=str) == sorted(orders[1], key=str)


@pytest.mark.parametrize(
    ("asks", "options", "price"),
    [
        ("500@0 600@10 500@15", ("--rule", "mmr"), 25_000_000),
        ("500@0 600@10 500@15", ("--rule", "mmr", "--alpha", "1/3"), 21_666_667),
        ("500@0 600@10 500@50", ("--rule", "mmr"), 10_000_000),
        ("500@0 600@10 500@50", ("--rule", "crossing"), 10_000_000),
        ("500@0 600@10 500@50", ("--rule", "pruned_mmr"), 22_500_000),
        ("500@0 400@10 500@15", ("--rule", "sdr"), round(Fraction(525_000_000 * 3, 101))),
        ("500@0 500@10 500@50", ("--rule", "pruned_sdr"), 10_000_000),
        ("500@0 600@10 500@15", ("--rule", "call", "--reference", "1"), 15_000_000),
        ("500@0 500@10 500@15", ("--rule", "call", "--reference", "15.25"), 15_250_000),
        ("500@0 600@10 500@15", ("--rule", "pay_as_bid"), None),
        ("500@0 600@10 500@15", ("--rule", "pay_as_ask"), None),
    ],
)
def test_every_rule_has_its_price_and_its_money_adds_up(
    book: Path, asks: str, options: tuple[str, ...], price: int | None
) -> None:
    bids = lines("bid", "B", "500@45 500@40 500@35")
    book.write_text(HEAD + "".join([*lines("ask", "A", asks), *bids]))

    figures = cleared(book, *options)

    assert figures["price_micros_per_kwh"] == price
    assert figures["paid_micros"] == figures["received_micros"]
    assert figures["volume_wh"]


def test_who_is_placed_first_is_served_first_and_then_g2_before_g10(book: Path) -> None:
    rows = ["ask,G10,1,5,3\n", "ask,G2,1,5,3\n", "ask,late,1,5,2026-09-01\n", "bid,b,1,9,1\n"]
    head = "side,id,quantity,price,placed\n"

    book.write_text(head + "".join(rows[:2] + rows[3:]))
    assert first_served(book) == "G2"
    times = ["2026-09-01T12:00+02:00", "2026-09-01T09:59:59Z", "2026-09-02", "2026-09-02"]
    book.write_text(
        head
        + "".join(
            f"{row.rpartition(',')[0]},{time}\n" for row, time in zip(rows, times, strict=True)
        )
    )
    assert first_served(book) == "G2"
    book.write_text(head + "".join(rows))
    done = peergrid("clear", str(book))
    assert refused(done, 2, "placed is a number in some lines and a time in others")


def first_served(book: Path) -> str:
    orders = cleared(book)["orders"]
    assert isinstance(orders, list)
    return next(str(order["id"]) for order in orders if order["traded_wh"])


def test_a_book_with_one_side_trades_nothing_and_has_no_price(book: Path) -> None:
    book.write_text(HEAD + "ask,G1,1,5\n")

    for rule in ("uniform", "pay_as_bid"):
        figures = cleared(book, "--rule", rule)
        assert (figures["volume_wh"], figures["price_micros_per_kwh"]) == (0, None)
        assert figures["lower_micros_per_kwh"] is None
        done = peergrid("clear", str(book), "--rule", rule)
        assert "nothing trades, so there is no price" in done.stdout


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "line 1: the column side is missing"),
        ("side,id,quantity\nask,G1,1\n", "line 1: the column price is missing"),
        ("side,id,quantity,price,colour\n", "line 1: the column 'colour' is unknown"),
        ("side,id,quantity,price,price\n", "line 1: the column 'price' is unknown or there twice"),
        (HEAD, "it has no orders"),
        (HEAD + "\n\n", "it has no orders"),
        (HEAD + "ask,G1,1,5\nask,G2,-1,5\n", "line 3: quantity is -1: it must be 0 or more"),
        (HEAD + "ask,G1,1,-0.5\n", "line 2: price is -0.5: it must be 0 or more"),
        (HEAD + "ask,G1,1,1000001\n", "line 2: price is 1000001: it can be 1,000,000 at most"),
        (HEAD + f"ask,G1,1,{'9' * 5_000}\n", "it can be 1,000,000 at most"),
        (HEAD + "ask,G1,1.0005,5\n", "line 2: quantity has 4 decimals: at most 3"),
        (HEAD + "ask,G1,1,0.1234567\n", "line 2: price has 7 decimals: at most 6"),
        (HEAD + "ask,G1,nan,5\n", "line 2: quantity is 'nan': write a decimal number"),
        (HEAD + "ask,G1,1e3,5\n", "line 2: quantity is '1e3': write a decimal number"),
        (HEAD + "ask,G1,,5\n", "line 2: quantity is ''"),
        (HEAD + "ask,G1,1,5\n\nbid,G1,1,5\n", "line 4: id G1 is in line 2 already"),
        (HEAD + "ask,,1,5\n", "line 2: id is ''"),
        (HEAD + 'ask,"G\n1",1,5\n', "line 3: id is"),
        (HEAD + "offer,G1,1,5\n", "line 2: side is 'offer': write ask or bid"),
        (HEAD + "ask,G1,1,000,5\n", "line 2: it has 5 cells, but the header names 4"),
        (HEAD + "ask,G1,100000000000,1000000\n", "too much at too high a price"),
        (HEAD + 'ask,"G1,1,5\n', "this is not CSV"),
        ("side,id,quantity,price,placed\nask,G1,1,5,noon\n", "line 2: placed is 'noon'"),
        (
            "side,id,quantity,price,placed\nask,G1,1,5,3\nbid,D1,1,5,2026-09-01T10:30:00Z\n",
            "placed is a number in some lines and a time in others",
        ),
        (HEAD + f"ask,{'9' * 5_000},1,5\n", "line 2: id has 5000 characters: 200 at most"),
    ],
)
def test_a_file_that_is_no_book_is_refused_with_its_line(
    book: Path, text: str, sentence: str
) -> None:
    book.write_text(text)

    assert refused(peergrid("clear", str(book)), 2, sentence)


def test_zeros_at_the_end_and_a_mark_at_the_beginning_are_no_digits_too_many(book: Path) -> None:
    book.write_text("\ufeff Side , ID,Quantity,Price\nSELL, a ,1.5000,0.1000000\nBUY,b,0,-0\n")

    figures = cleared(book)

    assert (figures["supply_wh"], figures["demand_wh"]) == (1_500, 0)


def test_what_no_rule_knows_is_refused(book: Path, tmp_path: Path) -> None:
    asked = ("clear", str(book))
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"side,id\xff\xfe")

    assert refused(peergrid(*asked, "--rule", "fair"), 2, "no rule is called 'fair'")
    assert refused(peergrid(*asked, "--rule", "call"), 2, "give it with --reference")
    assert refused(peergrid(*asked, "--alpha", "0.5"), 2, "uniform knows no --alpha")
    for alpha, sentence in (("x", "write 0.5 or 1/3"), ("1/0", "write 0.5"), ("3/2", "between 0")):
        assert refused(peergrid(*asked, "--rule", "mmr", "--alpha", alpha), 2, sentence)
    call = peergrid(*asked, "--rule", "call", "--reference", "-1")
    assert refused(call, 2, "--reference is -1: it must be 0 or more")
    assert refused(peergrid("clear", "nowhere.csv"), 2, "there is no such file")
    assert refused(peergrid("clear", str(binary)), 2, "not UTF-8")
