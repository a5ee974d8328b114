"""How fast readings become durable: over HTTP, beside raw binary COPY of the same rows.

README.md beside it says what each figure is.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import psutil
import psycopg
import pyarrow as pa

from days import days_of
from homes import START, found, one
from machine import facts, load_average
from peergrid.cli.storage import opened
from peergrid.database.binary import HEADER, TRAILER, encode
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import OPTIONS, Database
from peergrid.energy import INTERVALS_PER_DAY, Interval
from peergrid.meters.arrow import ARROW_STREAM
from peergrid.meters.collectors import issue_collector_key
from peergrid.meters.days import COPY as SEALED_COPY
from peergrid.meters.overlap import COLUMNS
from peergrid.migrations.migrate import migrate
from single import measure_single

SENDERS = 2
SEED = 2026
READY_S = 300
BACKEND = Path(__file__).parent / "backend.py"
RAW = """
create table raw_reading (like reading including all) partition by range (interval_start);
create table raw_reading_all partition of raw_reading for values from (minvalue) to (maxvalue);
create table raw_day (like sealed_day including all) partition by range (day);
create table raw_day_all partition of raw_day for values from (minvalue) to (maxvalue)"""
COPY = f"copy raw_reading ({', '.join(COLUMNS)}) from stdin (format binary)"
COPY_DAYS = SEALED_COPY.replace("sealed_day", "raw_day")
DAYS_LATER = 3_000  # far from the half hours that are sent one by one
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Size:
    """How much to measure."""

    batches: int
    rounds: int
    rows: tuple[int, ...]
    days: int
    singles: int


SIZES = {
    "full": Size(20, 9, (10_000, 50_000), 10_000, 2_000),
    "quick": Size(8, 5, (10_000, 50_000), 10_000, 2_000),
    "smoke": Size(2, 1, (1_200,), 100, 10),
}
PARTS = ("bulk", "days", "single")
type Make = Callable[[int, int], Iterator[Body]]
"""So many batches from an interval, or a day, on."""


@dataclass(frozen=True)
class Body:
    """One batch, in both forms, and how it is copied."""

    key: str
    readings: int
    arrow: bytes
    copy: bytes
    statement: str = COPY


def bodies(meters: Sequence[int], first: int, count: int) -> Iterator[Body]:
    """``count`` batches, each one half hour of all ``meters``, from the interval ``first`` on.

    What homes draw and send out is drawn evenly: an assumption that stands for no place.
    """
    dice = np.random.default_rng([SEED, first, len(meters)])
    n = len(meters)
    meter_id = np.array(meters, np.int64)
    for number in range(first, first + count):
        import_wh, generation_wh = dice.integers(50, 1_500, n), dice.integers(0, 2_500, n)
        columns = {
            "interval_start": np.full(n, number),
            "meter_id": meter_id,
            "import_wh": import_wh,
            "export_wh": np.maximum(generation_wh - import_wh, 0),
            "generation_wh": generation_wh,
            "quality": np.zeros(n, np.int64),
            "revision": np.zeros(n, np.int64),
        }
        copy = HEADER + encode(columns, COLUMNS) + TRAILER
        yield Body(f"{n}-{number}", n, as_arrow(columns), copy)


def day_bodies(meters: Sequence[int], first: int, count: int) -> Iterator[Body]:
    """``count`` batches, each one day of all ``meters``, from the local day ``first`` on."""
    readings = len(meters) * INTERVALS_PER_DAY
    for number, forms in enumerate(days_of(meters, first, count), first):
        yield Body(f"day {number}", readings, *forms, COPY_DAYS)


def as_arrow(columns: dict[str, Any]) -> bytes:
    """A stream with the columns that a head-end would send."""
    start = pa.array(columns["interval_start"] * 1_800_000_000).cast(pa.timestamp("us", "UTC"))
    energies = ("import_wh", "export_wh", "generation_wh")
    table = pa.table(
        {
            "meter_id": columns["meter_id"].astype(np.int32),
            "interval_start": start,
            **{name: columns[name].astype(np.int32) for name in energies},
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@contextmanager
def serving(url: str, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The backend in a process of its own, without dashboards: its port, and its process."""
    port = 18_000 + os.getpid() % 2_000
    command = [sys.executable, str(BACKEND), url, str(port), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + READY_S
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("the server did not start")
                time.sleep(0.1)
            yield port, psutil.Process(process.pid)
        finally:
            process.kill()  # what it acknowledged is on disk


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False


def at_once(work: Callable[[Sequence[Body], int], None], batches: Sequence[Body]) -> float:
    """How long SENDERS take for all batches together, in seconds."""
    shares = [batches[place::SENDERS] for place in range(SENDERS)]
    threads = [
        threading.Thread(target=work, args=(share, place)) for place, share in enumerate(shares)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


class Sender:
    """Sends batches over HTTP, or copies them, over connections that stay open."""

    def __init__(self, port: int, key: str, url: str, stack: ExitStack) -> None:
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": ARROW_STREAM}
        self.http = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(SENDERS)]
        self.raw = [
            stack.enter_context(psycopg.connect(url, options=OPTIONS)) for _ in range(SENDERS)
        ]

    def send(self, batches: Sequence[Body], place: int) -> None:
        for batch in batches:
            headers = self.headers | {"Idempotency-Key": batch.key}
            self.http[place].request("POST", "/api/v1/readings/bulk", batch.arrow, headers)
            answer = self.http[place].getresponse()
            said = answer.read()
            if answer.status != http.client.OK:
                os.write(2, said + b"\n")
                os._exit(1)

    def copy(self, batches: Sequence[Body], place: int) -> None:
        for batch in batches:
            with self.raw[place].cursor().copy(batch.statement.encode()) as copy:
                copy.write(batch.copy)
            self.raw[place].commit()


def measure_bulk(
    sender: Sender, used_s: Callable[[], tuple[float, float]], make: Make, first: int, size: Size
) -> dict[str, Any]:
    """Rounds of the same rows both ways, one after the other; who begins changes."""
    warm = list(make(first, SENDERS))
    at_once(sender.send, warm)
    at_once(sender.copy, warm)
    first += SENDERS
    sent_s, copied_s, cpu_s = [], [], np.zeros(2)
    for number in range(size.rounds):
        batches = list(make(first, size.batches))
        first += size.batches
        for way in ("send", "copy") if number % 2 else ("copy", "send"):
            if way == "send":
                before = np.array(used_s())
                sent_s.append(at_once(sender.send, batches))
                cpu_s += np.array(used_s()) - before
            else:
                copied_s.append(at_once(sender.copy, batches))
    rows = size.batches * warm[0].readings
    ratios = [copied / sent for copied, sent in zip(copied_s, sent_s, strict=True)]
    api_us, database_us = (1e6 * cpu_s / rows / size.rounds).round(3).tolist()
    return {
        "readings_a_batch": warm[0].readings,
        "rows_per_s": round(rows / median(sent_s)),
        "copy_rows_per_s": round(rows / median(copied_s)),
        "ratio_to_copy": round(median(ratios), 3),
        "ratio_to_copy_by_round": [round(ratio, 3) for ratio in ratios],
        "server_cpu_us_a_reading": api_us,
        "database_cpu_us_a_reading": database_us,
    }


def cpu_s_of(*roots: psutil.Process) -> tuple[float, ...]:
    """What processes, and those they started, took of the processors so far [s] each."""
    return tuple(
        sum(used.user + used.system for used in map(psutil.Process.cpu_times, family))
        for family in ([root, *root.children(recursive=True)] for root in roots)
    )


def measure(size: Size, parts: Sequence[str] = PARTS) -> dict[str, Any]:
    """The figures of some parts, by name."""
    before = load_average()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, ExitStack() as stack:
        postgres = EmbeddedServer(Path(folder) / "server")
        postgres.start()
        stack.callback(postgres.stop, at_once=True)
        migrate(postgres.url)
        database = stack.enter_context(opened(postgres.url))
        community_id, meters = found(database, "homes", max(size.rows))
        port, server = stack.enter_context(serving(postgres.url, Path(folder) / "data"))
        with database.transaction() as connection:
            connection.execute(RAW.encode())
            _, key = issue_collector_key(connection, community_id, "head-end", START)
            postmaster = psutil.Process(connection.info.backend_pid).parent()
        sender = Sender(port, key, postgres.url, stack)

        def used_s() -> tuple[float, float]:
            of_server, of_database = cpu_s_of(server, postmaster)
            return of_server, of_database

        first = Interval(START).number
        figures: dict[str, Any] = {}
        if "bulk" in parts:
            figures["bulk"] = {}
            for rows in size.rows:
                make = partial(bodies, meters[:rows])
                figures["bulk"][str(rows)] = measure_bulk(sender, used_s, make, first, size)
                first += 10_000
            figures |= _sizes(database)
        if "days" in parts:
            make, day = partial(day_bodies, meters[: size.days]), first // 48 + DAYS_LATER
            figures["days"] = measure_bulk(sender, used_s, make, day, size)
        if "single" in parts:
            singles = meters[: size.singles]
            figures["single"] = measure_single(database, port, server, singles, first)
    loads = {"load_average_before": before, "load_average_after": load_average()}
    return {**figures, **facts(), **loads}


def _sizes(database: Database) -> dict[str, Any]:
    query = "select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = "
    with database.transaction() as connection:
        size = one(connection, f"{query} 'reading'::regclass")
        rows = one(connection, "select count(*) from reading")
        durable = {name: connection.execute(f"show {name}".encode()).fetchone() for name in DURABLE}
    if {row and row[0] for row in durable.values()} != {"on"}:
        raise SystemExit(f"not durable: {durable}")
    return {"bytes_per_reading": round(size / rows, 1), "rows": rows, "durable": True}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--size", choices=SIZES, default="full")
    asked.add_argument("--part", choices=PARTS, help="only this; default: all")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    figures = measure(SIZES[options.size], [options.part] if options.part else PARTS)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(name, json.dumps(figure))


if __name__ == "__main__":
    main()
