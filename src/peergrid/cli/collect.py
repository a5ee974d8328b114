"""Book what members paid in."""

from functools import partial

import typer

from peergrid.cli.options import FAILED, DataDir, out, settings_for, told
from peergrid.cli.repeating import Every, repeated
from peergrid.cli.storage import migrated, opened
from peergrid.database.pool import Database
from peergrid.errors import Conflict
from peergrid.payments.paynow import Paynow
from peergrid.payments.top_up import Run, look_after_all


def collect(every: Every = None, data_dir: DataDir = None) -> None:
    """Ask Paynow what became of members' top-ups, and book them."""
    with told():
        settings = settings_for(data_dir)
        if settings.paynow is None:
            raise Conflict("Nobody collects: set PEERGRID_PAYNOW_ID and PEERGRID_PAYNOW_KEY.")
        paynow = Paynow(settings.paynow, settings.public_url)
        with migrated(settings) as url, opened(url) as database:
            run = repeated(settings, "collect", partial(_collect, database, paynow), every)
    if run and run.disputes:
        raise typer.Exit(FAILED)


def _collect(database: Database, paynow: Paynow) -> Run:
    run = look_after_all(database, paynow)
    for dispute in run.disputes:
        out.print(dispute, markup=False)
    out.print(f"{run.paid} paid in, {run.failed} failed, {run.waiting} still waiting")
    return run
