"""Keys of meters: rotated without a gap, revoked at once, shown to nobody twice."""

from datetime import UTC, datetime, timedelta

import pytest

from peergrid.database.pool import Database
from peergrid.errors import NotFound, Unknown
from peergrid.meters.registry import issue_key, keys_of, revoke_key, rotate_key
from peergrid.meters.senders import meter_with_key
from tests.community import Street, found_street


def test_a_key_stays_good_for_a_while_beside_the_new_one(
    database: Database, street: Street
) -> None:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        _, new = rotate_key(connection, street.ada_meter.meter_id, now, timedelta(hours=24))
        for key in (street.ada_key, new):
            assert meter_with_key(connection, key).serial == "street-ada"
        old, fresh = keys_of(connection, street.community_id, now, "street-ada")
        assert (old.ends_at, fresh.ends_at) == (now + timedelta(hours=24), None)

        connection.execute("update meter_key set ends_at = ends_at - interval '2 days'")
        with pytest.raises(Unknown, match="No meter has this key"):
            meter_with_key(connection, street.ada_key)
        assert meter_with_key(connection, new).serial == "street-ada"


def test_a_second_rotation_does_not_lengthen_the_first_ones_end(
    database: Database, street: Street
) -> None:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        rotate_key(connection, street.ada_meter.meter_id, now, timedelta(hours=1))
        rotate_key(connection, street.ada_meter.meter_id, now, timedelta(hours=24))
        ends = [key.ends_at for key in keys_of(connection, street.community_id, now, "street-ada")]

    assert ends == [now + timedelta(hours=1), now + timedelta(hours=24), None]


def test_a_key_without_overlap_and_a_revoked_one_end_at_once(
    database: Database, street: Street
) -> None:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        second = issue_key(connection, street.ada_meter.meter_id, now)
        with pytest.raises(Unknown):
            meter_with_key(connection, street.ada_key)
        (known,) = keys_of(connection, street.community_id, now, "street-ada")
        revoke_key(connection, street.community_id, known.key_id, now)
        with pytest.raises(Unknown):
            meter_with_key(connection, second)


def test_a_key_of_another_community_is_not_there(database: Database, street: Street) -> None:
    now = datetime.now(UTC)
    with database.transaction() as connection:
        there = found_street(connection, "elsewhere")
        theirs = keys_of(connection, there.community_id, now)[0]
        with pytest.raises(NotFound):
            revoke_key(connection, street.community_id, theirs.key_id, now)
        assert meter_with_key(connection, there.ada_key).serial == "elsewhere-ada"


def test_when_a_key_was_last_used_is_known_to_the_hour(database: Database, street: Street) -> None:
    def used() -> list[datetime | None]:
        with database.transaction() as connection:
            meter_with_key(connection, street.ada_key)
        with database.transaction() as connection:
            keys = keys_of(connection, street.community_id, datetime.now(UTC))
        return [key.last_used_at for key in keys]

    first, bens = used()
    again, _ = used()
    with database.transaction() as connection:
        connection.execute("update meter_key set last_used_at = last_used_at - interval '2 hours'")
    later, _ = used()

    assert bens is None
    assert first is not None
    assert again is not None
    assert later is not None
    assert first == again < later
