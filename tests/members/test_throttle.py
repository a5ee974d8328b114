"""Guessing gets slower and slower; whoever sits at a device they know is not slowed by it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.errors import Throttled
from peergrid.members.throttle import (
    ACCOUNT,
    ACCOUNT_AT_ADDRESS,
    ADDRESS,
    FORGOTTEN_AFTER,
    Count,
    block_of,
    counts_of_sign_in,
    restore,
    take,
)
from tests.conftest import SECRET

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADA, STRANGER, HOME = "ada@street.example", "203.0.113.7", "198.51.100.4"


def tried(database: Database, counts: list[Count], now: datetime) -> int:
    """How long to wait [s] for the attempt to be heard; 0: it was, and it was wrong."""
    try:
        with database.transaction() as connection:
            take(connection, counts, SECRET, now)
    except Throttled as error:
        return error.retry_after_s
    return 0


def guess(database: Database, counts: list[Count], times: int, start: datetime) -> datetime:
    """Guess so many times, as soon as each is heard; when the last one was."""
    now = start
    for _ in range(times):
        while wait := tried(database, counts, now):
            now += timedelta(seconds=wait)
    return now


def test_five_guesses_are_free_and_then_the_wait_doubles(database: Database) -> None:
    counts = counts_of_sign_in(ADA, STRANGER, None)
    now, waits = NOW, []

    for _ in range(10):
        waits.append(tried(database, counts, now))
        if waits[-1]:
            now += timedelta(seconds=waits[-1])
            assert tried(database, counts, now) == 0

    # the sixth is heard at once, and makes the seventh wait
    assert waits == [0, 0, 0, 0, 0, 0, 1, 2, 4, 8]


def test_a_wait_that_is_asked_for_again_gets_no_longer(database: Database) -> None:
    counts = [Count(ACCOUNT_AT_ADDRESS, ADA)]
    guess(database, counts, 7, NOW)
    now = NOW + timedelta(seconds=1)

    assert [tried(database, counts, now) for _ in range(3)] == [2, 2, 2]


def test_no_wait_is_longer_than_its_limit(database: Database) -> None:
    counts = [Count(ADDRESS, STRANGER)]

    now = guess(database, counts, ADDRESS.free + 12, NOW)

    assert tried(database, counts, now) == ADDRESS.longest_s


def test_a_botnet_is_slowed_down_by_the_account(database: Database) -> None:
    for number in range(ACCOUNT.free + 1):
        assert tried(database, counts_of_sign_in(ADA, f"203.0.113.{number}", None), NOW) == 0

    assert tried(database, counts_of_sign_in(ADA, "192.0.2.1", None), NOW) == 1


def test_the_owner_is_heard_at_a_known_device_whatever_strangers_do(database: Database) -> None:
    for number in range(30):
        tried(database, counts_of_sign_in(ADA, f"203.0.113.{number}", None), NOW)
        tried(database, counts_of_sign_in(ADA, HOME, None), NOW)

    assert tried(database, counts_of_sign_in(ADA, HOME, "known"), NOW) == 0


def test_a_thief_of_the_device_is_slowed_down_too(database: Database) -> None:
    counts = counts_of_sign_in(ADA, HOME, "known")
    guess(database, counts, 11, NOW)

    assert tried(database, counts, NOW) == 1


def test_ones_own_right_password_does_not_free_an_address_for_guesses(database: Database) -> None:
    for number in range(ADDRESS.free):
        tried(database, counts_of_sign_in(f"{number}@street.example", STRANGER, None), NOW)
    own = counts_of_sign_in("thief@street.example", STRANGER, None)
    with database.transaction() as connection:
        take(connection, own, SECRET, NOW)
        restore(connection, own, SECRET, NOW)

    assert tried(database, counts_of_sign_in("21@street.example", STRANGER, None), NOW) == 0
    assert tried(database, counts_of_sign_in("22@street.example", STRANGER, None), NOW) == 1


def test_a_right_password_and_a_day_of_peace_forget_what_was_mistyped(database: Database) -> None:
    counts = [Count(ACCOUNT_AT_ADDRESS, ADA)]
    guess(database, counts, 6, NOW)
    with database.transaction() as connection:
        restore(connection, counts, SECRET, NOW)
    assert [tried(database, counts, NOW) for _ in range(6)] == [0] * 6

    later = NOW + FORGOTTEN_AFTER + timedelta(seconds=2)
    assert [tried(database, counts, later) for _ in range(6)] == [0] * 6


def test_neither_address_can_be_read_in_the_database(database: Database) -> None:
    tried(database, counts_of_sign_in(ADA, HOME, None), NOW)

    with database.transaction() as connection:
        rows = str(connection.execute("select attempt::text from attempt").fetchall())

    assert ADA not in rows
    assert HOME not in rows


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_a_house_of_ipv6_addresses_counts_as_one(one: int, other: int) -> None:
    places = {block_of(f"2001:db8::{part >> 48:x}:{part & 0xFFFF:x}") for part in (one, other)}

    assert places == {"2001:db8::/64"}
    assert block_of("::ffff:203.0.113.7") == "203.0.113.7"


def test_a_caller_without_an_address_is_one_place() -> None:
    assert block_of("") == ""
