"""Those who ask at the same time are served together, each with an answer of their own."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest

from peergrid.api.gathering import Gathering
from peergrid.errors import Conflict, Unavailable
from tests.community import NOON, Street
from tests.conftest import Backend


class Work:
    """Halves even numbers, once it may; odd ones are a conflict, and 0 is too much."""

    def __init__(self) -> None:
        self.may = Event()
        self.turns: list[list[int]] = []

    def __call__(self, items: Sequence[int]) -> list[int | Conflict]:
        self.turns.append(list(items))
        assert self.may.wait(20)
        if 0 in items:
            raise Unavailable("not now")
        return [Conflict(f"{item} is odd") if item % 2 else item // 2 for item in items]


async def asked(gathering: Gathering[int, int], *items: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.create_task(gathering.result(item)) for item in items]
    await asyncio.sleep(0.05)
    return tasks


def test_who_comes_meanwhile_is_served_in_the_next_turn_and_an_error_is_ones_own() -> None:
    work = Work()

    async def scene() -> None:
        gathering = Gathering(work)
        first = await asked(gathering, 2)
        gone, *others = await asked(gathering, 8, 3, 6)
        gone.cancel()
        work.may.set()
        assert await first[0] == 1
        with pytest.raises(Conflict, match="3 is odd"):
            await others[0]
        assert await others[1] == 3
        with pytest.raises(Unavailable, match="not now"):
            await (await asked(gathering, 0))[0]
        assert await (await asked(gathering, 10))[0] == 5

    asyncio.run(scene())

    assert work.turns == [[2], [8, 3, 6], [0], [10]]


def test_a_burst_is_stored_reading_by_reading_and_bad_ones_are_refused_alone(
    backend: Backend, street: Street
) -> None:
    def send(number: int) -> tuple[int, int]:
        serial, key = (
            ("street-ada", street.ada_key) if number % 2 else ("street-ben", street.ben_key)
        )
        reading = {
            "meter": serial,
            "interval_start": NOON.later(number).start.isoformat(),
            "import_wh": 7_000 if number % 10 == 0 else number,
            "export_wh": 0,
        }
        answer = httpx.post(
            f"{backend.url}/api/v1/readings",
            json={"readings": [reading]},
            headers={"Authorization": f"Bearer {key}"},
            timeout=30,
        )
        return number, answer.status_code

    with ThreadPoolExecutor(16) as pool:
        answers = dict(pool.map(send, range(40)))

    assert answers == {number: 200 if number % 10 else 422 for number in range(40)}
    with backend.database.transaction() as connection:
        stored = connection.execute("select import_wh from reading order by 1").fetchall()
    assert [wh for (wh,) in stored] == [number for number in range(40) if number % 10]
