"""Two operators decide, each sees their own community, and a file cannot do harm."""

import csv
import io

import psycopg
import pytest

from peergrid.database.pool import Database
from peergrid.energy import Reading
from peergrid.errors import Conflict, NotFound, Refused
from peergrid.meters.ingest import ingest
from peergrid.payments.batches import (
    approve_batch,
    conclude_by_hand,
    create_batch,
    export_csv,
    payouts_in,
    reject,
)
from peergrid.payments.provider import Outcome
from peergrid.settlement.settle import settle
from tests.community import FIRST
from tests.payments.paying import EARNED, USD, Town, found_town


@pytest.fixture
def elsewhere(database: Database) -> Town:
    return found_town(database, "elsewhere")


def test_who_put_a_batch_together_cannot_approve_it(town: Town) -> None:
    batch_id = town.batch(town.ask(town.street.ada, 5 * USD))

    with (
        pytest.raises(Refused, match="Another operator must approve"),
        town.database.transaction() as connection,
    ):
        approve_batch(connection, town.street.chipo, batch_id)
    with (
        pytest.raises(psycopg.errors.CheckViolation, match="four_eyes"),
        town.database.transaction() as connection,
    ):
        connection.execute("update payout_batch set approved_by = created_by, approved_at = now()")
    assert town.balance(town.street.ada) == EARNED


def test_who_asked_cannot_approve_even_as_an_operator(town: Town) -> None:
    payout = town.ask(town.street.ada, 5 * USD)
    batch_id = town.batch(payout)

    with (
        pytest.raises(Refused, match="Another operator must approve"),
        town.database.transaction() as connection,
    ):
        approve_batch(connection, town.street.ada, batch_id)
    with town.database.transaction() as connection:
        ada = (town.street.ada.member_id,)
        connection.execute("update payout_batch set approved_by = %s, approved_at = now()", ada)
    with (
        pytest.raises(psycopg.errors.CheckViolation, match="is not approved"),
        town.database.transaction() as connection,
    ):
        connection.execute("update payout set state = 'held'")


def test_a_batch_is_approved_once_and_a_payout_is_in_one_batch(town: Town) -> None:
    payout = town.ask(town.street.ada, 5 * USD)
    batch_id = town.batch(payout)

    with pytest.raises(Conflict, match="is in batch 1 already"):
        town.batch(payout)
    for sentence in (None, "is approved already"):
        with town.database.transaction() as connection:
            if sentence is None:
                assert approve_batch(connection, town.dudzai, batch_id).held == 1
                continue
            with pytest.raises(Conflict, match=sentence):
                approve_batch(connection, town.dudzai, batch_id)
    with pytest.raises(Conflict, match="is held; it must be requested"):
        town.batch(payout)


def test_what_bills_have_eaten_meanwhile_is_rejected_and_the_rest_is_held(town: Town) -> None:
    ada, ben = town.ask(town.street.ada, 20 * USD), town.ask(town.street.ben, 5 * USD)
    meter = town.street.ada_meter
    day = [Reading(meter.meter_id, FIRST.later(48 + n), 6_900, 0) for n in range(48)]
    with town.database.transaction() as connection:
        ingest(connection, meter, day, not_after=None)
        idle = [Reading(town.street.ben_meter.meter_id, r.interval, 0, 0) for r in day]
        ingest(connection, town.street.ben_meter, idle, not_after=None)
    settle(town.database, town.street.community_id)

    done = town.approve(ada, ben)

    assert (done.held, done.rejected) == (1, 1)
    assert (town.state(ada), town.state(ben)) == ("rejected", "held")
    assert town.balance(town.street.ben) == EARNED - ben.taken_micros
    assert town.findings() == []


