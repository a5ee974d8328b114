"""Kill what runs, round after round, while meters send, and look for what was acknowledged.

README.md beside it says what each figure is.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from comparing import Disagreement, compare, compare_money
from machine import facts, load_average
from peergrid.cli.storage import opened
from peergrid.database.pool import Database
from peergrid.energy import Interval, Reading
from peergrid.errors import Unavailable
from peergrid.meters.ingest import ingest
from peergrid.meters.registry import issue_key
from peergrid.migrations.migrate import migrate
from peergrid.money import MICROS
from peergrid.payments.batches import approve_batch, create_batch, payouts_in
from peergrid.payments.charges import MobileMoney, quote
from peergrid.payments.payout import Asked, covered_micros, request_payout
from peergrid.payments.run import pay_held
from peergrid.payments.sandbox import FAILS, LATE, PAYS, PAYS_SILENTLY, Sandbox
from peergrid.settlement.settle import settle
from running import Running
from sender import Sender
from town import FIRST, TURN, Town, found_town

KINDS = ("connection", "server", "backend", "connections", "settlement", "payouts")
NUMBERS = (PAYS, LATE, FAILS, PAYS_SILENTLY)
PAUSE_S = (0.2, 1.5)  # from an acknowledgement to the next kill
PATIENCE_S = 120
AGAIN_S = 0.1
STORED = "select meter_id, interval_start, import_wh, export_wh, revision from every_reading"
SUMMED = "select coalesce(sum(readings), 0)::int from community_interval where community_id = %s"


@dataclass(frozen=True)
class Payday:
    """Members ask for what they have, and operators approve it, however often it takes."""

    database: Database
    town: Town
    dice: random.Random

    def ask(self) -> None:
        """One member asks for a dollar or two, if they have so much; all that wait is approved."""
        member = self.dice.choice(self.town.members[: len(self.town.meters)])
        micros = MICROS + self.dice.randrange(MICROS)
        if patiently(lambda: self._covered(member.member_id)) <= 2 * MICROS:
            return
        received = quote(MobileMoney.ECOCASH, micros, TURN).received_micros
        key = f"asked-{len(self.town.reference.asked)}"
        number = self.dice.choice(NUMBERS)
        asked = Asked(key, MobileMoney.ECOCASH, number, micros, received)

        def request() -> None:
            with self.database.transaction() as connection:
                request_payout(connection, member, asked, TURN)

        patiently(request)
        self.town.reference.asked[key] = asked
        patiently(self.approve)

    def approve(self) -> None:
        """What was approved, and its answer lost, is not among those that wait."""
        with self.database.transaction() as connection:
            waiting = payouts_in(connection, self.town.community_id, "requested")
            new = [one.payout_id for one in waiting if one.batch_id is None]
            if new:
                create_batch(connection, self.town.clerk, new, by_file=False)
        with self.database.transaction() as connection:
            waiting = payouts_in(connection, self.town.community_id, "requested")
            for batch_id in sorted({one.batch_id for one in waiting if one.batch_id is not None}):
                approve_batch(connection, self.town.chief, batch_id)

    def _covered(self, member_id: int) -> int:
        with self.database.transaction() as connection:
            return covered_micros(connection, member_id)


def patiently[T](work: Callable[[], T]) -> T:
    """Again and again while the database is away. Raises Unavailable after PATIENCE_S."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return work()
        except Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(AGAIN_S)


def measure(rounds: int, seed: int) -> dict[str, Any]:
    """So many kills, and what became of what was acknowledged meanwhile."""
    before, begun = load_average(), time.perf_counter()
    dice = random.Random(seed)  # noqa: S311 - dice, not a secret
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        running = Running(Path(folder) / "data", seed)
        with running.server.running() as url, opened(url) as database:
            migrate(url)
            with database.transaction() as connection:
                town = found_town(connection, "feed_in")
                keys = [
                    issue_key(connection, one.meter_id, datetime.now(UTC)) for one in town.meters
                ]
            senders = [
                Sender(running.port, meter, key, seed + place)
                for place, (meter, key) in enumerate(zip(town.meters, keys, strict=True))
            ]
            payday = Payday(database, town, dice)
            with running.watched():
                back_s = _rounds(running, senders, payday, rounds, dice)
            figures = _held_against(senders, running, payday)
    return {
        "rounds": rounds,
        "seed": seed,
        **figures,
        "kills": {kind: len(times) for kind, times in sorted(back_s.items())},
        "next_acknowledgement_s": {
            kind: {"median": round(median(times), 2), "most": round(max(times), 2)}
            for kind, times in sorted(back_s.items())
        },
        "took_s": round(time.perf_counter() - begun, 1),
        "load_average_before": before,
        "load_average_after": load_average(),
        **facts(),
    }


