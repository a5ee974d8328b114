"""The benchmark of the market runs, and every random book keeps what must hold."""

import json
import subprocess
import sys
from pathlib import Path

from peergrid.market.schemes import SCHEMES

ROOT = Path(__file__).parents[2]


def test_the_benchmark_prints_one_json_object_in_which_every_property_holds() -> None:
    done = subprocess.run(
        [sys.executable, "benchmarks/market.py", "--smoke", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    figures = json.loads(done.stdout)

    assert set(figures["random_books_held"].values()) == {figures["random_books"]} == {50}
    assert len(figures["random_books_held"]) == 7
    assert figures["one_book_ms"].keys() == {"uniform", "pay_as_bid", "pay_as_ask"}
    for name in ("one_book_ms", "year_cpu_s", "household_intervals_per_s", "ratio_to_one_pass"):
        assert all(took > 0 for took in figures[name].values())
    assert figures["ratio_to_one_pass"].keys() == SCHEMES.keys()
    assert figures["intervals"] == 96
