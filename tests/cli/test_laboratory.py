"""The laboratory's worker lives what operators ask for over HTTP, and says what came of it."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from peergrid import wire
from peergrid.cli.laboratory import Worker, scenarios_in
from peergrid.cli.options import DEFAULT_SCENARIO
from peergrid.client import Client
from peergrid.errors import Invalid
from peergrid.settings import read_cache_dir
from peergrid.simulation.results.experiment import MOST_DAYS, MOST_HOUSEHOLDS
from peergrid.simulation.scenario import read_scenario
from peergrid.simulation.summary import simulate
from tests.community import PASSWORD
from tests.conftest import Backend


@pytest.fixture
def worker(backend: Backend) -> Worker:
    folder, cache = DEFAULT_SCENARIO.parent, read_cache_dir(os.environ)
    here = Worker(backend.database, scenarios_in(folder), cache)
    here.offer()
    return here


def as_operator[T](backend: Backend, what: Callable[[Client], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with Client(backend.url) as client:
            await client.sign_in("chipo@street.example", PASSWORD)
            return await what(client)

    return asyncio.run(asked())


def order(**settings: float | str) -> wire.ExperimentOrder:
    return wire.ExperimentOrder(title="Try", scenario="harare_street", settings=settings)


@pytest.mark.usefixtures("street")
def test_an_experiment_comes_to_what_the_command_line_says(
    backend: Backend, worker: Worker
) -> None:
    asked = as_operator(
        backend, lambda c: c.ask_for_experiment(order(days=2, scheme="net_metering"))
    )
    assert worker.work()
    assert not worker.work()
    done = as_operator(backend, lambda c: c.experiment(asked.experiment_id))

    scenario = read_scenario(DEFAULT_SCENARIO).lasting(2).under("net_metering")
    summary = simulate(scenario)
    assert done.state is wire.ExperimentState.DONE
    assert done.result
    by_name = {figure.name: figure.value for figure in done.result.figures}
    assert by_name["shared_wh"] == summary.shared_wh
    assert by_name["generation_wh"] == summary.generation_wh
    assert len(done.result.mean_day["demand_wh"]) == 48
    assert sum(done.result.mean_day["demand_wh"]) * 2 == pytest.approx(summary.demand_wh, abs=1)
    assert [period.label for period in done.result.periods] == ["01 Sep", "02 Sep"]


@pytest.mark.usefixtures("street")
def test_what_makes_no_sense_together_fails_with_a_sentence(
    backend: Backend, worker: Worker
) -> None:
    larger = wire.ExperimentOrder(
        title="Try", scenario="mini_grid_gokwe", settings={"panels.size_factor": 10}
    )
    asked = as_operator(backend, lambda c: c.ask_for_experiment(larger))
    assert worker.work()
    ended = as_operator(backend, lambda c: c.experiment(asked.experiment_id))

    assert ended.state is wire.ExperimentState.FAILED
    assert ended.reason
    assert "kwp" in ended.reason


@pytest.mark.usefixtures("street", "worker")
def test_every_scenario_is_offered_within_the_bounds_of_the_laboratory(backend: Backend) -> None:
    offered = as_operator(backend, lambda c: c.laboratory_offers())

    assert "harare_street" in {one.scenario for one in offered}
    for one in offered:
        assert one.households <= MOST_HOUSEHOLDS
        assert one.days <= MOST_DAYS
        assert {"panels.share", "scheme", "outages.hours_per_day"} <= {d.path for d in one.dials}


def test_a_folder_without_scenarios_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no scenario"):
        scenarios_in(tmp_path)
