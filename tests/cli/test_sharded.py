"""A run in parts from the command line: stopped, gone on with, and on workers elsewhere."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import pytest
from distributed import LocalCluster
from typer.testing import CliRunner

from peergrid.cli.main import app
from peergrid.simulation.parts_file import PARTS

ONE = Path("scenarios/mbare_to_borrowdale.toml").read_text(encoding="utf-8")
FILE = Path(mkdtemp()) / "two.toml"
FILE.write_text(ONE.replace("[[community]]\n", "[[community]]\ncopies = 2\n"), encoding="utf-8")
RUN = ["simulate", str(FILE), "--days", "2", "--json"]


def said(*more: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, [*RUN, *more])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


def summary(text: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(text)
    return told


def same(found: dict[str, object], whole: dict[str, object]) -> bool:
    return all(whole[name] == value for name, value in found.items())


def test_a_run_goes_on_with_the_parts_it_kept_to_the_same_summary(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    asked = ("--shards", "2", "--executor", "serial", "--out", str(folder))
    whole = summary(said(*asked))
    assert same(whole, summary(said()))
    lines = (folder / PARTS).read_bytes().splitlines(keepends=True)
    assert len(lines) == 3  # what is run, and two parts
    (folder / PARTS).write_bytes(b"".join(lines[:2]) + lines[2][:40])  # cut off in the second

    assert summary(said(*asked)) == whole
    assert (folder / PARTS).read_bytes() == b"".join(lines)


def test_another_run_or_other_code_is_refused_in_a_sentence(tmp_path: Path) -> None:
    asked = ("--shards", "2", "--executor", "serial", "--out", str(tmp_path / "run"))
    said(*asked)

    assert "its scenario differs" in said(*asked, "--seed", "77", code=2)
    assert "its shards differs" in said(*asked, "--shards", "1", code=2)
    path = tmp_path / "run" / PARTS
    first, rest = path.read_text().split("\n", 1)
    path.write_text(json.dumps(json.loads(first) | {"code": "older"}) + "\n" + rest)
    assert "its code differs" in said(*asked, code=2)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_stopped_keeps_its_finished_parts(
    tmp_path: Path, ending: signal.Signals
) -> None:
    folder = tmp_path / "run"
    days = ("--days", "365")
    asked = [*days, "--shards", "2", "--executor", "serial", "--out", str(folder)]
    command = [sys.executable, "-c", "from peergrid.cli.main import app; app()", *RUN, *asked]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        parts = folder / PARTS
        until = time.monotonic() + 60
        while not (parts.exists() and parts.read_bytes().count(b"\n") == 2):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.002)
        process.send_signal(ending)
    kept = parts.read_bytes()

    assert same(summary(said(*asked)), summary(said(*days)))
    assert parts.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])


def test_workers_behind_dask_come_to_the_same_from_the_command_line() -> None:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        address = cluster.scheduler_address.removeprefix("tcp://")
        found = summary(said("--shards", "2", "--executor", f"dask://{address}"))

    assert same(found, summary(said()))
