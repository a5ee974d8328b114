"""Work that is done once, or again and again."""

import time
from collections.abc import Callable
from typing import Annotated

import typer

from peergrid.cli.options import err, out
from peergrid.errors import Unavailable

Every = Annotated[
    float | None,
    typer.Option(min=1, max=86_400, help="Again every so many seconds, until Ctrl-C."),
]


def repeated[T](work: Callable[[], T], every: float | None) -> T | None:
    """What the last round of ``work`` came to, None if none did, until Ctrl-C or just once.

    A database that is away is waited for between rounds [s]; asked once, it raises Unavailable.
    """
    last = None
    try:
        while True:
            last = _waited_for(work, every, last)
            if every is None:
                break
            time.sleep(every)
    except KeyboardInterrupt:
        out.print("stopped")
    return last


def _waited_for[T](work: Callable[[], T], every: float | None, last: T | None) -> T | None:
    try:
        return work()
    except Unavailable as away:
        if every is None:
            raise
        err.print(f"peergrid: {away} It is asked again in {every:g} s.", markup=False)
        return last
