"""What meters and collectors send, each with a key of its own."""

from collections.abc import Sequence

from peergrid import wire
from peergrid.client.session import Session, read


class Sending(Session):
    """The part of the client that needs no sign-in but a meter's or a collector's key.

    What these return is committed. After Unavailable, and when it is not known what became of
    a request, the same may be sent again: it is done once.
    """

    async def send_readings(
        self, key: str, readings: Sequence[wire.ReadingMessage]
    ) -> wire.Receipt:
        """Send one meter's readings."""
        body = wire.Batch(readings=list(readings)).model_dump(mode="json")
        answer = await self._send("POST", "readings", json=body, bearer=key)
        return read(wire.Receipt, answer)

    async def send_registers(self, key: str, registers: wire.Registers) -> wire.RegisterReceipt:
        """Send one meter's totals."""
        body = registers.model_dump(mode="json")
        return read(
            wire.RegisterReceipt, await self._send("POST", "registers", json=body, bearer=key)
        )

    async def send_bulk(
        self, key: str, once: str, body: bytes, content_type: str, *, partial: bool = False
    ) -> wire.BulkReceipt:
        """Send many meters' readings as a collector; ``once`` is the request's own name.

        With ``partial`` the good rows are stored and the bad ones listed.
        """
        answer = await self._send(
            "POST",
            "readings/bulk",
            bearer=key,
            content=body,
            params={"partial": str(partial).lower()},
            headers={"Idempotency-Key": once, "Content-Type": content_type},
        )
        return read(wire.BulkReceipt, answer)
