"""Payouts over HTTP, with the typed client that everybody uses."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path

import httpx
import pytest

from peergrid import wire
from peergrid.client import Client
from peergrid.errors import Conflict, Invalid, NotFound, Refused
from peergrid.payments.run import pay_held
from peergrid.payments.sandbox import Sandbox
from tests.community import PASSWORD
from tests.conftest import Backend
from tests.payments.paying import EARNED, USD, Town, found_town

type Scene = Callable[[Client, Client, Client], Coroutine[None, None, None]]


@pytest.fixture
def town(backend: Backend) -> Town:
    return found_town(backend.database)


def play(backend: Backend, scene: Scene) -> None:
    """Run a scene with three clients: Ada, and the operators Chipo and Dudzai."""

    async def signed_in() -> None:
        async with (
            Client(backend.url) as ada,
            Client(backend.url) as chipo,
            Client(backend.url) as dudzai,
        ):
            for client, name in ((ada, "ada"), (chipo, "chipo"), (dudzai, "dudzai")):
                await client.sign_in(f"{name}@street.example", PASSWORD)
            await scene(ada, chipo, dudzai)

    asyncio.run(signed_in())


def request_for(micros: int, received: int, key: str = "once") -> wire.PayoutRequest:
    return wire.PayoutRequest(
        key=key,
        service=wire.MobileMoney.ECOCASH,
        number="077 111 1111",
        amount_micros=micros,
        received_micros=received,
    )


def test_a_payout_from_the_quote_to_the_statement(
    backend: Backend, town: Town, tmp_path: Path
) -> None:
    async def scene(ada: Client, chipo: Client, dudzai: Client) -> None:
        quote = await ada.payout_quote(10 * USD)
        assert (quote.fee_micros, quote.tax_micros) == (130_000, 190_000)
        asked = await ada.ask_for_payout(request_for(10 * USD, quote.received_micros))
        again = await ada.ask_for_payout(request_for(10 * USD, quote.received_micros))
        assert asked == again
        assert (asked.state, asked.number) == ("requested", "+263771111111")

        waiting = await chipo.operator_payouts(wire.PayoutState.REQUESTED)
        assert [(one.member, one.payout_id) for one in waiting] == [("Ada", asked.payout_id)]
        batch = await chipo.create_batch(wire.BatchOfPayouts(payout_ids=[asked.payout_id]))
        with pytest.raises(Refused, match="Another operator"):
            await chipo.approve_batch(batch.batch_id)
        approved = await dudzai.approve_batch(batch.batch_id)
        assert (approved.held, approved.rejected) == (1, 0)
        assert [one.created_by for one in await chipo.operator_payouts()] == [
            town.street.chipo.member_id
        ]

        await asyncio.to_thread(pay_held, backend.database, Sandbox(tmp_path / "record"))

        assert [one.state for one in await ada.payouts()] == ["paid"]
        assert [one.attempts for one in await dudzai.operator_payouts()] == [1]
        wallet = await ada.wallet()
        assert [one.amount for one in wallet.balances] == [EARNED - 10 * USD, 0]
        statement = await ada.statement()
        assert [line.words for line in statement.lines][-3:] == [
            "Payout to your mobile wallet",
            "Fee of a payout",
            "Tax on a payout",
        ]

    play(backend, scene)


def test_a_batch_is_paid_from_a_file(backend: Backend, town: Town) -> None:
    async def scene(ada: Client, chipo: Client, dudzai: Client) -> None:
        asked = await ada.ask_for_payout(request_for(5 * USD, 4_940_000))
        ids = [asked.payout_id]
        batch = await chipo.create_batch(wire.BatchOfPayouts(payout_ids=ids, by_file=True))
        await dudzai.approve_batch(batch.batch_id)
        text = await chipo.payouts_csv(batch.batch_id)
        assert text == f"number,amount,reference\r\n263771111111,4.94,{asked.reference}\r\n"
        said = wire.PayoutConclusion(payout_ids=ids, outcome=wire.PayoutState.FAILED)
        await chipo.conclude_payouts(said)
        (failed,) = await ada.payouts()
        assert (failed.state, failed.reason) == (
            "failed",
            "The provider did not pay it; the money is back.",
        )
        lines = (await ada.statement()).lines
        assert "Given back: Payout to your mobile wallet" in [line.words for line in lines]

    play(backend, scene)


def test_what_cannot_be_is_refused_over_http_too(backend: Backend, town: Town) -> None:
    async def scene(ada: Client, chipo: Client, dudzai: Client) -> None:
        with pytest.raises(Conflict, match="Your balance covers"):
            await ada.ask_for_payout(request_for(100 * USD, 96_800_000))
        with pytest.raises(Conflict, match=r"You would receive US\$9\.68 now"):
            await ada.ask_for_payout(request_for(10 * USD, 9_990_000))
        with pytest.raises(Invalid, match="at least"):
            await ada.payout_quote(1)
        with pytest.raises(NotFound, match="no payout 7"):
            await chipo.reject_payouts(wire.PayoutRejection(payout_ids=[7], reason="No."))
        with pytest.raises(NotFound, match="no batch 7"):
            await dudzai.approve_batch(7)
        asked = await ada.ask_for_payout(request_for(5 * USD, 4_940_000))
        no = wire.PayoutRejection(payout_ids=[asked.payout_id], reason="Call me first.")
        await dudzai.reject_payouts(no)
        assert [one.reason for one in await ada.payouts()] == ["Call me first."]

    play(backend, scene)


NONSENSE: list[tuple[dict[str, object], str]] = [
    ({"key": ""}, "key"),
    ({"key": "with a space"}, "key"),
    ({"number": "=cmd|' /C calc'!A0"}, "no Zimbabwean mobile number"),
    ({"number": "0" * 33}, "number"),
    ({"amount_micros": 0}, "amount_micros"),
    ({"amount_micros": 2**63}, "amount_micros"),
    ({"amount_micros": 1.5}, "amount_micros"),
    ({"service": "mattress"}, "service"),
    ({"state": "paid"}, "state"),
]


def test_a_request_that_makes_no_sense_is_told_why(backend: Backend, town: Town) -> None:
    body = {"email": "ada@street.example", "password": PASSWORD}
    token = httpx.post(f"{backend.url}/api/v1/sign-in", json=body, timeout=20).json()
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    good = request_for(10 * USD, 9_680_000).model_dump()

    with httpx.Client(base_url=f"{backend.url}/api/v1", headers=headers, timeout=20) as ada:
        for changes, sentence in NONSENSE:
            answer = ada.post("/payouts", json=good | changes)
            assert answer.status_code == 422, (changes, answer.text)
            assert sentence in answer.json()["detail"]
        assert ada.get("/payouts").json() == []
        assert ada.post("/payouts", json=good).status_code == 200


def test_nobody_sees_anothers_payouts(backend: Backend, town: Town) -> None:
    elsewhere = found_town(backend.database, "elsewhere")
    elsewhere.ask(elsewhere.street.ada, 5 * USD)
    town.ask(town.street.ben, 5 * USD)

    async def scene(ada: Client, chipo: Client, dudzai: Client) -> None:
        assert await ada.payouts() == []
        assert [one.member for one in await chipo.operator_payouts()] == ["Ben"]

    play(backend, scene)
