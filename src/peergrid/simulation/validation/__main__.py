"""Write docs/validation.md: ``python -m peergrid.simulation.validation``, from a clone's root.

With ``--check`` nothing is written, and a stale page ends it with 1.
"""

import sys
from argparse import ArgumentParser
from pathlib import Path

from peergrid.simulation.validation.page import figures, page_of

PAGE = Path("docs/validation.md")
SCENARIOS = Path("scenarios")


def main() -> int:
    """The exit code."""
    parser = ArgumentParser(prog="python -m peergrid.simulation.validation")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    check = parser.parse_args().check
    page = page_of(figures(SCENARIOS))
    if not check:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page
    if not fresh:
        print(f"{PAGE} is stale: run python -m peergrid.simulation.validation", file=sys.stderr)  # noqa: T201 - a command's answer
    return 0 if fresh else 1


if __name__ == "__main__":
    sys.exit(main())