def test_a_rejected_payout_takes_nothing_and_says_why(town: Town) -> None:
    payout = town.ask(town.street.ada, 20 * USD)
    with town.database.transaction() as connection:
        reject(connection, town.street.chipo, [payout.payout_id], "Call me first.")
        rejected = payouts_in(connection, town.street.community_id, "rejected")

    assert [one.reason for one in rejected] == ["Call me first."]
    assert town.balance(town.street.ada) == EARNED
    assert town.ask(town.street.ada, 20 * USD).state == "requested"
    assert town.findings() == []


def test_what_waits_is_told_whole_and_of_what_is_over_the_newest(town: Town) -> None:
    first, second = town.ask(town.street.ada, 5 * USD), town.ask(town.street.ada, 5 * USD)
    for payout in (first, second):
        with town.database.transaction() as connection:
            reject(connection, town.street.chipo, [payout.payout_id], "no")
    waiting, held = town.ask(town.street.ada, 5 * USD), town.ask(town.street.ben, 5 * USD)
    town.approve(held, by_file=True)

    with town.database.transaction() as connection:
        told = payouts_in(connection, town.street.community_id, None, over=1)
        none = payouts_in(connection, town.street.community_id, None, over=0)

    ids = [one.payout_id for one in (held, waiting, second)]
    assert [one.payout_id for one in told] == ids
    assert [one.payout_id for one in none] == ids[:2]


def test_an_operator_of_another_community_can_do_nothing_here(town: Town, elsewhere: Town) -> None:
    waiting, held = town.ask(town.street.ada, 5 * USD), town.ask(town.street.ben, 5 * USD)
    batch_id = town.batch(waiting)
    town.approve(held, by_file=True)
    stranger = elsewhere.dudzai

    with town.database.transaction() as connection:
        assert payouts_in(connection, stranger.community_id, None) == []
        for attempt in (
            lambda: create_batch(connection, stranger, [waiting.payout_id], by_file=False),
            lambda: approve_batch(connection, stranger, batch_id),
            lambda: reject(connection, stranger, [waiting.payout_id], "no"),
            lambda: export_csv(connection, stranger, batch_id + 1),
            lambda: conclude_by_hand(connection, stranger, [held.payout_id], Outcome.FAILED),
        ):
            with pytest.raises(NotFound, match="Your community has no"):
                attempt()
    assert (town.state(waiting), town.state(held)) == ("requested", "held")


def test_a_batch_by_file_is_exported_and_concluded_by_hand(town: Town) -> None:
    ada, ben = town.ask(town.street.ada, 10 * USD), town.ask(town.street.ben, 5 * USD)
    batch_id = town.batch(ada, ben, by_file=True)
    with town.database.transaction() as connection:
        with pytest.raises(NotFound, match="payouts to pay from a file"):
            export_csv(connection, town.street.chipo, batch_id)
        approve_batch(connection, town.dudzai, batch_id)
        text = export_csv(connection, town.street.chipo, batch_id)
        conclude_by_hand(connection, town.street.chipo, [ada.payout_id], Outcome.PAID)
        conclude_by_hand(connection, town.street.chipo, [ben.payout_id], Outcome.FAILED)

    assert text.splitlines() == [
        "number,amount,reference",
        f"263771111111,9.68,{ada.reference}",
        f"263771111111,4.94,{ben.reference}",
    ]
    assert all(
        cell[0].isalnum() for row in csv.reader(io.StringIO(text)) for cell in row
    )  # =, +, -, @ and the like would make a formula of it
    assert (town.state(ada), town.state(ben)) == ("paid", "failed")
    assert town.findings() == []


def test_what_a_provider_pays_is_in_no_file_and_not_concluded_by_hand(town: Town) -> None:
    payout = town.ask(town.street.ada, 10 * USD)
    town.approve(payout)

    with town.database.transaction() as connection:
        with pytest.raises(NotFound, match="payouts to pay from a file"):
            export_csv(connection, town.street.chipo, 1)
        with pytest.raises(Refused, match="is the provider's to pay"):
            conclude_by_hand(connection, town.street.chipo, [payout.payout_id], Outcome.PAID)
