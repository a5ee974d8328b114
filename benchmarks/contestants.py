"""Who lives a day in the rounds: the engine, its Mesa face, Mesa objects, the floor of C."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from floor import floor_in
from mesa_objects import ObjectsModel
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.market.schemes import SCHEMES
from peergrid.simulation.engine.columns import SCHEME_NAMES
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.late import LateEngine
from peergrid.simulation.model import CommunityModel
from peergrid.simulation.scenario import Scenario
from rounds import Contestant

STEP, STEP_READ, FLOOR = "step", "step_read", "floor"  # engines are called after their schemes


def objects(homes: int) -> str:
    """The contestant of so many Mesa objects."""
    return f"mesa_{homes}"


def under(scheme: str) -> str:
    """The contestant that lives fewer homes under any scheme, compiled or not."""
    return f"under_{scheme}"


def contestants_of(
    scenario: Scenario, mesa_homes: tuple[int, ...], scheme_homes: int, cache: Path, folder: Path
) -> dict[str, Contestant]:
    """All of them, each on one thread; no floor where there is no compiler."""
    all_of_them: dict[str, Contestant] = {
        scheme: _in_blocks(Engine(scenario.under(scheme), cache=cache, threads=1))
        for scheme in SCHEME_NAMES
    }
    fewer = scenario.resized(scheme_homes)
    for scheme in SCHEMES:
        engine = Engine(fewer.under(scheme), cache=cache, threads=1)
        all_of_them[under(scheme)] = _in_blocks(engine)
    with _one_core():
        model = CommunityModel(scenario, cache=cache)
    all_of_them[STEP] = _in_steps(model, model.engine, scenario.households)
    all_of_them[STEP_READ] = _in_steps(
        model, model.engine, scenario.households, lambda: model.grid.price_micros_per_kwh
    )
    for homes in mesa_homes:
        objects_model = ObjectsModel(scenario.resized(homes), cache)
        all_of_them[objects(homes)] = _in_steps(objects_model, objects_model, homes)
    if floor := floor_in(folder):
        all_of_them[FLOOR] = floor.live
    return all_of_them


def _in_blocks(engine: Engine) -> Contestant:
    def live(day: int) -> int:
        engine.done = day * INTERVALS_PER_DAY
        engine.advance(INTERVALS_PER_DAY)
        return INTERVALS_PER_DAY * engine.scenario.households

    return live


def _in_steps(
    model: CommunityModel | ObjectsModel,
    clock: LateEngine | ObjectsModel,
    homes: int,
    look: Callable[[], object] = lambda: None,
) -> Contestant:
    """Step by step through a whole day, so that night and noon count alike.

    ``look`` reads something after each step. What waits to be lived is lived when the day ends.
    """

    def live(day: int) -> int:
        clock.done = day * INTERVALS_PER_DAY
        for _ in range(INTERVALS_PER_DAY):
            model.step()
            look()
        return INTERVALS_PER_DAY * homes

    return live


@contextmanager
def _one_core() -> Iterator[None]:
    """Who looks for cores within it finds one, and so makes one thread."""
    if not hasattr(os, "sched_setaffinity"):
        yield  # where cores are not told, the engine takes one thread
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
