"""Readings become transfers once, and what comes late is put right in the open."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from peergrid.database.pool import Database
from peergrid.energy import INTERVAL, Interval, Quality
from peergrid.errors import Conflict
from peergrid.ledger.book import balances_of, out_of_balance, statement_lines
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import community_by_id
from peergrid.money import Unit
from peergrid.settlement.check import audit
from peergrid.settlement.settle import Run, settle
from peergrid.settlement.state import state_of
from peergrid.settlement.tariffs import add_tariff
from peergrid.settlement.worth import Step, worth_between
from tests.community import FIRST, START, Street, found_street, report, report_both

# 400 Wh in the first block: retail 32,000 and levy 1,920 micros; feed-in is 64,000 a kWh.
NEIGHBOUR_MICROS = (32_000 + 1_920 + 25_600) // 2
FEED_IN_MICROS = 600 * 64


def usd(database: Database, street: Street) -> tuple[int, int]:
    """What Ada and Ben have in US dollars [micros]."""
    with database.transaction() as connection:
        ids = [street.ada.member_id, street.ben.member_id]
        balances = balances_of(connection, ids)
    return balances[ids[0]][Unit.USD], balances[ids[1]][Unit.USD]


def assert_books_add_up(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        community = community_by_id(connection, street.community_id)
        assert audit(connection, community).findings == []
        assert set(out_of_balance(connection, street.community_id).values()) == {0}


def test_a_complete_interval_is_settled_and_the_books_show_it(
    database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)

    run = settle(database, street.community_id)

    assert run == Run(settled=1, reversed=0)
    assert usd(database, street) == (NEIGHBOUR_MICROS + FEED_IN_MICROS, -NEIGHBOUR_MICROS)
    assert_books_add_up(database, street)


def test_settling_again_changes_nothing(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    before = usd(database, street)

    run = settle(database, street.community_id)

    assert run == Run(settled=0, reversed=0)
    assert usd(database, street) == before


def test_an_interval_waits_for_a_silent_meter(database: Database, street: Street) -> None:
    report(database, street.ada_meter, FIRST, 0, 1_000, 1_300)

    run = settle(database, street.community_id)

    assert run.settled == 0
    with database.transaction() as connection:
        state = state_of(connection, community_by_id(connection, street.community_id))
    assert (state.waiting, state.missing) == (1, ["street-ben"])


def test_at_the_deadline_the_day_before_stands_in_and_is_marked(
    database: Database, street: Street
) -> None:
    for number in range(48):
        report_both(database, street, FIRST.later(number))
    for number in range(48, 48 + 146):
        report(database, street.ada_meter, FIRST.later(number), 0, 1_000, 1_300)

    run = settle(database, street.community_id)

    assert run.settled == 48 + 2  # 72 hours are 144 intervals
    with database.transaction() as connection:
        day_two = worth_between(
            connection,
            [street.ben_meter.meter_id],
            START + timedelta(days=1),
            START + timedelta(days=2),
            Step.INTERVAL,
        )
        estimated = connection.execute(
            "select estimated, count(*) from settlement group by 1 order by 1"
        ).fetchall()
    assert estimated == [(0, 48), (1, 2)]
    assert [(one.import_wh, one.quality) for one in day_two] == [(400, Quality.ESTIMATED)] * 2
    assert_books_add_up(database, street)


def test_a_correction_reverses_and_settles_anew_from_there_on(
    database: Database, street: Street
) -> None:
    for number in range(4):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)

    report(database, street.ben_meter, FIRST.later(2), 1_000, 0, revision=1)
    run = settle(database, street.community_id)

    assert run == Run(settled=2, reversed=2)
    with database.transaction() as connection:
        lines = statement_lines(connection, street.ben.member_id, FIRST.start.date())
        lines += statement_lines(connection, street.ben.member_id, (START + INTERVAL * 6).date())
    assert {line.is_reversal for line in lines} == {True, False}
    ada, ben = usd(database, street)
    # Four half hours of 400 Wh and 600 Wh more: Ada sold 2,200 Wh, of 4,000 sent out.
    assert -ben == (2_200 * 80 * 106 // 100 + 2_200 * 64) // 2
    assert ada == -ben + 1_800 * 64
    assert_books_add_up(database, street)


def test_a_reading_that_comes_after_its_estimate_is_trued_up(
    database: Database, street: Street
) -> None:
    for number in range(146):
        report(database, street.ada_meter, FIRST.later(number), 0, 1_000, 1_300)
    settle(database, street.community_id)
    assert usd(database, street)[1] == 0

    report(database, street.ben_meter, FIRST, 400, 0)
    run = settle(database, street.community_id)

    assert run.reversed == 2
    assert usd(database, street)[1] == -NEIGHBOUR_MICROS
    assert_books_add_up(database, street)


def test_without_a_tariff_in_force_nothing_is_settled(database: Database, street: Street) -> None:
    too_early = Interval(START - timedelta(days=1500))
    with database.transaction() as connection:
        connection.execute("update community set settled_until = %s", (too_early.start,))
    early_street = replace(
        street,
        ada_meter=replace(street.ada_meter, active_from=too_early.start),
        ben_meter=replace(street.ben_meter, active_from=too_early.start),
    )
    report_both(database, early_street, too_early)

    with pytest.raises(Conflict, match="No tariff is in force"):
        settle(database, street.community_id)

    assert usd(database, street) == (0, 0)


def test_a_published_tariff_stays(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        add_tariff(connection, street.community_id, zetdc_tariff("mid_market"))

    with pytest.raises(Conflict, match="it stays"), database.transaction() as connection:
        add_tariff(connection, street.community_id, zetdc_tariff("net_metering"))


def test_two_runs_at_once_settle_once(database: Database, street: Street) -> None:
    for number in range(8):
        report_both(database, street, FIRST.later(number))
    runs: list[Run] = []

    threads = [
        threading.Thread(target=lambda: runs.append(settle(database, street.community_id)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sum(run.settled for run in runs) == 8
    assert_books_add_up(database, street)


def test_energy_credits_roll_over_the_month_and_blocks_begin_again(database: Database) -> None:
    with database.transaction() as connection:
        street = found_street(connection, "credits", "net_metering")
        early = Interval(START + timedelta(days=30) - INTERVAL * 9)
        connection.execute("update community set settled_until = %s", (early.start,))
        connection.execute("update meter set active_from = %s", (early.start,))
    for number in range(9):  # Ben is past the first block of 50 kWh by the end of September
        report(database, street.ada_meter, early.later(number), 0, 1_000, 1_000)
        report(database, street.ben_meter, early.later(number), 6_000, 0)
    october = early.later(9)
    report(database, street.ada_meter, october, 500, 0)
    report(database, street.ben_meter, october, 6_000, 0)

    settle(database, street.community_id)

    with database.transaction() as connection:
        held = balances_of(connection, [street.ada.member_id])[street.ada.member_id]
    assert held == {Unit.USD: 0, Unit.WH_CREDIT: 9 * 800 - 500}
    september = (50_000 * 80 + 4_000 * 90) * 106 // 100
    assert usd(database, street)[1] == -september - 6_000 * 80 * 106 // 100
    assert_books_add_up(database, street)
