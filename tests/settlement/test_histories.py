"""Whatever becomes of meters and members, the books, statements and replays agree."""

import itertools
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Connection, Database
from peergrid.energy import Interval, day_start
from peergrid.ledger.book import balances_of, open_accounts, out_of_balance
from peergrid.members.membership import Member, add_member, community_by_id, members_of
from peergrid.meters.registry import Meter, add_meter, meters_of_community
from peergrid.money import PARTS, Unit
from peergrid.settlement.agreements import add_agreement, apply_agreement, publish_agreement
from peergrid.settlement.check import audit
from peergrid.settlement.connections import end, hand_over, replace
from peergrid.settlement.limits import set_limit
from peergrid.settlement.replay import replay, total_of, under
from peergrid.settlement.settle import settle
from peergrid.settlement.settled_month import settled_month
from peergrid.settlement.statement.month import statement_of
from tests.community import CONNECTION_W, Street, begun_at, found_street, report

NAMES = itertools.count(1)
BEGIN = Interval(day_start(date(2026, 9, 30))).later(44)  # the month turns after four half hours
MONTHS = (date(2026, 9, 1), date(2026, 10, 1))
HOURS = 10  # half hours, really lived
SCHEMES = ("net_metering", "coefficients", "double_auction", "mid_market")

CHANGES = st.lists(
    st.tuples(
        st.integers(0, HOURS - 1),
        st.sampled_from(["join", "replace", "hand_over", "end", "limit", "late", "correct"]),
        st.integers(0, 5),
        st.integers(0, 6_000),
    ),
    min_size=2,
    max_size=10,
)


@dataclass
class Life:
    """A street, what is reported of it, and what is held back."""

    database: Database
    street: Street
    revisions: dict[tuple[int, Interval], int] = field(default_factory=dict)
    held_back: list[tuple[int, Interval, int]] = field(default_factory=list)

    def change(self, what: str, whose: int, wh: int, now: Interval) -> None:
        """One thing happens at the beginning of a half hour that nobody has reported yet."""
        with self.database.transaction() as connection:
            meters = meters_of_community(connection, self.street.community_id)
            open_ones = [one for one in meters if one.active_until is None]
            meter = open_ones[whose % len(open_ones)]
            everybody = members_of(connection, self.street.community_id)
            homes = [one for one in everybody if one.role != "operator"]
            other = homes[wh % len(homes)]
            if what == "join":
                self.join(connection, now)
            elif meter.active_from < now.start:
                self.alter(connection, what, meter, other, now)
        if what == "correct" and self.revisions:
            meter_id, interval = sorted(self.revisions)[whose % len(self.revisions)]
            self.say(meter_id, interval, wh)

    def join(self, connection: Connection, now: Interval) -> None:
        street, number = self.street, next(NAMES)
        community_id, name = street.community_id, f"{street.ada_meter.serial}-j{number}"
        member = add_member(connection, community_id, name, f"{name}@x.example", "producer")
        meter = add_meter(
            connection,
            *(community_id, member.member_id, name),
            has_panels=True,
            connection_w=CONNECTION_W,
            active_from=now.start,
        )
        open_accounts(connection, community_id, {meter.meter_id: member.member_id})

    def alter(
        self, connection: Connection, what: str, meter: Meter, other: Member, now: Interval
    ) -> None:
        place = (self.street.community_id, meter.meter_id)
        if what == "replace":
            serial = f"{self.street.ada_meter.serial}-r{next(NAMES)}"
            replace(connection, *place, serial, now.start)
        elif what == "hand_over" and other.member_id != meter.member_id:
            hand_over(connection, *place, other.member_id, now.start)
        elif what == "end" and meter.connection_id != self.street.ada_meter.meter_id:
            end(connection, *place, now.start)
        elif what == "limit":
            set_limit(connection, meter, meter.member_id, 80_000, 70_000, now.start)

    def live(self, now: Interval, late: set[int]) -> None:
        """Who is in force counts something of its own; who is late says so at the end."""
        for meter in self.in_force(now):
            wh = (meter.meter_id * 1_237 + now.number * 797) % 5_000
            if meter.meter_id % 6 in late:
                self.held_back.append((meter.meter_id, now, wh))
            else:
                self.say(meter.meter_id, now, wh)

    def in_force(self, now: Interval) -> list[Meter]:
        with self.database.transaction() as connection:
            return [
                one
                for one in meters_of_community(connection, self.street.community_id)
                if one.active_from <= now.start
                and (one.active_until is None or now.start < one.active_until)
            ]

    def say(self, meter_id: int, interval: Interval, wh: int) -> None:
        revision = self.revisions.get((meter_id, interval), -1) + 1
        self.revisions[meter_id, interval] = revision
        meter = next(one for one in self.in_force(interval) if one.meter_id == meter_id)
        drawn, sent = (wh, 0) if (meter_id + interval.number + wh) % 3 else (0, wh)
        report(self.database, meter, interval, drawn, sent, revision=revision)


