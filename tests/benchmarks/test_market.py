"""The benchmark of the market runs, and every random book keeps what must hold."""

import json
import subprocess
import sys
from pathlib import Path

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
    for name in ("one_book_ms", "year_s"):
        assert figures[name].keys() == {"uniform", "pay_as_bid", "pay_as_ask"}
        assert all(took > 0 for took in figures[name].values())
    assert figures["books_of_a_year"] == 96
