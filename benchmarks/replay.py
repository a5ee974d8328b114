"""How long it takes to replay a settled month of a community, in seconds and rows a second.

README.md beside it says what each figure is.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psycopg

from homes import analyze
from machine import facts, load_average
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Connection, Database
from peergrid.energy import INTERVALS_PER_DAY, Interval, day_start
from peergrid.market.clearing import clearings
from peergrid.market.metered import Metered
from peergrid.market.schemes import plain_terms
from peergrid.market.standing import standings_of
from peergrid.market.tariff import Tariff
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.membership import add_community, add_member
from peergrid.meters.registry import add_meter, meters_of_community
from peergrid.migrations.migrate import migrate
from peergrid.money import Whole
from peergrid.settlement.replay import replay, under
from peergrid.settlement.settled_month import SUMMED, SettledMonth, settled_month
from peergrid.settlement.tariffs import add_tariff, tariffs_of

SEED = 2026
MONTH = date(2026, 6, 1)
CONNECTION_W = 13_800
PANELS_OF_5 = 2
DAWN_H, DUSK_H = 7, 17
SETTLEMENTS = """
copy settlement (settlement_id, community_id, interval_start, revision, tariff_id, demand_wh,
  supply_wh, shared_wh, estimated, transfers) from stdin"""
SHARES = f"""
copy share (settlement_id, meter_id, interval_start, {", ".join(SUMMED)}) from stdin"""
FLOWS = ("import_wh", "export_wh", "bought_wh", "sold_wh")
MOVE_ON = "update community set settled_until = %s"


@dataclass(frozen=True)
class Size:
    """How much to measure."""

    members: int
    days: int
    rounds: int


SIZES = {"quick": Size(1_000, 30, 3), "smoke": Size(4, 2, 1)}


def measure(size: Size) -> dict[str, Any]:
    """All figures, by name."""
    before = load_average()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        server = EmbeddedServer(Path(folder) / "server")
        server.start()
        try:
            migrate(server.url)
            with opened(server.url) as database:
                figures = _of_community(server, database, size)
        finally:
            server.stop(at_once=True)
    loads = {"load_average_before": before, "load_average_after": load_average()}
    return {**figures, **facts(), **loads}


def _of_community(server: EmbeddedServer, database: Database, size: Size) -> dict[str, Any]:
    with database.transaction() as connection:
        community_id = _found(connection, size)
        meters = meters_of_community(connection, community_id)
        (_, tariff), *_ = tariffs_of(connection, community_id)
    counted = _month(np.array([meter.meter_id for meter in meters]), size)
    with psycopg.connect(server.admin_url.replace("/postgres?", "/peergrid?")) as admin:
        admin.execute("set session_replication_role = replica")  # what is written is known to fit
        _book(admin, community_id, counted, tariff)
    analyze(database)  # as PostgreSQL itself does within minutes

    def load() -> SettledMonth:
        with database.transaction() as connection:
            return settled_month(connection, community_id, MONTH)

    settled = load()
    if replay(settled, settled.tariffs) != settled.booked:
        raise SystemExit("a replay as it was is not what was booked: no figure of it counts")
    rows = int(settled.counted.is_there.sum())
    load_s = median(_timed(load) for _ in range(size.rounds))
    replay_s = {}
    for scheme in ("net_metering", "mid_market", "supply_demand", "bill_sharing"):
        again = partial(replay, settled, under(settled.tariffs, scheme))
        replay_s[scheme] = median(_timed(again) for _ in range(size.rounds))
    return {
        "members": size.members,
        "rows": rows,
        "load_s": load_s,
        "replay_s": replay_s,
        "rows_per_s": {scheme: rows / (load_s + took) for scheme, took in replay_s.items()},
    }


def _found(connection: Connection, size: Size) -> int:
    """A community in which two homes in five have panels.

    These shares, and energies drawn evenly, are assumptions that stand for no place: only the
    speed counts.
    """
    first = day_start(MONTH)
    community_id = add_community(connection, "bench", "Bench", first).community_id
    for number in range(size.members):
        has_panels = number % 5 < PANELS_OF_5
        role = "producer" if has_panels else "consumer"
        member = add_member(connection, community_id, f"M{number}", f"m{number}@b.example", role)
        add_meter(
            *(connection, community_id, member.member_id, f"m{number}"),
            has_panels=has_panels,
            connection_w=CONNECTION_W,
            active_from=first,
        )
    add_tariff(connection, community_id, zetdc_tariff("mid_market"))
    return community_id


def _month(meter_ids: Whole, size: Size) -> Metered:
    dice = np.random.default_rng(SEED)
    numbers = Interval(day_start(MONTH)).number + np.arange(size.days * INTERVALS_PER_DAY)
    shape = (len(numbers), len(meter_ids))
    hour = np.arange(len(numbers))[:, None] % INTERVALS_PER_DAY / 2
    sends = (np.arange(len(meter_ids)) % 5 < PANELS_OF_5) & (hour >= DAWN_H) & (hour < DUSK_H)
    export_wh = np.where(sends, dice.integers(1, 1_500, shape), 0)
    import_wh = np.where(sends, 0, dice.integers(1, 800, shape))
    return Metered(numbers, meter_ids, import_wh, export_wh, np.ones(shape, np.bool_))


def _book(admin: Connection, community_id: int, counted: Metered, tariff: Tariff) -> None:
    """Write a month as settled under its own tariff; no transfers, which no replay reads."""
    ids = counted.meter_ids
    begun = standings_of(ids, {}, MONTH)
    settlement_id = 0
    for outcome in clearings(counted, begun, [tariff], plain_terms(len(ids))):
        flows, first = outcome.shares.flows, settlement_id + 1
        of = {name: getattr(flows, name) for name in FLOWS}
        amounts = np.array([of[n] if n in of else outcome.shares.of(n) for n in SUMMED])
        with admin.cursor() as cursor, cursor.copy(SETTLEMENTS) as copy:
            for row in range(len(outcome.metered.numbers)):
                settlement_id += 1
                start = outcome.metered.interval(row).start
                sums = [int(one[row].sum()) for one in (flows.import_wh, flows.export_wh)]
                shared_wh = int(flows.bought_wh[row].sum())
                copy.write_row((settlement_id, community_id, start, 0, 1, *sums, shared_wh, 0, 0))
        with admin.cursor() as cursor, cursor.copy(SHARES) as copy:
            for row in range(len(outcome.metered.numbers)):
                start = outcome.metered.interval(row).start
                each = zip(ids.tolist(), amounts[:, row].T.tolist(), strict=True)
                for meter_id, values in each:
                    copy.write_row((first + row, meter_id, start, *values))
    until = outcome.metered.interval(-1).end
    admin.execute(MOVE_ON, (until,))
    admin.execute("analyze settlement, share")


def _timed(work: Callable[[], object]) -> float:
    """How long it took [s] on the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def report_of(figures: dict[str, Any]) -> str:
    """The figures as a person reads them."""
    return "\n".join(
        (
            f"{figures['members']:,} members, {figures['rows']:,} settled readings of a month:",
            f"  {'loaded in':40}{figures['load_s']:>8.2f} s",
            *(
                f"  {'replayed under ' + scheme:40}{took:>8.2f} s,"
                f" {figures['rows_per_s'][scheme]:,.0f} rows/s with loading"
                for scheme, took in figures["replay_s"].items()
            ),
            f"load {figures['load_average_before'][0]} before, {figures['load_average_after'][0]}"
            f" after; {figures['machine']['cores']} x {figures['machine']['processor']}",
        )
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--smoke", action="store_const", const="smoke", default="quick", dest="size"
    )
    parser.add_argument("--json", action="store_true", help="One JSON object.")
    asked = parser.parse_args()
    figures = measure(SIZES[asked.size])
    print(json.dumps(figures) if asked.json else report_of(figures))


if __name__ == "__main__":
    main()
