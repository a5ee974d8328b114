"""Half hours that are kept no longer go for good, and nothing that was said of them changes."""

from datetime import date
from typing import Any

import pytest

from peergrid.database.pool import Database
from peergrid.energy import Quality
from peergrid.errors import Conflict
from peergrid.members.membership import Member, add_member, community_by_id
from peergrid.meters.kept_sums import count_months
from peergrid.meters.register_store import take_registers
from peergrid.meters.registers import Register
from peergrid.meters.retention import check_kept, kept_from, retain
from peergrid.meters.seal import seal
from peergrid.meters.sums import Step, Sum, sums_of_member
from peergrid.meters.upkeep import Upkeep
from peergrid.settlement.check import audit
from peergrid.settlement.connections import hand_over
from peergrid.settlement.indicators import community_month
from peergrid.settlement.replay import replay
from peergrid.settlement.settle import settle
from peergrid.settlement.settled_month import settled_month
from peergrid.settlement.statement.month import Statement, statement_of
from tests.community import FIRST, Street, begun_at, report, report_both

TURN = FIRST.later(48 * 29)  # midnight of 30 September: one day of it, and some of October
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
SILENT, HANDED = range(30, 33), 20
HALF_HOURS = """
select (select count(*) from every_reading where interval_start < day_start('2026-10-01')),
  (select count(*) from reading_version where interval_start < day_start('2026-10-01')),
  (select count(*) from register where at < day_start('2026-10-01'))"""

type Lived = tuple[Street, Member]


@pytest.fixture
def lived(database: Database, street: Street) -> Lived:
    """A September with a correction, estimates and a hand-over, settled until October."""
    with database.transaction() as connection:
        street = begun_at(street, connection, TURN)
        dan = add_member(connection, street.community_id, "Dan", "dan@street.example", "consumer")
        start = TURN.later(HANDED).start
        hand_over(connection, *street.at_bens, dan.member_id, start)
    for offset in range(97):
        if offset in SILENT:
            report(database, street.ada_meter, TURN.later(offset), 0, 1_000, 1_300)
        else:
            report_both(database, street, TURN.later(offset))
    with database.transaction() as connection:
        for at, import_wh in ((47, 18_800), (48, 19_200), (49, 19_600)):
            total = Register(TURN.later(at).start, import_wh, 0, 0, None)
            take_registers(connection, street.ben_meter, [total], None)
    report(database, street.ada_meter, TURN.later(250), 0, 0)  # who is silent is waited for no more
    settle(database, street.community_id)
    report(database, street.ada_meter, TURN.later(3), 0, 900, 1_300, revision=1)
    settle(database, street.community_id)
    seal(database, keep_open_days=1)
    return street, dan


def told(database: Database, lived: Lived) -> list[Any]:
    """All that is said of September to anybody, but for half hours and indicators."""
    street, dan = lived
    said: list[Any] = []
    for member in (street.ada, street.ben, dan):
        with database.snapshot() as connection:
            statement: Statement = statement_of(connection, member, SEPTEMBER)
            said.append(statement)
        with database.transaction() as connection:
            span = (SEPTEMBER, date(2026, 10, 5))
            said += [sums_of_member(connection, member.member_id, *span, Step.MONTH)]
    with database.transaction() as connection:
        settled = settled_month(connection, street.community_id, SEPTEMBER)
    return [*said, replay(settled, settled.tariffs), settled.booked]


def findings(database: Database, lived: Lived) -> list[str]:
    with database.transaction() as connection:
        return audit(connection, community_by_id(connection, lived[0].community_id)).findings


def half_hours(database: Database) -> tuple[int, ...]:
    with database.transaction() as connection:
        row: tuple[int, ...] | None = connection.execute(HALF_HOURS).fetchone()
    assert row
    return row


def test_half_hours_go_and_all_that_was_said_of_them_stays(
    database: Database, lived: Lived
) -> None:
    before = told(database, lived)
    assert half_hours(database) == (96, 1, 1)
    assert before[0].meters[0].counted.trued_up == 1
    assert before[4].meters[0].counted.estimated == len(SILENT)

    done = retain(database, keep_months=0)

    assert (done.months, done.in_the_way) == ((SEPTEMBER,), None)
    assert half_hours(database) == (0, 0, 0)
    assert told(database, lived) == before
    assert findings(database, lived) == []
    assert retain(database, keep_months=0).months == ()


def test_days_of_each_owner_stay_as_sums(database: Database, lived: Lived) -> None:
    """What is left of a day says what the meter counted in it, of whoever had it all day."""
    retain(database, keep_months=0)

    with database.transaction() as connection:
        rows = sums_of_member(
            connection, lived[0].ada.member_id, date(2026, 9, 30), OCTOBER, Step.DAY
        )
        count_months(database)
    assert rows == [Sum(TURN.start, 48, 0, 47_900, 62_400, 14_500)]


def test_what_comes_for_a_day_that_is_gone_is_refused_with_a_sentence(
    database: Database, lived: Lived
) -> None:
    street, _ = lived
    retain(database, keep_months=0)

    with pytest.raises(Conflict, match="Half hours before 2026-10-01 are kept no longer: leave"):
        report(database, street.ada_meter, TURN.later(4), 0, 7, 7, revision=2)
    with database.transaction() as connection:
        assert kept_from(connection) == OCTOBER
        check_kept(connection, OCTOBER)
        with pytest.raises(Conflict, match="ask for their sums"):
            check_kept(connection, date(2026, 9, 30))
    with (
        database.transaction() as connection,
        pytest.raises(Conflict, match="kept no longer"),
    ):
        community_month(connection, street.community_id, SEPTEMBER)
    report(database, street.ada_meter, TURN.later(50), 0, 7, 7, revision=2)
    settle(database, street.community_id)
    assert findings(database, lived) == []


def test_a_share_that_was_changed_is_found_where_no_reading_is_left(
    database: Database, lived: Lived
) -> None:
    retain(database, keep_months=0)
    with database.transaction() as connection:
        connection.execute("alter table share disable trigger is_final")
        connection.execute(
            "update share set paid_micros = paid_micros + 1 where interval_start = %s"
            " and bought_wh > 0",
            (TURN.later(5).start,),
        )

    assert any("paid_micros" in finding for finding in findings(database, lived))


def test_a_month_stays_while_something_of_it_is_not_done(database: Database, lived: Lived) -> None:
    street, _ = lived
    report(database, street.ada_meter, TURN.later(5), 0, 800, 1_300, revision=1)
    waits = retain(database, keep_months=0)
    settle(database, street.community_id)
    open_again = retain(database, keep_months=0)
    seal(database, keep_open_days=1)

    assert waits.in_the_way == "September 2026: street has a correction to settle"
    assert open_again.in_the_way == "September 2026: street has days that are not sealed"
    assert half_hours(database)[0] == 96
    assert retain(database, keep_months=0).months == (SEPTEMBER,)


def test_nothing_goes_before_its_time_and_upkeep_lets_it_go(
    database: Database, lived: Lived
) -> None:
    assert retain(database, keep_months=1).months == ()
    assert Upkeep(database, keep_open_days=1, keep_months=1).once()
    assert half_hours(database)[0] == 96

    later = TURN.later(48 * 33)  # in November: September is one whole month old
    report(database, lived[0].ada_meter, later, 0, 0, quality=Quality.MEASURED)
    assert Upkeep(database, keep_open_days=1, keep_months=1).once()

    assert half_hours(database)[0] == 0
    with database.transaction() as connection:
        with pytest.raises(Exception, match="its sums are final"):
            connection.execute("delete from sealed_day where day = '2026-09-30'")
        connection.rollback()
