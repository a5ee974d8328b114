"""One seed is one life of a community with all its mishaps, and nothing is lost in any of them."""

from collections import Counter
from pathlib import Path

import psycopg
import pytest

from comparing import Disagreement
from peergrid.database.embedded import EmbeddedServer
from tests.conftest import new_database
from world import World

STEPS = 120
SEEDS = range(6)


def test_whatever_breaks_stored_and_booked_is_what_it_should_be(url: str, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        world = World(url, tmp_path, seed)
        world.live(STEPS)
        seen += world.seen

    mishaps = ("send: lost", "send: broken", "send: answer lost", "settle: broken", "restart")
    assert all(seen[mishap] for mishap in (*mishaps, "correct", "hand over", "payout paid")), seen


def test_the_same_seed_is_the_same_life(server: EmbeddedServer, url: str, tmp_path: Path) -> None:
    lives = []
    for place, where in enumerate((url, new_database(server))):
        folder = tmp_path / str(place)
        world = World(where, folder, 3)
        world.live(STEPS)
        lives.append(world.seen)

    assert lives[0] == lives[1]


def test_a_reading_that_is_changed_is_noticed(url: str, tmp_path: Path) -> None:
    world = World(url, tmp_path, 1)
    world.live(STEPS)
    with psycopg.connect(url) as connection:
        connection.execute(
            "update reading set import_wh = import_wh + 1"
            " where (meter_id, interval_start) = (select meter_id, interval_start from reading"
            " order by 1, 2 limit 1)"
        )
    world.open()

    with pytest.raises(Disagreement, match="readings"):
        world.compare()
    world.close()
