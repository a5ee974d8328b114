"""What a worker does with an experiment: take it, say how far it is, and end it, once."""

from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection
from peergrid.laboratory.offers import Setting

SILENT_S = 60  # a worker that has said nothing for so long is gone, and another takes over
TAKE = """
update experiment set state = 'running', seen_at = clock_timestamp(), progress_ppm = 0
where experiment_id = (
  select experiment_id from experiment
  where state = 'waiting' or state = 'running' and seen_at < clock_timestamp() - %s * interval '1 s'
  order by experiment_id limit 1 for update skip locked)
returning experiment_id, scenario, dials"""
REPORT = """
update experiment set progress_ppm = %s, seen_at = clock_timestamp()
where experiment_id = %s and state = 'running' returning is_to_stop"""
END = """
update experiment set state = %s, reason = %s, result = %s, ended_at = clock_timestamp(),
  progress_ppm = case when %s then 1000000 else progress_ppm end
where experiment_id = %s and state = 'running'"""


@dataclass(frozen=True)
class Task:
    """An experiment that is this worker's to run."""

    experiment_id: int
    scenario: str
    settings: dict[str, Setting]


def take(connection: Connection, silent_s: float = SILENT_S) -> Task | None:
    """The oldest that waits, or that a worker left; None if there is none."""
    row = connection.execute(TAKE, (silent_s,)).fetchone()
    return Task(*row) if row else None


def report(connection: Connection, task: Task, progress_ppm: int) -> bool:
    """Say how far it is, and that it is alive; whether it is to stop, or is no longer ours."""
    row = connection.execute(REPORT, (progress_ppm, task.experiment_id)).fetchone()
    return row is None or bool(row[0])


def succeed(connection: Connection, task: Task, result: dict[str, Any]) -> None:
    connection.execute(END, ("done", None, Jsonb(result), True, task.experiment_id))


def fail(connection: Connection, task: Task, reason: str) -> None:
    connection.execute(END, ("failed", reason, None, False, task.experiment_id))


def cancel(connection: Connection, task: Task) -> None:
    connection.execute(END, ("cancelled", None, None, False, task.experiment_id))
