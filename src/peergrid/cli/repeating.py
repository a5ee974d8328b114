"""Work that is done once, or again and again."""

import time
from collections.abc import Callable
from functools import partial
from typing import Annotated

import typer
from opentelemetry import trace

from peergrid.cli.options import err, out
from peergrid.errors import Unavailable
from peergrid.settings import Settings
from peergrid.telemetry.reporting import reporting

TRACER = trace.get_tracer("peergrid")

Every = Annotated[
    float | None,
    typer.Option(min=1, max=86_400, help="Again every so many seconds, until Ctrl-C."),
]


def repeated[T](
    settings: Settings, name: str, work: Callable[[], T], every: float | None
) -> T | None:
    """What the last round of ``work`` came to, None if none did, until Ctrl-C or just once.

    A database that is away is waited for between rounds [s]; asked once, it raises Unavailable.
    What goes on tells of itself under its ``name``, if ``settings`` ask for that.
    """
    if every is None:
        return work()
    with reporting(settings, name):
        return _again_and_again(partial(_traced, name, work), every)


def _traced[T](name: str, work: Callable[[], T]) -> T:
    with TRACER.start_as_current_span(name, record_exception=False, set_status_on_exception=False):
        return work()


def _again_and_again[T](work: Callable[[], T], every: float) -> T | None:
    last = None
    try:
        while True:
            last = _waited_for(work, every, last)
            time.sleep(every)
    except KeyboardInterrupt:
        out.print("stopped")
    return last


def _waited_for[T](work: Callable[[], T], every: float, last: T | None) -> T | None:
    try:
        return work()
    except Unavailable as away:
        err.print(f"peergrid: {away} It is asked again in {every:g} s.", markup=False)
        return last
