"""The same micros: a scenario offline, and through HTTP, PostgreSQL and settlement."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from peergrid import wire
from peergrid.cli.founding import SignIn, found
from peergrid.cli.transmission import Meters, end_of_history
from peergrid.client import Client
from peergrid.ledger.book import balances_of
from peergrid.members.membership import community_named, member_with_email
from peergrid.meters.registry import meters_of_community
from peergrid.money import Unit
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle
from peergrid.simulation.households import households_of
from peergrid.simulation.outbox import Outbox
from peergrid.simulation.scenario import Scenario, read_scenario
from peergrid.simulation.summary import run_of
from peergrid.simulation.transmit import Transmitter
from tests.community import START
from tests.conftest import Backend

SCENARIOS = Path(__file__).parents[1] / "scenarios"
DAYS = 2

type Wallets = dict[str, dict[Unit, int]]


def offline(scenario: Scenario) -> Wallets:
    """What every home has after a run of the model alone, by its meter's serial."""
    run = run_of(scenario)
    return {
        household.serial: {Unit.USD: -int(bill), Unit.WH_CREDIT: int(credit)}
        for household, bill, credit in zip(
            households_of(scenario), run.bills_micros, run.homes["credit_wh"], strict=True
        )
    }


async def transmit(
    backend: Backend, scenario: Scenario, keys: Mapping[str, str], outbox: Path
) -> None:
    async with Client(backend.url) as client:
        with Outbox(outbox) as queue:
            meters = Meters.of(scenario, Transmitter(client, keys, queue))

            async def settle_day(_: int) -> None:
                with backend.database.transaction() as connection:
                    community = community_named(connection, scenario.name)
                await asyncio.to_thread(settle, backend.database, community.community_id)

            await meters.catch_up(end_of_history(scenario), settle_day)
            assert queue.refused() == []


def on_the_platform(backend: Backend, scenario: Scenario) -> Wallets:
    """What every home has in the database, by its meter's serial."""
    with backend.database.transaction() as connection:
        community = community_named(connection, scenario.name)
        meters = meters_of_community(connection, community.community_id)
        assert audit(connection, community).findings == []
        held = balances_of(connection, [meter.member_id for meter in meters])
    return {meter.serial: held[meter.member_id] for meter in meters}


async def as_members_see_it(backend: Backend, sign_ins: list[SignIn]) -> Wallets:
    """What the API tells those who can sign in, by e-mail address."""
    seen = {}
    for sign_in in sign_ins:
        if sign_in.role in {wire.Role.PRODUCER, wire.Role.CONSUMER}:
            async with Client(backend.url) as client:
                await client.sign_in(sign_in.email, sign_in.password)
                wallet = await client.wallet()
                statement = await client.statement(wallet.settled_until.date())  # type: ignore[union-attr]
            assert statement.closing == wallet.balances
            seen[sign_in.email] = {one.unit: one.amount for one in wallet.balances}
    return seen


@pytest.mark.parametrize("scheme", ["mid_market", "net_metering"])
def test_every_wallet_is_the_same_offline_and_on_the_platform(
    backend: Backend, tmp_path: Path, scheme: str
) -> None:
    scenario = read_scenario(SCENARIOS / "harare_street.toml").lasting(DAYS).under(scheme)
    with backend.database.transaction() as connection:
        founded = found(connection, scenario, START)

    asyncio.run(transmit(backend, scenario, founded.keys, tmp_path / "outbox"))

    platform = on_the_platform(backend, scenario)
    assert platform == offline(scenario)
    assert any(wallet[Unit.USD] for wallet in platform.values())
    told = asyncio.run(as_members_see_it(backend, founded.sign_ins))
    with backend.database.transaction() as connection:
        for email, wallet in told.items():
            member = member_with_email(connection, email)
            assert member is not None
            assert wallet == balances_of(connection, [member.member_id])[member.member_id]
