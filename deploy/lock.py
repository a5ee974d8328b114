"""Pin every version: `lock.py write` takes the newest that fit, `lock.py check` compares.

requirements.lock, and requirements-simulation.lock with what the model needs besides, have hashes
and no address (for images); pyproject.toml carries the same pins, and those of the development
tools, as constraints, so that `uv run` obeys them everywhere.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "pyproject.toml"
LOCKS = {  # what each is for, as extras
    ROOT / "requirements.lock": ("--extra", "telemetry"),
    ROOT / "requirements-simulation.lock": ("--extra", "simulation"),
}
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


def resolve() -> dict[Path, str]:
    """The texts of the locks and of pyproject.toml for the pins that stand."""
    texts = {
        lock: compile_pins("pyproject.toml", "--generate-hashes", *extras)
        for lock, extras in LOCKS.items()
    }
    pins = compile_pins("pyproject.toml", "--group", "dev")
    return texts | {PROJECT: with_constraints(PROJECT.read_text(), pins)}


def write() -> None:
    PROJECT.write_text(CONSTRAINTS.sub("", PROJECT.read_text()))
    PROJECT.write_text(resolve()[PROJECT])  # first, so that the locks obey the same pins
    for path, text in resolve().items():
        path.write_text(text)


def check() -> None:
    for path in (PROJECT, *LOCKS):
        if ADDRESS.search(path.read_text()):
            raise SystemExit(f"{path.name} names a place: it may only name packages")
    if resolve() != {path: path.read_text() for path in (PROJECT, *LOCKS)}:
        raise SystemExit("the pins are out of date: run `uv run deploy/lock.py write`")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]]()
