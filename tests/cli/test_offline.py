"""What simulate loads and leaves, and what the list of commands costs."""

import inspect
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

from peergrid.cli.bars import rounded
from peergrid.cli.main import COMMANDS, app

ROOT = Path(__file__).parents[2]
STREET = str(ROOT / "scenarios" / "harare_street.toml")
ONE_DAY = ("simulate", STREET, "--days", "1", "--households", "4")
SLOW = (  # of SciPy, Numba looks at the version, which loads none of its parts
    *("mesa", "pvlib", "pandas", "scipy.special", "scipy.stats", "scipy.sparse"),
    *("matplotlib", "pyarrow", "flet", "distributed"),
)
LOADED = f"""
import sys
from peergrid.cli.main import app
try:
    app(sys.argv[1:])
except SystemExit as end:
    assert not end.code
print(*(name for name in {SLOW} if name in sys.modules), file=sys.stderr)
print(*(name for name in sys.modules if name.startswith("peergrid.cli.")), file=sys.stderr)
"""


def loaded_by(*arguments: str) -> tuple[list[str], list[str]]:
    """Which of SLOW a command loads in a process of its own, and which files of the room."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    slow, files = done.stderr.split("\n")[-3:-1]
    return slow.split(), files.split()


def test_a_run_whose_sun_is_kept_loads_nothing_slow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PEERGRID_CACHE_DIR", str(tmp_path))
    assert CliRunner().invoke(app, [*ONE_DAY]).exit_code == 0

    slow, files = loaded_by(*ONE_DAY)

    assert slow == []
    assert "peergrid.cli.offline" in files


def test_the_list_of_commands_loads_none_of_them() -> None:
    assert loaded_by("--help") == ([], ["peergrid.cli.main"])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_a_command_says_of_itself(name: str) -> None:
    file, line = COMMANDS[name]
    command = getattr(import_module(f"peergrid.cli.{file}"), name.replace("-", "_"))
    told = inspect.getdoc(command)

    assert told is not None
    assert told.splitlines()[0] == line


def test_a_command_that_is_none_is_refused() -> None:
    done = CliRunner().invoke(app, ["simulat"])

    assert done.exit_code == 2
    assert "No such command" in done.stderr


def test_a_run_that_is_kept_says_what_a_plain_one_says(tmp_path: Path) -> None:
    plain = CliRunner().invoke(app, [*ONE_DAY])
    kept = CliRunner().invoke(app, [*ONE_DAY, "--out", str(tmp_path / "kept")])

    assert plain.stdout.splitlines() == kept.stdout.splitlines()[:-1]
    assert "unaccounted for: 0 Wh; the books add up to 0" in kept.stdout
    summary = json.loads((tmp_path / "kept" / "summary.json").read_text())
    assert summary["checks"] == {
        "unaccounted_wh": 0,
        "unbalanced_micros": 0,
        "unbalanced_credit_wh": 0,
    }


@pytest.mark.parametrize(
    ("amount", "text"), [(0.4, "0"), (999, "999"), (1_000, "1.0 thousand"), (2.5e9, "2.5 billion")]
)
def test_a_speed_is_told_in_round_numbers(amount: float, text: str) -> None:
    assert rounded(amount) == text
