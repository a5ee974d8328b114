"""A settled month, settled again on paper: as it was, and as it might have been."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peergrid.database.pool import Database
from peergrid.energy import INTERVAL, Interval, day_start
from peergrid.errors import Invalid, NotFound
from peergrid.market.schemes import SCHEMES
from peergrid.market.tariff import Block, CreditRules, YearEnd
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.settlement.replay import instead, replay, total_of, under
from peergrid.settlement.settle import settle
from peergrid.settlement.settled_month import SettledMonth, Sums, settled_month
from peergrid.settlement.tariffs import add_tariff
from tests.community import FIRST, START, Street, begun_at, found_street, report, report_both

SEPTEMBER = date(2026, 9, 1)
AT_ONCE = [name for name, scheme in SCHEMES.items() if not scheme.by_month]


def month_of(database: Database, street: Street, month: date = SEPTEMBER) -> SettledMonth:
    with database.transaction() as connection:
        return settled_month(connection, street.community_id, month)


def test_one_interval_under_another_scheme_can_be_checked_by_hand(
    database: Database, street: Street
) -> None:
    """Ada sends 1,000 Wh out and Ben draws 400.

    Booked halfway between 84.8 (US$0.08 and 6 %) and 64 thousandths of a dollar; under feed-in
    Ben pays 84.8 for each kWh and Ada gets 64; under net metering Ada gets 800 Wh of credit.
    """
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    ada, ben = street.ada.member_id, street.ben.member_id

    settled = month_of(database, street)
    fed_in = replay(settled, under(settled.tariffs, "feed_in"))
    netted = replay(settled, under(settled.tariffs, "net_metering"))

    assert settled.booked[ben].bill_micros == 400 * (84_800 + 64_000) // 2 // 1_000
    assert settled.booked[ada].bill_micros == -400 * 74_400 // 1_000 - 600 * 64
    assert (fed_in[ben].bill_micros, fed_in[ada].bill_micros) == (33_920, -64_000)
    assert (netted[ben].bill_micros, netted[ada].bill_micros) == (33_920, 0)
    assert netted[ada].credit_earned_wh == 800
    assert total_of(fed_in) == fed_in[ada] + fed_in[ben]


@pytest.mark.parametrize("scheme", AT_ONCE)
def test_under_the_scheme_in_force_it_is_what_was_booked(database: Database, scheme: str) -> None:
    """With credit from the month before, taxes, times of use and a tariff that changes within."""
    early = Interval(START - INTERVAL * 5)
    with database.transaction() as connection:
        street = begun_at(found_street(connection, "again", scheme), connection, early)
        dearer = replace(
            zetdc_tariff(scheme),
            name="Twice",
            valid_from=date(2026, 9, 2),
            blocks=(Block(10_000, 160_001), Block(None, 320_003)),
            vat_ppm=155_000,
            fixed_micros_per_month=1_000_000,
        )
        add_tariff(connection, street.community_id, dearer)
    for number in range(60):
        odd = number % 2
        report(database, street.ada_meter, early.later(number), 3 * odd, 1_001 * (1 - odd))
        report(database, street.ben_meter, early.later(number), 733 + number, 0)
    settle(database, street.community_id)
    report(database, street.ben_meter, early.later(50), 5_000, 0, revision=1)
    settle(database, street.community_id)

    settled = month_of(database, street)

    assert len(settled.counted.numbers) == 55
    assert replay(settled, settled.tariffs) == settled.booked
    assert sum(total_of(settled.booked).__dict__.values()) > 0


def test_a_correction_that_is_not_settled_yet_changes_nothing(
    database: Database, street: Street
) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    report(database, street.ben_meter, FIRST, 900, 0, revision=1)

    settled = month_of(database, street)

    assert replay(settled, settled.tariffs) == settled.booked
    assert settled.booked[street.ben.member_id].import_wh == 400


def test_credit_of_the_months_before_is_there_under_every_scheme(database: Database) -> None:
    """Ada brings 800 Wh into October; of the 1,000 Wh she draws there, 200 are billed."""
    last = Interval(day_start(date(2026, 10, 1)) - INTERVAL)
    with database.transaction() as connection:
        street = begun_at(found_street(connection, "credit", "net_metering"), connection, last)
    report_both(database, street, last)
    report(database, street.ada_meter, last.later(1), 1_000, 0)
    report(database, street.ben_meter, last.later(1), 0, 0)
    settle(database, street.community_id)

    october = month_of(database, street, date(2026, 10, 9))

    for scheme in SCHEMES:
        ada = replay(october, under(october.tariffs, scheme))[street.ada.member_id]
        assert (ada.credit_used_wh, ada.billed_wh) == (800, 200), scheme
    lost = replace(october.tariffs[0], credit=CreditRules(rolls_over=False))
    ada = replay(october, instead(october, lost))[street.ada.member_id]
    assert (ada.credit_lost_wh, ada.billed_wh) == (800, 1_000)


def test_at_the_turn_of_the_year_credit_is_paid_if_the_tariff_says_so(database: Database) -> None:
    last = Interval(day_start(date(2027, 1, 1)) - INTERVAL)
    with database.transaction() as connection:
        street = begun_at(found_street(connection, "year", "net_metering"), connection, last)
    report_both(database, street, last)
    report_both(database, street, last.later(1))
    settle(database, street.community_id)

    january = month_of(database, street, date(2027, 1, 1))
    paid = replace(
        january.tariffs[0], credit=CreditRules(year_end=YearEnd.PAID, paid_micros_per_kwh=50_000)
    )

    ada = replay(january, instead(january, paid))[street.ada.member_id]
    assert (ada.credit_lost_wh, ada.credit_paid_micros) == (800, 800 * 50)


def test_a_month_of_nothing_comes_to_nothing(database: Database, street: Street) -> None:
    settled = month_of(database, street)

    assert replay(settled, settled.tariffs) == settled.booked == {}
    assert total_of({}) == Sums()
    assert settled.is_complete is False


def test_nothing_is_written(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)

    with database.transaction() as connection:
        connection.execute("set transaction read only")
        settled = settled_month(connection, street.community_id, SEPTEMBER)
        assert replay(settled, under(settled.tariffs, "bill_sharing"))


def test_what_cannot_be_replayed_is_told(database: Database, street: Street) -> None:
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    settled = month_of(database, street)

    with pytest.raises(Invalid, match=r"No scheme is called 'barter': choose one of net_metering"):
        under(settled.tariffs, "barter")
    with pytest.raises(Invalid, match="no tariff is in force on 2026-09-01"):
        replay(settled, [replace(settled.tariffs[0], valid_from=date(2026, 9, 2))])
    with pytest.raises(NotFound), database.transaction() as connection:
        settled_month(connection, 999, SEPTEMBER)


ENERGIES = st.tuples(st.integers(0, 6_000), st.integers(0, 6_000))


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(ENERGIES, ENERGIES), min_size=1, max_size=4))
def test_every_watt_hour_and_micro_is_kept_under_every_scheme(
    database: Database, rows: list[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    with database.transaction() as connection:
        count = connection.execute("select count(*) from community").fetchone()
        assert count is not None
        street = found_street(connection, f"kept_{count[0]}")
    for number, (ada, ben) in enumerate(rows):
        report(database, street.ada_meter, FIRST.later(number), *ada)
        report(database, street.ben_meter, FIRST.later(number), *ben)
    settle(database, street.community_id)
    settled = month_of(database, street)
    booked = total_of(settled.booked)

    for scheme in SCHEMES:
        total = total_of(replay(settled, under(settled.tariffs, scheme)))
        assert (total.import_wh, total.export_wh) == (booked.import_wh, booked.export_wh)
        assert total.bought_wh == total.sold_wh <= min(total.import_wh, total.export_wh)
        assert total.paid_micros == total.earned_micros
        grid = total.retail_micros + total.levy_micros - total.feed_in_micros
        assert total.bill_micros == grid
