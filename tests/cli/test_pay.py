"""`peergrid pay` as an operator types it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from peergrid.cli.main import app
from peergrid.database.pool import Database
from peergrid.payments.sandbox import ANSWERS_TWICE, FAILS, LATE, PAYS, Sandbox
from tests.payments.paying import USD, Town, found_town


@pytest.fixture
def town(database: Database) -> Town:
    return found_town(database)


def peergrid(command: str, url: str, folder: Path, provider: str = "sandbox") -> Result:
    given = {"PEERGRID_DATABASE_URL": url, "PEERGRID_PAYOUT_PROVIDER": provider}
    told = [command, "--data-dir", str(folder)]
    return CliRunner().invoke(app, told, env=given, catch_exceptions=False)


def test_pay_says_what_it_did_and_check_finds_nothing(url: str, town: Town, tmp_path: Path) -> None:
    numbers = (PAYS, FAILS, LATE, ANSWERS_TWICE)
    town.approve(*(town.ask(town.street.ada, 2 * USD, number) for number in numbers))

    first, second, third = (peergrid("pay", url, tmp_path) for _ in range(3))
    check = peergrid("check", url, tmp_path)

    assert first.stdout == "2 paid, 1 failed and given back, 1 still held\n"
    assert second.stdout == "1 paid, 0 failed and given back, 0 still held\n"
    assert third.stdout == "0 paid, 0 failed and given back, 0 still held\n"
    assert check.stdout == "street: 48 half hours add up\n"


def test_pay_refuses_to_run_without_a_provider(url: str, town: Town, tmp_path: Path) -> None:
    payout = town.ask(town.street.ada, 2 * USD)
    town.approve(payout)

    done = peergrid("pay", url, tmp_path, provider="")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "Nobody pays: set PEERGRID_PAYOUT_PROVIDER" in done.stderr
    assert town.state(payout) == "held"


def test_pay_fails_with_what_a_person_has_to_look_at(url: str, town: Town, tmp_path: Path) -> None:
    payout = town.ask(town.street.ada, 2 * USD)
    town.approve(payout)
    Sandbox(tmp_path / "sandbox.sqlite3").pay(payout.reference, PAYS, 1)

    done = peergrid("pay", url, tmp_path)

    assert done.exit_code == 1
    assert f"{payout.reference} was paid to another number, or another amount." in done.stdout
