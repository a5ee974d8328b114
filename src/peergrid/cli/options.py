"""Options that commands share, and how a failure is told."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, override

import typer
from rich.console import Console

from peergrid.errors import Invalid, NotFound, PeerGridError
from peergrid.settings import Settings, read_settings
from peergrid.telemetry.lines import is_json

FAILED, MISUSED = 1, 2  # exit codes: it could not be done; it made no sense as asked
IN_WHEEL = Path(__file__).parents[1] / "scenarios"
IN_CLONE = Path(__file__).parents[3] / "scenarios"
DEFAULT_SCENARIO = (IN_WHEEL if IN_WHEEL.exists() else IN_CLONE) / "harare_street.toml"


class Outlet(Console):
    """Where a command says something; a line of the log, once that is written as JSON."""

    def __init__(self, level: int, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, soft_wrap=True)
        self._level = level

    @override
    def print(self, *objects: Any, **how: Any) -> None:
        if is_json():
            LOG.log(self._level, "%s", " ".join(str(one) for one in objects))
        else:
            super().print(*objects, **how)


LOG = logging.getLogger("peergrid")
out = Outlet(logging.INFO)
err = Outlet(logging.ERROR, stderr=True)

ScenarioPath = Annotated[Path, typer.Argument(help="A TOML file, such as scenarios/….toml")]
Days = Annotated[int | None, typer.Option(min=1, help="Days to simulate, instead of the file's.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Another seed than the file's.")]
Homes = Annotated[int | None, typer.Option(min=1, help="Homes, in the file's proportions.")]
DataDir = Annotated[Path | None, typer.Option(help="Default: ~/.local/share/peergrid")]
Port = Annotated[int, typer.Option(min=1, max=65535)]
Once = Annotated[bool, typer.Option("--once", help="No live part: settle, sum up, end.")]
Seconds = Annotated[
    float, typer.Option(min=0.2, help="How long a simulated half hour takes when live.")
]


@contextmanager
def told() -> Iterator[None]:
    """A failure is one sentence and an exit code; SIGTERM and SIGHUP end as Ctrl-C does."""
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # we say that it is away ourselves
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & hands it down ignored
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        err.print(f"peergrid: {place}{error.strerror or error}", markup=False)
        raise typer.Exit(FAILED) from error
    except PeerGridError as error:
        err.print(f"peergrid: {error}", markup=False)
        raise typer.Exit(MISUSED if isinstance(error, Invalid | NotFound) else FAILED) from error


def settings_for(data_dir: Path | None = None) -> Settings:
    return read_settings(os.environ, data_dir)
