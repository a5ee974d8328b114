"""What an operator is to look at, over HTTP."""

from peergrid import wire
from peergrid.client.session import Session, read

ALERTS = "operator/alerts"


class Alerts(Session):
    """What is amiss, and who has seen it."""

    async def alerts(self) -> list[wire.Alert]:
        """What is amiss now, the gravest first."""
        return await self._rows(wire.Alert, ALERTS)

    async def acknowledge(self, alert: wire.Alert) -> list[wire.Alert]:
        """Say that an alert has been seen; all that there are now."""
        seen = wire.Acknowledgement(kind=alert.kind, since=alert.since)
        return read(list[wire.Alert], await self._post(f"{ALERTS}/acknowledge", seen))
