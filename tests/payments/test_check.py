"""The audit finds every kind of damage to payouts, and names the payout."""

from pathlib import Path

import psycopg
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.payments.run import pay_held
from peergrid.payments.sandbox import FAILS, Sandbox
from tests.payments.paying import USD, Town

DAMAGE = {
    "a hold without its payout": (
        "delete from payout where state = 'paid'",
        "transfer hold of payout of payout 1: there is no such payout",
    ),
    "a payout without its hold": (
        "delete from payout_transfer where step = 'hold' and payout_id = 3",
        "payout 3: its hold of payout is not booked",
    ),
    "a held sum changed": (
        "update payout_transfer set amount = amount + 1 where payout_id = 3 and kind = 'payout'",
        "payout 3: its hold of payout is 1980001 from meter to payout, it should be 1980000",
    ),
    "held money that the payouts do not explain": (
        "update payout_transfer set amount = amount + 1 where payout_id = 3 and kind = 'payout'",
        "the payout account holds 2010001 micros, the payouts held are 2010000",
    ),
    "paid, but still held": (
        "delete from payout_transfer where step = 'pay' and kind = 'payout_fee'",
        "payout 1: its pay of payout_fee is not booked",
    ),
    "paid and given back": (
        "insert into payout_transfer select payout_id, 'give_back', kind, meter_id,"
        " interval_start, credit_account, debit_account, unit, amount from payout_transfer"
        " where payout_id = 3 and kind = 'payout'",
        "payout 3: its give_back of payout is 1980000 from payout to meter, it should be nothing",
    ),
    "given back to somebody else": (
        "update payout_transfer set debit_account = (select account_id from account"
        " where meter_id = 2 and unit = 'USD'), meter_id = 2"
        " where step = 'give_back' and kind = 'payout'",
        "payout 2: its give_back of payout is 4950000 from payout to nowhere it should",
    ),
    "a transfer on another meter's account": (
        "update payout_transfer set meter_id = 2 where payout_id = 3 and kind = 'payout'",
        "transfer hold of payout of payout 3: it touches the account of meter 1",
    ),
    "a state turned back": (
        "update payout set state = 'requested' where payout_id = 3",
        "payout 3: its hold of payout is 1980000 from meter to payout, it should be nothing",
    ),
    "one person approving alone": (
        "alter table payout_batch drop constraint four_eyes;"
        " update payout_batch set approved_by = created_by",
        "payout 1: it is paid, but no second person approved it",
    ),
    "a payout in another community's books": (
        "insert into community (name, title, settled_until) values ('b', 'B', '2026-09-01');"
        " update payout set community_id = 2 where payout_id = 3",
        "transfer hold of payout of payout 3: its payout belongs to another community",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found(
    kind: str, server: EmbeddedServer, url: str, town: Town, tmp_path: Path
) -> None:
    damage, sentence = DAMAGE[kind]
    ada = town.street.ada
    town.approve(town.ask(ada, 5 * USD), town.ask(ada, 5 * USD + 10_000, FAILS))
    pay_held(town.database, Sandbox(tmp_path / "record"))
    town.approve(town.ask(ada, 2 * USD + 10_000))
    town.ask(ada, USD)
    assert town.findings() == []

    name = url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(server.admin_url.replace("/postgres?", f"/{name}?")) as admin:
        admin.execute("set session_replication_role = replica")  # past every trigger
        admin.execute(damage.encode())

    findings = town.findings()
    assert any(finding.startswith(sentence) for finding in findings), findings
