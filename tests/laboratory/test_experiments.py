"""An experiment is asked for, lived by a worker once, and laid up."""

import pytest

from peergrid.database.pool import Database
from peergrid.errors import Conflict, Invalid, NotFound
from peergrid.laboratory import work
from peergrid.laboratory.experiments import (
    MOST_UNDER_WAY,
    Experiment,
    ExperimentState,
    ask_for,
    drop,
    experiment_of,
    experiments_of,
    stop,
)
from peergrid.laboratory.offers import Dial, Offer, Setting, offers, put_up
from tests.community import Street

DIALS = (
    Dial("days", "Days", "days", 1, 366, is_whole=True),
    Dial("panels.share", "Share of homes with panels", "share", 0, 1),
    Dial("scheme", "Scheme", "", choices=("net_metering", "mid_market")),
)
OFFER = Offer("street", "A street", 12, 7, "mid_market", DIALS)


@pytest.fixture
def offered(database: Database, street: Street) -> Street:
    with database.transaction() as connection:
        put_up(connection, [OFFER])
    return street


def asked(database: Database, street: Street, **settings: Setting) -> Experiment:
    with database.transaction() as connection:
        who = street.community_id, street.chipo.member_id
        return ask_for(connection, *who, "Try", "street", settings)


def seen(database: Database, street: Street, experiment: Experiment) -> Experiment:
    with database.transaction() as connection:
        return experiment_of(connection, street.community_id, experiment.experiment_id)


def taken(database: Database, silent_s: float = work.SILENT_S) -> work.Task | None:
    with database.transaction() as connection:
        return work.take(connection, silent_s)


def test_what_is_offered_comes_back_as_it_was(database: Database, offered: Street) -> None:
    with database.transaction() as connection:
        assert offers(connection) == [OFFER]


def test_an_experiment_is_taken_once_and_ends_with_its_result(
    database: Database, offered: Street
) -> None:
    first = asked(database, offered, days=2, scheme="net_metering")
    assert first.state is ExperimentState.WAITING

    task = taken(database)
    assert task == work.Task(first.experiment_id, "street", {"days": 2, "scheme": "net_metering"})
    assert taken(database) is None
    with database.transaction() as connection:
        assert work.report(connection, task, 500_000) is False
    half_way = seen(database, offered, first)
    assert (half_way.state, half_way.progress_ppm) == (ExperimentState.RUNNING, 500_000)

    with database.transaction() as connection:
        work.succeed(connection, task, {"shared": 1})
    done = seen(database, offered, first)

    assert (done.state, done.progress_ppm, done.result) == ("done", 1_000_000, {"shared": 1})
    with database.transaction() as connection:
        (listed,) = experiments_of(connection, offered.community_id)
    assert listed.result is None


def test_what_a_dead_worker_left_is_taken_up_again(database: Database, offered: Street) -> None:
    asked(database, offered)
    first = taken(database)

    assert taken(database) is None
    assert taken(database, silent_s=0) == first


def test_one_that_waits_is_cancelled_at_once(database: Database, offered: Street) -> None:
    waiting = asked(database, offered)
    with database.transaction() as connection:
        stopped = stop(connection, offered.community_id, waiting.experiment_id)

    assert stopped.state is ExperimentState.CANCELLED
    assert taken(database) is None


def test_one_that_runs_ends_when_its_worker_hears_of_it(
    database: Database, offered: Street
) -> None:
    running = asked(database, offered)
    task = taken(database)
    assert task
    with database.transaction() as connection:
        asked_to = stop(connection, offered.community_id, running.experiment_id)
        is_to_stop = work.report(connection, task, 10)
        work.cancel(connection, task)
        work.succeed(connection, task, {})  # too late

    assert asked_to.state is ExperimentState.RUNNING
    assert is_to_stop
    assert seen(database, offered, running).state is ExperimentState.CANCELLED


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"wind": 1}, "wind is no dial: turn one of days, panels.share, scheme"),
        ({"panels.share": 20}, "it must be a number from 0 to 1"),
        ({"panels.share": "much"}, "it must be a number from 0 to 1"),
        ({"days": 1.5}, "it must be a whole number from 1 to 366"),
        ({"days": True}, "it must be a whole number"),
        ({"scheme": "lottery"}, "choose one of net_metering, mid_market"),
    ],
)
def test_a_dial_turned_too_far_is_refused(
    database: Database, offered: Street, settings: dict[str, Setting], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        asked(database, offered, **settings)
    assert taken(database) is None


def test_nobody_can_ask_for_more_than_can_wait(database: Database, offered: Street) -> None:
    for _ in range(MOST_UNDER_WAY):
        asked(database, offered)

    with pytest.raises(Conflict, match="wait for one, or stop it"):
        asked(database, offered)


def test_what_is_under_way_is_not_thrown_away(database: Database, offered: Street) -> None:
    waiting = asked(database, offered)
    who = offered.community_id, waiting.experiment_id
    with pytest.raises(Conflict, match="stop it first"), database.transaction() as connection:
        drop(connection, *who)

    with database.transaction() as connection:
        stop(connection, *who)
        drop(connection, *who)

    with pytest.raises(NotFound):
        seen(database, offered, waiting)


def test_what_nobody_offers_cannot_be_asked_for(database: Database, street: Street) -> None:
    with pytest.raises(NotFound, match="peergrid laboratory"):
        asked(database, street)
