"""The sandbox misbehaves on demand, and pays a key once whatever happens."""

from pathlib import Path

import pytest

from peergrid.errors import Conflict, Unavailable
from peergrid.payments.provider import Outcome
from peergrid.payments.sandbox import (
    ANSWERS_TWICE,
    DEAF_ONCE,
    FAILS,
    LATE,
    PAYS,
    PAYS_SILENTLY,
    Sandbox,
)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    return tmp_path / "sandbox.sqlite3"


def test_a_key_is_paid_once_even_by_another_process_s_sandbox(record: Path) -> None:
    assert Sandbox(record).pay("a", PAYS, 500) is Outcome.PAID
    assert Sandbox(record).pay("a", PAYS, 500) is Outcome.PAID
    assert Sandbox(record).status("a") is Outcome.PAID

    assert Sandbox(record).paid_micros() == {PAYS: 500}


@pytest.mark.parametrize(("number", "micros"), [(FAILS, 500), (PAYS, 501)])
def test_a_key_stands_for_one_number_and_amount(record: Path, number: str, micros: int) -> None:
    sandbox = Sandbox(record)
    sandbox.pay("a", PAYS, 500)

    with pytest.raises(Conflict, match="another number, or another amount"):
        sandbox.pay("a", number, micros)
    assert sandbox.paid_micros() == {PAYS: 500}


def test_a_late_answer_comes_when_asked_for(record: Path) -> None:
    sandbox = Sandbox(record)

    assert sandbox.pay("a", LATE, 500) is Outcome.PENDING
    assert sandbox.pay("a", LATE, 500) is Outcome.PENDING
    assert sandbox.paid_micros() == {}
    assert sandbox.status("a") is Outcome.PAID
    assert sandbox.paid_micros() == {LATE: 500}


def test_what_failed_never_comes_true(record: Path) -> None:
    sandbox = Sandbox(record)

    assert sandbox.pay("a", FAILS, 500) is Outcome.FAILED
    assert sandbox.status("a") is sandbox.pay("a", FAILS, 500) is Outcome.FAILED
    assert sandbox.paid_micros() == {}


def test_no_answer_can_mean_paid_or_not(record: Path) -> None:
    sandbox = Sandbox(record)
    for key, number in (("a", PAYS_SILENTLY), ("b", DEAF_ONCE)):
        with pytest.raises(Unavailable):
            sandbox.pay(key, number, 500)

    assert (sandbox.status("a"), sandbox.status("b")) == (Outcome.PAID, Outcome.UNKNOWN)
    assert sandbox.pay("b", DEAF_ONCE, 500) is sandbox.status("b") is Outcome.PAID
    assert sandbox.paid_micros() == {PAYS_SILENTLY: 500, DEAF_ONCE: 500}


def test_it_can_answer_twice(record: Path) -> None:
    heard: list[tuple[str, Outcome]] = []
    sandbox = Sandbox(record, listener=lambda key, outcome: heard.append((key, outcome)))

    assert sandbox.pay("a", ANSWERS_TWICE, 500) is Outcome.PAID
    assert heard == [("a", Outcome.PAID)]


def test_a_record_that_cannot_be_used_is_told(record: Path) -> None:
    record.write_text("no database" * 1_000)

    with pytest.raises(Unavailable, match="sqlite3 fails"):
        Sandbox(record)
