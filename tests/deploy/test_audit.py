"""What cannot be asked is said to be skipped, and fails only where it is required."""

import subprocess
import sys
from pathlib import Path

import pytest

AUDIT = Path(__file__).parents[2] / "deploy" / "audit.py"
NOBODY = "http://127.0.0.1:1/"


@pytest.mark.parametrize(("options", "code"), [([], 0), (["--required"], 1)])
def test_an_audit_that_reaches_nobody_says_that_it_knows_nothing(
    options: list[str], code: int
) -> None:
    done = subprocess.run(
        [sys.executable, str(AUDIT), "--service", NOBODY, *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == code
    assert done.stdout.startswith("skipped: ")
    assert "nothing is known" in done.stdout
