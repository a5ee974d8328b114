"""Let half hours go that are kept no longer."""

from typing import Annotated

import typer

from peergrid.cli.options import FAILED, DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.errors import Invalid
from peergrid.meters.retention import retain as retain_months
from peergrid.settings import MOST_KEPT

Months = Annotated[
    int | None,
    typer.Option(min=1, max=MOST_KEPT, help="Whole months to keep; PEERGRID_KEEP_MONTHS else."),
]


def retain(months: Months = None, data_dir: DataDir = None) -> None:
    """Let half hours older than some months go for good; sums, books and statements stay."""
    with told():
        settings = settings_for(data_dir)
        keep = months or settings.keep_months
        if keep is None:
            raise Invalid("say how many months to keep: --months, or PEERGRID_KEEP_MONTHS")
        with migrated(settings) as url, opened(url) as database:
            done = retain_months(database, keep)
    for month in done.months:
        out.print(f"{month:%B %Y}: only sums are kept from now on")
    if done.in_the_way:
        out.print(done.in_the_way, markup=False)
        raise typer.Exit(FAILED)
    if not done.months:
        out.print("nothing is older")
