"""What was counted, by half hour, hour, day or month."""

from datetime import date

from peergrid import wire
from peergrid.client.session import Session


class Energy(Session):
    """What the client can ask about energy: one's own, and all of a community's together."""

    async def energy_day(self, day: date | None = None, meter: str | None = None) -> wire.EnergyDay:
        return await self._get(wire.EnergyDay, "energy/day", day=day, meter=meter)

    async def energy_month(self, month: date, meter: str | None = None) -> wire.EnergyPeriod:
        return await self._get(wire.EnergyPeriod, "energy/month", month=month, meter=meter)

    async def energy_year(self, year: int, meter: str | None = None) -> wire.EnergyPeriod:
        return await self._get(wire.EnergyPeriod, "energy/year", year=year, meter=meter)

    async def energy_sums(
        self, step: wire.Step, first: date, end: date, meter: str | None = None
    ) -> wire.EnergySums:
        """One's own energy in the days ``[first, end)``: a row a step, without money."""
        query = {"step": step, "first": first, "end": end, "meter": meter}
        return await self._get(wire.EnergySums, "energy/sums", **query)

    async def highest(
        self, month: date, by: wire.Rank = wire.Rank.GENERATION, most: int = 10
    ) -> wire.Ranking:
        """The connections of the operator's community that counted most in a month."""
        return await self._get(
            wire.Ranking, "operator/energy/highest", month=month, by=by, most=most
        )

    async def community_sums(self, step: wire.Step, first: date, end: date) -> wire.EnergySums:
        """The energy of all of the operator's community in the days ``[first, end)``."""
        query = {"step": step, "first": first, "end": end}
        return await self._get(wire.EnergySums, "operator/energy", **query)

    async def ahead(self) -> wire.Ahead:
        """Outages of one's feeder and other prices, as far as they are known."""
        return await self._get(wire.Ahead, "energy/ahead")
