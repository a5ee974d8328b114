"""What an operator has run in the laboratory, over HTTP."""

from peergrid import wire
from peergrid.client.session import Session, read

EXPERIMENTS = "operator/laboratory/experiments"


class Laboratory(Session):
    """Scenarios to run, and what came of them."""

    async def laboratory_offers(self) -> list[wire.LaboratoryOffer]:
        return await self._rows(wire.LaboratoryOffer, "operator/laboratory/offers")

    async def experiments(self) -> list[wire.Experiment]:
        """The community's, without results, the newest first."""
        return await self._rows(wire.Experiment, EXPERIMENTS)

    async def experiment(self, experiment_id: int) -> wire.Experiment:
        return await self._get(wire.Experiment, f"{EXPERIMENTS}/{experiment_id}")

    async def ask_for_experiment(self, order: wire.ExperimentOrder) -> wire.Experiment:
        return read(wire.Experiment, await self._post(EXPERIMENTS, order))

    async def stop_experiment(self, experiment_id: int) -> wire.Experiment:
        path = f"{EXPERIMENTS}/{experiment_id}/stop"
        return read(wire.Experiment, await self._send_signed_in("POST", path))

    async def drop_experiment(self, experiment_id: int) -> None:
        await self._send_signed_in("DELETE", f"{EXPERIMENTS}/{experiment_id}")
