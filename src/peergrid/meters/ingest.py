"""Each reading once: stored, corrected by a higher revision, or refused with its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, Quality, Reading
from peergrid.errors import Conflict, Invalid
from peergrid.meters.registry import Meter

SECONDS_PER_HOUR = 3_600

STORE = """
insert into reading as stored
  (meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision)
select %(meter_id)s, * from unnest(%(starts)s::timestamptz[], %(imports)s::int[],
  %(exports)s::int[], %(generations)s::int[], %(qualities)s::int2[], %(revisions)s::int2[])
on conflict (meter_id, interval_start) do update set
  import_wh = excluded.import_wh, export_wh = excluded.export_wh,
  generation_wh = excluded.generation_wh, quality = excluded.quality,
  revision = excluded.revision
where excluded.revision > stored.revision
   or (stored.quality in (1, 4) and excluded.quality <> 1
     and excluded.revision = stored.revision)
returning new.interval_start, old.import_wh, old.export_wh, old.generation_wh, old.quality,
  old.revision"""
KEEP_VERSION = """
insert into reading_version
  (meter_id, interval_start, import_wh, export_wh, generation_wh, quality, revision)
values (%s, %s, %s, %s, %s, %s, %s)"""
STORED = """
select interval_start, import_wh, export_wh, generation_wh, quality, revision
from reading where meter_id = %s and interval_start = any(%s)"""
NOTE_CORRECTIONS = """
insert into correction (community_id, interval_start)
select community_id, instant from community, unnest(%s::timestamptz[]) as instant
where community_id = %s and instant < settled_until
on conflict do nothing"""
MOVE_LATEST = "update meter set latest = greatest(latest, %s) where meter_id = %s"
LOCK_COMMUNITY = "select 1 from community where community_id = %s for share"


@dataclass(frozen=True)
class Outcome:
    """What became of a batch; the three sum to the readings in it."""

    stored: int
    corrected: int
    unchanged: int


def capacity_wh(connection_w: int) -> int:
    """The most a connection [W] can carry in one interval [Wh]."""
    return connection_w * int(INTERVAL.total_seconds()) // SECONDS_PER_HOUR


def check(meter: Meter, readings: Sequence[Reading], not_after: datetime | None) -> None:
    """Raises Invalid, naming the row, for what this meter cannot have counted.

    ``not_after`` is the latest an interval may end (the server's clock); None for simulated
    time.
    """
    limit_wh = capacity_wh(meter.connection_w)
    seen = set()
    for row, reading in enumerate(readings, start=1):
        start = reading.interval.start
        where = f"Reading {row} ({start:%Y-%m-%dT%H:%MZ})"
        for name in ("import_wh", "export_wh"):
            if getattr(reading, name) > limit_wh:
                raise Invalid(
                    f"{where}: {name} {getattr(reading, name)} is above the {limit_wh} Wh that"
                    f" the connection of {meter.serial} can carry in half an hour."
                )
        if start < meter.active_from:
            raise Invalid(f"{where}: {meter.serial} is active from {meter.active_from} on.")
        if meter.active_until and start >= meter.active_until:
            raise Invalid(f"{where}: {meter.serial} was in force until {meter.active_until}.")
        if not_after and reading.interval.end > not_after:
            raise Invalid(f"{where}: this half hour is not over yet; set the meter's clock.")
        if start in seen:
            raise Invalid(f"{where}: this half hour is twice in the batch; send it once.")
        seen.add(start)


def ingest(
    connection: Connection, meter: Meter, readings: Sequence[Reading], not_after: datetime | None
) -> Outcome:
    """Store a batch of one meter's readings: all of it, or nothing.

    The same again changes nothing; a higher revision replaces and the old one is kept; a
    measured one replaces an estimate. Raises Invalid as ``check`` does, and Conflict if other
    numbers are known for the same revision.
    """
    check(meter, readings, not_after)
    connection.execute(LOCK_COMMUNITY, (meter.community_id,))
    written = connection.execute(STORE, _columns(meter.meter_id, readings)).fetchall()
    replaced = [row for row in written if row[1] is not None]
    if replaced:
        with connection.cursor() as cursor:
            cursor.executemany(KEEP_VERSION, [(meter.meter_id, *row) for row in replaced])
    changed = [row[0] for row in written]
    _refuse_contradictions(connection, meter, readings, set(changed))
    if changed:
        connection.execute(NOTE_CORRECTIONS, (changed, meter.community_id))
        connection.execute(MOVE_LATEST, (max(changed), meter.meter_id))
    stored = len(written) - len(replaced)
    return Outcome(stored, len(replaced), len(readings) - len(written))


def _columns(meter_id: int, readings: Sequence[Reading]) -> dict[str, object]:
    ordered = sorted(readings, key=lambda reading: reading.interval)
    return {
        "meter_id": meter_id,
        "starts": [reading.interval.start for reading in ordered],
        "imports": [reading.import_wh for reading in ordered],
        "exports": [reading.export_wh for reading in ordered],
        "generations": [reading.generation_wh for reading in ordered],
        "qualities": [int(reading.quality) for reading in ordered],
        "revisions": [reading.revision for reading in ordered],
    }


def _refuse_contradictions(
    connection: psycopg.Connection,
    meter: Meter,
    readings: Sequence[Reading],
    changed: set[datetime],
) -> None:
    kept = {r.interval.start: r for r in readings if r.interval.start not in changed}
    if not kept:
        return
    for start, *numbers, quality, revision in connection.execute(
        STORED, (meter.meter_id, list(kept))
    ):
        sent = kept[start]
        same = numbers == [sent.import_wh, sent.export_wh, sent.generation_wh]
        estimated = sent.quality == Quality.ESTIMATED and quality != Quality.ESTIMATED
        if sent.revision == revision and not same and not estimated:
            raise Conflict(
                f"{meter.serial} has other numbers for {start:%Y-%m-%dT%H:%MZ} in revision"
                f" {revision}; send a correction with revision {revision + 1}."
            )
