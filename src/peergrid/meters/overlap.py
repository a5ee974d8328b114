"""Readings of which some are there already: what is newer replaces, and the old one is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from peergrid.database import binary
from peergrid.database.binary import Whole
from peergrid.database.pool import Connection
from peergrid.meters.batch import Batch, Fault, where
from peergrid.meters.readings import start_of
from peergrid.meters.roster import Roster

FEW = 1_000  # readings for which a temporary table is more work than they are
COLUMNS = {
    "interval_start": "interval",
    "meter_id": "int4",
    "import_wh": "int4",
    "export_wh": "int4",
    "generation_wh": "int4",
    "quality": "int2",
    "revision": "int2",
}
AS_PARAMETERS = sql.SQL("""
unnest(%(place)s::int[], %(interval_start)s::timestamptz[], %(meter_id)s::int[],
  %(import_wh)s::int[], %(export_wh)s::int[], %(generation_wh)s::int[], %(quality)s::int2[],
  %(revision)s::int2[])
  as sent (place, interval_start, meter_id, import_wh, export_wh, generation_wh, quality,
    revision)""")
AS_TABLE = sql.SQL("sent")
MAKE_TABLE = """
create temp table if not exists sent (place int, like reading) on commit delete rows"""
EMPTY_TABLE = "delete from sent"
# One statement, so that nothing comes between; in the table's order, so that of two who overlap
# one waits for the other, and never both.
MERGE = sql.SQL("""
with written as (
  insert into reading as stored (interval_start, meter_id, import_wh, export_wh, generation_wh,
    quality, revision)
  select interval_start, meter_id, import_wh, export_wh, generation_wh, quality, revision
  from {sent} order by interval_start, meter_id
  on conflict (interval_start, meter_id) do update set
    import_wh = excluded.import_wh, export_wh = excluded.export_wh,
    generation_wh = excluded.generation_wh, quality = excluded.quality,
    revision = excluded.revision
  where excluded.revision > stored.revision
     or (stored.quality in (1, 4) and excluded.quality <> 1
       and excluded.revision = stored.revision)
  returning new.interval_start, new.meter_id, new.import_wh, new.export_wh, new.generation_wh,
    old.import_wh as import_was, old.export_wh as export_was,
    old.generation_wh as generation_was, old.quality as quality_was,
    old.revision as revision_was),
kept as (
  insert into reading_version (interval_start, meter_id, import_wh, export_wh, generation_wh,
    quality, revision)
  select interval_start, meter_id, import_was, export_was, generation_was, quality_was,
    revision_was
  from written where revision_was is not null),
summed as (
  insert into community_change
  select %(community)s, interval_start, count(*) filter (where revision_was is null),
    sum(import_wh - coalesce(import_was, 0)), sum(export_wh - coalesce(export_was, 0)),
    sum(generation_wh - coalesce(generation_was, 0)),
    sum(greatest(generation_wh - export_wh, 0)
      - coalesce(greatest(generation_was - export_was, 0), 0))
  from written group by interval_start),
noted as (
  insert into correction (community_id, interval_start)
  select distinct %(community)s::int, w.interval_start
  from written w join community c on c.community_id = %(community)s
  where w.interval_start < c.settled_until
  on conflict do nothing)
select meter_id, count(*) filter (where revision_was is null), count(revision_was)
from written group by 1""")
CONTRADICTIONS = sql.SQL("""
select sent.place, stored.revision
from {sent} join reading stored using (interval_start, meter_id)
where stored.revision = sent.revision
  and (stored.import_wh, stored.export_wh, stored.generation_wh)
    <> (sent.import_wh, sent.export_wh, sent.generation_wh)
  and not (sent.quality = 1 and stored.quality <> 1)
order by sent.place""")


@dataclass(frozen=True)
class Outcome:
    """What became of a batch; the three numbers sum to the readings in it.

    ``contradicting`` are those of the unchanged that say something else than what is known in
    the same revision. ``by_meter`` are those stored and corrected, if only some were.
    """

    stored: int
    corrected: int
    unchanged: int
    contradicting: tuple[Fault, ...] = ()
    by_meter: Mapping[int, tuple[int, int]] = field(default_factory=dict, compare=False)


def merge(
    connection: Connection, community_id: int, roster: Roster, batch: Batch, places: Whole
) -> Outcome:
    """Store what is new or newer of ``places`` (n,) of a batch, one statement for all.

    The same again changes nothing; a higher revision replaces and the old one is kept; a
    measured one replaces an estimate or what stood in for an outage.
    """
    asked: dict[str, Any] = {"community": community_id}
    columns = columns_of(batch.rows(places))
    if len(places) <= FEW:
        sent = AS_PARAMETERS
        asked |= {name: values.tolist() for name, values in columns.items()}
        asked |= {
            "place": places.tolist(),
            "interval_start": [start_of(number) for number in columns["interval_start"].tolist()],
        }
    else:
        sent = AS_TABLE
        connection.execute(MAKE_TABLE)
        connection.execute(EMPTY_TABLE)
        rows = {"place": places, **columns}
        binary.store(connection, "sent", {"place": "int4", **COLUMNS}, [rows])
    written = connection.execute(MERGE.format(sent=sent), asked).fetchall()
    by_meter = {meter_id: (stored, corrected) for meter_id, stored, corrected in written}
    stored, corrected = (sum(column) for column in zip((0, 0), *by_meter.values(), strict=True))
    unchanged = len(places) - stored - corrected
    query = CONTRADICTIONS.format(sent=sent)
    found = connection.execute(query, asked).fetchall() if unchanged else []
    contradicting = tuple(_contradiction(batch, roster, *row) for row in found)
    return Outcome(stored, corrected, unchanged, contradicting, by_meter)


def columns_of(batch: Batch) -> Mapping[str, Whole]:
    """The columns of the table of readings, each (n_readings,)."""
    return {
        "interval_start": batch.number,
        "meter_id": batch.meter_id,
        "import_wh": batch.import_wh,
        "export_wh": batch.export_wh,
        "generation_wh": batch.generation_wh,
        "quality": batch.quality,
        "revision": batch.revision,
    }


def _contradiction(batch: Batch, roster: Roster, place: int, revision: int) -> Fault:
    serial = roster.serial_of(int(batch.meter_id[place]))
    start = start_of(int(batch.number[place]))
    return Fault(
        place + 1,
        f"{where(batch, place)}: {serial} has other numbers for {start:%Y-%m-%dT%H:%MZ} in"
        f" revision {revision}; send a correction with revision {revision + 1}.",
    )
