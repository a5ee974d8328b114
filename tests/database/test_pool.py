"""A lock is one holder's alone, and no transaction is open meanwhile."""

import pytest

from peergrid.cli.storage import opened
from peergrid.database.pool import Database


def test_a_lock_has_one_holder_until_the_block_ends(url: str, database: Database) -> None:
    with opened(url) as other, database.lock(1, 2) as is_ours:
        with other.lock(1, 2) as is_theirs, other.lock(1, 3) as is_another:
            assert (is_ours, is_theirs, is_another) == (True, False, True)
        with other.transaction() as connection:
            states = connection.execute(
                "select count(*) from pg_stat_activity"
                " where state like 'idle in transaction%' and datname = current_database()"
            ).fetchone()
        assert states == (0,)
    with opened(url) as other, other.lock(1, 2) as is_theirs:
        assert is_theirs


def test_a_lock_ends_with_a_block_that_fails(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.lock(1, 2):
        raise ZeroDivisionError

    with database.lock(1, 2) as is_ours:
        assert is_ours
