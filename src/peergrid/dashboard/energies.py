"""What My energy shows: a period, the one before it, and what is known of the hours to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard.period import Period, Span, around
from peergrid.energy import INTERVAL, day_start, month_start

type Row = wire.EnergyInterval | wire.EnergyPart
LATELY = 4  # half hours: what is older is not "now"


@dataclass(frozen=True)
class Comparison:
    """Two sums over as much time; ``until`` is where both end, None for whole periods."""

    now: wire.Energy
    then: wire.Energy
    until: date | datetime | None


@dataclass(frozen=True)
class Energies:
    """A period in rows of half hours, days or months; ``ahead`` and ``market`` while it lives."""

    period: Period
    latest: date
    rows: Sequence[Row]
    total: wire.Energy
    comparison: Comparison | None
    ahead: wire.Ahead | None = None
    market: wire.Market | None = None

    @property
    def is_live(self) -> bool:
        """Whether it is the day that goes on."""
        return self.period == Period(Span.DAY, self.latest)

    @property
    def readings(self) -> int:
        return sum(1 if isinstance(row, wire.EnergyInterval) else row.readings for row in self.rows)

    @property
    def settled_readings(self) -> int:
        return sum(
            row.is_settled if isinstance(row, wire.EnergyInterval) else row.settled_readings
            for row in self.rows
        )

    @property
    def newest(self) -> wire.EnergyInterval | None:
        """The newest half hour of the day that goes on, if possible one that is settled."""
        rows = [row for row in self.rows if isinstance(row, wire.EnergyInterval)][-LATELY:]
        settled = [row for row in rows if row.is_settled]
        shown = settled or rows
        return shown[-1] if shown and self.is_live else None


async def load_energies(client: Client, span: Span, day: date | None) -> Energies:
    """The period of ``span`` around a day, or around the newest one."""
    newest = await client.energy_day(day if span is Span.DAY else None)
    period = around(span, day or newest.latest)
    rows = newest.intervals if span is Span.DAY else await rows_of(client, period)
    before = await rows_of(client, period.before)
    is_live = period == Period(Span.DAY, newest.latest)
    return Energies(
        period,
        newest.latest,
        rows,
        sum_of(rows),
        compare(period, newest.latest, rows, before),
        await client.ahead() if is_live else None,
        await client.market(newest.latest) if is_live else None,
    )


async def rows_of(client: Client, period: Period) -> Sequence[Row]:
    """Half hours of a day, days of a week or a month, months of a year."""
    if period.span is Span.DAY:
        return (await client.energy_day(period.start)).intervals
    if period.span is Span.YEAR:
        return (await client.energy_year(period.start.year)).parts
    months = sorted({month_start(period.start), month_start(period.end - timedelta(days=1))})
    parts = [part for month in months for part in (await client.energy_month(month)).parts]
    return [part for part in parts if period.start <= part.start < period.end]


def sum_of(rows: Sequence[wire.Energy]) -> wire.Energy:
    return wire.Energy(
        **{name: sum(getattr(row, name) for row in rows) for name in wire.Energy.model_fields}
    )


def compare(
    period: Period, latest: date, rows: Sequence[Row], before: Sequence[Row]
) -> Comparison | None:
    """Like with like: of a period that goes on, only as far as the one before had come by then.

    Days and months count only when they are over. None where one side has nothing.
    """
    goes_on = period.start <= latest < period.end
    if goes_on and period.span is not Span.DAY:
        running = latest.month if period.span is Span.YEAR else (latest - period.start).days
        rows = [row for row in rows if _place(period, row) < running]
    if not rows or not before:
        return None
    last = max(_place(period, row) for row in rows)
    then = [row for row in before if not goes_on or _place(period.before, row) <= last]
    if not then:
        return None
    return Comparison(sum_of(rows), sum_of(then), _end(period, rows[-1]) if goes_on else None)


def _place(period: Period, row: Row) -> int:
    """How far into its period a row lies: in half hours, days or months."""
    if isinstance(row, wire.EnergyInterval):
        return (row.interval_start - day_start(period.start)) // INTERVAL
    return row.start.month if period.span is Span.YEAR else (row.start - period.start).days


def _end(period: Period, row: Row) -> date | datetime:
    if isinstance(row, wire.EnergyInterval):
        return row.interval_start + INTERVAL
    return (
        around(Span.MONTH, row.start).end - timedelta(days=1)
        if (period.span is Span.YEAR)
        else row.start
    )
