"""The day's exchange rate: the latest at or before a day, and what an amount is in ZiG."""

from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Connection, Database
from peergrid.errors import Invalid
from peergrid.settlement.rates import Rate, add_rate, rate_on, rates_of
from tests.community import Street, found_street

DERIVED = 26_485_000  # ZiG per USD on 26 February 2025, derived from zimpricecheck.com's tariffs
SOURCE = "zimpricecheck.com, derived"
FEBRUARY = date(2025, 2, 26)


def enter(connection: Connection, street: Street, day: date, micros: int = DERIVED) -> Rate:
    return add_rate(
        connection, street.community_id, street.chipo.member_id, day, micros, f" {SOURCE} "
    )


def test_the_latest_rate_at_or_before_a_day_holds(connection: Connection, street: Street) -> None:
    entered = enter(connection, street, FEBRUARY)
    later = enter(connection, street, FEBRUARY + timedelta(days=9), 26_700_000)
    day = timedelta(days=1)

    def on(asked: date) -> Rate | None:
        return rate_on(connection, street.community_id, asked)

    assert entered == Rate(FEBRUARY, "ZiG", DERIVED, SOURCE)
    assert on(FEBRUARY - day) is None
    assert on(FEBRUARY) == on(FEBRUARY + 8 * day) == entered
    assert on(FEBRUARY + 9 * day) == on(FEBRUARY + 999 * day) == later


def test_a_rate_entered_again_replaces_the_one_before_which_is_kept(
    database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        enter(connection, street, FEBRUARY, 26_485)  # a slip of the unit
        enter(connection, street, FEBRUARY)
        found = rate_on(connection, street.community_id, FEBRUARY)
        kept = connection.execute("select count(*) from exchange_rate").fetchone()

    assert found is not None
    assert (found.micros_per_usd, kept) == (DERIVED, (2,))
    with pytest.raises(psycopg.errors.RestrictViolation), database.transaction() as connection:
        connection.execute("update exchange_rate set micros_per_usd = 1")


def test_a_community_has_its_own_rates(connection: Connection, street: Street) -> None:
    there = found_street(connection, "elsewhere")

    enter(connection, street, FEBRUARY)

    assert rate_on(connection, there.community_id, FEBRUARY) is None


@pytest.mark.parametrize("micros", [0, -1, 10**12 + 1])
def test_a_rate_that_is_none_is_refused(
    connection: Connection, street: Street, micros: int
) -> None:
    with pytest.raises(Invalid, match="above 0"):
        enter(connection, street, FEBRUARY, micros)


def test_a_rate_says_where_it_is_from(connection: Connection, street: Street) -> None:
    with pytest.raises(Invalid, match="Say where the rate is from"):
        add_rate(connection, street.community_id, street.chipo.member_id, FEBRUARY, DERIVED, " ")


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.sets(st.integers(0, 60), min_size=1, max_size=5), asked=st.integers(-5, 70))
def test_whatever_is_entered_the_latest_holds(
    database: Database, days: set[int], asked: int
) -> None:
    with database.transaction() as connection:
        count = connection.execute("select count(*) from community").fetchone()
        assert count is not None
        street = found_street(connection, f"rates_{count[0]}")
        for day in days:
            enter(connection, street, FEBRUARY + timedelta(days=day), DERIVED + day)
        found = rate_on(connection, street.community_id, FEBRUARY + timedelta(days=asked))

    before = [day for day in days if day <= asked]
    assert (found and found.micros_per_usd) == (DERIVED + max(before) if before else None)


def test_all_that_was_entered_is_told_with_who_did(connection: Connection, street: Street) -> None:
    enter(connection, street, FEBRUARY)
    enter(connection, street, FEBRUARY + timedelta(days=1), 26_600_000)
    enter(connection, street, FEBRUARY, 26_500_000)
    there = found_street(connection, "elsewhere")

    found = rates_of(connection, street.community_id)

    assert [one.micros_per_usd for one in found] == [26_600_000, 26_500_000, DERIVED]
    assert {one.entered_by for one in found} == {"Chipo"}
    assert rates_of(connection, there.community_id) == []
