"""A month costs what the notice says, however it is cut."""

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.market.standing import Standing
from peergrid.market.tariff import Block, Tariff
from peergrid.market.tariff_terms import tariff_from, terms_of
from peergrid.market.zimbabwe import ZETDC_BLOCKS, zetdc_tariff
from peergrid.money import MICROS, to_cents
from tests.strategies import AUGUST, SEPTEMBER, tariffs

ZETDC = zetdc_tariff("net_metering")
MONTHS_WH = st.one_of(st.integers(0, 2_000), st.integers(0, 1_500_000))
PIECES_WH = st.lists(st.one_of(st.integers(0, 20), st.integers(0, 200_000)), max_size=12)


@pytest.mark.parametrize(
    ("month_kwh", "cents"),
    [
        (0, 0),
        (50, 424),
        (100, 901),
        (200, 2_597),
        (250, 3_816),
        (300, 5_035),
        (350, 6_360),
        (400, 7_685),
        (500, 10_441),
        (600, 13_197),
        (700, 15_953),
        (800, 18_709),
        (900, 21_465),
        (1_000, 24_221),
    ],
)
def test_a_month_costs_what_the_zetdc_notice_of_december_2023_says(
    month_kwh: int, cents: int
) -> None:
    micros = ZETDC.retail_micros(month_kwh * 1_000) + ZETDC.levy_micros(month_kwh * 1_000)

    assert micros == cents * (MICROS // 100)
    assert to_cents(micros) == cents


def test_the_first_wh_of_a_block_costs_the_price_of_that_block() -> None:
    for block, following in pairwise(ZETDC_BLOCKS):
        assert block.up_to_wh is not None
        before_wh = block.up_to_wh - 1

        last, _ = ZETDC.charge_micros(before_wh, 1)
        first, _ = ZETDC.charge_micros(block.up_to_wh, 1)

        assert last * 1_000 == block.price_micros_per_kwh
        assert first * 1_000 == following.price_micros_per_kwh


def test_an_interval_may_lie_across_two_blocks() -> None:
    assert ZETDC.charge_micros(49_000, 2_000) == (80_000 + 90_000, 4_800 + 5_400)


@given(tariffs(), PIECES_WH)
def test_a_month_cut_in_pieces_costs_what_the_month_costs(
    tariff: Tariff, pieces_wh: list[int]
) -> None:
    retail = levy = month_wh = 0
    for piece_wh in pieces_wh:
        more_retail, more_levy = tariff.charge_micros(month_wh, piece_wh)
        assert more_retail >= 0
        assert more_levy >= 0
        retail, levy, month_wh = retail + more_retail, levy + more_levy, month_wh + piece_wh

    assert retail == tariff.retail_micros(month_wh)
    assert levy == tariff.levy_micros(month_wh)


@given(tariffs(), PIECES_WH)
def test_a_month_cut_in_pieces_earns_the_energy_credit_of_the_month(
    tariff: Tariff, pieces_wh: list[int]
) -> None:
    credit_wh = month_wh = 0
    for piece_wh in pieces_wh:
        more_wh = tariff.credit_wh(month_wh, piece_wh)
        assert 0 <= more_wh <= piece_wh
        credit_wh, month_wh = credit_wh + more_wh, month_wh + piece_wh

    assert credit_wh == tariff.credit_wh(0, month_wh)


def test_ten_exported_kwh_are_credited_with_eight() -> None:
    assert ZETDC.credit_wh(0, 10_000) == 8_000
    assert [ZETDC.credit_wh(before_wh, 1) for before_wh in range(5)] == [1, 1, 0, 1, 1]


@given(tariffs(), MONTHS_WH)
def test_no_kwh_costs_less_than_the_grid_pays_for_it(tariff: Tariff, month_wh: int) -> None:
    assert tariff.feed_in_micros(month_wh) <= tariff.retail_micros(month_wh)


def test_a_new_month_starts_at_the_first_block_and_keeps_the_energy_credit() -> None:
    august = Standing(AUGUST, billed_wh=250_000, exported_wh=90_000, credit_wh=700)

    assert august.in_month(AUGUST) is august
    assert august.in_month(SEPTEMBER) == Standing(SEPTEMBER, credit_wh=700)


@given(tariffs())
def test_a_tariff_that_went_through_json_is_the_same(tariff: Tariff) -> None:
    assert tariff_from(json.loads(json.dumps(terms_of(tariff)))) == tariff


def test_the_terms_of_a_tariff_are_plain_values() -> None:
    terms = terms_of(ZETDC)

    assert terms["valid_from"] == "2023-12-01"
    assert terms["blocks"][0] == {"up_to_wh": 50_000, "price_micros_per_kwh": 80_000}
    assert terms["blocks"][-1]["up_to_wh"] is None


def test_another_scheme_keeps_the_prices() -> None:
    assert ZETDC.under("mid_market") == zetdc_tariff("mid_market")
    assert ZETDC.under("net_metering") == ZETDC


LAST = "the last block, and only the last, has no upper limit"
RISING = "each block must end above the one before it"
NEVER_FALLING = "block prices must be 0 or more and never fall from block to block"
FEED_IN = "the feed-in price must lie between 0 and the first block's price"
SHARE_OF_ONE = "levy, VAT, ratios and parts must lie between 0 and 1,000,000 ppm"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"blocks": ()}, LAST),
        ({"blocks": (Block(50_000, 80_000),)}, LAST),
        ({"blocks": (Block(None, 80_000), Block(None, 90_000))}, LAST),
        ({"blocks": (Block(0, 80_000), Block(None, 90_000))}, RISING),
        ({"blocks": (Block(5, 80_000), Block(5, 80_000), Block(None, 80_000))}, RISING),
        ({"blocks": (Block(9, 80_000), Block(5, 80_000), Block(None, 80_000))}, RISING),
        ({"blocks": (Block(5, 90_000), Block(None, 80_000))}, NEVER_FALLING),
        ({"blocks": (Block(None, -1),)}, NEVER_FALLING),
        ({"feed_in_micros_per_kwh": -1}, FEED_IN),
        ({"feed_in_micros_per_kwh": 80_001}, FEED_IN),
        ({"levy_ppm": -1}, SHARE_OF_ONE),
        ({"levy_ppm": 1_000_001}, SHARE_OF_ONE),
        ({"credit_ratio_ppm": -1}, SHARE_OF_ONE),
        ({"credit_ratio_ppm": 1_000_001}, SHARE_OF_ONE),
    ],
)
def test_a_tariff_that_makes_no_sense_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        replace(ZETDC, **change)


