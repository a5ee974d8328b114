"""What a member may know and say about their own data, and who saw or changed it."""

from collections.abc import AsyncGenerator
from datetime import datetime

from peergrid import wire
from peergrid.client.session import Session

FILE_S = 600.0  # a large file is gathered before its first byte is sent


class Privacy(Session):
    """The part of the client that is about personal data."""

    async def trail(
        self,
        about: int | None = None,
        verb: str | None = None,
        since: datetime | None = None,
        before: int | None = None,
    ) -> list[wire.TrailEntry]:
        """Who saw or changed what, newest first; ``before`` a number for the next page."""
        return await self._rows(
            wire.TrailEntry, "operator/trail", about=about, verb=verb, since=since, before=before
        )

    async def my_trail(self, before: int | None = None) -> list[wire.TrailEntry]:
        """Who else saw or changed one's own data."""
        return await self._rows(wire.TrailEntry, "me/trail", before=before)

    async def everything(self, member_id: int | None = None) -> AsyncGenerator[bytes]:
        """All that is stored about oneself, or (for an operator) about a member: a zip archive."""
        whose = f"operator/members/{member_id}" if member_id is not None else "export"
        async with self._streamed(f"{whose}/everything.zip", {}, FILE_S) as answer:
            async for part in answer.aiter_bytes():
                yield part
