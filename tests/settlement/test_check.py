"""The audit finds every kind of damage, and names the row."""

import psycopg
import pytest

from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.members.membership import community_by_id
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report, report_both

DAMAGE = {
    "a reading changed behind the books": (
        "update reading set import_wh = 401 where import_wh = 400",
        "import_wh is 400, its readings and the tariff give 401",
    ),
    "a reading deleted": ("delete from reading where import_wh = 400", "there is no reading"),
    "a share's price changed": (
        "update share set retail_micros = 7 where import_wh = 400",
        "retail_micros is 7",
    ),
    "a share deleted": ("delete from share where import_wh = 400", "it is missing"),
    "a settlement's sum changed": (
        "update settlement set shared_wh = 399",
        "shared 399 Wh, but its shares sum to",
    ),
    "a transfer's amount changed": (
        "update transfer set amount = amount + 1 where kind = 'neighbour_energy'",
        "transfer neighbour_energy of meter",
    ),
    "a transfer deleted": (
        "delete from transfer where kind = 'feed_in'",
        "booked nothing, its share says 38400",
    ),
    "a transfer turned round": (
        "update transfer set debit_account = credit_account, credit_account = debit_account"
        " where kind = 'feed_in'",
        "transfer feed_in of meter",
    ),
    "a settlement vanished": (
        "delete from transfer; delete from share; delete from settlement"
        " where interval_start = (select min(interval_start) + interval '30 min' from settlement)",
        "no settlement stands",
    ),
    "the first settlement vanished with all it booked": (
        "with gone as (select settlement_id from settlement"
        " where interval_start = (select min(interval_start) from settlement)),"
        " t as (delete from transfer using gone where transfer.settlement_id = gone.settlement_id),"
        " h as (delete from share using gone where share.settlement_id = gone.settlement_id)"
        " delete from settlement using gone where settlement.settlement_id = gone.settlement_id",
        "no settlement stands",
    ),
    "everything vanished": (
        "delete from transfer; delete from share; delete from settlement",
        "no settlement stands",
    ),
    "money for a settlement that is not there": (
        "insert into transfer select meter_id, interval_start, 9999, 'levy', debit_account,"
        " credit_account, unit, 100000000, 0, false from transfer where kind = 'feed_in' limit 1",
        "its settlement 9999 is not there",
    ),
    "a neighbour's earnings on another's account": (
        "update transfer set debit_account = (select account_id from account a"
        " where a.meter_id = 2 and unit = 'USD') where kind = 'shared_energy'",
        "it touches the account of meter 2",
    ),
    "money moved to accounts of energy credit": (
        "update transfer set unit = 'WH' where kind = 'feed_in'",
        "transfer feed_in of meter",
    ),
    "an account that changed hands": (
        "update account set member_id = 2 where meter_id = 1",
        "it belongs to member 2, who does not own the meter",
    ),
    "settlement that says it has not come so far": (
        "update community set settled_until = settled_until - interval '30 min'",
        "past where settlement says it is",
    ),
    "a share of another month": (
        "update share set interval_start = interval_start + interval '40 days'",
        "its settlement says",
    ),
    "a transfer of another month": (
        "update transfer set interval_start = interval_start + interval '40 days'",
        "booked nothing, its share says",
    ),
    "value added tax that no tariff asks for": (
        "update share set vat_micros = 9 where import_wh = 400",
        "vat_micros is 9, its readings and the tariff give 0",
    ),
    "a fixed charge that no tariff asks for": (
        "update share set fixed_micros = 9 where import_wh = 400",
        "fixed_micros is 9, its readings and the tariff give 0",
    ),
    "energy credit lost by hand": (
        "update share set credit_lost_wh = 9 where export_wh = 1000",
        "credit_lost_wh is 9, its readings and the tariff give 0",
    ),
    "energy credit paid out by hand": (
        "update share set credit_paid_micros = 9 where export_wh = 1000",
        "credit_paid_micros is 9, its readings and the tariff give 0",
    ),
    "a month that a share says has come further": (
        "update share set month_billed_wh = month_billed_wh + 9 where import_wh = 400",
        "month_billed_wh is 9, its readings and the tariff give 0",
    ),
    "tax booked that no share knows": (
        "insert into transfer select meter_id, interval_start, settlement_id, 'vat',"
        " credit_account, debit_account, unit, 9, 0, false from transfer"
        " where kind = 'feed_in' and not is_reversal limit 1",
        "booked 9, its share says nothing",
    ),
    "a reading used twice": (
        "with once as (select * from standing_settlement order by interval_start limit 1),"
        " again as (insert into settlement (community_id, interval_start, revision, tariff_id,"
        " demand_wh, supply_wh, shared_wh, estimated, transfers) select community_id,"
        " interval_start, revision + 7, tariff_id, demand_wh, supply_wh, shared_wh, 0, 0 from once"
        " returning settlement_id)"
        " insert into share select again.settlement_id, h.meter_id, h.interval_start, h.import_wh,"
        " h.export_wh, h.bought_wh, h.sold_wh, h.billed_wh, h.paid_micros, h.earned_micros,"
        " h.retail_micros, h.levy_micros, h.feed_in_micros, h.credit_earned_wh, h.credit_used_wh"
        " from share h join once using (settlement_id), again",
        "booked 2 times",
    ),
    "a count of estimates that is wrong": (
        "update settlement set estimated = 1 where settlement_id = 1",
        "it says that 1 readings are estimated, 0 are",
    ),
    "a balance that the shares do not explain": (
        "update transfer set amount = amount + 5 where kind = 'feed_in' and not is_reversal",
        "the shares of their meters come to",
    ),
    "an owner who was not": (
        "update connection_owner set member_id = 2 where member_id = 1",
        "who does not own the meter",
    ),
    "a reversal that does not undo": (
        "update transfer set amount = amount + 1 where is_reversal",
        "reversal",
    ),
}


def findings_after(
    server: EmbeddedServer, url: str, database: Database, street: Street, damage: str
) -> list[str]:
    for number in range(3):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)
    report(database, street.ada_meter, FIRST.later(2), 0, 1_100, 1_300, revision=1)
    settle(database, street.community_id)
    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
    name = url.partition("@/")[2].partition("?")[0]
    as_admin = server.admin_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(as_admin) as admin:
        admin.execute("set session_replication_role = replica")  # past every trigger
        admin.execute(damage.encode())
    with database.transaction() as connection:
        return audit(connection, community).findings


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found(
    kind: str, server: EmbeddedServer, url: str, database: Database, street: Street
) -> None:
    damage, sentence = DAMAGE[kind]

    findings = findings_after(server, url, database, street, damage)

    assert any(sentence in finding for finding in findings), findings
