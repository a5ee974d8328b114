"""How far a long command has come, how fast, and how long it will take."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from peergrid.cli.options import err

SIZES = ((1e9, " billion"), (1e6, " million"), (1e3, " thousand"))


class Speed(ProgressColumn):
    """How fast it goes in ``what``, of which a step a second is ``each``."""

    def __init__(self, what: str, each: float) -> None:
        super().__init__()
        self._what, self._each = what, each

    def render(self, task: Task) -> Text:
        """Nothing until it is known."""
        speed = task.finished_speed or task.speed
        return Text(f"{rounded(speed * self._each)} {self._what}" if speed else "")


def rounded(amount: float) -> str:
    """An amount as a person reads it in passing.

    >>> rounded(87_654_321), rounded(12)
    ('87.7 million', '12')
    """
    for size, word in SIZES:
        if amount >= size:
            return f"{amount / size:,.1f}{word}"
    return f"{amount:,.0f}"


@contextmanager
def speed_bar(steps: str, total: int, what: str, each: float) -> Iterator[tuple[Progress, TaskID]]:
    """A bar of ``steps`` on stderr that goes away in the end and stays out of a pipe.

    Its speed is told in ``what``, of which a step a second is ``each``.
    """
    columns: tuple[ProgressColumn, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Speed(what, each),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        yield bar, bar.add_task(steps, total=total)
