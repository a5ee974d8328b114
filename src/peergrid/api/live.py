"""What is new in one's own community, as it happens (server-sent events, HTML Standard 9.2)."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from peergrid import wire
from peergrid.api.dependencies import GUARDED, AnyMember, Data
from peergrid.api.hub import Hub
from peergrid.api.streaming import Stream
from peergrid.database.listening import AsyncConnection, listen
from peergrid.database.pool import Database
from peergrid.database.roles import API
from peergrid.meters.news import CHANNEL, News, missed_news, newest_news, news_after

router = APIRouter(tags=["live"], responses=GUARDED)

BEAT_S = 25.0  # a line that is idle is cut after 4 minutes and more by proxies on the way
LIFE_S = 600.0  # then the listener asks again, and whether they may is looked at anew
TAKE_S = 20.0
BEAT = b": beat\n\n"
MOST = 2**63 - 1

Since = Annotated[
    int | None,
    Query(ge=0, le=MOST, description="The newest `news_id` you know, as Last-Event-ID is too."),
]
LastEventId = Annotated[int | None, Header(ge=0, le=MOST)]
FEED: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get("/live", response_class=Response, responses=FEED)
async def live(
    request: Request,
    member: AnyMember,
    database: Data,
    since: Since = None,
    last_event_id: LastEventId = None,
) -> Response:
    """Every change in your community as it happens; with the newest id you know, those since.

    The first event says where you are. The feed ends every ten minutes, and if you fall behind:
    ask again with the last id.
    """
    hub: Hub = request.app.state.hub
    hub.check_room()
    known = since if last_event_id is None else last_event_id
    events = _events(hub, member.community_id, database, known)
    return Stream(events, "text/event-stream", take_s=TAKE_S)


async def follow(url: str, hub: Hub) -> None:
    """Tell the hub of all news, through one connection, until cancelled."""
    heard: int | None = None

    async def look(connection: AsyncConnection) -> None:
        nonlocal heard
        found = True
        while found:
            heard, news = await news_after(connection, heard)
            hub.tell(news)
            found = bool(news)

    await listen(url, CHANNEL, look, API)


async def _events(
    hub: Hub, community_id: int, database: Database, known: int | None
) -> AsyncGenerator[bytes]:
    listener = hub.join(community_id)  # before looking back: nothing falls in between
    ends_at = asyncio.get_running_loop().time() + LIFE_S
    try:
        for news in await run_in_threadpool(_missed, database, community_id, known):
            yield _event(news)
        heard = news.news_id
        while asyncio.get_running_loop().time() < ends_at:
            try:
                fresh = await listener.hear(BEAT_S)
            except TimeoutError:
                yield BEAT
                continue
            if fresh.news_id > heard:
                heard = fresh.news_id
                yield _event(_message(fresh))
    except EOFError:  # fell behind, or the process stops
        return
    finally:
        hub.leave(listener)


def _missed(database: Database, community_id: int, known: int | None) -> list[wire.News]:
    """Where the listener is, and what came since ``known``."""
    with database.snapshot() as connection:
        newest = newest_news(connection)
        if known is None or known == newest:
            return [wire.News(news_id=newest, kind=wire.NewsKind.HERE)]
        missed = missed_news(connection, community_id, known)
    if missed is None:
        return [wire.News(news_id=newest, kind=wire.NewsKind.RELOAD)]
    return [wire.News(news_id=known, kind=wire.NewsKind.HERE), *map(_message, missed)]


def _message(news: News) -> wire.News:
    return wire.News(
        news_id=news.news_id,
        kind=wire.NewsKind(news.kind),
        first_interval=news.first_interval,
        last_interval=news.last_interval,
    )


def _event(news: wire.News) -> bytes:
    return f"id: {news.news_id}\nevent: {news.kind}\ndata: {news.model_dump_json()}\n\n".encode()
