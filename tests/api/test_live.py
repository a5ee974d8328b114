"""What is new reaches whoever listens, at whichever process, and nobody has to ask twice."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack, aclosing, asynccontextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from peergrid import wire
from peergrid.api.app import create_app
from peergrid.api.hub import MOST_WAITING, Hub
from peergrid.cli.serve import STOP_TIMEOUT_S, serving
from peergrid.client import Client
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Database
from peergrid.meters.news import KEPT, Change, News, NewsKind, tell
from peergrid.settings import Settings
from peergrid.settlement.settle import settle
from peergrid.wire import NewsKind as Told
from tests.community import FIRST, PASSWORD, START, Street, report, report_both
from tests.conftest import SECRET, Backend, free_port

SOON_S = 5.0  # nobody but this process has a part in it
LATE_S = 30.0


@pytest.fixture
def pair(url: str, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Two API processes' worth of backends on one database; they share nothing else."""
    settings = Settings(tmp_path, url, SECRET, simulated_time=True, second_factor=False)
    with ExitStack() as stack:
        ports = (free_port(), free_port())
        for port in ports:
            stack.enter_context(serving(create_app(settings, url), "127.0.0.1", port))
        yield f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"


@asynccontextmanager
async def listening(url: str, name: str, since: int | None = None) -> AsyncIterator["Ear"]:
    async with Client(url) as client:
        await client.sign_in(f"{name}@street.example", PASSWORD)
        async with aclosing(client.live(since)) as news:
            yield Ear(news)


class Ear:
    """Hears one after another, each in time."""

    def __init__(self, news: AsyncIterator[wire.News]) -> None:
        self._news = news

    async def next(self, within_s: float = LATE_S) -> wire.News:
        return await asyncio.wait_for(anext(self._news), within_s)


async def send(url: str, street: Street, number: int) -> None:
    reading = wire.ReadingMessage(
        meter=street.ada_meter.serial,
        interval_start=FIRST.later(number).start,
        import_wh=0,
        export_wh=640,
    )
    async with Client(url) as client:
        await client.send_readings(street.ada_key, [reading])


def run(what: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(what(), 60))


def test_a_reading_sent_to_one_process_is_heard_at_the_other(
    pair: tuple[str, str], street: Street
) -> None:
    async def hear() -> None:
        async with listening(pair[1], "ada") as ada, listening(pair[0], "chipo") as chipo:
            first = await ada.next()
            await chipo.next()
            await send(pair[0], street, 3)

            heard = await ada.next()

            assert first.kind is Told.HERE
            assert (heard.kind, heard.news_id > first.news_id) == (Told.READINGS, True)
            assert heard.first_interval == heard.last_interval == FIRST.later(3).start
            assert await chipo.next() == heard

    run(hear)


def test_what_is_settled_and_taken_back_is_heard(
    backend: Backend, database: Database, street: Street
) -> None:
    async def hear() -> None:
        report_both(database, street, FIRST)
        report_both(database, street, FIRST.later(1))
        async with listening(backend.url, "ben") as ben:
            await ben.next()
            await asyncio.to_thread(settle, database, street.community_id)
            settled = await ben.next()
            report(database, street.ben_meter, FIRST, 500, 0, revision=1)
            await asyncio.to_thread(settle, database, street.community_id)
            heard = [await ben.next(), await ben.next()]

        span = (FIRST.start, FIRST.later(1).start)
        assert (settled.first_interval, settled.last_interval) == span
        assert [one.kind for one in heard] == [Told.REVERSED, Told.SETTLED]

    run(hear)


def test_a_client_that_was_away_catches_up(
    pair: tuple[str, str], database: Database, street: Street
) -> None:
    async def hear() -> None:
        async with listening(pair[0], "ada") as ada:
            here = await ada.next()
        for number in range(2):
            report_both(database, street, FIRST.later(number))
            await asyncio.to_thread(settle, database, street.community_id)
        async with listening(pair[1], "ada", here.news_id) as ada:
            missed = [await ada.next() for _ in range(3)]
            await send(pair[0], street, 2)
            fresh = await ada.next()
        async with listening(pair[1], "ada", missed[-1].news_id) as ada:
            again = [await ada.next(), await ada.next()]

        assert [one.kind for one in missed] == [Told.HERE, Told.SETTLED, Told.SETTLED]
        assert [one.last_interval for one in missed[1:]] == [START, FIRST.later(1).start]
        assert fresh.kind is Told.READINGS
        assert again == [wire.News(news_id=missed[-1].news_id, kind=Told.HERE), fresh]

    run(hear)


