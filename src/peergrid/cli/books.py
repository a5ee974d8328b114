"""Commands that keep the books: settle, check, migrate."""

import time
from functools import partial

import typer
from opentelemetry import metrics
from rich.progress import Progress, TaskID

from peergrid.cli.options import FAILED, DataDir, err, out, settings_for, told
from peergrid.cli.repeating import Every, repeated
from peergrid.cli.storage import migrated, opened, server
from peergrid.cli.words import progress
from peergrid.database.pool import Database
from peergrid.database.roles import AUDIT, SETTLEMENT
from peergrid.errors import Conflict, Invalid
from peergrid.members.membership import Community, communities
from peergrid.members.trail import audit_trail
from peergrid.migrations.migrate import migrate as migrate_database
from peergrid.migrations.schema import newest
from peergrid.payments.check import audit_payouts
from peergrid.settlement.check import audit
from peergrid.settlement.settle import settle as settle_community

DURATION = metrics.get_meter("peergrid").create_histogram(
    "peergrid.settlement.duration",
    unit="s",
    description="How long one round of settlement took, over all communities.",
    explicit_bucket_boundaries_advisory=(0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600),
)


def settle(every: Every = None, data_dir: DataDir = None) -> None:
    """Turn complete intervals of every community into transfers, once."""
    with told():
        settings = settings_for(data_dir)
        with migrated(settings) as url, opened(url, SETTLEMENT) as database:
            are_settled = repeated(settings, "settle", partial(_settle_all, database), every)
    if are_settled is False:
        raise typer.Exit(FAILED)


def check(data_dir: DataDir = None) -> None:
    """Audit the energy and the books of every community; fails with the exact row."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url, AUDIT) as database:
        found = audited(database)
    if found:
        raise typer.Exit(FAILED)


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to this version's schema; refuses a newer one."""
    with told(), server(settings_for(data_dir)) as url:
        migrate_database(url)
        out.print(f"the database has schema {newest()}")


def audited(database: Database) -> int:
    """Say of every community what is wrong, or that all adds up; how many findings there are."""
    found = 0
    with database.transaction() as connection:
        everyone = communities(connection)
        for community in everyone:
            with progress(err) as bar:
                task = bar.add_task(f"{community.name}: half hours", total=None)
                result = audit(connection, community, partial(_move, bar, task))
            findings = result.findings + audit_payouts(connection, community)
            findings += audit_trail(connection, community.community_id)
            for finding in findings:
                out.print(f"{community.name}: {finding}", markup=False)
            found += len(findings)
            if not findings:
                out.print(f"{community.name}: {result.intervals} half hours add up")
    if not everyone:
        out.print("there is no community yet: nothing to check")
    return found


def _move(bar: Progress, task: TaskID, done: int) -> None:
    bar.update(task, completed=done)


def _settle_all(database: Database) -> bool:
    """Every community, one that cannot be settled too: it says so, and the others go on."""
    with database.transaction() as connection:
        everyone = communities(connection)
    begun = time.monotonic()
    are_settled = [_is_settled(database, community) for community in everyone]
    DURATION.record(time.monotonic() - begun)
    return all(are_settled)


def _is_settled(database: Database, community: Community) -> bool:
    try:
        with progress(err) as bar:
            task = bar.add_task(f"{community.name}: half hours settled", total=None)
            run = settle_community(
                database, community.community_id, lambda done: bar.update(task, completed=done)
            )
    except (Conflict, Invalid) as error:
        err.print(f"{community.name}: {error}", markup=False)
        return False
    out.print(f"{community.name}: {run.settled} half hours settled, {run.reversed} reversed")
    return True
