"""A street whose members have earned, and what they and their operators do about payouts."""

from dataclasses import dataclass
from datetime import date
from itertools import count

from peergrid.database.pool import Connection, Database
from peergrid.energy import Reading
from peergrid.ledger.book import balances_of
from peergrid.members.membership import Member, add_member, community_by_id
from peergrid.meters.ingest import ingest
from peergrid.money import Unit
from peergrid.payments.batches import Approval, approve_batch, create_batch
from peergrid.payments.charges import MobileMoney, quote
from peergrid.payments.check import audit_payouts
from peergrid.payments.payout import Asked, Payout, payouts_of_member, request_payout
from peergrid.payments.sandbox import PAYS
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, found_street

TODAY = date(2026, 9, 1)
USD = 1_000_000  # micros
EARNED = 21_196_800  # micros, by each of two
KEYS = count(1)


@dataclass(frozen=True)
class Town:
    """Ada's and Ben's street, with a second operator, Dudzai, who approves."""

    database: Database
    street: Street
    dudzai: Member

    def balance(self, member: Member) -> int:
        with self.database.transaction() as connection:
            return balances_of(connection, [member.member_id])[member.member_id][Unit.USD]

    def ask(
        self, member: Member, micros: int, number: str = PAYS, key: str | None = None
    ) -> Payout:
        quoted = quote(MobileMoney.ECOCASH, micros, TODAY)
        key = key or f"key-{next(KEYS)}"
        asked = Asked(key, MobileMoney.ECOCASH, number, micros, quoted.received_micros)
        with self.database.transaction() as connection:
            return request_payout(connection, member, asked, TODAY)

    def batch(self, *payouts: Payout, by_file: bool = False) -> int:
        ids = [payout.payout_id for payout in payouts]
        with self.database.transaction() as connection:
            return create_batch(connection, self.street.chipo, ids, by_file=by_file)

    def approve(self, *payouts: Payout, by_file: bool = False) -> Approval:
        batch_id = self.batch(*payouts, by_file=by_file)
        with self.database.transaction() as connection:
            return approve_batch(connection, self.dudzai, batch_id)

    def state(self, payout: Payout) -> str:
        with self.database.transaction() as connection:
            everything = payouts_of_member(connection, payout.member_id)
        return next(one.state for one in everything if one.payout_id == payout.payout_id)

    def findings(self) -> list[str]:
        """What `peergrid check` would say of the energy, the books and the payouts."""
        with self.database.transaction() as connection:
            community = community_by_id(connection, self.street.community_id)
            return audit(connection, community).findings + audit_payouts(connection, community)


def found_town(database: Database, name: str = "street", scheme: str = "mid_market") -> Town:
    """Ada and Ben have sent out all they can for a day: 48 times 6.9 kWh at US$0.064 is EARNED."""
    with database.transaction() as connection:
        street = found_street(connection, name, scheme)
        dudzai = second_operator(connection, street)
        for meter in (street.ada_meter, street.ben_meter):
            day = [Reading(meter.meter_id, FIRST.later(number), 0, 6_900) for number in range(48)]
            ingest(connection, meter, day, not_after=None)
    settle(database, street.community_id)
    return Town(database, street, dudzai)


def second_operator(connection: Connection, street: Street) -> Member:
    """Dudzai, who signs in with everybody's password."""
    email = street.chipo.email.replace("chipo", "dudzai")
    dudzai = add_member(connection, street.community_id, "Dudzai", email, "operator")
    connection.execute(
        "insert into credential select %s, password_hash from credential where member_id = %s",
        (dudzai.member_id, street.ada.member_id),
    )
    return dudzai