def test_terms_of_a_day_that_is_no_day_are_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat string"):
        tariff_from(terms_of(ZETDC) | {"valid_from": "the first of December"})


def test_terms_of_a_tariff_that_makes_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match=FEED_IN):
        tariff_from(terms_of(ZETDC) | {"feed_in_micros_per_kwh": 80_001})


@pytest.mark.parametrize(
    "change",
    [
        {"valid_from": None},
        {"blocks": None},
        {"blocks": [{"up_to_wh": None}]},
        {"blocks": [{"up_to_wh": None, "price_micros_per_kwh": "80000"}]},
        {"levy": 60_000},
    ],
    ids=str,
)
def test_terms_of_another_shape_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        tariff_from(terms_of(ZETDC) | change)


LATER = {"vat_ppm", "fixed_micros_per_month", "times", "credit", "halfway_ppm", "compensation_ppm"}


def test_terms_written_before_there_were_taxes_and_hours_are_read_as_they_were_meant() -> None:
    old = {name: term for name, term in terms_of(ZETDC).items() if name not in LATER}

    assert tariff_from(old) == ZETDC


@pytest.mark.parametrize("name", sorted(set(terms_of(ZETDC)) - LATER))
def test_terms_that_lack_one_are_refused(name: str) -> None:
    terms = terms_of(ZETDC)
    del terms[name]

    with pytest.raises(ValueError, match=r"\w+"):
        tariff_from(terms)


@pytest.mark.parametrize(
    "change",
    [
        {"blocks": [{"up_to_wh": None, "price_micros_per_kwh": 80_000.5}]},
        {"levy_ppm": 0.06},
        {"feed_in_micros_per_kwh": 0.064},
    ],
    ids=str,
)
def test_terms_with_a_fraction_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w+"):
        tariff_from(terms_of(ZETDC) | change)


def test_the_tariff_of_zimbabwe_is_dated_and_credits_energy() -> None:
    assert ZETDC.valid_from == date(2023, 12, 1)
    assert (ZETDC.levy_ppm, ZETDC.credit_ratio_ppm) == (60_000, 800_000)
    assert ZETDC.feed_in_micros_per_kwh == 64_000


NONSENSE: list[tuple[dict[str, Any], str]] = [
    ({"blocks": [{"up_to_wh": 10**12, "price_micros_per_kwh": 80_000}]}, "the last block"),
    (
        {
            "blocks": [
                {"up_to_wh": 10**12, "price_micros_per_kwh": 80_001},
                {"up_to_wh": None, "price_micros_per_kwh": 12_080_001},
            ]
        },
        "a block must end at 10,000,000,000 Wh or below",
    ),
    ({"times": [{"name": "", "first": 0, "end": 1, "micros_per_kwh": 1}]}, "needs a name"),
    (
        {"times": [{"name": "x", "first": 0, "end": 1, "micros_per_kwh": float("nan")}]},
        "must be whole numbers",
    ),
    ({"credit": {"rolls_over": "no"}}, "true or false"),
    ({"credit": {"cap_w": 900.5}}, "must be whole numbers"),
]


@pytest.mark.parametrize(("change", "sentence"), NONSENSE)
def test_terms_that_would_not_price_exactly_are_refused(
    change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        tariff_from(terms_of(ZETDC) | change)


def test_credit_rules_that_say_nothing_are_the_rules_by_default() -> None:
    assert tariff_from(terms_of(ZETDC) | {"credit": {}}) == ZETDC