def lived(database: Database, scheme: str, changes: list[tuple[int, str, int, int]]) -> Life:
    with database.transaction() as connection:
        name = f"life{next(NAMES)}"
        street = begun_at(found_street(connection, name, scheme), connection, BEGIN)
        who = street.community_id, street.chipo.member_id
        parts = {street.ada_meter.serial: 300_000, street.ben_meter.serial: PARTS - 300_000}
        number = add_agreement(connection, *who, parts).agreement_id
        publish_agreement(connection, *who, number)
        apply_agreement(connection, *who, number, MONTHS[1])
    life = Life(database, street)
    for number in range(HOURS):
        now = BEGIN.later(number)
        due = [one for one in changes if one[0] == number]
        for _, what, whose, wh in due:
            life.change(what, whose, wh, now)
        life.live(now, {whose for _, what, whose, _ in due if what == "late"})
        if number % 3 == 0:
            settle(database, street.community_id)
    for late in life.held_back:
        life.say(*late)
    settle(database, street.community_id)
    return life


@given(changes=CHANGES, scheme=st.sampled_from(SCHEMES))
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_books_statements_and_replays_agree_after_any_history(
    database: Database, changes: list[tuple[int, str, int, int]], scheme: str
) -> None:
    street = lived(database, scheme, changes).street

    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert community.settled_until == BEGIN.later(HOURS).start
        assert audit(connection, community).findings == []
        assert set(out_of_balance(connection, street.community_id).values()) == {0}
        everybody = members_of(connection, street.community_id)
        balances = balances_of(connection, [one.member_id for one in everybody])
        read = connection.execute(
            "select serial, sum(import_wh)::int, sum(export_wh)::int from reading"
            " join meter using (meter_id) where community_id = %s group by 1",
            (street.community_id,),
        ).fetchall()
        told: Counter[tuple[str, str]] = Counter()
        for member in everybody:
            added = dict.fromkeys(Unit, 0)
            for month in MONTHS:
                statement = statement_of(connection, member, month)
                for line in statement.lines:
                    added[line.unit] += line.amount
                for meter in statement.meters:
                    told[meter.serial, "import"] += meter.counted.import_wh
                    told[meter.serial, "export"] += meter.counted.export_wh
                    assert meter.counted.import_wh == meter.bought_wh + meter.grid_import_wh
            assert added == balances[member.member_id]
        assert {one[0]: (told[one[0], "import"], told[one[0], "export"]) for one in read} == {
            serial: (import_wh, export_wh) for serial, import_wh, export_wh in read
        }
    for month in MONTHS:
        with database.transaction() as connection:
            settled = settled_month(connection, street.community_id, month)
        assert replay(settled, settled.tariffs) == settled.booked
        billed = replay(settled, under(settled.tariffs, "bill_sharing"))
        assert total_of(billed).import_wh == total_of(settled.booked).import_wh
