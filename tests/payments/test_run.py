"""Runs may overlap, and die at any moment: everybody is paid once."""

import random
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from peergrid.errors import Conflict
from peergrid.payments.provider import Outcome
from peergrid.payments.run import Run, pay_held
from peergrid.payments.sandbox import DEAF_ONCE, FAILS, LATE, PAYS, PAYS_SILENTLY, Sandbox
from tests.payments import worker
from tests.payments.paying import EARNED, USD, Town

KILLS = 8
PATIENCE_S = 60.0


class Counting:
    """The sandbox, and how often each key was to be paid."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.asked: list[str] = []
        self._lock = threading.Lock()

    def pay(self, key: str, number: str, amount_micros: int) -> Outcome:
        with self._lock:
            self.asked.append(key)
        return self.sandbox.pay(key, number, amount_micros)

    def status(self, key: str) -> Outcome:
        return self.sandbox.status(key)


def paid_in_books(town: Town) -> int:
    with town.database.transaction() as connection:
        row = connection.execute(
            "select coalesce(sum(received_micros), 0)::bigint from payout where state = 'paid'"
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_two_runs_at_once_ask_for_each_payout_once(town: Town, tmp_path: Path) -> None:
    town.approve(*(town.ask(town.street.ada, 2 * USD) for _ in range(8)))
    provider = Counting(Sandbox(tmp_path / "record", answer_s=0.02))

    def run(_: int) -> Run:
        return pay_held(town.database, provider)

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(run, range(3)))

    assert len(provider.asked) == len(set(provider.asked)) == 8
    assert sum(one.paid for one in runs) == 8
    assert town.findings() == []


def test_no_answer_is_no_failure_and_the_next_run_asks_what_became_of_it(
    town: Town, tmp_path: Path
) -> None:
    numbers = (PAYS_SILENTLY, DEAF_ONCE, LATE)
    payouts = [town.ask(town.street.ada, 2 * USD, number) for number in numbers]
    town.approve(*payouts)
    sandbox = Sandbox(tmp_path / "record")

    first, second = (pay_held(town.database, sandbox) for _ in range(2))

    assert (first.paid, first.failed, first.held) == (0, 0, 3)
    assert (second.paid, second.failed, second.held) == (3, 0, 0)
    assert sandbox.paid_micros() == {one.number: one.received_micros for one in payouts}


def test_a_dispute_stops_one_payout_and_not_the_others(town: Town, tmp_path: Path) -> None:
    odd, even = town.ask(town.street.ada, 2 * USD), town.ask(town.street.ada, 3 * USD)
    town.approve(odd, even)
    sandbox = Sandbox(tmp_path / "record")
    sandbox.pay(odd.reference, FAILS, 1)

    run = pay_held(town.database, sandbox)

    assert (run.paid, len(run.disputes)) == (1, 1)
    assert f"{odd.reference} was paid to another number" in run.disputes[0]
    assert (town.state(odd), town.state(even)) == ("held", "paid")


def test_what_waits_for_approval_or_for_a_file_is_not_paid(town: Town, tmp_path: Path) -> None:
    town.ask(town.street.ada, 2 * USD)
    town.batch(town.ask(town.street.ada, 2 * USD))
    town.approve(town.ask(town.street.ada, 2 * USD), by_file=True)

    assert pay_held(town.database, Sandbox(tmp_path / "record")) == Run(0, 0, 0, [])


def test_two_requests_at_once_cannot_both_have_the_same_money(town: Town) -> None:
    def ask(_: int) -> int:
        try:
            return town.ask(town.street.ada, 8 * USD).taken_micros
        except Conflict:
            return 0

    with ThreadPoolExecutor(6) as pool:
        taken = sum(pool.map(ask, range(6)))

    assert 0 < taken <= EARNED
    assert taken == 2 * town.ask(town.street.ben, 8 * USD).taken_micros


def test_workers_killed_at_random_points_pay_everybody_once(
    town: Town, url: str, tmp_path: Path
) -> None:
    dice = random.Random(20_260_901)  # noqa: S311 - not for secrets
    record = tmp_path / "record"
    command = [sys.executable, str(Path(worker.__file__)), url, str(record)]
    for _ in range(KILLS):
        numbers = [dice.choice((PAYS, FAILS, LATE, PAYS_SILENTLY, DEAF_ONCE)) for _ in range(3)]
        member = dice.choice((town.street.ada, town.street.ben))
        town.approve(*(town.ask(member, USD, number) for number in numbers[: dice.randint(1, 3)]))
        workers = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            for _ in range(dice.randint(1, 2))
        ]
        for one in workers:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0, 0.1))
        for one in workers:
            one.kill()
            one.communicate()
        assert town.findings() == []

    sandbox = Sandbox(record)
    finish(town, sandbox)

    assert sum(sandbox.paid_micros().values()) == paid_in_books(town) > 0
    assert town.findings() == []


def finish(town: Town, sandbox: Sandbox) -> None:
    """Run until nothing is held; a killed worker's lock ends once the server has noticed."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        pay_held(town.database, sandbox)
        with town.database.transaction() as connection:
            if connection.execute(
                "select not exists (select from payout where state = 'held')"
            ).fetchone() == (True,):
                return
        time.sleep(0.05)
    pytest.fail("payouts are held for ever")
