"""What docs/sending.md shows is what one gets."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from peergrid.meters.collectors import issue_collector_key
from tests.community import START, Street
from tests.conftest import Backend

PAPER = Path(__file__).parents[1] / "docs" / "sending.md"
BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Each command with the answer shown below it."""
    blocks = [re.sub(r"^    ", "", found, flags=re.MULTILINE) for found in BLOCK.findall(text())]
    shown = [tuple(block.strip("\n").rsplit("\n\n", 1)) for block in blocks]
    return [(command, answer) for command, answer in shown]


def text() -> str:
    return PAPER.read_text()


@pytest.mark.skipif(not shutil.which("curl"), reason="the examples use curl")
def test_every_example_answers_as_it_is_shown(
    backend: Backend, street: Street, tmp_path: Path
) -> None:
    with backend.database.transaction() as connection:
        _, key = issue_collector_key(connection, street.community_id, "head-end", START)
    keys = {"URL": backend.url, "METER_KEY": street.ada_key, "COLLECTOR_KEY": key}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    told = []
    for command, _ in examples():
        done = subprocess.run(
            ["bash", "-euc", command],
            env=os.environ | keys | {"PATH": path},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.stderr == ""
        told.append(done.stdout)

    assert told == [answer for _, answer in examples()]
    assert len(told) == 5
