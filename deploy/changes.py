"""What the changelog says of a version, for its release: `changes.py 0.2.0`."""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def changes_of(version: str, changelog: str) -> str:
    """The lines below ``## [version]``. Raises SystemExit if there are none."""
    heading = rf"^## \[{re.escape(version)}\][^\n]*\n(.*?)(?=^## \[|\Z)"
    found = re.search(heading, changelog, re.MULTILINE | re.DOTALL)
    if not found or not found[1].strip():
        raise SystemExit(
            f"CHANGELOG.md says nothing of {version}: head its changes `## [{version}]`."
        )
    return found[1].strip()


if __name__ == "__main__":
    sys.stdout.write(changes_of(sys.argv[1], CHANGELOG.read_text()) + "\n")
