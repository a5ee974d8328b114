"""Whatever is cleared, its transfers close to 0 and say what each meter owes."""

from dataclasses import replace

import pytest
from hypothesis import given

from peergrid.energy import Reading
from peergrid.ledger.transfer import (
    GRID,
    LEVY,
    POOL,
    Account,
    AccountKind,
    Transfer,
    TransferKind,
    balances,
)
from peergrid.market.clearing import Clearing, clear
from peergrid.market.standing import Standing
from peergrid.market.tariff import Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import Unit
from peergrid.settlement.transfers import transfers_of
from tests.strategies import NOON, QUICKLY, SEPTEMBER, STANDINGS, communities, tariffs

ADA = Account(AccountKind.METER, 1)
BEN = Account(AccountKind.METER, 2)
READINGS = [Reading(1, NOON, 0, 1_000), Reading(2, NOON, 500, 0)]


def test_under_the_mid_market_rate_ben_pays_the_pool_and_the_pool_pays_ada() -> None:
    readings = [Reading(1, NOON, 0, 400), Reading(2, NOON, 500, 0), Reading(3, NOON, 0, 0)]
    clearing = clear(NOON, readings, {}, zetdc_tariff("mid_market"))

    transfers = transfers_of(clearing)

    kind, usd = TransferKind, Unit.USD
    assert transfers == [
        Transfer(1, kind.SHARED_ENERGY, ADA, POOL, usd, 29_760, 400),
        Transfer(2, kind.GRID_ENERGY, GRID, BEN, usd, 8_000, 100),
        Transfer(2, kind.LEVY, LEVY, BEN, usd, 480, 100),
        Transfer(2, kind.NEIGHBOUR_ENERGY, POOL, BEN, usd, 29_760, 400),
    ]


def test_what_the_neighbours_leave_over_the_grid_buys() -> None:
    clearing = clear(NOON, READINGS, {}, zetdc_tariff("mid_market"))

    transfers = transfers_of(clearing)

    assert Transfer(1, TransferKind.FEED_IN, ADA, GRID, Unit.USD, 32_000, 500) in transfers


def test_under_net_metering_ada_gets_energy_credits_from_the_grid_and_ben_uses_his() -> None:
    standings = {2: Standing(SEPTEMBER, credit_wh=200)}
    clearing = clear(NOON, READINGS, standings, zetdc_tariff("net_metering"))

    transfers = transfers_of(clearing)

    kind, usd, credit = TransferKind, Unit.USD, Unit.WH_CREDIT
    assert transfers == [
        Transfer(1, kind.CREDIT_EARNED, ADA, GRID, credit, 800, 1_000),
        Transfer(2, kind.GRID_ENERGY, GRID, BEN, usd, 24_000, 300),
        Transfer(2, kind.LEVY, LEVY, BEN, usd, 1_440, 300),
        Transfer(2, kind.CREDIT_USED, GRID, BEN, credit, 200, 200),
    ]


def test_a_dark_and_quiet_interval_moves_nothing() -> None:
    silent = [Reading(1, NOON, 0, 0), Reading(2, NOON, 0, 0)]

    assert transfers_of(clear(NOON, silent, {}, zetdc_tariff("mid_market"))) == []


def test_a_clearing_that_is_out_of_balance_is_refused() -> None:
    clearing = clear(NOON, READINGS, {}, zetdc_tariff("mid_market"))
    ada, ben = clearing.shares
    wrong = Clearing(NOON, "mid_market", (ada, replace(ben, paid_micros=ben.paid_micros + 3)))

    with pytest.raises(ValueError, match=r"the clearing of 2026-09-01 10:00.* is out by 3 micros"):
        transfers_of(wrong)


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_all_balances_of_a_unit_sum_to_0_and_the_pool_keeps_nothing(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    moved = balances(transfers_of(clear(NOON, readings, standings, tariff)))

    for unit in Unit:
        assert sum(amount for (_, of), amount in moved.items() if of is unit) == 0
        assert moved[POOL, unit] == 0


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_a_meters_balance_is_what_it_earned_less_what_it_owes(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    clearing = clear(NOON, readings, standings, tariff)

    moved = balances(transfers_of(clearing))

    for share in clearing.shares:
        meter = Account(AccountKind.METER, share.flow.meter_id)
        assert moved[meter, Unit.USD] == -share.cost_micros
        assert moved[meter, Unit.WH_CREDIT] == share.credit_earned_wh - share.credit_used_wh
    assert moved[LEVY, Unit.USD] == sum(share.levy_micros for share in clearing.shares)


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_a_clearing_and_its_reversal_leave_nothing(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    transfers = transfers_of(clear(NOON, readings, standings, tariff))

    moved = balances([*transfers, *(transfer.reversed() for transfer in transfers)])

    assert not any(moved.values())


@QUICKLY
@given(communities(), STANDINGS, tariffs())
def test_meter_and_kind_name_one_fact_of_an_interval(
    readings: list[Reading], standings: dict[int, Standing], tariff: Tariff
) -> None:
    transfers = transfers_of(clear(NOON, readings, standings, tariff))

    facts = [(transfer.meter_id, transfer.kind) for transfer in transfers]
    assert len(set(facts)) == len(facts)
    for transfer in transfers:
        meter = Account(AccountKind.METER, transfer.meter_id)
        assert meter in {transfer.debit, transfer.credit}
