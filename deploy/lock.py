"""Pin every version: `lock.py write` takes the newest that fit, `lock.py check` compares.

requirements.lock has hashes and no address (for images); pyproject.toml carries the same pins,
and those of the development tools, as constraints, so that `uv run` obeys them everywhere.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "pyproject.toml"
LOCK = ROOT / "requirements.lock"
CONSTRAINTS = re.compile(r"\n\[tool\.uv\]\nconstraint-dependencies = \[\n.*?\n\]\n", re.DOTALL)
ADDRESS = re.compile(r"(https?|file)://|^--(extra-)?(index|find)", re.MULTILINE)
TIMEOUT_S = 300


def compile_pins(*options: str) -> str:
    """What uv resolves for every platform, starting from the constraints that stand."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate"]
    done = subprocess.run(  # noqa: S603 - a fixed command line
        [*command, *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def with_constraints(project: str, pins: str) -> str:
    lines = "".join(f'    "{line.replace(chr(34), chr(39))}",\n' for line in pins.splitlines())
    return f"{CONSTRAINTS.sub('', project)}\n[tool.uv]\nconstraint-dependencies = [\n{lines}]\n"


def resolve() -> tuple[str, str]:
    """The text of requirements.lock and of pyproject.toml for the pins that stand."""
    lock = compile_pins("pyproject.toml", "--generate-hashes")
    pins = compile_pins("pyproject.toml", "--group", "dev")
    return lock, with_constraints(PROJECT.read_text(), pins)


def write() -> None:
    PROJECT.write_text(CONSTRAINTS.sub("", PROJECT.read_text()))
    _, project = resolve()
    PROJECT.write_text(project)  # first, so that the lock obeys the same pins
    lock, _ = resolve()
    LOCK.write_text(lock)


def check() -> None:
    for path in (PROJECT, LOCK):
        if ADDRESS.search(path.read_text()):
            raise SystemExit(f"{path.name} names a place: it may only name packages")
    if resolve() != (LOCK.read_text(), PROJECT.read_text()):
        raise SystemExit("the pins are out of date: run `uv run deploy/lock.py write`")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]]()
