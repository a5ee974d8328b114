"""Experiments: what an operator asked to be run, how far it has come, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from psycopg.types.json import Jsonb

from peergrid.database.pool import Connection
from peergrid.errors import Conflict, NotFound
from peergrid.laboratory.offers import Setting, offer_of

MOST_UNDER_WAY = 8  # of a community: a run may take minutes of a whole machine
MOST_KEPT = 200
COLUMNS = """
experiment_id, title, scenario, dials, state, progress_ppm, asked_by, asked_at, ended_at, reason"""
ALL = f"""
select {COLUMNS}, null from experiment where community_id = %s
order by experiment_id desc"""  # noqa: S608 - a constant
ONE = f"""
select {COLUMNS}, result from experiment
where community_id = %s and experiment_id = %s"""  # noqa: S608 - a constant
COUNTS = """
select count(*) filter (where state in ('waiting', 'running')), count(*) from experiment
where community_id = %s"""
LOCK = "select from community where community_id = %s for no key update"
ADD = """
insert into experiment (community_id, asked_by, title, scenario, dials)
values (%s, %s, %s, %s, %s) returning experiment_id"""
STOP = """
update experiment set is_to_stop = true,
  state = case state when 'waiting' then 'cancelled' else state end,
  ended_at = case state when 'waiting' then clock_timestamp() else ended_at end
where community_id = %s and experiment_id = %s and state in ('waiting', 'running')"""
DROP = "delete from experiment where experiment_id = %s"


class ExperimentState(StrEnum):
    """How far an experiment has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def has_ended(self) -> bool:
        return self not in {ExperimentState.WAITING, ExperimentState.RUNNING}


@dataclass(frozen=True)
class Experiment:
    """A scenario with its dials, and what came of it; lists leave ``result`` out."""

    experiment_id: int
    title: str
    scenario: str
    settings: dict[str, Setting]
    state: ExperimentState
    progress_ppm: int
    asked_by: int
    asked_at: datetime
    ended_at: datetime | None
    reason: str | None
    result: dict[str, Any] | None


def experiments_of(connection: Connection, community_id: int) -> list[Experiment]:
    """A community's experiments, the newest first."""
    return [_read(*row) for row in connection.execute(ALL, (community_id,))]


def experiment_of(connection: Connection, community_id: int, experiment_id: int) -> Experiment:
    """One of them, with its result. Raises NotFound."""
    row = connection.execute(ONE, (community_id, experiment_id)).fetchone()
    if row is None:
        raise NotFound(f"Your community has no experiment {experiment_id}.")
    return _read(*row)


def ask_for(
    connection: Connection,
    community_id: int,
    member_id: int,
    title: str,
    scenario: str,
    settings: Mapping[str, Setting],
) -> Experiment:
    """Have ``scenario`` run with ``settings`` by path.

    Raises NotFound for a scenario that nobody offers, Invalid for a dial that is none or turned
    too far, and Conflict while too many wait or are kept.
    """
    offer_of(connection, scenario).check(settings)
    connection.execute(LOCK, (community_id,))  # one at a time, or two pass the limit together
    under_way, kept = connection.execute(COUNTS, (community_id,)).fetchone() or (0, 0)
    if under_way >= MOST_UNDER_WAY:
        raise Conflict(f"{under_way} experiments are under way: wait for one, or stop it.")
    if kept >= MOST_KEPT:
        raise Conflict(f"{kept} experiments are kept: delete one.")
    values = (community_id, member_id, title, scenario, Jsonb(dict(settings)))
    row = connection.execute(ADD, values).fetchone()
    assert row is not None, "an insert returns its row"  # noqa: S101
    return experiment_of(connection, community_id, row[0])


def stop(connection: Connection, community_id: int, experiment_id: int) -> Experiment:
    """End one that waits, and have one that runs end soon; nothing happens to one that ended."""
    experiment_of(connection, community_id, experiment_id)
    connection.execute(STOP, (community_id, experiment_id))
    return experiment_of(connection, community_id, experiment_id)


def drop(connection: Connection, community_id: int, experiment_id: int) -> None:
    """Throw one away. Raises NotFound, and Conflict while it is under way."""
    if not experiment_of(connection, community_id, experiment_id).state.has_ended:
        raise Conflict(f"Experiment {experiment_id} is under way: stop it first.")
    connection.execute(DROP, (experiment_id,))


def _read(
    number: int, title: str, scenario: str, settings: Any, state: str, *rest: Any
) -> Experiment:
    return Experiment(number, title, scenario, settings, ExperimentState(state), *rest)
