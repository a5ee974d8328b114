"""Totals are kept for good, and what comes to lie between them is stored as readings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, Reading
from peergrid.errors import Conflict, Invalid
from peergrid.meters.ingest import ingest
from peergrid.meters.registers import Gap, Register, between
from peergrid.meters.registry import Meter

LOCK = "select pg_advisory_xact_lock(7260009, %s)"  # two batches of a meter: one sees the other's
KEEP = """
insert into register (meter_id, at, import_wh, export_wh, generation_wh, digits)
select %(meter)s, * from unnest(%(at)s::timestamptz[], %(imports)s::bigint[],
  %(exports)s::bigint[], %(generations)s::bigint[], %(digits)s::smallint[])
on conflict do nothing returning at"""
KNOWN = """
select at, import_wh, export_wh, generation_wh, digits from register
where meter_id = %(meter)s
  and at >= coalesce(
    (select max(at) from register where meter_id = %(meter)s and at < %(first)s), %(first)s)
  and at <= coalesce(
    (select min(at) from register where meter_id = %(meter)s and at > %(last)s), %(last)s)
order by at"""
S_PER_HOUR = 3_600


@dataclass(frozen=True)
class Taken:
    """What became of totals: how many are new, how many readings that made, which gaps are left.

    The gaps are those beside the totals that were sent.
    """

    stored: int
    unchanged: int
    readings: int
    gaps: tuple[Gap, ...]


def take_registers(
    connection: Connection, meter: Meter, registers: Sequence[Register], not_after: datetime | None
) -> Taken:
    """Keep a meter's totals, all of them or none, and store the readings between them.

    In whatever order they come: a total that comes late divides the gap it lies in. The same
    again changes nothing. ``not_after`` is the server's clock; None for simulated time. Raises
    Invalid as ``between`` and for a time at which the meter is not in force, and Conflict for
    other totals, or other readings, than those known.
    """
    for row, register in enumerate(registers, start=1):
        _check(meter, row, register, not_after)
    connection.execute(LOCK, (meter.meter_id,))
    new = {at for (at,) in connection.execute(KEEP, _columns(meter, registers))}
    known = registers_between(connection, meter.meter_id, registers)
    _refuse_contradictions(meter, registers, known)
    readings: list[Reading] = []
    gaps: list[Gap] = []
    limit_wh = meter.connection_w * int(INTERVAL.total_seconds()) // S_PER_HOUR
    for part in between(meter.meter_id, limit_wh, known):
        if isinstance(part, Gap):
            gaps.append(part)
        elif part.interval.start in new or part.interval.end in new:
            readings.append(part)
    if readings:
        ingest(connection, meter, readings, not_after)
    return Taken(len(new), len(registers) - len(new), len(readings), tuple(gaps))


def registers_between(
    connection: Connection, meter_id: int, registers: Sequence[Register]
) -> list[Register]:
    """The totals that are known in the time of ``registers``, and of either neighbour."""
    instants = [register.at for register in registers]
    asked = {"meter": meter_id, "first": min(instants), "last": max(instants)}
    with connection.cursor(row_factory=class_row(Register)) as cursor:
        return cursor.execute(KNOWN, asked).fetchall()


def _check(meter: Meter, row: int, register: Register, not_after: datetime | None) -> None:
    where = f"Register {row} ({register.at:%Y-%m-%dT%H:%MZ})"
    if register.at < meter.active_from:
        raise Invalid(f"{where}: {meter.serial} is active from {meter.active_from} on.")
    if meter.active_until and register.at > meter.active_until:
        raise Invalid(f"{where}: {meter.serial} was in force until {meter.active_until}.")
    if not_after and register.at > not_after:
        raise Invalid(f"{where}: this instant is still to come; set the meter's clock.")


def _columns(meter: Meter, registers: Sequence[Register]) -> dict[str, object]:
    return {
        "meter": meter.meter_id,
        "at": [register.at for register in registers],
        "imports": [register.import_wh for register in registers],
        "exports": [register.export_wh for register in registers],
        "generations": [register.generation_wh for register in registers],
        "digits": [register.digits for register in registers],
    }


def _refuse_contradictions(
    meter: Meter, registers: Sequence[Register], known: Sequence[Register]
) -> None:
    """What is kept is final: a total that was wrong is mended by a reading of revision 1."""
    at = {register.at: register for register in known}
    for row, register in enumerate(registers, start=1):
        if at[register.at] != register:
            raise Conflict(
                f"Register {row}: {meter.serial} has other totals for"
                f" {register.at:%Y-%m-%dT%H:%MZ}; correct the readings beside it instead."
            )
