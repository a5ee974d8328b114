"""The command line."""

import typer

from peergrid.cli.platform import check, migrate, serve, settle
from peergrid.cli.simulated import demo, register, send, simulate

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Neighbours share solar energy; every watt-hour ends in books that add up.",
)
for command in (demo, simulate, register, send, serve, settle, check, migrate):
    app.command()(command)