def test_a_client_that_was_away_for_too_long_looks_at_everything(
    backend: Backend, database: Database, street: Street
) -> None:
    change = Change(street.community_id, NewsKind.READINGS, START, START)
    with database.transaction() as connection:
        tell(connection, [change])
        connection.execute(f"alter table news alter news_id restart with {KEPT + 2}".encode())
    with database.transaction() as connection:
        tell(connection, [change])

    async def hear() -> None:
        async with listening(backend.url, "ada", 1) as ada:
            assert await ada.next() == wire.News(news_id=KEPT + 2, kind=Told.RELOAD)

    run(hear)


def test_a_listening_connection_that_is_cut_comes_back_and_misses_nothing(
    pair: tuple[str, str], server: EmbeddedServer, database: Database, street: Street
) -> None:
    async def hear() -> None:
        async with listening(pair[1], "ada") as ada:
            await ada.next()
            assert cut(server, database) == 2
            await send(pair[0], street, 0)

            heard = await ada.next()

            assert (heard.kind, heard.last_interval) == (Told.READINGS, START)
            await asyncio.sleep(2)  # both listen again
            await send(pair[0], street, 1)
            assert (await ada.next()).last_interval == FIRST.later(1).start

    run(hear)


def cut(server: EmbeddedServer, database: Database) -> int:
    """End the connections that listen; how many there were."""
    with database.transaction() as connection:
        name = connection.info.dbname
    with psycopg.connect(server.admin_url) as admin:
        rows = admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s"
            " and backend_type = 'client backend' and (query ilike 'listen %%'"
            " or query ilike '%%from news where news_id >%%' or query ilike '%%max(news_id)%%')",
            (name,),
        ).fetchall()
    return len(rows)


def test_neighbours_of_another_community_hear_nothing(
    backend: Backend, database: Database, street: Street
) -> None:
    async def hear() -> None:
        async with listening(backend.url, "ada") as ada:
            here = await ada.next()
            with database.transaction() as connection:
                elsewhere = Change(street.community_id + 1, NewsKind.READINGS, START, START)
                tell(connection, [elsewhere])
            await send(backend.url, street, 0)
            heard = await ada.next()
        async with listening(backend.url, "ada", here.news_id) as ada:
            await ada.next()
            assert await ada.next() == heard
        assert heard.last_interval == START

    run(hear)


def test_a_listener_who_falls_behind_is_dropped_and_nobody_else() -> None:
    async def fall_behind() -> None:
        hub = Hub()
        slow, quick = hub.join(1), hub.join(1)
        for number in itertools.count(1):
            hub.tell([News(1, NewsKind.SETTLED, START, START, number)])
            assert (await quick.hear(SOON_S)).news_id == number
            if number > MOST_WAITING:
                break
        assert len(hub) == 1
        with pytest.raises(EOFError):
            await slow.hear(SOON_S)

    run(fall_behind)


def test_nobody_hears_without_a_sign_in_or_since_what_is_no_id(
    backend: Backend, street: Street
) -> None:
    body = {"email": "ada@street.example", "password": PASSWORD}
    token = httpx.post(f"{backend.url}/api/v1/sign-in", json=body).json()["access_token"]
    url = f"{backend.url}/api/v1/live"

    def status(bearer: str, since: object = None, last: object = None) -> int:
        headers = {"Authorization": f"Bearer {bearer}"}
        headers |= {"Last-Event-ID": str(last)} if last is not None else {}
        params = {"since": str(since)} if since is not None else {}
        return httpx.get(url, headers=headers, params=params).status_code

    assert (httpx.get(url).status_code, status(street.ada_key)) == (401, 401)
    for wrong in (-1, 2**63, "x"):
        assert (status(token, since=wrong), status(token, last=wrong)) == (422, 422)


def test_a_backend_stops_though_somebody_listens(
    url: str, database: Database, street: Street, tmp_path: Path
) -> None:
    settings = Settings(tmp_path, url, SECRET, simulated_time=True, second_factor=False)
    port = free_port()

    async def hear() -> None:
        stack = ExitStack()
        stack.enter_context(serving(create_app(settings, url), "127.0.0.1", port))
        async with listening(f"http://127.0.0.1:{port}", "ada") as ada:
            await ada.next()
            began = time.monotonic()
            await asyncio.to_thread(stack.close)
            took_s = time.monotonic() - began
            with pytest.raises(StopAsyncIteration):
                await ada.next()
        assert took_s < STOP_TIMEOUT_S

    run(hear)
