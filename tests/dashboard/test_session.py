"""A page asks again when there is news, and keeps asking when nobody tells it any."""

import asyncio
from contextlib import aclosing

import pytest

from peergrid.dashboard.session import Session
from peergrid.dashboard.state import View, watch
from peergrid.settlement.settle import settle
from tests.community import FIRST, PASSWORD, Street, report_both
from tests.conftest import Backend

NEVER_S = 1_000.0  # without news it would wait for longer than the test may take


class Drawer:
    """A browser that keeps one text."""

    def __init__(self) -> None:
        self.text: str | None = None

    async def read(self) -> str | None:
        return self.text

    async def write(self, text: str | None) -> None:
        self.text = text


def test_a_page_shows_what_was_settled_without_being_asked(
    backend: Backend, street: Street
) -> None:
    async def settle_soon() -> None:
        await asyncio.sleep(1)
        report_both(backend.database, street, FIRST)
        await asyncio.to_thread(settle, backend.database, street.community_id)

    async def look() -> list[int]:
        session = Session(backend.url, Drawer(), Drawer(), {})
        await session.sign_in("ada@street.example", PASSWORD)
        tasks = [asyncio.create_task(session.hear_news()), asyncio.create_task(settle_soon())]
        shown = []
        watched = watch(session.client.wallet, session, NEVER_S, View())
        async with aclosing(watched) as views, asyncio.timeout(30):
            async for view in views:
                assert view.value is not None
                shown.append(view.value.balances[0].amount)
                if shown[-1]:
                    break
        tasks[0].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await session.end()
        return shown

    shown = asyncio.run(look())

    assert shown[-1] > 0


def test_nobody_finds_what_somebody_else_typed_at_the_same_page(
    backend: Backend, street: Street
) -> None:
    async def typed_for_others() -> list[dict[str, object]]:
        session = Session(backend.url, Drawer(), Drawer(), {})
        found = []
        for leave in (session.sign_out, lambda: session.sign_in(street.ben.email, PASSWORD)):
            await session.sign_in(street.ada.email, PASSWORD)
            session.typed["payout"] = "0771234567"
            await leave()
            found.append(dict(session.typed))
        await session.end()
        return found

    assert asyncio.run(typed_for_others()) == [{}, {}]


def test_without_a_feed_a_page_asks_at_its_own_pace(backend: Backend, street: Street) -> None:
    async def look() -> int:
        session = Session(backend.url, Drawer(), Drawer(), {})
        await session.sign_in("ada@street.example", PASSWORD)
        seen = 0
        async with aclosing(watch(session.client.wallet, session, 0.05, View())) as views:
            async for _ in views:
                seen += 1
                if seen == 3:
                    break
        await session.end()
        return seen

    assert asyncio.run(asyncio.wait_for(look(), 30)) == 3


def test_with_a_feed_and_no_news_a_page_is_at_rest(backend: Backend, street: Street) -> None:
    async def look() -> None:
        session = Session(backend.url, Drawer(), Drawer(), {})
        await session.sign_in("ada@street.example", PASSWORD)
        hearing = asyncio.create_task(session.hear_news())
        await session.rest(0, NEVER_S)  # until the feed is up
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(session.rest(session.heard, 0.01), 2)
        hearing.cancel()
        await session.end()

    asyncio.run(asyncio.wait_for(look(), 30))
