"""Look for known holes in the pinned dependencies: `uv run deploy/audit.py`.

Asks the Open Source Vulnerabilities database (osv.dev) through pip-audit. Where that cannot be
reached it says so and ends with 0, or with 1 if it is `--required`, as every night.
"""

import argparse
import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVICE = "https://api.osv.dev/v1/query"
TIMEOUT_S = 20
# Jinja2 2.4.1 has holes that are long known: a service that answers names them.
KNOWN = json.dumps({"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "2.4.1"})
AUDIT = ("uvx", "pip-audit@2.10.1", "--disable-pip", "--require-hashes", "-s", "osv", "-r")


def unreachable(service: str) -> str | None:
    """Why the service cannot be asked; None if it knows what is long known."""
    request = urllib.request.Request(service, KNOWN.encode())  # noqa: S310 - one fixed address
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            said = json.load(answer)
    except (OSError, ValueError) as error:
        return str(error)
    return None if isinstance(said, dict) and said.get("vulns") else "it knows nothing"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--required", action="store_true", help="Fail if it cannot be asked.")
    parser.add_argument("--service", default=SERVICE, help="Where it is asked for.")
    asked = parser.parse_args()
    if why := unreachable(asked.service):
        said = f"skipped: {asked.service} cannot be asked ({why}); nothing is known of holes"
        sys.stdout.write(said + "\n")
        raise SystemExit(1 if asked.required else 0)
    done = subprocess.run([*AUDIT, str(ROOT / "requirements.lock")], check=False)  # noqa: S603
    raise SystemExit(done.returncode)


if __name__ == "__main__":
    main()
