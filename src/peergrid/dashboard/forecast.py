"""What the running month comes to by its end, if it goes on as in its last whole days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peergrid import wire
from peergrid.energy import INTERVAL, INTERVALS_PER_DAY, day_start, local_day, next_month
from peergrid.money import Unit, divide

FEWEST_DAYS, MOST_DAYS = 3, 7  # whole days to go by; a week has every weekday once
MOVED = {"payout", "payout_fee", "payout_tax", "top_up"}  # neither earned nor owed for energy
AT_ONCE = {"credit_lost", "credit_paid"}  # of a year, not of its days


@dataclass(frozen=True)
class Forecast:
    """Amounts [micros or Wh], signed as the balance is.

    ``lately`` came in the last ``days`` whole days; ``left`` half hours are not settled yet.
    """

    unit: Unit
    so_far: int
    lately: int
    days: int
    left: int

    @property
    def is_known(self) -> bool:
        """Whether there are days enough to go by."""
        return self.days >= FEWEST_DAYS

    @property
    def to_come(self) -> int:
        """What the rest of the month brings, as much in each half hour as lately."""
        return divide(self.lately * self.left, self.days * INTERVALS_PER_DAY)

    @property
    def at_end(self) -> int:
        return self.so_far + self.to_come


def forecast_of(statement: wire.Statement, unit: Unit) -> Forecast | None:
    """The month of a statement in one unit; None for a month that is over, or has not begun."""
    end = day_start(next_month(statement.month))
    if not day_start(statement.month) < statement.settled_until < end:
        return None
    lines = [one for one in statement.lines if one.unit is unit and one.kind not in MOVED]
    days = _whole_days(statement.month, statement.settled_until)
    return Forecast(
        unit,
        sum(line.amount for line in lines),
        sum(line.amount for line in lines if line.day in days and line.kind not in AT_ONCE),
        len(days),
        (end - statement.settled_until) // INTERVAL,
    )


def _whole_days(month: date, settled_until: datetime) -> Sequence[date]:
    """The last days of the month that are settled from midnight to midnight."""
    running = local_day(settled_until)
    days = min((running - month).days, MOST_DAYS)
    return [running - timedelta(days=back) for back in range(1, days + 1)]
