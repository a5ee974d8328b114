"""What a Wh is worth under each scheme, by hand and as published."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.energy import Reading
from peergrid.market.clearing import clear
from peergrid.market.flows import Flow, Flows
from peergrid.market.metered import Metered
from peergrid.market.schemes import SCHEMES, plain_terms, scheme_named
from peergrid.market.shares import Share
from peergrid.market.standing import Standing, standings_of
from peergrid.market.tariff import Block, Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from tests.strategies import NOON, QUICKLY, SEPTEMBER, STANDINGS, communities, tariffs

# Ada sends out 1,000 Wh, Ben draws 400: he gets them all, 600 go on to the grid.
ADA = Flow(1, import_wh=0, export_wh=1_000, bought_wh=0, sold_wh=400)
BEN = Flow(2, import_wh=400, export_wh=0, bought_wh=400, sold_wh=0)
NEW = Standing(SEPTEMBER)
ZETDC = zetdc_tariff("mid_market")
ENERGIES = ("import_wh", "export_wh", "bought_wh", "sold_wh")


def priced(
    scheme: str,
    flows: list[Flow],
    standings: list[Standing],
    tariff: Tariff = ZETDC,
    later: int = 0,
) -> list[Share]:
    """What flows of one interval are worth, whoever shared them out."""
    interval = NOON.later(later)
    ids = np.array([flow.meter_id for flow in flows])
    counted = [[getattr(flow, name) for flow in flows] for name in ENERGIES]
    import_wh, export_wh, bought_wh, sold_wh = np.array(counted, np.int64)[:, None]
    there = np.ones_like(import_wh, np.bool_)
    arrays = Flows(
        Metered(np.array([interval.number]), ids, import_wh, export_wh, there), bought_wh, sold_wh
    )
    known = dict(zip(ids.tolist(), standings, strict=True))
    shares = scheme_named(scheme).price(
        arrays, standings_of(ids, known, SEPTEMBER), tariff, plain_terms(len(ids))
    )
    return [shares.one(0, column) for column in range(len(ids))]


# Retail 14.57 and export 5.03 per kWh, one price for all, no levy.
PUBLISHED = Tariff(
    name="Zhou 2018",
    valid_from=SEPTEMBER,
    scheme="mid_market",
    blocks=(Block(None, 14_570_000),),
    levy_ppm=0,
    credit_ratio_ppm=0,
    feed_in_micros_per_kwh=5_030_000,
)


def test_under_net_metering_an_exported_kwh_is_credited_and_an_imported_one_is_the_grids() -> None:
    ada, ben = priced("net_metering", [ADA, BEN], [NEW, NEW])

    assert ada == Share(ADA, credit_earned_wh=800)
    assert ben == Share(BEN, billed_wh=400, retail_micros=32_000, levy_micros=1_920)
    assert (ada.cost_micros, ben.cost_micros) == (0, 33_920)


def test_energy_credits_are_used_before_the_blocks_are() -> None:
    draws = Flow(1, import_wh=1_000, export_wh=0, bought_wh=0, sold_wh=0)

    (share,) = priced("net_metering", [draws], [Standing(SEPTEMBER, credit_wh=800)])

    assert (share.credit_used_wh, share.billed_wh) == (800, 200)
    assert (share.retail_micros, share.levy_micros) == (16_000, 960)


def test_an_energy_credit_that_covers_all_leaves_nothing_to_pay() -> None:
    draws = Flow(1, import_wh=1_000, export_wh=0, bought_wh=0, sold_wh=0)

    (share,) = priced("net_metering", [draws], [Standing(SEPTEMBER, credit_wh=5_000)])

    assert share == Share(draws, credit_used_wh=1_000)


def test_credits_keep_a_month_in_a_cheaper_block() -> None:
    draws = Flow(1, import_wh=2_000, export_wh=0, bought_wh=0, sold_wh=0)
    near_the_step = Standing(SEPTEMBER, billed_wh=49_000)

    (without,) = priced("net_metering", [draws], [near_the_step])
    (with_credit,) = priced("net_metering", [draws], [replace(near_the_step, credit_wh=1_000)])

    assert without.retail_micros == 80_000 + 90_000
    assert with_credit.retail_micros == 80_000


def test_under_the_mid_market_rate_neighbours_meet_halfway() -> None:
    ada, ben = priced("mid_market", [ADA, BEN], [NEW, NEW])

    # 400 Wh: 32,000 retail and 1,920 levy from the grid, 25,600 for export; the middle is 29,760
    assert ben == Share(BEN, paid_micros=29_760)
    assert ada == Share(ADA, earned_micros=29_760, feed_in_micros=38_400)
    assert ben.cost_micros < 33_920, "what the grid would have asked"
    assert ada.cost_micros < -64_000, "what the grid would have paid"


def test_each_buyers_own_next_block_sets_its_price_and_the_sellers_share_the_sum() -> None:
    cheap = Flow(2, import_wh=500, export_wh=0, bought_wh=500, sold_wh=0)
    dear = Flow(3, import_wh=500, export_wh=0, bought_wh=500, sold_wh=0)
    little = Flow(4, import_wh=0, export_wh=250, bought_wh=0, sold_wh=250)
    much = Flow(5, import_wh=0, export_wh=750, bought_wh=0, sold_wh=750)
    standings = [NEW, Standing(SEPTEMBER, billed_wh=400_000), NEW, NEW]

    shares = priced("mid_market", [cheap, dear, little, much], standings)

    assert [share.paid_micros for share in shares] == [37_200, 84_900, 0, 0]
    assert [share.earned_micros for share in shares] == [0, 0, 30_525, 91_575]


def test_what_is_bought_from_a_neighbour_does_not_climb_the_blocks() -> None:
    draws = Flow(2, import_wh=1_000, export_wh=0, bought_wh=400, sold_wh=0)
    near_the_step = Standing(SEPTEMBER, billed_wh=49_400)

    _, ben = priced("mid_market", [ADA, draws], [NEW, near_the_step])

    assert (ben.paid_micros, ben.retail_micros, ben.levy_micros) == (29_760, 48_000, 2_880)
    assert ben.after(near_the_step) == Standing(SEPTEMBER, billed_wh=50_000)


@pytest.mark.parametrize(
    ("supply_kwh", "demand_kwh", "sell_micros", "buy_micros"),
    [
        (10, 10, 9_800_000, 9_800_000),
        (6, 10, 9_800_000, 11_708_000),
        (10, 6, 7_892_000, 9_800_000),
        (0, 10, None, 14_570_000),
        (10, 0, 5_030_000, None),
    ],
)
def test_with_one_retail_price_it_is_the_mid_market_rate_of_the_papers(
    supply_kwh: int, demand_kwh: int, sell_micros: int | None, buy_micros: int | None
) -> None:
    """Long et al. 2017, as given by Bogensperger et al. 2021 (equations 3 to 5)."""
    readings = [
        Reading(1, NOON, 0, supply_kwh * 1_000),
        Reading(2, NOON, demand_kwh * 250, 0),
        Reading(3, NOON, demand_kwh * 750, 0),
    ]

    clearing = clear(NOON, readings, {}, PUBLISHED)

    assert clearing.payout_micros_per_kwh == sell_micros
    assert clearing.price_micros_per_kwh == buy_micros


def test_every_scheme_says_what_it_is_and_whether_a_rule_in_force_allows_it() -> None:
    assert [name for name, scheme in SCHEMES.items() if not scheme.pilot] == ["net_metering"]
    for name, scheme in SCHEMES.items():
        assert scheme_named(name) is scheme
        assert scheme.name == name
        assert scheme.sentence.endswith(".")
        assert scheme.sentence.count(". ") == 0, "one sentence for a producer"
        assert scheme.paragraph.count(". ") >= 1, "a paragraph for an operator"


def test_an_unknown_scheme_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="'barter': choose one of net_metering, feed_in, mid"):
        scheme_named("barter")


@QUICKLY
@given(communities(), STANDINGS, tariffs("net_metering"))
def test_under_net_metering_nobody_is_paid_and_neighbours_owe_each_other_nothing(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    clearing = clear(NOON, readings, standings, tariff)

    for share in clearing.shares:
        assert (share.paid_micros, share.earned_micros, share.feed_in_micros) == (0, 0, 0)
        assert share.cost_micros >= 0


@QUICKLY
@given(communities(), STANDINGS, tariffs("mid_market"))
def test_a_neighbour_is_paid_no_more_than_the_grid_asks_and_no_less_than_it_pays(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    clearing = clear(NOON, readings, standings, tariff)

    for share in clearing.shares:
        bought_wh = share.flow.bought_wh
        standing = standings.get(share.flow.meter_id, NEW).in_month(SEPTEMBER)
        asks = sum(tariff.charge_micros(standing.billed_wh, bought_wh))
        pays = tariff.feed_in_micros(bought_wh)
        assert min(asks, pays) <= share.paid_micros <= max(asks, pays)


@QUICKLY
@given(communities(), STANDINGS, tariffs("mid_market"))
def test_sellers_earn_in_proportion_to_what_they_sold(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    clearing = clear(NOON, readings, standings, tariff)

    total_micros = sum(share.earned_micros for share in clearing.shares)
    for share in clearing.shares:
        exact_times_shared = total_micros * share.flow.sold_wh
        assert abs(share.earned_micros * clearing.shared_wh - exact_times_shared) <= (
            clearing.shared_wh
        )


@given(tariffs("mid_market"), st.integers(0, 1_000))
def test_whose_turn_it_is_changes_nothing_but_the_last_micro(tariff: Tariff, later: int) -> None:
    sellers = [Flow(n, import_wh=0, export_wh=100, bought_wh=0, sold_wh=100) for n in range(3)]
    buyer = Flow(3, import_wh=300, export_wh=0, bought_wh=300, sold_wh=0)

    shares = priced("mid_market", [*sellers, buyer], [NEW] * 4, tariff, later)

    earned = [share.earned_micros for share in shares[:3]]
    assert max(earned) - min(earned) <= 1
    assert sum(earned) == shares[3].paid_micros
