"""Commands that keep a copy: backup and restore."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from peergrid.cli.books import audited
from peergrid.cli.options import FAILED, DataDir, err, out, settings_for, told
from peergrid.cli.repeating import Every, repeated
from peergrid.cli.storage import opened, server
from peergrid.database.archive import manifest_of, verify
from peergrid.database.backup import back_up
from peergrid.database.backup import restore as bring_back
from peergrid.migrations.migrate import migrate as migrate_database
from peergrid.migrations.schema import check_not_newer, newest

To = Annotated[Path, typer.Option(help="A new file, or a folder that is there.")]
From = Annotated[Path, typer.Argument(metavar="FROM", help="A file that `backup` wrote.")]
BYTES_PER_MB = 1_000_000


def backup(to: To, every: Every = None, data_dir: DataDir = None) -> None:
    """Write the whole database to a new file, while everything goes on."""
    if every is not None and not to.is_dir():
        raise typer.BadParameter("with --every, --to must be a folder that is there")
    with told():
        settings = settings_for(data_dir)
        with server(settings) as url:
            repeated(settings, "backup", partial(_back_up, url, to), every)


def restore(file: From, data_dir: DataDir = None) -> None:
    """Bring a backup back into an empty database, and audit it."""
    with told():
        manifest = manifest_of(file)
        check_not_newer(manifest.schema)
        verify(file, manifest)
        with server(settings_for(data_dir)) as url:
            bring_back(url, file, manifest)
            migrate_database(url)
            out.print(f"restored {sum(manifest.rows.values())} rows as of {manifest.made_at}")
            if manifest.schema != newest():
                out.print(f"brought schema {manifest.schema} forward to {newest()}")
            with opened(url) as database:
                found = audited(database)
    if found:
        raise typer.Exit(FAILED)


def _back_up(url: str, to: Path) -> None:
    with _bytes_written(err) as bar:
        task = bar.add_task("backup", total=None)
        file = back_up(url, to, lambda done: bar.update(task, completed=done))
    manifest = manifest_of(file)
    rows = sum(manifest.rows.values())
    size_mb = file.stat().st_size / BYTES_PER_MB
    out.print(f"{file}: {rows} rows of schema {manifest.schema}, {size_mb:.1f} MB")


def _bytes_written(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
