"""What a member may know and say about their own data, and who saw or changed it."""

from collections.abc import AsyncGenerator
from datetime import datetime

from peergrid import wire
from peergrid.client.session import Session, read

FILE_S = 600.0  # a large file is gathered before its first byte is sent


class Privacy(Session):
    """The part of the client that is about personal data."""

    async def trail(
        self,
        about: int | None = None,
        verb: str | None = None,
        since: datetime | None = None,
        before: int | None = None,
        *,
        looks: bool = True,
    ) -> list[wire.TrailEntry]:
        """Who saw or changed what, newest first; ``before`` a number for the next page.

        Without ``looks``, who changed what.
        """
        return await self._rows(
            wire.TrailEntry,
            "operator/trail",
            about=about,
            verb=verb,
            since=since,
            before=before,
            looks=looks,
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

    async def consents(self) -> list[wire.ConsentRow]:
        return await self._rows(wire.ConsentRow, "me/consents")

    async def give_consent(self, purpose: wire.ConsentPurpose, version: str) -> None:
        """Agree to a purpose in the words of a version."""
        await self._send_signed_in("PUT", f"me/consents/{purpose}", json={"version": version})

    async def withdraw_consent(self, purpose: wire.ConsentPurpose) -> None:
        await self._send_signed_in("DELETE", f"me/consents/{purpose}")

    async def ask_for_erasure(self) -> None:
        """An operator is told, and deletes one's data once nothing is owed."""
        await self._send_signed_in("PUT", "me/erasure")

    async def keep_data(self) -> None:
        """Ask for that no longer."""
        await self._send_signed_in("DELETE", "me/erasure")

    async def correct_name(self, name: str) -> None:
        await self._send_signed_in("PUT", "me/name", json={"name": name})

    async def correct_member(self, member_id: int, right: wire.Correction) -> wire.MemberRow:
        """For operators; a new address ends the member's sign-ins."""
        body, path = right.model_dump(mode="json"), f"operator/members/{member_id}"
        return read(wire.MemberRow, await self._send_signed_in("PUT", path, json=body))

    async def erase_member(self, member_id: int) -> wire.MemberRow:
        """For operators: forget who has left and is owed nothing."""
        return read(wire.MemberRow, await self._post(f"operator/members/{member_id}/erase"))
