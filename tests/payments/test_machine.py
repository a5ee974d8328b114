"""Whatever members, operators, providers and crashes do, the money is in exactly one place."""

import contextlib
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.errors import Conflict
from peergrid.ledger.book import balances_of
from peergrid.money import Unit
from peergrid.payments import sandbox
from peergrid.payments.batches import approve_batch, create_batch, payouts_in, reject
from peergrid.payments.payout import Payout, conclude
from peergrid.payments.provider import Outcome, Provider
from peergrid.payments.run import pay_held
from tests.conftest import NAMES, new_database
from tests.payments.paying import EARNED, USD, Town, found_town

NUMBERS = (
    *(sandbox.PAYS, sandbox.LATE, sandbox.FAILS, sandbox.PAYS_SILENTLY, sandbox.DEAF_ONCE),
    sandbox.ANSWERS_TWICE,
)


class Crash(Exception):  # noqa: N818 - no error of ours
    """The process dies here."""


class Dying:
    """A provider during whose payment the process dies: before the request, or after the answer."""

    def __init__(self, provider: Provider, *, after: bool) -> None:
        self._provider = provider
        self._after = after

    def pay(self, key: str, number: str, amount_micros: int) -> Outcome:
        if self._after:
            self._provider.pay(key, number, amount_micros)
        raise Crash

    def status(self, key: str) -> Outcome:
        if self._after:
            self._provider.status(key)
        raise Crash


class Payouts(RuleBasedStateMachine):
    """One town; each example has a database of its own, copied from ``mould``."""

    server: EmbeddedServer
    mould: Town
    mould_name: str
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self._open = contextlib.ExitStack()
        self.name = f"copy_{next(NAMES)}"
        of = f"owner peergrid template {self.mould_name}"
        as_admin(self.server, f"create database {self.name} {of}")
        url = self.server.url.replace("/peergrid?", f"/{self.name}?")
        database = self._open.enter_context(opened(url))
        self.town = Town(database, self.mould.street, self.mould.dudzai)
        record = self.folder / f"{next(NAMES)}.sqlite3"
        self.provider = sandbox.Sandbox(record, listener=self.hear)

    def hear(self, reference: str, outcome: Outcome) -> None:
        with self.town.database.transaction() as connection:
            conclude(connection, reference, outcome)

    def everything(self) -> list[Payout]:
        with self.town.database.transaction() as connection:
            return payouts_in(connection, self.town.street.community_id, None)

    def waiting(self) -> list[int]:
        return [
            one.payout_id
            for one in self.everything()
            if one.state == "requested" and one.batch_id is None
        ]

    @rule(micros=st.integers(USD, 9 * USD), number=st.sampled_from(NUMBERS), is_ada=st.booleans())
    def ask(self, micros: int, number: str, *, is_ada: bool) -> None:
        member = self.town.street.ada if is_ada else self.town.street.ben
        with contextlib.suppress(Conflict):  # not covered
            self.town.ask(member, micros, number)

    @rule()
    def approve(self) -> None:
        if waiting := self.waiting():
            with self.town.database.transaction() as connection:
                batch_id = create_batch(connection, self.town.street.chipo, waiting, by_file=False)
                approve_batch(connection, self.town.dudzai, batch_id)

    @rule()
    def reject_first(self) -> None:
        if waiting := self.waiting():
            with self.town.database.transaction() as connection:
                reject(connection, self.town.street.chipo, waiting[:1], "No.")

    @rule()
    def run(self) -> None:
        pay_held(self.town.database, self.provider)

    @rule(after=st.booleans())
    def crash(self, *, after: bool) -> None:
        with contextlib.suppress(Crash):
            pay_held(self.town.database, Dying(self.provider, after=after))

    @rule()
    def answer_again(self) -> None:
        for payout in self.everything():
            if payout.state in {"held", "paid", "failed"}:
                self.hear(payout.reference, self.provider.status(payout.reference))

    @invariant()
    def every_micro_is_in_one_place(self) -> None:
        street = self.town.street
        members = [street.ada.member_id, street.ben.member_id]
        with self.town.database.transaction() as connection:
            balances = balances_of(connection, members)
        for member_id in members:
            own = [one for one in self.everything() if one.member_id == member_id]
            gone = sum(one.taken_micros for one in own if one.state in {"held", "paid"})
            assert balances[member_id][Unit.USD] + gone == EARNED
            assert balances[member_id][Unit.USD] >= 0

    def teardown(self) -> None:
        for _ in range(3):  # lost once, late once: then all is said
            pay_held(self.town.database, self.provider)
        received = sum(one.received_micros for one in self.everything() if one.state == "paid")
        assert not any(one.state == "held" for one in self.everything())
        assert sum(self.provider.paid_micros().values()) == received
        assert self.town.findings() == []
        self._open.close()
        as_admin(self.server, f"drop database {self.name} with (force)")


def as_admin(server: EmbeddedServer, command: str) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(command.encode())


@pytest.fixture
def mould(server: EmbeddedServer) -> tuple[Town, str]:
    """A town that has earned, in a database that nobody is connected to any more."""
    url = new_database(server)
    with opened(url) as database:
        town = found_town(database)
    return town, url.partition("@/")[2].partition("?")[0]


def test_whatever_happens_the_money_is_in_exactly_one_place(
    server: EmbeddedServer, mould: tuple[Town, str], tmp_path: Path
) -> None:
    town, name = mould

    class Here(Payouts):
        pass

    Here.server, Here.mould, Here.mould_name, Here.folder = server, town, name, tmp_path
    run_state_machine_as_test(
        Here, settings=settings(max_examples=15, stateful_step_count=20, deadline=None)
    )
