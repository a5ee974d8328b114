import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peergrid.errors import Conflict, Invalid
from peergrid.simulation.outbox import Outbox, Refusal
from peergrid.wire import ReadingMessage

START = datetime(2026, 9, 1, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)

PUTS_AND_IS_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from peergrid.simulation.outbox import Outbox
from peergrid.wire import ReadingMessage
start = datetime(2026, 9, 1, tzinfo=UTC)
message = ReadingMessage(meter="a", interval_start=start, import_wh=7, export_wh=0)
Outbox(Path(sys.argv[1])).put([message])
os.kill(os.getpid(), signal.SIGKILL)
"""


def message(meter: str = "a", number: int = 0, import_wh: int = 5) -> ReadingMessage:
    start = START + number * HALF_HOUR
    return ReadingMessage(meter=meter, interval_start=start, import_wh=import_wh, export_wh=0)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with Outbox(tmp_path / "outbox.db") as outbox:
        yield outbox


def test_what_is_put_waits_until_it_is_acknowledged(outbox: Outbox) -> None:
    assert outbox.put([message(number=1), message(number=0), message("b")]) == 3
    assert outbox.meters() == ["a", "b"]
    assert outbox.oldest("a") == [message(number=0), message(number=1)]
    assert outbox.oldest("a", limit=1) == [message(number=0)]
    outbox.acknowledge([message(number=0), message("b")])
    assert (outbox.meters(), outbox.pending()) == (["a"], 1)


def test_the_same_reading_twice_is_one(outbox: Outbox) -> None:
    assert outbox.put([message(), message()]) == 1
    assert outbox.put([message()]) == 0
    assert outbox.pending() == 1


def test_other_numbers_for_a_waiting_reading_are_a_conflict_and_none_is_kept(
    outbox: Outbox,
) -> None:
    outbox.put([message()])
    with pytest.raises(Conflict, match="already waits"):
        outbox.put([message(number=1), message(import_wh=6)])
    assert outbox.oldest("a") == [message()]


def test_a_refused_reading_leaves_the_queue_and_is_not_lost(outbox: Outbox) -> None:
    outbox.put([message(number=0), message(number=1)])
    outbox.refuse(message(number=0), "The future has not happened yet.")
    assert outbox.oldest("a") == [message(number=1)]
    assert outbox.refused() == [Refusal(message(number=0), "The future has not happened yet.")]
    assert outbox.put([message(number=0)]) == 0
    assert outbox.retry_refused() == 1
    assert outbox.pending() == 2
    assert outbox.refused() == []


def test_what_was_put_survives_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    killed = subprocess.run([sys.executable, "-c", PUTS_AND_IS_KILLED, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    with Outbox(path) as outbox:
        assert outbox.oldest("a") == [message(import_wh=7)]


def test_it_writes_through_to_the_disk(tmp_path: Path) -> None:
    with Outbox(tmp_path / "outbox.db"):
        database = sqlite3.connect(tmp_path / "outbox.db")
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        database.close()


def test_a_path_that_cannot_hold_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot hold the outbox"):
        Outbox(tmp_path / "nowhere" / "outbox.db")


def test_a_reading_off_the_half_hour_is_not_kept(outbox: Outbox) -> None:
    odd = message().model_copy(update={"interval_start": START + timedelta(minutes=7)})
    with pytest.raises(ValueError, match="half hour"):
        outbox.put([odd])
    assert outbox.pending() == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 20), max_size=8), max_size=6))
def test_every_reading_put_is_either_waiting_or_acknowledged(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]]
) -> None:
    waiting: set[int] = set()
    with Outbox(tmp_path_factory.mktemp("box") / "outbox.db") as outbox:
        for batch in batches:
            outbox.put([message(number=number) for number in batch])
            waiting |= set(batch)
            first = outbox.oldest("a", limit=3)
            outbox.acknowledge(first)
            waiting -= {(each.interval_start - START) // HALF_HOUR for each in first}
            assert outbox.pending() == len(waiting)
