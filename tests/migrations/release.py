"""The release before this one, as the history keeps it: its programs, beside this release's."""

import io
import os
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import SECRET

ROOT = Path(__file__).parents[2]
VERSIONS = "src/peergrid/migrations/versions"
PROGRAM = "from peergrid.cli.main import app; app()"
TIMEOUT_S = 300


@dataclass(frozen=True)
class Release:
    """PeerGrid's sources in ``tree``, at work on the database at ``url``."""

    tree: Path
    url: str
    data_dir: Path

    def started(self, *command: str) -> subprocess.Popen[bytes]:
        """A command of its own, which goes on; what it says is in ``data_dir``."""
        with (self.data_dir / f"{self.tree.name}-{command[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *command],
                env=self._environment(),
                stdout=log,
                stderr=log,
            )

    def told(self, *command: str) -> str:
        """What a command says at its end. Raises AssertionError if it fails."""
        return self._run(PROGRAM, *command)

    def ran(self, code: str) -> str:
        """What Python code says that imports the release, its tests too."""
        return self._run(code)

    def _run(self, code: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            env=self._environment(),
            cwd=self.tree,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-2_000:]
        return done.stdout

    def _environment(self) -> dict[str, str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("PEERGRID")}
        return kept | {
            "PYTHONPATH": f"{self.tree / 'src'}:{self.tree}",
            "PEERGRID_DATABASE_URL": self.url,
            "PEERGRID_DATA_DIR": str(self.data_dir),
            "PEERGRID_SECRET": SECRET,
            "PEERGRID_SIMULATED_TIME": "1",
            "PEERGRID_SECOND_FACTOR": "0",
        }


def unpacked(schema: str, folder: Path) -> Path:
    """The sources of the last release with ``schema``, put into ``folder``."""
    released = releases()
    if schema not in released:
        pytest.skip(f"this clone knows no release with {schema}: fetch the whole history")
    tree = folder / f"of-{schema}"
    packed = _git("archive", released[schema], "src", "tests")
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        tar.extractall(tree, filter="data")
    return tree


def releases() -> dict[str, str]:
    """The last commit with each schema from which today's goes on, the newest first.

    While migrations are written they are named and changed: what is no beginning of today's, file
    by file, was none of a release. Skips the test where the history is not there.
    """
    if not (ROOT / ".git").exists() or (ROOT / ".git" / "shallow").exists():
        pytest.skip("the history is not here: clone all of it to try earlier releases")
    try:
        today = _schemas("HEAD")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"git does not tell the history here ({error})")
    found: dict[str, str] = {}
    changed = _git("log", "--format=%H", "--", VERSIONS).decode().split()
    for commit in ("HEAD", *(f"{one}^" for one in changed[:-1])):
        there = _schemas(commit)
        if there and there == today[: len(there)]:
            found.setdefault(Path(there[-1].split()[-1]).name.split("_")[0], commit)
    return found


def _schemas(commit: str) -> list[str]:
    listed = _git("ls-tree", commit, f"{VERSIONS}/").decode().splitlines()
    return [line for line in listed if line.endswith(".sql")]


def _git(*command: str) -> bytes:
    return subprocess.run(
        ["git", *command], cwd=ROOT, capture_output=True, timeout=TIMEOUT_S, check=True
    ).stdout
