"""How much memory a server takes for an export, and how fast it goes out.

    uv run python benchmarks/exports.py [--meters 1000] [--days 30] [--json]

A community of its own on a server of its own, with a reading a meter and half hour. Each kind of
file is asked for over a part of the days and over all of them: the peak of the server's memory
(VmHWM, set back before each) says whether it grows with the rows.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg

from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.energy import INTERVAL
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.members.credentials import set_password
from peergrid.members.membership import add_community, add_member
from peergrid.migrations.migrate import migrate
from peergrid.settlement.tariffs import add_tariff

FIRST = date(2026, 8, 31)
START = datetime(2026, 8, 30, 22, tzinfo=UTC)
EMAIL, PASSWORD = "all@many.example", "a password for measuring"
METERS = """
insert into meter (community_id, member_id, serial, has_panels, connection_w, active_from)
select %(community)s, %(member)s, 'many-' || n, true, 13800, %(start)s
from generate_series(1, %(meters)s) n"""
OWNERS = """
insert into connection_owner (connection_id, member_id, from_interval)
select connection_id, member_id, '-infinity' from meter on conflict do nothing"""
OPEN_DAYS = "select open_days(array[local_day(%s), local_day(%s)])"
READINGS = """
insert into reading
  (meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision)
select meter_id, instant, (random() * 900)::int, (random() * 900)::int, (random() * 1800)::int, 0, 0
from generate_series(%(start)s, %(end)s - interval '30 min', interval '30 min') instant, meter"""
MOST_ROWS_OF_A_SHEET = 1_048_575
FREE_PEAK = "5"  # what the kernel takes to set VmHWM back (proc(5), clear_refs)
MIB, MB = 1024, 1_000_000
STARTED_S = 60


def fill(url: str, meters: int, days: int) -> None:
    """A community with as many readings as asked for."""
    with opened(url) as database, database.transaction() as connection:
        community = add_community(connection, "many", "Many", START)
        member = add_member(connection, community.community_id, "All", EMAIL, "producer")
        set_password(connection, member.member_id, PASSWORD)
        add_tariff(connection, community.community_id, zetdc_tariff("mid_market"))
        asked: dict[str, object] = {"community": community.community_id}
        asked |= {"member": member.member_id, "start": START, "meters": meters}
        connection.execute(METERS, asked)
        connection.execute(OWNERS)
    with psycopg.connect(url, autocommit=True) as unhurried:
        for day in range(days):
            start = START + day * timedelta(days=1)
            unhurried.execute(OPEN_DAYS, (start, start + 47 * INTERVAL))
            unhurried.execute(READINGS, {"start": start, "end": start + 48 * INTERVAL})
        unhurried.execute("vacuum analyze reading")


@contextmanager
def served(url: str, port: int, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`peergrid serve` as a process of its own."""
    peergrid = Path(sys.executable).parent / "peergrid"
    command = [str(peergrid), "serve", "--port", str(port), "--data-dir", str(data_dir)]
    environment = os.environ | {"PEERGRID_DATABASE_URL": url}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + STARTED_S
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
            except httpx.TransportError:
                time.sleep(0.2)
            else:
                break
        yield process
    finally:
        process.terminate()
        process.wait()


def memory_mib(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / MIB for line in lines if line.startswith(f"{name}:"))


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(http: httpx.Client, pid: int, ending: str, meters: int, days: int) -> dict[str, Any]:
    """One export: its rows, bytes, seconds, and what the server needed for it."""
    Path(f"/proc/{pid}/clear_refs").write_text(FREE_PEAK)
    before_mib, before_s, began = memory_mib(pid, "VmRSS"), cpu_s(pid), time.monotonic()
    end = FIRST + timedelta(days=days)
    query = {"start": str(FIRST), "end": str(end)}
    with http.stream("GET", f"export/readings.{ending}", params=query) as answer:
        answer.raise_for_status()
        size = sum(len(part) for part in answer.iter_raw())
    took_s = time.monotonic() - began
    return {
        "ending": ending,
        "rows": meters * days * 48,
        "bytes": size,
        "wall_s": round(took_s, 2),
        "server_cpu_s": round(cpu_s(pid) - before_s, 2),
        "mb_per_s": round(size / MB / took_s, 2),
        "rows_per_s": round(meters * days * 48 / took_s),
        "rss_before_mib": round(before_mib, 1),
        "rss_peak_mib": round(memory_mib(pid, "VmHWM"), 1),
    }


def measured(meters: int, days: int) -> list[dict[str, Any]]:
    """Every kind of file, over half of the days and over all."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        data_dir = Path(folder)
        with EmbeddedServer(data_dir / "server").running() as url:
            migrate(url)
            fill(url, meters, days)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            base = f"http://127.0.0.1:{port}/api/v1/"
            found = []
            with served(url, port, data_dir) as process, httpx.Client(timeout=3_600) as http:
                body = {"email": EMAIL, "password": PASSWORD}
                token = http.post(f"{base}sign-in", json=body).json()["access_token"]
                http.headers["Authorization"] = f"Bearer {token}"
                http.base_url = httpx.URL(base)
                for ending in ("csv", "parquet", "xlsx"):
                    for part in (max(days // 8, 1), max(days // 2, 1), days):
                        if ending == "xlsx" and meters * part * 48 > MOST_ROWS_OF_A_SHEET:
                            continue
                        found.append(measure(http, process.pid, ending, meters, part))
                        told = (f"{name}={value}" for name, value in found[-1].items())
                        print(" ".join(told), file=sys.stderr, flush=True)
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--meters", type=int, default=1_000)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    found = measured(given.meters, given.days)
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
