"""A tariff is drafted, tried on a settled month, and published for good."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.database.pool import Connection, Database
from peergrid.energy import INTERVAL, Interval, day_start
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.ledger.book import open_accounts
from peergrid.market.tariff import Block, CreditRules, Tariff, TimeOfUse, YearEnd
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import add_member
from peergrid.meters.registry import add_meter
from peergrid.settlement.drafts import (
    add_draft,
    change_draft,
    draft_of,
    drafts_of,
    drop_draft,
    publish_draft,
)
from peergrid.settlement.preview import SHOWN, Preview, full_month, preview
from peergrid.settlement.replay import replay
from peergrid.settlement.settle import settle
from peergrid.settlement.settled_month import settled_month
from peergrid.settlement.tariffs import published_of, tariffs_of
from tests.community import CONNECTION_W, FIRST, START, Street, found_street, report, report_both

OCTOBER = date(2026, 10, 1)
FEED_IN = replace(zetdc_tariff("feed_in"), name="From October", valid_from=OCTOBER)
EVERYTHING = replace(
    FEED_IN,
    vat_ppm=155_000,
    fixed_micros_per_month=2_000_000,
    times=(TimeOfUse("evening", 36, 42, 20_000, "weekdays"),),
    credit=CreditRules(rolls_over=False, year_end=YearEnd.PAID, paid_micros_per_kwh=1, cap_w=5_000),
    halfway_ppm=400_000,
    compensation_ppm=100_000,
)


def who(street: Street) -> tuple[int, int]:
    return street.community_id, street.chipo.member_id


def test_a_draft_is_changed_published_and_gone(connection: Connection, street: Street) -> None:
    draft = add_draft(connection, *who(street), FEED_IN)
    changed = change_draft(connection, *who(street), draft.draft_id, EVERYTHING)
    before = tariffs_of(connection, street.community_id)
    published = publish_draft(connection, *who(street), draft.draft_id)

    assert (draft.tariff, draft.drafted_by) == (FEED_IN, "Chipo")
    assert (changed.draft_id, changed.tariff) == (draft.draft_id, EVERYTHING)
    assert len(before) == 1
    assert published == EVERYTHING
    newest, first = published_of(connection, street.community_id)
    assert (newest.tariff, newest.published_by) == (EVERYTHING, "Chipo")
    assert newest.published_at is not None
    assert first.published_by is None
    assert drafts_of(connection, street.community_id) == []
    with pytest.raises(NotFound):
        publish_draft(connection, *who(street), draft.draft_id)


def test_a_published_tariff_is_never_changed(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        draft = add_draft(connection, *who(street), FEED_IN)
        publish_draft(connection, *who(street), draft.draft_id)

    for change in ("update tariff set published_by = 1", "delete from tariff"):
        with (
            pytest.raises(psycopg.errors.RestrictViolation),
            database.transaction() as connection,
        ):
            connection.execute(change.encode())


def test_what_is_thrown_away_is_gone(connection: Connection, street: Street) -> None:
    draft = add_draft(connection, *who(street), FEED_IN)

    drop_draft(connection, street.community_id, draft.draft_id)

    for again in (drop_draft, draft_of):
        with pytest.raises(NotFound, match=f"no draft {draft.draft_id}"):
            again(connection, street.community_id, draft.draft_id)
    with pytest.raises(NotFound, match=f"no draft {draft.draft_id}"):
        change_draft(connection, *who(street), draft.draft_id, FEED_IN)


def test_no_two_tariffs_begin_on_one_day(connection: Connection, street: Street) -> None:
    """Two drafts may; the second of them can no longer be published."""
    first, second = (add_draft(connection, *who(street), FEED_IN) for _ in range(2))
    publish_draft(connection, *who(street), first.draft_id)

    with pytest.raises(Conflict, match="Another tariff is published from 2026-10-01 on"):
        publish_draft(connection, *who(street), second.draft_id)
    with pytest.raises(Conflict, match="choose another day"):
        add_draft(connection, *who(street), EVERYTHING)


def test_a_refused_draft_stays_a_draft(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        first, second = (add_draft(connection, *who(street), FEED_IN) for _ in range(2))
        publish_draft(connection, *who(street), first.draft_id)

    with pytest.raises(Conflict), database.transaction() as connection:
        publish_draft(connection, *who(street), second.draft_id)

    with database.transaction() as connection:
        assert [one.draft_id for one in drafts_of(connection, street.community_id)] == [
            second.draft_id
        ]


def test_a_tariff_cannot_begin_in_the_settled_past(database: Database, street: Street) -> None:
    """Also while a correction takes settlement back for a while."""
    for number in range(3):
        report_both(database, street, FIRST.later(number))
    settle(database, street.community_id)
    today = replace(FEED_IN, valid_from=date(2026, 9, 1))
    with database.transaction() as connection:
        with pytest.raises(Conflict, match="is settled: choose 2026-09-02 or later"):
            add_draft(connection, *who(street), today)
        connection.execute("update community set settled_until = %s", (START,))
        with pytest.raises(Conflict, match="is settled: choose 2026-09-02 or later"):
            add_draft(connection, *who(street), today)
        tomorrow = replace(FEED_IN, valid_from=date(2026, 9, 2))
        assert add_draft(connection, *who(street), tomorrow).tariff == tomorrow


def test_before_anything_is_settled_the_first_day_is_free(
    connection: Connection, street: Street
) -> None:
    before = replace(FEED_IN, valid_from=date(2026, 8, 31))

    with pytest.raises(Conflict, match="choose 2026-09-01 or later"):
        add_draft(connection, *who(street), before)

    assert add_draft(connection, *who(street), replace(before, valid_from=date(2026, 9, 1)))


def test_an_unknown_scheme_is_refused(connection: Connection, street: Street) -> None:
    with pytest.raises(Invalid, match="no scheme is called 'barter': choose one of"):
        add_draft(connection, *who(street), FEED_IN.under("barter"))


def test_a_community_has_its_own_drafts(connection: Connection, street: Street) -> None:
    there = found_street(connection, "elsewhere")
    draft = add_draft(connection, *who(street), FEED_IN)

    assert drafts_of(connection, there.community_id) == []
    for change in (drop_draft, draft_of):
        with pytest.raises(NotFound):
            change(connection, there.community_id, draft.draft_id)
    with pytest.raises(NotFound):
        publish_draft(connection, *who(there), draft.draft_id)


def previewed(database: Database, street: Street, tariff: Tariff) -> Preview:
    with database.transaction() as connection:
        settled = settled_month(connection, street.community_id, date(2026, 9, 1))
    return preview(settled, tariff)


def test_a_preview_can_be_checked_by_hand(database: Database, street: Street) -> None:
    """Ben draws 400 Wh that Ada sends out: at US$0.10 and 0.04 they would meet at 0.07.

    Booked halfway between 84.8 and 64 thousandths of a dollar. Ada sends 600 Wh more to the grid.
    """
    report_both(database, street, FIRST)
    settle(database, street.community_id)
    dearer = replace(
        zetdc_tariff("mid_market"),
        valid_from=OCTOBER,
        blocks=(Block(None, 100_000),),
        levy_ppm=0,
        feed_in_micros_per_kwh=40_000,
    )

    found = previewed(database, street, dearer)

    ada, ben = found.households
    assert (ada.member_id, ben.member_id) == (street.ada.member_id, street.ben.member_id)
    assert (ben.booked.bill_micros, ben.replayed.bill_micros) == (29_760, 400 * 70)
    assert (ada.booked.bill_micros, ada.replayed.bill_micros) == (
        *(-29_760 - 600 * 64, -400 * 70 - 600 * 40),
    )
    assert (found.dearer, found.cheaper) == (1, 1)
    assert found.booked.paid_micros == 29_760


def test_a_preview_shows_ten_households_of_many(database: Database, street: Street) -> None:
    """Sixteen homes that draw 0, 0, 10, 20 … 140 Wh: the least, the most, and evenly between."""
    report(database, street.ada_meter, FIRST, 0, 0)
    report(database, street.ben_meter, FIRST, 0, 0)
    for number in range(1, 15):
        with database.transaction() as connection:
            member = add_member(
                connection, street.community_id, f"M{number}", f"m{number}@a.example", "consumer"
            )
            meter = add_meter(
                *(connection, street.community_id, member.member_id, f"m{number}"),
                has_panels=False,
                connection_w=CONNECTION_W,
                active_from=START,
            )
            open_accounts(connection, street.community_id, {meter.meter_id: member.member_id})
        report(database, meter, FIRST, 10 * number, 0)
    settle(database, street.community_id)

    found = previewed(database, street, FEED_IN)

    drawn = [one.booked.import_wh for one in found.households]
    assert len(drawn) == SHOWN
    assert drawn == [0, 0, 20, 40, 50, 70, 90, 100, 120, 140]


def test_the_last_full_month_is_the_one_that_is_settled_to_its_end(
    database: Database, street: Street
) -> None:
    last = Interval(day_start(OCTOBER) - INTERVAL)
    with database.transaction() as connection, pytest.raises(Conflict, match="No full month"):
        full_month(connection, street.community_id)
    for interval in (FIRST, last, Interval(last.start + timedelta(days=4))):
        report_both(database, street, interval)
    settle(database, street.community_id)  # who is silent is estimated

    with database.transaction() as connection:
        found = full_month(connection, street.community_id)

    assert (found.month, found.is_complete) == (date(2026, 9, 1), True)
    assert replay(found, found.tariffs) == found.booked


PRICES = st.integers(-1_000_000, 200_000_000)


@given(price=PRICES, feed_in=PRICES, levy=st.integers(-1, 1_000_001))
def test_no_absurd_tariff_comes_as_far_as_a_draft(price: int, feed_in: int, levy: int) -> None:
    sound = 0 <= feed_in <= price <= 100_000_000 and 0 <= levy <= 1_000_000

    def made() -> Tariff:
        blocks = (Block(None, price),)
        return replace(FEED_IN, blocks=blocks, feed_in_micros_per_kwh=feed_in, levy_ppm=levy)

    if sound:
        assert made().blocks[0].price_micros_per_kwh == price
    else:
        with pytest.raises(ValueError, match=r"price|cost|lie between"):
            made()
