"""Bulk or single, straight or with care: what is stored follows the same rules."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Connection, Database
from peergrid.errors import Conflict
from peergrid.meters import overlap, store
from peergrid.meters.batch import Batch
from peergrid.meters.overlap import Outcome
from peergrid.meters.roster import Rosters
from tests.community import FIRST, START, Street


def batch_of(rows: list[tuple[int, int, int, int]]) -> Batch:
    """Rows of a meter's id, an interval's number, its import [Wh] and a revision."""
    meter_id, number, import_wh, revision = np.array(rows, np.int64).reshape(-1, 4).T
    nothing = np.zeros(len(rows), np.int64)
    return Batch(meter_id, number, import_wh, nothing, nothing, nothing, revision)


def put(database: Database, street: Street, batch: Batch, *, partial: bool = False) -> Outcome:
    with database.transaction() as connection:
        admitted = store.admit(connection, street.community_id)
        roster = Rosters().of(connection, street.community_id, admitted.meters_changed)
        return store.store(connection, admitted, roster, batch, partial=partial)


def known(connection: Connection) -> dict[tuple[int, int], tuple[int, int]]:
    rows = connection.execute(
        "select meter_id, extract(epoch from interval_start)::int / 1800, import_wh, revision"
        " from every_reading"
    )
    return {(meter, number): (import_wh, revision) for meter, number, import_wh, revision in rows}


def days_of_both(street: Street, days: int, import_wh: int, revision: int = 0) -> Batch:
    meters = (street.ada_meter.meter_id, street.ben_meter.meter_id)
    numbers = range(FIRST.number, FIRST.number + 48 * days)
    return batch_of([(m, n, import_wh, revision) for m in meters for n in numbers])


def test_many_go_straight_and_again_with_care_and_nothing_is_doubled(
    database: Database, street: Street
) -> None:
    batch = days_of_both(street, 12, import_wh=7)

    first, again = put(database, street, batch), put(database, street, batch)

    assert first == Outcome(stored=1_152, corrected=0, unchanged=0)
    assert again == Outcome(stored=0, corrected=0, unchanged=1_152)


def test_many_corrections_at_once_replace_and_keep_what_they_replace(
    database: Database, street: Street
) -> None:
    put(database, street, days_of_both(street, 12, import_wh=7))

    outcome = put(database, street, days_of_both(street, 13, import_wh=8, revision=1))

    assert outcome == Outcome(stored=96, corrected=1_152, unchanged=0)
    with database.transaction() as connection:
        kept = connection.execute("select sum(import_wh), count(*) from reading_version")
        assert kept.fetchone() == (7 * 1_152, 1_152)


def test_of_a_batch_taken_in_part_contradictions_are_told_and_the_rest_is_stored(
    database: Database, street: Street
) -> None:
    ada = street.ada_meter.meter_id
    put(database, street, batch_of([(ada, FIRST.number, 7, 0)]))
    batch = batch_of([(ada, FIRST.number + 1, 9, 0), (ada, FIRST.number, 8, 0)])

    with pytest.raises(Conflict, match=r"Reading 2 .* send a correction with revision 1"):
        put(database, street, batch)
    outcome = put(database, street, batch, partial=True)

    assert (outcome.stored, [fault.row for fault in outcome.contradicting]) == (1, [2])


def test_readings_of_settled_intervals_are_noted_as_corrections(
    database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        until = FIRST.later(48 * 11).start
        connection.execute("update community set settled_until = %s", (until,))

    put(database, street, days_of_both(street, 12, import_wh=7))

    with database.transaction() as connection:
        found = connection.execute("select count(*), min(interval_start) from correction")
        assert found.fetchone() == (48 * 11, START)


readings = st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 3))


@given(batches=st.lists(st.lists(readings, min_size=1, max_size=8), min_size=1, max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_few_or_many_come_to_the_same(
    database: Database,
    street: Street,
    monkeypatch: pytest.MonkeyPatch,
    batches: list[list[tuple[int, int, int]]],
) -> None:
    meters = (street.ada_meter.meter_id, street.ben_meter.meter_id)
    seen = []
    for few in (0, 1_000):
        monkeypatch.setattr(store, "FEW", few)
        monkeypatch.setattr(overlap, "FEW", few)
        with database.transaction() as connection:
            connection.execute("delete from reading")
        outcomes = []
        for rows in batches:
            newest = {(meters[of], FIRST.number + n): revision for of, n, revision in rows}
            batch = batch_of([(*key, 10 * r, r) for key, r in newest.items()])
            outcomes.append(put(database, street, batch))
        with database.transaction() as connection:
            seen.append((outcomes, known(connection)))

    assert seen[0] == seen[1]
