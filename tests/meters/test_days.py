"""A whole day in one row is the same 48 readings, and follows the same rules."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.energy import Interval
from peergrid.errors import Conflict, Invalid
from peergrid.members.membership import community_by_id
from peergrid.meters.batch import faults
from peergrid.meters.bulk import Receipt, take
from peergrid.meters.days import Days
from peergrid.meters.once import Once
from peergrid.meters.roster import Rosters, roster_of
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


def put(
    database: Database, street: Street, days: Days, once: str = "1", *, partial: bool = False
) -> Receipt:
    request = Once("collector 1", once, bytes(32))
    with database.transaction() as connection:
        at = (street.community_id, request, days, None)
        return take(connection, Rosters(), *at, partial=partial)


def sealed(database: Database) -> list[tuple[int, int, int]]:
    with database.transaction() as connection:
        return connection.execute(
            "select import_wh, export_wh, self_consumed_wh from sealed_day order by meter_id"
        ).fetchall()


def test_days_become_sealed_rows_that_are_settled_and_audited_like_readings(
    database: Database, street: Street
) -> None:
    assert put(database, street, days_of(street)) == Receipt(96, 96, 0, 0)

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

    assert put(database, street, days_of(street), "2") == Receipt(96, 0, 0, 96)
    with pytest.raises(Conflict, match="send a correction with revision 1"):
        put(database, street, days_of(street, export_wh=900), "3")


def test_days_of_which_a_reading_is_there_go_reading_by_reading(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, Interval(FIRST.start), 0, 1_000, 1_300)

    assert put(database, street, days_of(street)) == Receipt(96, 95, 0, 1)
    assert sealed(database) == []


def test_in_part_bad_half_hours_are_listed_and_the_others_stored(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, Interval(FIRST.start), 0, 900, 1_300)
    days = days_of(street)
    days.import_wh[1, 5] = -1
    far = replace(days, day=np.array([DAY, 2_000_000]))

    with pytest.raises(Invalid, match=r"Reading 54 \(2026-09-01T00:30Z\): import_wh must be"):
        put(database, street, days)
    with pytest.raises(Invalid, match="Reading 49: interval_start must be"):
        put(database, street, far)
    receipt = put(database, street, days, partial=True)

    assert (receipt.received, receipt.stored, receipt.refused_count) == (96, 94, 2)
    assert [fault.row for fault in receipt.refused] == [1, 54]
    assert "has other numbers" in receipt.refused[0].reason
    assert sealed(database) == []


one_day = st.tuples(
    st.integers(0, 2),  # Ada's, Ben's, or nobody's
    st.integers(-1, 2),  # the day before they were there, and some after
    st.sampled_from([0, 5, 6_900, 6_901, -1]),
    st.sampled_from([0, 2**31 - 1, -1]),
)


@given(rows=st.lists(one_day, min_size=1, max_size=4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_days_are_refused_or_stored_as_their_half_hours_would_be(
    database: Database, street: Street, rows: list[tuple[int, int, int, int]]
) -> None:
    with database.transaction() as connection:
        roster = roster_of(connection, street.community_id)
        connection.execute("truncate sealed_day, community_change, ingest_batch")
    of = (street.ada_meter.meter_id, street.ben_meter.meter_id, 99)
    whose, day, import_wh, generation_wh = np.array(rows).T
    lists = [np.zeros((len(rows), 48), np.int32) for _ in range(3)]
    lists[0][:, 7], lists[2][:, 9] = import_wh, generation_wh
    days = Days(np.array(of)[whose], DAY + day, *lists)
    batch = days.batch_of(roster)
    bad = faults(batch, roster, None)

    if bad:
        with pytest.raises(Invalid, match=re.escape(bad[0].reason)):
            put(database, street, days)
        return
    put(database, street, days)
    with database.transaction() as connection:
        stored = connection.execute("select count(*) from sealed_day").fetchone()
        sums = connection.execute(
            "select interval_start, readings, import_wh, generation_wh from community_change"
            " order by 1"
        ).fetchall()
    assert stored == (len(rows),)
    for start, readings, *energies in sums:
        now = batch.number == Interval(start).number
        assert readings == now.sum()
        assert energies == [batch.import_wh[now].sum(), batch.generation_wh[now].sum()]
    assert sum(row[1] for row in sums) == len(batch)
