"""Agreements and limit prices: who may set what, from when on, and what holds at an instant."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Connection, Database
from peergrid.energy import INTERVAL, day_start
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.market.schemes import NO_LIMIT, Terms
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.money import PARTS
from peergrid.settlement.agreements import (
    AgreementState,
    add_agreement,
    agreement_of,
    apply_agreement,
    change_agreement,
    drop_agreement,
    publish_agreement,
)
from peergrid.settlement.limits import set_limit
from peergrid.settlement.replay import replay
from peergrid.settlement.settle import settle
from peergrid.settlement.settled_month import settled_month
from peergrid.settlement.terms import terms_at, terms_between
from tests.community import FIRST, START, Street, found_street, report, report_both

SECOND_DAY = date(2026, 9, 2)
PARTS_OF = {"street-ada": 250_000, "street-ben": 750_000}


def meters_of(street: Street) -> list[int]:
    return [street.ada_meter.meter_id, street.ben_meter.meter_id]


def told(terms: Terms) -> list[list[int]]:
    return [
        terms.coefficient_ppm.tolist(),
        terms.bid_micros_per_kwh.tolist(),
        terms.ask_micros_per_kwh.tolist(),
        terms.placed.tolist(),
    ]


def applied(connection: Connection, street: Street, parts: dict[str, int], day: date) -> int:
    """An agreement all the way; its number."""
    who = street.community_id, street.chipo.member_id
    number = add_agreement(connection, *who, parts).agreement_id
    publish_agreement(connection, *who, number)
    return apply_agreement(connection, *who, number, day).agreement_id


def test_without_an_agreement_all_have_equal_parts_and_no_limits(
    connection: Connection, street: Street
) -> None:
    terms = terms_at(connection, street.community_id, meters_of(street), FIRST)

    assert told(terms) == [[500_000, 500_000], [NO_LIMIT, NO_LIMIT], [NO_LIMIT, NO_LIMIT], [0, 0]]


def test_who_is_not_there_yet_has_no_part(connection: Connection, street: Street) -> None:
    connection.execute(
        "update meter set active_from = %s where meter_id = %s",
        (FIRST.later(2).start, street.ben_meter.meter_id),
    )

    found = terms_between(
        connection, street.community_id, meters_of(street), START, START + timedelta(days=1)
    )

    assert [(instant, terms.coefficient_ppm.tolist()) for instant, terms in found] == [
        (START, [PARTS, 0]),
        (FIRST.later(2).start, [500_000, 500_000]),
    ]


def test_an_agreement_holds_from_its_local_day_on(connection: Connection, street: Street) -> None:
    applied(connection, street, PARTS_OF, SECOND_DAY)
    second = FIRST.later(48)

    def coefficients(number: int) -> list[int]:
        interval = FIRST.later(number)
        terms = terms_at(connection, street.community_id, meters_of(street), interval)
        return list(terms.coefficient_ppm)

    assert second.start == day_start(SECOND_DAY)
    assert (coefficients(47), coefficients(48)) == ([500_000, 500_000], [250_000, 750_000])


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"street-ada": 250_000, "street-ben": 749_999}, "sum to 999999 ppm"),
        ({"street-ada": 1_500_000, "street-ben": -500_000}, "none below 0"),
        ({}, "sum to 0 ppm"),
    ],
)
def test_coefficients_that_do_not_sum_to_one_are_refused_with_their_sum(
    connection: Connection, street: Street, parts: dict[str, int], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        add_agreement(connection, street.community_id, street.chipo.member_id, parts)


def test_the_database_refuses_them_too(database: Database, street: Street) -> None:
    insert = """
    insert into agreement (community_id, connection_ids, coefficients_ppm, drafted_by)
    values (%s, '{1}', '{999999}', %s)"""

    with pytest.raises(psycopg.errors.CheckViolation), database.transaction() as connection:
        connection.execute(insert, (street.community_id, street.chipo.member_id))


def test_an_agreement_is_drafted_published_and_applied_and_then_stays(
    database: Database, street: Street
) -> None:
    who = street.community_id, street.chipo.member_id
    with database.transaction() as connection:
        number = add_agreement(connection, *who, {"street-ada": PARTS}).agreement_id
        with pytest.raises(Conflict, match="is draft, not published"):
            apply_agreement(connection, *who, number, SECOND_DAY)
        change_agreement(connection, *who, number, PARTS_OF)
        states = [agreement_of(connection, street.community_id, number).state]
        states.append(publish_agreement(connection, *who, number).state)
        with pytest.raises(Conflict, match="is published, not draft"):
            change_agreement(connection, *who, number, PARTS_OF)
        with pytest.raises(Conflict, match="is published, not draft"):
            drop_agreement(connection, street.community_id, number)
        agreement = apply_agreement(connection, *who, number, SECOND_DAY)
        with pytest.raises(Conflict, match="is applied, not published"):
            apply_agreement(connection, *who, number, date(2026, 10, 1))

    assert [*states, agreement.state] == list(AgreementState)
    assert list(agreement.coefficient_ppm.values()) == [250_000, 750_000]
    for change in ("update agreement set valid_from = '2027-01-01'", "delete from agreement"):
        with (
            pytest.raises(psycopg.errors.RestrictViolation),
            database.transaction() as connection,
        ):
            connection.execute(change.encode())


def test_an_agreement_cannot_begin_in_the_settled_past_nor_twice_nor_too_early(
    database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    with database.transaction() as connection:
        connection.execute(
            "update meter set active_from = %s where meter_id = %s",
            (START + timedelta(days=3), street.ben_meter.meter_id),
        )
        with pytest.raises(Conflict, match="settled: choose 2026-09-02 or later"):
            applied(connection, street, PARTS_OF, date(2026, 9, 1))
        with pytest.raises(Conflict, match="street-ben is not in force on 2026-09-02"):
            applied(connection, street, PARTS_OF, SECOND_DAY)
        applied(connection, street, {"street-ada": PARTS}, SECOND_DAY)
        with pytest.raises(Conflict, match="Another agreement holds from 2026-09-02 on"):
            applied(connection, street, {"street-ada": PARTS}, SECOND_DAY)


def test_what_is_another_communitys_is_not_found(connection: Connection, street: Street) -> None:
    there = found_street(connection, "elsewhere")
    who = there.community_id, there.chipo.member_id
    number = add_agreement(
        connection, street.community_id, street.chipo.member_id, PARTS_OF
    ).agreement_id

    with pytest.raises(NotFound, match=f"no agreement {number}"):
        publish_agreement(connection, *who, number)
    with pytest.raises(NotFound, match="no meter street-ada"):
        add_agreement(connection, *who, PARTS_OF)


def test_a_limit_price_holds_until_the_next_one(connection: Connection, street: Street) -> None:
    ada = street.ada_meter, street.ada.member_id
    ben = street.ben_meter, street.ben.member_id
    first = set_limit(connection, *ada, None, 70_000)
    second = set_limit(connection, *ben, 120_000, None, FIRST.later(2).start)
    third = set_limit(connection, *ada, 50_000, 90_000, FIRST.later(3).start)
    set_limit(connection, *ben, None, None, FIRST.later(4).start)

    found = terms_between(
        connection, street.community_id, meters_of(street), START, START + timedelta(days=1)
    )

    none = NO_LIMIT
    assert [told(terms)[1:] for _, terms in found] == [
        [[none, none], [70_000, none], [first.limit_id, 0]],
        [[none, 120_000], [70_000, none], [first.limit_id, second.limit_id]],
        [[50_000, 120_000], [90_000, none], [third.limit_id, second.limit_id]],
        [[50_000, none], [90_000, none], [third.limit_id, 0]],
    ]
    for instant, terms in found:
        interval = replace(FIRST, start=instant)
        alone = terms_at(connection, street.community_id, meters_of(street), interval)
        assert told(alone) == told(terms)


def test_of_two_limits_from_one_instant_on_the_later_set_counts(
    connection: Connection, street: Street
) -> None:
    set_limit(connection, street.ada_meter, street.ada.member_id, None, 70_000)
    set_limit(connection, street.ada_meter, street.ada.member_id, None, 60_000)

    terms = terms_at(connection, street.community_id, meters_of(street), FIRST)

    assert terms.ask_micros_per_kwh.tolist() == [60_000, NO_LIMIT]


def test_nobody_sets_a_price_for_what_is_metered_or_past(
    database: Database, street: Street
) -> None:
    report(database, street.ada_meter, FIRST.later(1), 0, 500)  # nothing is settled yet
    noon = START + timedelta(hours=12, minutes=10)
    with database.transaction() as connection:
        with pytest.raises(Conflict, match="can begin at 2026-08-31T23:00Z or later"):
            set_limit(
                connection, street.ben_meter, street.ben.member_id, 1, None, FIRST.later(1).start
            )
        by_its_own_clock = set_limit(connection, street.ben_meter, street.ben.member_id, 1, None)
        by_the_servers = set_limit(
            connection, street.ben_meter, street.ben.member_id, 1, None, not_before=noon
        )
        on_the_dot = set_limit(
            connection, street.ben_meter, street.ben.member_id, 1, None, not_before=START + INTERVAL
        )

    assert by_its_own_clock.valid_from == on_the_dot.valid_from == FIRST.later(2).start
    assert by_the_servers.valid_from == START + timedelta(hours=12, minutes=30)


@pytest.mark.parametrize("price", [-1, 100_000_001])
def test_a_limit_price_out_of_bounds_is_refused(
    connection: Connection, street: Street, price: int
) -> None:
    for bid, ask in ((price, None), (None, price)):
        with pytest.raises(Invalid, match=r"between US\$0 and US\$100"):
            set_limit(connection, street.ada_meter, street.ada.member_id, bid, ask)


def test_a_limit_price_begins_on_a_half_hour(connection: Connection, street: Street) -> None:
    with pytest.raises(Invalid, match="is not on a half hour"):
        set_limit(
            connection, street.ada_meter, street.ada.member_id, 1, 1, START + timedelta(minutes=7)
        )


def test_a_replay_shares_by_the_agreement_of_each_day(database: Database) -> None:
    """Ada sends 1,000 Wh out, Ben draws 400: of equal parts he may take 500, of a tenth 100."""
    with database.transaction() as connection:
        street = found_street(connection, "street", "coefficients")
    for number in (47, 48):
        report_both(database, street, FIRST.later(number))
    with database.transaction() as connection:
        connection.execute("update community set settled_until = %s", (FIRST.later(47).start,))
    settle(database, street.community_id)
    with database.transaction() as connection:
        settled = settled_month(connection, street.community_id, SECOND_DAY)
        parts = [900_000, 100_000]
        connection.execute(
            "insert into agreement (community_id, connection_ids, coefficients_ppm, drafted_by,"
            " published_by, published_at, applied_by, applied_at, valid_from)"
            " values (%s, %s, %s, %s, %s, now(), %s, now(), %s)",
            (
                *(street.community_id, meters_of(street), parts),
                *[street.chipo.member_id] * 3,
                SECOND_DAY,
            ),
        )
    with database.transaction() as connection:
        agreed = settled_month(connection, street.community_id, SECOND_DAY)

    ben = street.ben.member_id
    assert replay(settled, settled.tariffs)[ben].bought_wh == 400 + 400
    assert replay(agreed, agreed.tariffs)[ben].bought_wh == 400 + 100
    whole = [replace(zetdc_tariff("bill_sharing"), valid_from=date(2026, 9, 1))]
    assert replay(agreed, whole) == replay(settled, whole)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, PARTS), min_size=1, max_size=1))
def test_whatever_is_agreed_the_parts_sum_to_one(
    database: Database, street: Street, cuts: list[int]
) -> None:
    parts = {"street-ada": cuts[0], "street-ben": PARTS - cuts[0]}
    with database.transaction() as connection:
        latest = connection.execute("select max(valid_from) from agreement").fetchone()
        assert latest is not None
        day = (latest[0] or date(2026, 9, 1)) + timedelta(days=1)
        applied(connection, street, parts, day)
        later = FIRST.later(48 * (day - date(2026, 9, 1)).days)
        terms = terms_at(connection, street.community_id, meters_of(street), later)

    assert terms.coefficient_ppm.tolist() == list(parts.values())
