"""A meter's ever-growing totals, and the readings that lie between them.

OBIS 1-0:1.8.0 (import), 1-0:2.8.0 (export) and the generation meter's, as IEC 62056-6-1 names
them. Between two totals half an hour apart lies a reading. Between two further apart lies a
gap: the energy of all of it is known and its split over the half hours is not, so it is told
as a gap and no reading is made up (docs/decisions/0010-registers.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from peergrid.energy import INTERVAL, Interval, Reading
from peergrid.errors import Invalid

MAX_TOTAL_WH = 10**15  # a total of a billion MWh is a mistake
MOST_DIGITS = 15
BOUND = ("import_wh", "export_wh")  # by the connection; what panels made it does not carry
TOTALS = (*BOUND, "generation_wh")


@dataclass(frozen=True, slots=True)
class Register:
    """What a meter's totals [Wh] stood at, at an instant on a half hour (UTC).

    With ``digits`` they begin again at 0 after 10**digits - 1 Wh; None: they never do.
    Raises ValueError out of bounds.
    """

    at: datetime
    import_wh: int
    export_wh: int
    generation_wh: int = 0
    digits: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", Interval(self.at).start)
        if self.digits is not None and not 1 <= self.digits <= MOST_DIGITS:
            raise ValueError(f"digits is {self.digits}: it must be 1 to {MOST_DIGITS}")
        end = 10**self.digits if self.digits else MAX_TOTAL_WH
        for name in TOTALS:
            if not 0 <= getattr(self, name) < end:
                raise ValueError(f"{name} is {getattr(self, name)}: it must be 0 to {end - 1} Wh")


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in ``[start, end)`` of which the energy [Wh] is known and its split is not.

    After a reset (``is_reset``) only what was counted since is known: it is the least there was.
    """

    start: datetime
    end: datetime
    import_wh: int
    export_wh: int
    generation_wh: int
    is_reset: bool


type Between = Reading | Gap


def between(meter_id: int, limit_wh: int, registers: Sequence[Register]) -> Iterator[Between]:
    """What lies between each two of ``registers`` (in order of time) that follow one another.

    ``limit_wh`` [Wh] is the most that the connection carries in an interval. Raises Invalid for
    totals that rose by more, or fell and are no roll-over and no reset: after a reset there
    cannot be more than the connection has carried since.
    """
    for before, after in pairwise(registers):
        intervals = (after.at - before.at) // INTERVAL
        energies, is_reset = _energies(before, after, limit_wh * intervals)
        if intervals == 1 and not is_reset:
            yield Reading(meter_id, Interval(before.at), *energies)
        else:
            yield Gap(before.at, after.at, *energies, is_reset)


def _energies(before: Register, after: Register, most_wh: int) -> tuple[tuple[int, int, int], bool]:
    """What each total counted [Wh], and whether one of them began anew in between."""
    end = 10**after.digits if after.digits else None
    energies, is_reset = [], False
    for name in TOTALS:
        was, now = getattr(before, name), getattr(after, name)
        carried_wh = most_wh if name in BOUND else (end or MAX_TOTAL_WH) // 2
        rise = now - was
        if rise < 0 and end and 0 <= rise + end <= carried_wh:
            rise += end
        if rise < 0:
            rise, is_reset = now, True
        if rise > carried_wh:
            raise Invalid(
                f"From {before.at:%Y-%m-%dT%H:%MZ} to {after.at:%Y-%m-%dT%H:%MZ} {name} went from"
                f" {was} to {now}: the connection carries at most {carried_wh} Wh in that time."
                " A new meter sends with its own key."
            )
        energies.append(rise)
    import_wh, export_wh, generation_wh = energies
    return (import_wh, export_wh, generation_wh), is_reset
