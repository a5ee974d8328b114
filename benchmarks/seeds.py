"""How many lives of a small community, each from its own seed, keep their books whole.

README.md beside it says what each figure is.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from machine import facts, load_average
from peergrid.database.embedded import EmbeddedServer
from peergrid.migrations.migrate import migrate
from world import World

STEPS = 120
# What is tried here is rollback and repetition, not power loss: no disk has to be waited for.
HASTY = "alter system set fsync = off"


def measure(first: int, end: int, steps: int) -> dict[str, Any]:
    """Live the seeds ``[first, end)``; a seed that fails is told, and the next one lived.

    Interrupted, it says what it saw so far.
    """
    seen: Counter[str] = Counter()
    failed: dict[int, str] = {}
    lived = 0
    begun = time.perf_counter()
    before = load_average()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = EmbeddedServer(Path(folder))
        with server.running() as url:
            _hasten(server)
            migrate(url)
            for seed in range(first, end):
                world = World(url, Path(folder) / "provider", seed)
                try:
                    world.live(steps)
                except KeyboardInterrupt:
                    break
                except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
                    failed[seed] = f"{type(error).__name__}: {error}"
                    again = f"benchmarks/seeds.py --seeds {seed}:{seed + 1} --steps {steps}"
                    print(f"seed {seed}: {failed[seed]}\nagain: {again}", file=sys.stderr)
                finally:
                    world.close()
                lived += 1
                seen += world.seen
    took_s = time.perf_counter() - begun
    return {
        "seeds": lived,
        "failed": failed,
        "steps": lived * steps,
        "seeds_per_s": round(lived / took_s, 3),
        "seen": dict(sorted(seen.items())),
        "load_average_before": before,
        "load_average_after": load_average(),
        **facts(),
    }


def _hasten(server: EmbeddedServer) -> None:
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(HASTY)
        admin.execute("select pg_reload_conf()")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", default="0:100", help="A:B, B not among them.")
    parser.add_argument("--steps", type=int, default=STEPS, help="What happens in each life.")
    parser.add_argument("--json", action="store_true", help="One JSON object.")
    asked = parser.parse_args()
    first, end = (int(number) for number in asked.seeds.split(":"))
    figures = measure(first, end, asked.steps)
    if asked.json:
        print(json.dumps(figures))
    else:
        print(f"{figures['seeds']} seeds, {figures['seeds_per_s']} a second")
        print("\n".join(f"  {name:32}{count:>9,}" for name, count in figures["seen"].items()))
    raise SystemExit(1 if figures["failed"] else 0)


if __name__ == "__main__":
    main()