def _rounds(
    running: Running,
    senders: Sequence[Sender],
    payday: Payday,
    rounds: int,
    dice: random.Random,
) -> dict[str, list[float]]:
    """The time from each kill to the next acknowledgement [s], by what was killed."""
    for sender in senders:
        sender.start()
    _wait_for_acknowledgement(senders, time.monotonic())
    back_s: dict[str, list[float]] = {}
    for number in range(rounds):
        payday.ask()
        time.sleep(dice.uniform(*PAUSE_S))
        kind, killed = KINDS[number % len(KINDS)], time.monotonic()
        running.kill(kind)
        _wait_for_acknowledgement(senders, killed)
        back_s.setdefault(kind, []).append(time.monotonic() - killed)
    for sender in senders:
        sender.end(PATIENCE_S)
    for sender in senders:
        sender.join()
    return back_s


def _wait_for_acknowledgement(senders: Sequence[Sender], since: float) -> None:
    """Until a request that began after ``since`` is acknowledged."""
    deadline = time.monotonic() + PATIENCE_S
    while not any(sender.began > since for sender in senders):
        if time.monotonic() > deadline:
            raise Unavailable("Nothing is acknowledged any more.")
        time.sleep(0.01)


def _held_against(senders: Sequence[Sender], running: Running, payday: Payday) -> dict[str, Any]:
    """What is kept, against what was acknowledged; then all is settled and paid, and audited."""
    database, town = payday.database, payday.town
    reference, seen = town.reference, sum((sender.seen for sender in senders), Counter[str]())
    for sender in senders:
        reference.store(sender.acknowledged)
    with database.transaction() as connection:
        rows = connection.execute(STORED).fetchall()
        (summed,) = connection.execute(SUMMED, (town.community_id,)).fetchone() or (0,)
    # Estimates stand where a meter was behind: they are of nobody, so they are no double.
    kept = Counter((row[0], Interval(row[1]).number) for row in rows)
    stands = {(row[0], Interval(row[1]).number): row[2:] for row in rows}
    lost = [
        key
        for key, one in reference.stored.items()
        if stands.get(key) != (one.import_wh, one.export_wh, one.revision)
    ]
    found = [answer for sender in senders for answer in sender.wrong]
    try:
        _finish(payday, running)
    except Disagreement as disagreement:
        found.append(str(disagreement))
    check = running.once("check")
    if check.returncode:
        found.append(check.stdout[-2_000:] + check.stderr[-2_000:])
    return {
        "acknowledged": seen["acknowledged"],
        "lost": len(lost),
        "doubled": sum(count - 1 for count in kept.values()) + summed - len(kept),
        "found": found,
        "payouts": len(reference.asked),
        "seen": dict(sorted(seen.items())),
    }


def _finish(payday: Payday, running: Running) -> None:
    """Fill what the slower meters did not get to, settle, pay, and compare. Raises Disagreement."""
    database, town = payday.database, payday.town
    end = 1 + max(number for _, number in town.reference.stored)
    for meter in town.meters:
        missing = [
            Reading(meter.meter_id, FIRST.later(number - FIRST.number), 0, 0)
            for number in range(FIRST.number, end)
            if (meter.meter_id, number) not in town.reference.stored
        ]
        with database.transaction() as connection:
            ingest(connection, meter, missing, None)
        town.reference.store(missing)
    settle(database, town.community_id)
    payday.approve()
    provider = Sandbox(running.server.data_dir / "sandbox.sqlite3")
    while pay_held(database, provider).held:
        time.sleep(AGAIN_S)
    with database.transaction() as connection:
        compare(connection, town.community_id, town.reference)
        compare_money(
            connection,
            town.community_id,
            town.reference,
            [member.member_id for member in town.members],
            provider.paid_micros(),
            FIRST.later(end - FIRST.number),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=12, help="How often something is killed.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="One JSON object.")
    asked = parser.parse_args()
    figures = measure(asked.rounds, asked.seed)
    if asked.json:
        print(json.dumps(figures))
    else:
        for name in ("rounds", "acknowledged", "lost", "doubled", "payouts", "took_s"):
            print(f"{name:16}{figures[name]:>10,}")
        for kind, times in figures["next_acknowledgement_s"].items():
            print(f"{kind:16}{figures['kills'][kind]:>10} kills, then {times}")
        print("\n".join(figures["found"]) or "nothing found")
    raise SystemExit(1 if figures["lost"] or figures["doubled"] or figures["found"] else 0)


if __name__ == "__main__":
    main()
