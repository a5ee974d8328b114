"""The operator's laboratory: have scenarios run elsewhere, and lay up what came of them."""

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Does, Operator, Overseer
from peergrid.laboratory import experiments
from peergrid.laboratory.experiments import Experiment
from peergrid.laboratory.offers import offers

router = APIRouter(prefix="/operator/laboratory", tags=["laboratory"], responses=GUARDED)

ExperimentId = Annotated[int, Path(ge=1, le=2**31 - 1)]
ONE = "/experiments/{experiment_id}"


@router.get("/offers")
def offered(_: Overseer, database: Data) -> list[wire.LaboratoryOffer]:
    """The scenarios that can be run, and their dials; none until a worker has been started."""
    with database.transaction() as connection:
        return [wire.LaboratoryOffer(**asdict(one)) for one in offers(connection)]


@router.get("/experiments")
def everything(member: Overseer, database: Data) -> list[wire.Experiment]:
    """The community's experiments without their results, the newest first."""
    with database.transaction() as connection:
        found = experiments.experiments_of(connection, member.community_id)
    return [_told(one) for one in found]


@router.post("/experiments")
def ask(
    body: wire.ExperimentOrder, member: Operator, database: Data, does: Does
) -> wire.Experiment:
    """Have a scenario run by a worker, when one is free."""
    with database.transaction() as connection:
        asked = experiments.ask_for(
            connection,
            member.community_id,
            member.member_id,
            body.title,
            body.scenario,
            body.settings,
        )
        does.about(experiment_id=asked.experiment_id)
    return _told(asked)


@router.get(ONE)
def one(experiment_id: ExperimentId, member: Overseer, database: Data) -> wire.Experiment:
    """An experiment with its result."""
    with database.transaction() as connection:
        return _told(experiments.experiment_of(connection, member.community_id, experiment_id))


@router.post(f"{ONE}/stop")
def stop(experiment_id: ExperimentId, member: Operator, database: Data) -> wire.Experiment:
    """End an experiment that waits, or have its worker end it within seconds."""
    with database.transaction() as connection:
        return _told(experiments.stop(connection, member.community_id, experiment_id))


@router.delete(ONE, status_code=HTTPStatus.NO_CONTENT)
def drop(experiment_id: ExperimentId, member: Operator, database: Data) -> None:
    """Throw away an experiment that has ended."""
    with database.transaction() as connection:
        experiments.drop(connection, member.community_id, experiment_id)


def _told(found: Experiment) -> wire.Experiment:
    plain = asdict(found)
    del plain["asked_by"]
    return wire.Experiment(**plain)
