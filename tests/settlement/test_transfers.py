"""Whatever is cleared, its transfers close to 0 and say what each meter owes."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.energy import Reading
from peergrid.ledger.book import balances_of, out_of_balance
from peergrid.ledger.transfer import TransferKind
from peergrid.market.clearing import clear
from peergrid.market.schemes import SCHEMES
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import Unit
from peergrid.settlement.facts import AMOUNTS, FACTS, FACTS_OF_H
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, found_street, report

BY_INTERVAL = sorted(name for name, scheme in SCHEMES.items() if not scheme.by_month)
NAMES = itertools.count(1)
BOOKED = """
select t.meter_id, t.kind::text, d.kind::text, c.kind::text, t.unit::text, t.amount, t.energy_wh
from transfer t
join account d on d.account_id = t.debit_account join account c on c.account_id = t.credit_account
order by t.meter_id, t.kind"""


def booked(
    database: Database, scheme: str, ada: tuple[int, int], ben: tuple[int, int]
) -> tuple[Street, list[tuple[object, ...]]]:
    """What is booked once both reported (import, export) [Wh] in the first interval."""
    with database.transaction() as connection:
        street = found_street(connection, f"street_{next(NAMES)}", scheme)
    report(database, street.ada_meter, FIRST, *ada)
    report(database, street.ben_meter, FIRST, *ben)
    settle(database, street.community_id)
    with database.transaction() as connection:
        return street, connection.execute(BOOKED).fetchall()


def test_under_the_mid_market_rate_ben_pays_the_pool_and_the_pool_pays_ada(
    database: Database,
) -> None:
    street, rows = booked(database, "mid_market", (0, 400), (500, 0))

    ada, ben = street.ada_meter.meter_id, street.ben_meter.meter_id
    assert rows == [
        (ada, "shared_energy", "meter", "pool", "USD", 29_760, 400),
        (ben, "grid_energy", "grid", "meter", "USD", 8_000, 100),
        (ben, "levy", "levy", "meter", "USD", 480, 100),
        (ben, "neighbour_energy", "pool", "meter", "USD", 29_760, 400),
    ]


def test_what_the_neighbours_leave_over_the_grid_buys(database: Database) -> None:
    street, rows = booked(database, "mid_market", (0, 1_000), (500, 0))

    ada = street.ada_meter.meter_id
    assert (ada, "feed_in", "meter", "grid", "USD", 32_000, 500) in rows


def test_under_net_metering_ada_gets_energy_credit_from_the_grid(database: Database) -> None:
    street, rows = booked(database, "net_metering", (0, 1_000), (500, 0))

    assert rows[0] == (
        street.ada_meter.meter_id, "credit_earned", "meter", "grid", "WH", 800, 1_000
    )  # fmt: skip


def test_a_dark_and_quiet_interval_moves_nothing(database: Database) -> None:
    assert booked(database, "mid_market", (0, 0), (0, 0))[1] == []


@pytest.mark.parametrize("kind", TransferKind)
def test_every_kind_of_transfer_has_its_fact(kind: TransferKind) -> None:
    assert f"('{kind}', " in FACTS_OF_H


def test_every_amount_of_a_fact_is_counted() -> None:
    assert all(name in FACTS_OF_H for name in AMOUNTS)
    assert len(FACTS) == len(TransferKind)


@given(
    scheme=st.sampled_from(BY_INTERVAL),
    energies_wh=st.lists(st.integers(0, 6_900), min_size=4, max_size=4),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_members_balance_is_what_it_earned_less_what_it_owes(
    database: Database, scheme: str, energies_wh: list[int]
) -> None:
    ada, ben = (energies_wh[0], energies_wh[1]), (energies_wh[2], energies_wh[3])

    street, _ = booked(database, scheme, ada, ben)

    readings = [
        Reading(street.ada_meter.meter_id, FIRST, *ada),
        Reading(street.ben_meter.meter_id, FIRST, *ben),
    ]
    clearing = clear(FIRST, readings, {}, zetdc_tariff(scheme))
    ids = [street.ada.member_id, street.ben.member_id]
    with database.transaction() as connection:
        held = balances_of(connection, ids)
        off = out_of_balance(connection, street.community_id)
        (counted,) = connection.execute(
            "select transfers from settlement where community_id = %s", (street.community_id,)
        ).fetchall()
        (moved,) = connection.execute(
            "select count(*) from transfer join settlement using (settlement_id)"
            " where community_id = %s",
            (street.community_id,),
        ).fetchall()
    assert set(off.values()) == {0}
    assert counted == moved
    for member_id, share in zip(ids, clearing.shares, strict=True):
        assert held[member_id] == {
            Unit.USD: -share.cost_micros,
            Unit.WH_CREDIT: share.credit_earned_wh - share.credit_used_wh,
        }
