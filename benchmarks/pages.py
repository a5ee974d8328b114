"""How fast an operator's pages of members and meters are, over HTTP.

README.md beside it says what each figure is.
"""

import argparse
import http.client
import json
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np

from homes import START, analyze, found
from ingest import serving
from machine import facts, load_average
from peergrid.cli.storage import opened
from peergrid.database.embedded import EmbeddedServer
from peergrid.database.pool import Connection
from peergrid.members.credentials import set_password
from peergrid.members.membership import add_member
from peergrid.meters.latest import move_clock
from peergrid.migrations.migrate import migrate
from queries import PASSWORD, ROUNDS, SEED, Ask, read, signed_in, timed

MEMBERS = 100_000
GOOD_FOR_S = 300.0
SILENT_EVERY = 500  # a meter of so many has said nothing
EMAIL = "operator@homes.example"
MAKE_DAYS = "select open_days(array[local_day(%s)])"
REPORT = """
insert into reading
  (interval_start, meter_id, import_wh, export_wh, generation_wh, quality, revision)
select %(start)s, meter_id, 100, 0, 0, 0, 0 from meter where meter_id %% %(every)s <> 0"""


def prepare(connection: Connection, community_id: int) -> None:
    """An operator; and two half hours in which all meters but a few report."""
    connection.execute("set local statement_timeout = 0")
    operator = add_member(connection, community_id, "Chipo", EMAIL, "operator")
    set_password(connection, operator.member_id, PASSWORD)
    connection.execute(MAKE_DAYS, (START,))
    for start in (START, START + timedelta(minutes=30)):
        connection.execute(REPORT, {"start": start, "every": SILENT_EVERY})
    move_clock(connection, community_id, START + timedelta(minutes=30))


def measure(members: int) -> dict[str, Any]:
    """All figures, by name."""
    before = load_average()
    with tempfile.TemporaryDirectory(prefix="pg-") as folder, ExitStack() as stack:
        postgres = EmbeddedServer(Path(folder) / "server")
        postgres.start()
        stack.callback(postgres.stop, at_once=True)
        migrate(postgres.url)
        database = stack.enter_context(opened(postgres.url))
        community_id, meters = found(database, "homes", members)
        with database.transaction() as connection:
            prepare(connection, community_id)
        analyze(database)
        port, _ = stack.enter_context(serving(postgres.url, Path(folder)))
        figures = _requests(port, meters)
    loads = {"load_average_before": before, "load_average_after": load_average()}
    return {"members": members, **figures, **facts(), **loads}


@dataclass
class Caller:
    """An operator who signs in anew before the ten minutes of a sign-in are over."""

    line: http.client.HTTPConnection
    token: str = ""
    since_s: float = -GOOD_FOR_S

    def page(self, path: str, asked: Mapping[str, object]) -> bytes:
        """One page of 25 rows."""
        if time.monotonic() - self.since_s > GOOD_FOR_S:
            self.token, self.since_s = signed_in(self.line, EMAIL), time.monotonic()
        query = urlencode({"most": 25, **asked})
        held = {"Authorization": f"Bearer {self.token}"}
        self.line.request("GET", f"/api/v1/operator/{path}/page?{query}", headers=held)
        return read(self.line)


def _requests(port: int, meters: list[int]) -> dict[str, Any]:
    caller = Caller(http.client.HTTPConnection("127.0.0.1", port))
    # Ids of members and of meters begin at 1 and run alike: anybody's page may be next.
    anybody = np.random.default_rng(SEED).choice(meters, ROUNDS + 10).tolist()

    def get(path: str, *, deep: bool = False, **query: object) -> Ask:
        def ask(number: int) -> object:
            after = {"after": anybody[number]} if deep else {}
            return caller.page(path, {**query, **after})

        return ask

    def find(path: str) -> Ask:
        return lambda number: caller.page(path, {"text": f"{anybody[number]}@"})

    asked = {
        "members_first_page": get("members"),
        "members_any_page": get("members", deep=True),
        "members_newest_any_page": get("members", deep=True, order="newest"),
        "members_found": find("members"),
        "members_suspended": get("members", standing="suspended"),
        "meters_first_page": get("meters"),
        "meters_any_page": get("meters", deep=True),
        "meters_found": find("meters"),
        "meters_silent": get("meters", only="silent"),
        "meters_silent_any_page": get("meters", deep=True, only="silent"),
    }
    return {name: timed(ask) for name, ask in asked.items()}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--members", type=int, default=MEMBERS)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    figures = measure(options.members)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(name, json.dumps(figure))


if __name__ == "__main__":
    main()
