"""Have approved payouts paid."""

from functools import partial

import typer

from peergrid.cli.options import FAILED, DataDir, out, settings_for, told
from peergrid.cli.repeating import Every, repeated
from peergrid.cli.storage import migrated, opened
from peergrid.database.pool import Database
from peergrid.database.roles import SETTLEMENT
from peergrid.errors import Conflict
from peergrid.payments.payout import conclude
from peergrid.payments.provider import Outcome, Provider
from peergrid.payments.run import Run, pay_held
from peergrid.payments.sandbox import Sandbox
from peergrid.settings import Settings


def pay(every: Every = None, data_dir: DataDir = None) -> None:
    """Have approved payouts paid; what a provider did not answer stays held."""
    with told():
        settings = settings_for(data_dir)
        check_provider(settings)
        with migrated(settings) as url, opened(url, SETTLEMENT) as database:
            provider = provider_of(settings, database)
            run = repeated(settings, "pay", partial(_pay, database, provider), every)
    if run and run.disputes:
        raise typer.Exit(FAILED)


def check_provider(settings: Settings) -> None:
    """Raises Conflict if nobody is named who pays."""
    if settings.payout_provider is None:
        raise Conflict("Nobody pays: set PEERGRID_PAYOUT_PROVIDER (sandbox moves no money).")


def provider_of(settings: Settings, database: Database) -> Provider:
    """Who pays; the sandbox keeps its record in the data directory."""

    def hear(reference: str, outcome: Outcome) -> None:
        with database.transaction() as connection:
            conclude(connection, reference, outcome)

    return Sandbox(settings.data_dir / "sandbox.sqlite3", listener=hear)


def _pay(database: Database, provider: Provider) -> Run:
    run = pay_held(database, provider)
    for dispute in run.disputes:
        out.print(dispute, markup=False)
    out.print(f"{run.paid} paid, {run.failed} failed and given back, {run.held} still held")
    return run
