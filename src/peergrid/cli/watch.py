"""Measure how the platform does: settlement, meters, payouts, the books, backups."""

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from opentelemetry import metrics

from peergrid.cli.books import audited
from peergrid.cli.options import LOG, DataDir, out, settings_for, told
from peergrid.cli.repeating import repeated
from peergrid.cli.storage import migrated, opened
from peergrid.cli.surroundings import newest_backup
from peergrid.database.pool import Database
from peergrid.database.roles import AUDIT
from peergrid.payments.waiting import Waiting, all_waiting
from peergrid.settlement.condition import Condition, conditions
from peergrid.telemetry.lines import is_json

Often = Annotated[float, typer.Option(min=1, max=86_400, help="Measure every so many seconds.")]
Seldom = Annotated[
    float, typer.Option(min=60, max=604_800, help="Audit the books every so many seconds.")
]
Backups = Annotated[Path | None, typer.Option(help="Say when the newest backup here was made.")]

AUDIT_WAIT_S = 10.0  # a small community's is done sooner
METER = metrics.get_meter("peergrid")
FIGURES = {  # name: unit, and what it says
    "peergrid.communities": ("{community}", "Communities."),
    "peergrid.settlement.lag": ("s", "What was metered and is not settled, where it is most."),
    "peergrid.settlement.late": ("{community}", "Communities settled later than they have to be."),
    "peergrid.meters": ("{meter}", "Meters that are to report."),
    "peergrid.meters.silent": ("{meter}", "Meters that did not report."),
    "peergrid.payouts.undecided": ("{payout}", "Payouts that wait for an operator."),
    "peergrid.payouts.held": ("{payout}", "Payouts that wait to be paid."),
    "peergrid.payouts.oldest": ("s", "For how long the oldest of these waits to be paid."),
    "peergrid.books.findings": ("{finding}", "What the last audit found wrong."),
    "peergrid.books.audited": ("s", "When the last audit ended, since 1970."),
    "peergrid.backup.made": ("s", "When the newest backup was made, since 1970."),
}
GAUGES = {
    name: METER.create_gauge(name, unit=unit, description=says)
    for name, (unit, says) in FIGURES.items()
}


class Watch:
    """Looks, and tells all it saw; ``backups`` is a folder of backups, None: somebody else's."""

    def __init__(self, database: Database, audit_every: float, backups: Path | None) -> None:
        self._database = database
        self._audit_every = audit_every
        self._backups = backups
        self._audit_at = 0.0  # by the process's own clock [s]
        self._auditor = ThreadPoolExecutor(1, "audit")
        self._auditing: Future[int] | None = None
        self._audited: dict[str, float] = {}  # what the last audit came to

    def look(self) -> None:
        """Measure, and audit if it is time; an audit that takes long goes on meanwhile.

        Raises Unavailable without a database.
        """
        figures = self._measured()
        if self._auditing is None and time.monotonic() >= self._audit_at:
            self._auditing = self._auditor.submit(audited, self._database)
        if self._auditing and wait([self._auditing], AUDIT_WAIT_S).done:
            auditing, self._auditing = self._auditing, None
            self._audited = {
                "peergrid.books.findings": auditing.result(),
                "peergrid.books.audited": datetime.now(UTC).timestamp(),
            }
            self._audit_at = time.monotonic() + self._audit_every
        tell(figures | self._audited)

    def _measured(self) -> dict[str, float]:
        with self._database.transaction() as connection:
            figures = figures_of(conditions(connection), all_waiting(connection))
        made = newest_backup(self._backups) if self._backups else None
        return figures if made is None else figures | {"peergrid.backup.made": made.timestamp()}


def figures_of(communities: list[Condition], waiting: list[Waiting]) -> dict[str, float]:
    """Sums and extremes over all communities: none of them is one's own."""
    payouts = {one.state: one for one in waiting if one.kind == "payout"}
    undecided, held = payouts.get("requested"), payouts.get("held")
    behind = [one.behind.total_seconds() for one in communities]
    return {
        "peergrid.communities": len(communities),
        "peergrid.settlement.lag": max(behind, default=0.0),
        "peergrid.settlement.late": sum(one.is_late for one in communities),
        "peergrid.meters": sum(one.meters for one in communities),
        "peergrid.meters.silent": sum(one.silent for one in communities),
        "peergrid.payouts.undecided": undecided.count if undecided else 0,
        "peergrid.payouts.held": held.count if held else 0,
        "peergrid.payouts.oldest": held.oldest_s if held else 0.0,
    }


def tell(figures: Mapping[str, float]) -> None:
    """As measures; and as a line of the log, for who watches by that alone."""
    for name, value in figures.items():
        GAUGES[name].set(value)
    if is_json():
        LOG.info("figures", extra={"figures": figures})
    else:
        out.print(", ".join(f"{name[9:]} {value:g}" for name, value in figures.items()))


def watch(
    every: Often = 60,
    audit_every: Seldom = 86_400,
    backups: Backups = None,
    data_dir: DataDir = None,
) -> None:
    """Measure how the platform does, and audit the books now and then, for who watches it."""
    with told():
        settings = settings_for(data_dir)
        with migrated(settings) as url, opened(url, AUDIT) as database:
            look = partial(Watch.look, Watch(database, audit_every, backups))
            repeated(settings, "watch", look, every)
