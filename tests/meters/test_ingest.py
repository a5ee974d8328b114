"""A reading counts once, whatever becomes of the message that carried it."""

import threading

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.energy import Interval, Quality, Reading
from peergrid.errors import Conflict, Invalid, Unknown
from peergrid.members.membership import community_by_id
from peergrid.meters.ingest import ingest
from peergrid.meters.latest import clock_of
from peergrid.meters.overlap import Outcome
from peergrid.meters.registry import issue_key
from peergrid.meters.senders import meter_with_key
from tests.community import CONNECTION_W, FIRST, NOON, START, Street, report

LIMIT_WH = CONNECTION_W // 2


def stored(database: Database, street: Street) -> dict[int, tuple[int, int, int]]:
    """What is known of Ada's meter: by interval number, its import, export and revision."""
    meter_id = street.ada_meter.meter_id
    query = "select interval_start, import_wh, export_wh, revision from reading where meter_id = %s"
    with database.transaction() as connection:
        rows = connection.execute(query, (meter_id,)).fetchall()
    return {Interval(start).number: tuple(numbers) for start, *numbers in rows}


def test_the_same_reading_twice_counts_once(database: Database, street: Street) -> None:
    first = report(database, street.ada_meter, NOON, 0, 1_000)
    second = report(database, street.ada_meter, NOON, 0, 1_000)

    assert first == Outcome(stored=1, corrected=0, unchanged=0)
    assert second == Outcome(stored=0, corrected=0, unchanged=1)
    assert stored(database, street) == {NOON.number: (0, 1_000, 0)}


def test_a_higher_revision_replaces_and_the_old_one_is_kept(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, NOON, 0, 1_000)

    outcome = report(database, street.ada_meter, NOON, 0, 900, revision=1)

    assert outcome == Outcome(stored=0, corrected=1, unchanged=0)
    assert stored(database, street) == {NOON.number: (0, 900, 1)}
    with database.transaction() as connection:
        kept = connection.execute("select export_wh, revision from reading_version").fetchall()
    assert kept == [(1_000, 0)]


def test_an_older_revision_that_comes_late_changes_nothing(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, NOON, 0, 900, revision=1)

    outcome = report(database, street.ada_meter, NOON, 0, 1_000, revision=0)

    assert outcome == Outcome(stored=0, corrected=0, unchanged=1)
    assert stored(database, street) == {NOON.number: (0, 900, 1)}


def test_other_numbers_under_the_same_revision_are_a_conflict(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, NOON, 0, 1_000)

    with pytest.raises(Conflict, match="send a correction with revision 1"):
        report(database, street.ada_meter, NOON, 0, 900)

    assert stored(database, street) == {NOON.number: (0, 1_000, 0)}


def test_a_measured_reading_replaces_an_estimate_but_not_the_other_way_round(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, NOON, 0, 500, quality=Quality.ESTIMATED)
    report(database, street.ada_meter, NOON, 0, 1_000)

    outcome = report(database, street.ada_meter, NOON, 0, 500, quality=Quality.ESTIMATED)

    assert outcome.unchanged == 1
    assert stored(database, street) == {NOON.number: (0, 1_000, 0)}


def test_one_bad_row_refuses_the_batch_and_nothing_is_stored(
    database: Database, street: Street
) -> None:
    meter_id = street.ada_meter.meter_id
    good = Reading(meter_id, NOON, 0, 1_000)
    bad = Reading(meter_id, NOON.later(1), 0, LIMIT_WH + 1)

    with (
        pytest.raises(Invalid, match=r"Reading 2 .*above the 6900 Wh"),
        database.transaction() as connection,
    ):
        ingest(connection, street.ada_meter, [good, bad], None)

    assert stored(database, street) == {}


def test_an_interval_that_is_not_over_is_refused(database: Database, street: Street) -> None:
    reading = Reading(street.ada_meter.meter_id, NOON, 0, 1_000)

    with (
        pytest.raises(Invalid, match="not over yet"),
        database.transaction() as connection,
    ):
        ingest(connection, street.ada_meter, [reading], NOON.start)


def test_what_happened_before_the_meter_was_there_is_refused(
    database: Database, street: Street
) -> None:
    with pytest.raises(Invalid, match="is active from"):
        report(database, street.ada_meter, FIRST.later(-1), 0, 0)


def test_a_late_reading_does_not_move_the_meters_clock_back(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, NOON, 0, 1_000)

    report(database, street.ada_meter, NOON.later(-4), 0, 1_000)

    with database.transaction() as connection:
        clock = clock_of(connection, street.community_id)
    assert clock == NOON.start


def test_a_reading_waits_while_its_community_is_settled(database: Database, street: Street) -> None:
    done = threading.Event()

    def deliver() -> None:
        report(database, street.ada_meter, NOON, 0, 1_000)
        done.set()

    with database.transaction() as connection:
        community_by_id(connection, street.community_id, locked=True)
        sender = threading.Thread(target=deliver)
        sender.start()
        assert not done.wait(0.5)
    sender.join(timeout=30)

    assert done.is_set()


def test_a_new_key_ends_the_one_before_it(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        key = issue_key(connection, street.ada_meter.meter_id, START)
        assert meter_with_key(connection, key).serial == street.ada_meter.serial

    with (
        pytest.raises(Unknown, match="No meter has this key"),
        database.transaction() as connection,
    ):
        meter_with_key(connection, street.ada_key)


def test_what_was_replaced_cannot_be_taken_away(database: Database, street: Street) -> None:
    report(database, street.ada_meter, NOON, 0, 1_000)
    report(database, street.ada_meter, NOON, 0, 900, revision=1)

    with (
        pytest.raises(psycopg.errors.RestrictViolation, match="is final"),
        database.transaction() as connection,
    ):
        connection.execute("delete from reading_version")


def test_an_interval_twice_in_one_batch_is_refused(database: Database, street: Street) -> None:
    reading = Reading(street.ada_meter.meter_id, NOON, 0, 1_000)

    with (
        pytest.raises(Invalid, match="twice in the batch"),
        database.transaction() as connection,
    ):
        ingest(connection, street.ada_meter, [reading, reading], None)


@given(
    deliveries=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=12)
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_in_any_order_and_repetition_the_newest_revision_stands(
    database: Database, street: Street, deliveries: list[tuple[int, int]]
) -> None:
    with database.transaction() as connection:
        connection.execute("delete from reading")

    for offset, revision in deliveries:
        export_wh = 100 * offset + revision  # what the meter says never varies for a revision
        report(database, street.ada_meter, NOON.later(offset), 0, export_wh, revision=revision)

    newest = {
        NOON.later(offset).number: max(r for o, r in deliveries if o == offset)
        for offset, _ in deliveries
    }
    assert stored(database, street) == {
        number: (0, 100 * (number - NOON.number) + revision, revision)
        for number, revision in newest.items()
    }
