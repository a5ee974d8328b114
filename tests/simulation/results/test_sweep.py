"""A sweep from its first run to its report, through whatever stops it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from peergrid.errors import Conflict, Invalid
from peergrid.simulation.results.grid import Axis, Figures, Sweep
from peergrid.simulation.results.runs_file import runs_in
from peergrid.simulation.results.sweep import run_sweep
from peergrid.simulation.results.workers import workers_of
from peergrid.simulation.scenario import Scenario
from tests.simulation.results.made import street

SCHEMES = ("mid_market", "net_metering")
SWEEP = Sweep(street(), (Axis("households", (4, 6)), Axis("scheme", SCHEMES)), 3)
WRITTEN = ("sweep.parquet", "sweep.csv", "sweep.svg", "sweep.html", "sweep.json")


def quickly(scenario: Scenario) -> Figures:
    """A run's figures by a rule: what is shared grows with the homes and the seed."""
    sun = {"self_sufficiency": 1 / scenario.households} if scenario.seed != 2 else {}
    return {"shared_wh": 1_000 * scenario.households + scenario.seed, "lost_wh": 0.5, **sun}


def swept(
    directory: Path, on_run: Callable[[int], None] | None = None, sweep: Sweep = SWEEP
) -> int:
    with workers_of("serial") as workers:
        done = run_sweep(directory, sweep, quickly, workers, on_run)
    return done.kept_before


def written(directory: Path) -> dict[str, bytes]:
    return {name: (directory / name).read_bytes() for name in WRITTEN}


def test_a_sweep_leaves_each_run_as_a_line_and_as_a_row(tmp_path: Path) -> None:
    counts: list[int] = []
    swept(tmp_path / "out", counts.append)

    assert counts == list(range(13))
    lines = (tmp_path / "out" / "runs.jsonl").read_text().splitlines()
    assert json.loads(lines[0]) == {
        "vary": {"households": 4, "scheme": "mid_market"},
        "seed": 1,
        "figures": {"shared_wh": 4001, "lost_wh": 0.5, "self_sufficiency": 0.25},
    }
    table = parquet.read_table(tmp_path / "out" / "sweep.parquet")
    assert table.column_names == [
        *("households", "scheme", "seed", "lost_wh", "shared_wh", "self_sufficiency")
    ]
    assert table["shared_wh"].to_pylist()[:4] == [4001, 4002, 4003, 4001]
    assert table["self_sufficiency"].to_pylist()[:2] == [0.25, None]
    assert table.schema.field("shared_wh").metadata[b"unit"] == b"Wh"
    assert json.loads(table.schema.metadata[b"vary"])["households"] == [4, 6]
    rows = (tmp_path / "out" / "sweep.csv").read_text().splitlines()
    assert rows[0] == ",".join(table.column_names)
    assert rows[2] == "4,mid_market,2,0.5,4002,"


@given(done=st.integers(0, 12), torn=st.binary(max_size=40))
def test_wherever_a_sweep_is_cut_off_only_the_line_being_written_is_lost(
    tmp_path_factory: pytest.TempPathFactory, done: int, torn: bytes
) -> None:
    folder = tmp_path_factory.mktemp("sweep")
    points = list(SWEEP.points())
    with runs_in(folder, SWEEP) as runs:
        for point in points[:done]:
            runs.add(point, {"shared_wh": 0.1 * point[1]})
    with (folder / "runs.jsonl").open("ab") as file:
        file.write(torn.replace(b"\n", b""))

    with runs_in(folder, SWEEP) as runs:
        assert list(runs.kept) == points[:done]
        for point in points[done:]:
            runs.add(point, {"shared_wh": 0.1 * point[1]})
    with runs_in(folder, SWEEP) as runs:
        assert runs.kept == {point: {"shared_wh": 0.1 * point[1]} for point in points}


def test_a_sweep_that_was_stopped_goes_on_to_the_end_of_one_that_was_not(tmp_path: Path) -> None:
    def stop(count: int) -> None:
        if count == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path / "cut", stop)

    assert swept(tmp_path / "cut") == 5
    assert swept(tmp_path / "whole") == 0
    assert written(tmp_path / "cut") == written(tmp_path / "whole")


def test_a_sweep_that_is_done_does_nothing_again(tmp_path: Path) -> None:
    swept(tmp_path)
    lines = (tmp_path / "runs.jsonl").read_bytes()

    assert swept(tmp_path) == SWEEP.runs
    assert (tmp_path / "runs.jsonl").read_bytes() == lines


def test_a_folder_with_another_sweep_or_with_something_else_is_left_alone(tmp_path: Path) -> None:
    swept(tmp_path / "one")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").touch()

    with pytest.raises(Invalid, match=r"another sweep \(its seeds differs\)"):
        swept(tmp_path / "one", sweep=replace(SWEEP, seeds=4))
    with pytest.raises(Invalid, match=r"another sweep \(its scenario differs\)"):
        swept(tmp_path / "one", sweep=replace(SWEEP, scenario=street(days=9)))
    with pytest.raises(Invalid, match="exists and holds no sweep"):
        swept(tmp_path / "other")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["mine"]


@pytest.mark.parametrize("line", ["{}", "[]", "5", '{"vary": {"households": 4}, "seed": 1}', "\0"])
def test_a_line_that_was_damaged_is_told(tmp_path: Path, line: str) -> None:
    swept(tmp_path)
    (tmp_path / "runs.jsonl").write_text(f"{line}\n")

    with pytest.raises(Invalid, match="line 1 is damaged"):
        swept(tmp_path)


def test_a_damaged_description_is_told(tmp_path: Path) -> None:
    swept(tmp_path)
    (tmp_path / "sweep.json").write_text("{")

    with pytest.raises(Invalid, match=r"sweep.json is damaged"):
        swept(tmp_path)


def test_two_cannot_work_on_one_sweep(tmp_path: Path) -> None:
    with runs_in(tmp_path, SWEEP), pytest.raises(Conflict, match="A sweep runs in"):
        swept(tmp_path)


def test_a_value_that_makes_no_sense_is_told_before_the_first_run(tmp_path: Path) -> None:
    sweep = replace(SWEEP, axes=(Axis("households", (4, 0)),))

    with pytest.raises(Invalid, match="households is 0"):
        swept(tmp_path / "out", sweep=sweep)
    assert not (tmp_path / "out").exists()
