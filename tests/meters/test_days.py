"""A whole day in one row is the same 48 readings, and follows the same rules."""

import numpy as np
import pytest

from peergrid.database.pool import Database
from peergrid.energy import Interval
from peergrid.errors import Conflict
from peergrid.members.membership import community_by_id
from peergrid.meters.days import Days, store_days
from peergrid.meters.overlap import Outcome
from peergrid.meters.roster import Rosters
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from tests.community import FIRST, Street, report

DAY = (FIRST.number + 4) // 48  # the local day begins two hours, four intervals, before UTC's


def days_of(street: Street, export_wh: int = 1_000) -> Days:
    """Ada sends out 1,000 Wh each half hour, Ben draws 0, 1, 2 … 47 Wh."""
    nothing = np.zeros(48, np.int32)
    return Days(
        np.array([street.ada_meter.meter_id, street.ben_meter.meter_id]),
        np.array([DAY, DAY]),
        np.stack([nothing, np.arange(48, dtype=np.int32)]),
        np.stack([np.full(48, export_wh, np.int32), nothing]),
        np.stack([np.full(48, 1_300, np.int32), nothing]),
    )


def put(database: Database, street: Street, days: Days) -> Outcome:
    with database.transaction() as connection:
        return store_days(connection, street.community_id, Rosters(), days, None)


def sealed(database: Database) -> list[tuple[int, int, int]]:
    with database.transaction() as connection:
        return connection.execute(
            "select import_wh, export_wh, self_consumed_wh from sealed_day order by meter_id"
        ).fetchall()


def test_days_become_sealed_rows_that_are_settled_and_audited_like_readings(
    database: Database, street: Street
) -> None:
    assert put(database, street, days_of(street)) == Outcome(96, 0, 0)

    assert sealed(database) == [(0, 48_000, 14_400), (1_128, 0, 0)]
    assert settle(database, street.community_id).settled == 48
    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
        last = connection.execute(
            "select import_wh from every_reading where interval_start = %s and meter_id = %s",
            (FIRST.later(47).start, street.ben_meter.meter_id),
        ).fetchone()
    assert last == (47,)


def test_the_same_days_again_change_nothing_and_other_ones_are_a_conflict(
    database: Database, street: Street
) -> None:
    put(database, street, days_of(street))

    assert put(database, street, days_of(street)) == Outcome(0, 0, 96)
    with pytest.raises(Conflict, match="send a correction with revision 1"):
        put(database, street, days_of(street, export_wh=900))


def test_days_of_which_a_reading_is_there_go_reading_by_reading(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, Interval(FIRST.start), 0, 1_000, 1_300)

    assert put(database, street, days_of(street)) == Outcome(95, 0, 1)
    assert sealed(database) == []
