"""What many runs, and runs that are kept, look like to who types the commands."""

import csv
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pyarrow import parquet
from typer.testing import CliRunner, Result

from peergrid.cli.main import app
from peergrid.market.schemes import SCHEMES

ROOT = Path(__file__).parents[2]
STREET = str(ROOT / "scenarios" / "harare_street.toml")
PEERGRID = Path(sys.executable).parent / "peergrid"
WRITTEN = ("sweep.parquet", "sweep.csv", "sweep.svg", "sweep.html")
SHORT = ("--days", "1", "--households", "4")


def peergrid(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def refused(done: Result, sentence: str) -> None:
    assert done.exit_code == 2, done.stdout + done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_run_is_kept_in_a_folder_with_all_its_readings(tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    done = peergrid("simulate", STREET, "--days", "2", "--out", str(kept), "--readings")

    assert done.exit_code == 0, done.stderr
    assert "report.html shows it" in done.stdout
    assert [path.name for path in sorted((kept / "readings").iterdir())] == [
        *("2026-09-01.arrow", "2026-09-02.arrow")
    ]
    summary = json.loads((kept / "summary.json").read_text())
    plain = json.loads(peergrid("simulate", STREET, "--days", "2", "--json").stdout)
    for name in ("generation_wh", "shared_wh", "retail_micros", "self_consumed_wh"):
        assert summary["totals"][name] == plain[name], name
    for name in ("self_sufficiency", "overall_index", "gini_of_benefits", "avoided_wet_year_g"):
        assert summary["indicators"][name] == plain[name], name
    assert summary["emission_factors"] == plain["emission_factors"]
    homes = parquet.read_table(kept / "households.parquet")
    assert sum(homes["bought_wh"].to_pylist()) == plain["shared_wh"]
    again = peergrid("simulate", STREET, "--days", "2", "--out", str(kept))
    refused(again, f"{kept} exists: choose another name or delete it")


def test_a_kept_run_prints_its_summary_as_json(tmp_path: Path) -> None:
    done = peergrid("simulate", STREET, *SHORT, "--json", "--out", str(tmp_path / "kept"))

    assert json.loads(done.stdout)["complete"] is True
    assert (tmp_path / "kept" / "summary.json").read_text() == done.stdout


def test_readings_need_a_folder() -> None:
    refused(peergrid("simulate", STREET, "--readings"), "give one with --out")


def test_a_run_that_is_stopped_keeps_the_days_it_did(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    simulate = ("simulate", STREET, "--days", "300", "--out", str(kept), "--readings")
    process = begun(*simulate)
    wait_for((tmp_path / "kept.unfinished" / "readings" / "2026-09-02.arrow").exists)

    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    summary = json.loads((kept / "summary.json").read_text())
    assert summary["complete"] is False
    assert summary["intervals"] >= 48
    assert f"stopped after {summary['intervals'] // 48} of 300 days; they are kept in" in told
    assert len(list((kept / "readings").iterdir())) == summary["intervals"] // 48


def test_two_schemes_are_compared_seed_by_seed() -> None:
    compare = ("compare", STREET, "--against", "net_metering", "--seeds", "3", *SHORT)

    told = peergrid(*compare, "--executor", "serial")
    found = json.loads(peergrid(*compare, "--executor", "threads", "--json").stdout)

    assert "A: A street in Harare (mid_market)" in told.stdout
    by_name = {row["name"]: row for row in found["differences"]}
    assert (by_name["shared_wh"]["difference"], by_name["shared_wh"]["excludes_zero"]) == (0, False)
    assert by_name["mean_payout_micros_per_kwh"]["mean_b"] == 0
    assert by_name["mean_payout_micros_per_kwh"]["high"] < 0
    assert {"producers_bill_micros", "consumers_bill_micros", "gini_of_bills"} <= by_name.keys()
    (price,) = [line for line in told.stdout.splitlines() if line.startswith("Mean payout")]
    assert price.endswith("differs")
    (shared,) = [line for line in told.stdout.splitlines() if line.startswith("Shared")]
    assert shared.endswith("the same")


def test_a_comparison_with_nothing_is_refused() -> None:
    refused(peergrid("compare", STREET), "name a second scenario, --against or --schemes")
    refused(peergrid("compare", STREET, "--against", "barter"), "no scheme is called 'barter'")
    refused(peergrid("compare", STREET, "--schemes", "barter"), "no scheme is called 'barter'")
    refused(
        peergrid("compare", STREET, "--schemes", "all", "--seeds", "3"),
        "--schemes compares one scenario under one seed",
    )
    refused(peergrid("compare", STREET, "--against", "feed_in", "--csv", "x.csv"), "need --schemes")


def test_one_seed_under_all_schemes_is_a_table_a_page_and_json(tmp_path: Path) -> None:
    file, html = tmp_path / "schemes.csv", tmp_path / "schemes.html"
    compare = ("compare", STREET, "--days", "2", "--executor", "serial", "--schemes")

    told = peergrid(*compare, "all", "--csv", str(file), "--html", str(html))
    found = json.loads(peergrid(*compare, "feed_in, bill_sharing", "--json").stdout)

    assert told.exit_code == 0, told.stderr
    assert "all schemes price the very same readings" in told.stdout
    with file.open() as table:
        rows = {row["scheme"]: row for row in csv.DictReader(table)}
    assert list(rows) == list(SCHEMES)
    lines = [line.split() for line in told.stdout.splitlines()]
    assert [line[0] for line in lines if line and line[0] in SCHEMES] == list(SCHEMES)
    assert rows["net_metering"]["winners_to_net_metering"] == "0"
    assert "Who wins, who loses" in html.read_text()
    assert found["same_readings"] is True
    assert [row["scheme"] for row in found["schemes"]] == ["feed_in", "bill_sharing"]
    for row in found["schemes"]:
        assert {name: "" if value is None else str(value) for name, value in row.items()} == (
            rows[row["scheme"]]
        )
    for row in rows.values():
        homes = int(row["winners_to_grid"]) + int(row["losers_to_grid"])
        assert 0 < homes <= found["households"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--vary", "households"), "varies nothing"),
        (("--vary", "colour=1,2"), "'colour' is no number of a scenario"),
        (("--vary", "households=4,0"), "households is 0"),
        (("--vary", "households=4", "--executor", "cloud"), "there is no executor 'cloud'"),
    ],
)
def test_a_sweep_that_makes_no_sense_is_refused(
    tmp_path: Path, options: tuple[str, ...], sentence: str
) -> None:
    refused(peergrid("sweep", STREET, *options, "--out", str(tmp_path / "out")), sentence)

    assert not (tmp_path / "out").exists()


def test_a_sweep_that_is_killed_and_then_stopped_ends_as_one_that_was_left_alone(
    tmp_path: Path,
) -> None:
    sweep = ["sweep", STREET, "--vary", "households=2:5:4", "--seeds", "5", "--days", "6", "--out"]
    cut = tmp_path / "cut"
    killed = begun(*sweep, str(cut), "--workers", "2")
    wait_for(lambda: lines_in(cut) >= 3)
    workers = psutil.Process(killed.pid).children(recursive=True)
    killed.kill()
    killed.communicate(timeout=20)  # ends when the last worker lets go of its end
    psutil.wait_procs(workers, timeout=20)
    kept = lines_in(cut)
    assert not [worker for worker in workers if worker.is_running()]
    assert 3 <= kept < 20
    with (cut / "runs.jsonl").open("ab") as file:
        file.write(b'{"vary": {"househ')

    stopped = begun(*sweep, str(cut), "--executor", "serial")
    wait_for(lambda: lines_in(cut) >= kept + 2)
    stopped.send_signal(signal.SIGTERM)
    told, _ = stopped.communicate(timeout=60)
    assert stopped.returncode == 1
    assert "the same command goes on" in told

    last = peergrid(*sweep, str(cut), "--executor", "serial")
    whole = peergrid(*sweep, str(tmp_path / "whole"), "--executor", "threads")
    assert "20 runs, " in last.stdout
    assert "20 runs\n" in whole.stdout
    for name in WRITTEN:
        assert (cut / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name
    with (cut / "sweep.csv").open() as file:
        assert "".join(row["households"] for row in csv.DictReader(file)) == "22222333334444455555"


def begun(*arguments: str) -> "subprocess.Popen[str]":
    """A command in a process of its own; what it says, on either stream, can be read."""
    command = [str(PEERGRID), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def lines_in(directory: Path) -> int:
    runs = directory / "runs.jsonl"
    return runs.read_bytes().count(b"\n") if runs.exists() else 0


def wait_for(happened: Callable[[], bool], within_s: float = 120) -> None:
    until = time.monotonic() + within_s
    while not happened():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)
