"""Money that members pay in is booked once, whatever dies and however often it is told."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from peergrid.cli.main import app
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Connection
from peergrid.errors import Conflict, Invalid, NotFound, Unavailable
from peergrid.ledger.book import statement_lines
from peergrid.payments.collecting import Begun
from peergrid.payments.paynow import Paynow
from peergrid.payments.provider import Outcome
from peergrid.payments.top_up import (
    Run,
    TopUp,
    ask_for_top_up,
    conclude,
    look_after,
    look_after_all,
    top_ups_of,
)
from peergrid.settings import PaynowSettings
from tests.payments.paying import EARNED, TODAY, USD, Town
from tests.payments.paynow_server import INTEGRATION_ID, KEY, PaynowServer, paynow_server


@pytest.fixture
def there() -> Iterator[PaynowServer]:
    with paynow_server() as server:
        yield server


@pytest.fixture
def paynow(there: PaynowServer) -> Paynow:
    return Paynow(PaynowSettings(INTEGRATION_ID, KEY, there.url), "https://peergrid.example")


class KilledError(Exception):
    """The process died here."""


class DiesAfterBeginning(Paynow):
    """The page is made, and the answer reaches nobody."""

    def begin(self, reference: str, amount_micros: int) -> Begun:
        super().begin(reference, amount_micros)
        raise KilledError


def ask(town: Town, paynow: Paynow, micros: int = 5 * USD, key: str = "once") -> TopUp:
    return ask_for_top_up(town.database, paynow, town.street.ben, key, micros)


def states(town: Town) -> list[str]:
    with town.database.transaction() as connection:
        return [one.state for one in top_ups_of(connection, town.street.ben.member_id)]


def test_what_is_paid_in_stands_on_the_statement(
    town: Town, there: PaynowServer, paynow: Paynow
) -> None:
    asked = ask(town, paynow)
    assert (asked.state, asked.page_url) == ("waiting", f"{there.url}/Payment/ConfirmPayment/0")
    assert look_after(town.database, paynow, asked.reference) is Outcome.PENDING
    assert town.balance(town.street.ben) == EARNED

    there.statuses[0] = "Paid"
    for _ in range(3):  # told again and again
        assert look_after(town.database, paynow, asked.reference) is Outcome.PAID

    assert town.balance(town.street.ben) == EARNED + 5 * USD
    assert states(town) == ["paid"]
    with town.database.transaction() as connection:
        lines = statement_lines(connection, town.street.ben.member_id, TODAY)
    assert [line.amount for line in lines if line.kind == "top_up"] == [5 * USD]
    assert town.findings() == []


def test_the_same_key_is_the_same_top_up(town: Town, there: PaynowServer, paynow: Paynow) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(lambda _: ask(town, paynow), range(4)))

    assert len({(one.top_up_id, one.page_url) for one in asked}) == 1
    assert {form["reference"] for form in there.begun} == {asked[0].reference}
    with pytest.raises(Conflict, match="stands for another top-up"):
        ask(town, paynow, 6 * USD)


def test_told_by_many_at_once_it_is_booked_once(
    town: Town, there: PaynowServer, paynow: Paynow
) -> None:
    asked = ask(town, paynow)
    there.statuses[0] = "Paid"

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: look_after(town.database, paynow, asked.reference), range(4)))

    assert town.balance(town.street.ben) == EARNED + 5 * USD
    assert town.findings() == []


def test_cut_off_before_the_page_is_known_it_is_begun_again(
    town: Town, there: PaynowServer, paynow: Paynow
) -> None:
    settings = PaynowSettings(INTEGRATION_ID, KEY, there.url)
    with pytest.raises(KilledError):
        ask(town, DiesAfterBeginning(settings, "https://peergrid.example"))
    assert states(town) == ["asked"]

    again = ask(town, paynow)
    there.statuses[1] = "Paid"

    assert again.page_url == f"{there.url}/Payment/ConfirmPayment/1"
    assert look_after_all(town.database, paynow) == Run(1, 0, 0, [])
    assert town.balance(town.street.ben) == EARNED + 5 * USD
    assert town.findings() == []


def test_cut_off_before_it_is_booked_it_waits_and_is_booked_by_the_next_run(
    town: Town, there: PaynowServer, paynow: Paynow
) -> None:
    asked = ask(town, paynow)
    there.statuses[0] = "Paid"

    def book_and_die(connection: Connection) -> None:
        conclude(connection, asked.top_up_id, Outcome.PAID)
        raise KilledError

    with pytest.raises(KilledError), town.database.transaction() as connection:
        book_and_die(connection)
    assert (states(town), town.balance(town.street.ben)) == (["waiting"], EARNED)
    there.is_away = True
    assert look_after_all(town.database, paynow) == Run(0, 0, 1, [])
    there.is_away = False

    assert look_after_all(town.database, paynow) == Run(1, 0, 0, [])
    assert look_after_all(town.database, paynow) == Run(0, 0, 0, [])

    assert town.balance(town.street.ben) == EARNED + 5 * USD
    assert town.findings() == []


def test_what_is_not_paid_is_booked_nowhere(
    town: Town, there: PaynowServer, paynow: Paynow
) -> None:
    for key in ("first", "second", "third"):
        ask(town, paynow, key=key)
    there.statuses.update({0: "Cancelled", 1: "Disputed"})

    run = look_after_all(town.database, paynow)

    assert (run.paid, run.failed, run.waiting, len(run.disputes)) == (0, 1, 1, 1)
    assert states(town) == ["waiting", "waiting", "failed"]
    assert town.balance(town.street.ben) == EARNED
    assert town.findings() == []


def test_what_was_concluded_stays(town: Town, there: PaynowServer, paynow: Paynow) -> None:
    asked = ask(town, paynow)
    there.statuses[0] = "Paid"
    look_after(town.database, paynow, asked.reference)

    there.statuses[0] = "Cancelled"
    with pytest.raises(Conflict, match="is paid, and yet it is failed"):
        look_after(town.database, paynow, asked.reference)

    assert town.balance(town.street.ben) == EARNED + 5 * USD


@pytest.mark.parametrize("micros", [0, -1, 5_000, 10_001, 1_000 * USD + 10_000])
def test_an_amount_that_cannot_be_is_refused(town: Town, paynow: Paynow, micros: int) -> None:
    with pytest.raises(Invalid, match="whole cents"):
        ask(town, paynow, micros)


def test_nobody_tops_up_without_an_account_or_what_is_not_there(
    town: Town, there: PaynowServer, paynow: Paynow
) -> None:
    with pytest.raises(Conflict, match="no account here"):
        ask_for_top_up(town.database, paynow, town.street.chipo, "once", USD)
    with pytest.raises(NotFound, match="no such top-up"):
        look_after(town.database, paynow, "TU0")
    there.is_away = True
    with pytest.raises(Unavailable, match="does not answer"):
        ask(town, paynow)
    assert states(town) == ["asked"]
    assert look_after_all(town.database, paynow) == Run(0, 0, 0, [])


@pytest.mark.parametrize(
    "wrong",
    [
        "update top_up set amount_micros = 6000000",
        "update top_up set state = 'waiting', concluded_at = null",
        "update top_up_transfer set amount = 1",
        "delete from top_up_transfer",
        "delete from top_up",
        "update top_up set state = 'paid', concluded_at = now() where state = 'waiting'",
    ],
)
def test_the_database_refuses_what_the_rules_refuse(
    town: Town, there: PaynowServer, paynow: Paynow, wrong: str
) -> None:
    there.statuses[0] = "Paid"
    look_after(town.database, paynow, ask(town, paynow).reference)
    ask(town, paynow, key="another")

    with pytest.raises(psycopg.Error), town.database.transaction() as connection:
        connection.execute(wrong.encode())


DAMAGE = {
    "booked without being paid": "update top_up set state = 'waiting', concluded_at = null",
    "paid without being booked": "delete from top_up_transfer",
    "booked otherwise": "update top_up_transfer set amount = amount + 1",
    "booked to somebody else": "update top_up set member_id = 1",
    "booked for nothing": "delete from top_up",
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_found(
    kind: str, server: EmbeddedServer, url: str, town: Town, there: PaynowServer, paynow: Paynow
) -> None:
    there.statuses[0] = "Paid"
    look_after(town.database, paynow, ask(town, paynow).reference)
    name = url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(server.admin_url.replace("/postgres?", f"/{name}?")) as admin:
        admin.execute("set session_replication_role = replica")  # past every trigger
        admin.execute(DAMAGE[kind].encode())

    assert any(finding.startswith("top-up 1: ") for finding in town.findings())


def collect(url: str, folder: Path, **given: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(
        app, ["collect", "--data-dir", str(folder)], env={"PEERGRID_DATABASE_URL": url, **given}
    )
    return done.exit_code, done.stdout, done.stderr


def test_collect_says_what_it_did(
    url: str, town: Town, there: PaynowServer, paynow: Paynow, tmp_path: Path
) -> None:
    given = {"PEERGRID_PAYNOW_ID": INTEGRATION_ID, "PEERGRID_PAYNOW_KEY": KEY}
    given["PEERGRID_PAYNOW_URL"] = there.url
    ask(town, paynow)
    there.statuses[0] = "Paid"

    assert collect(url, tmp_path, **given) == (0, "1 paid in, 0 failed, 0 still waiting\n", "")
    code, told, wrong = collect(url, tmp_path)
    assert (code, told) == (1, "")
    assert "Nobody collects: set PEERGRID_PAYNOW_ID" in wrong
