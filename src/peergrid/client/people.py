"""An operator's members and meters, page by page, and one member's story."""

from datetime import date

from peergrid import wire
from peergrid.client.session import Session
from peergrid.words.catalogue import Language

MEMBERS = "operator/members"


class People(Session):
    """The part of the client by which an operator looks people up."""

    async def members_page(
        self,
        text: str | None = None,
        role: wire.Role | None = None,
        standing: wire.Standing | None = None,
        order: wire.MemberOrder = wire.MemberOrder.NAME,
        after: int | None = None,
        most: int | None = None,
    ) -> wire.MemberPage:
        """At most ``most`` members; ``after`` is what the page before said."""
        return await self._get(
            wire.MemberPage,
            f"{MEMBERS}/page",
            text=text,
            role=role,
            standing=standing,
            order=order,
            after=after,
            most=most,
        )

    async def meters_page(
        self,
        text: str | None = None,
        only: wire.MeterKind | None = None,
        order: wire.MeterOrder = wire.MeterOrder.SERIAL,
        after: int | None = None,
        most: int | None = None,
    ) -> wire.MeterPage:
        """At most ``most`` meters; ``after`` is what the page before said."""
        return await self._get(
            wire.MeterPage,
            "operator/meters/page",
            text=text,
            only=only,
            order=order,
            after=after,
            most=most,
        )

    async def connections_of(self, member_id: int) -> list[wire.HeldConnection]:
        return await self._rows(wire.HeldConnection, f"{MEMBERS}/{member_id}/connections")

    async def payouts_of(self, member_id: int) -> list[wire.PayoutRow]:
        return await self._rows(wire.PayoutRow, f"{MEMBERS}/{member_id}/payouts")

    async def statement_of(
        self,
        member_id: int,
        month: date | None = None,
        language: Language = Language.ENGLISH,
    ) -> wire.Statement:
        """A month of a member, as they see it themselves."""
        path = f"{MEMBERS}/{member_id}/statement"
        return await self._get(wire.Statement, path, month=month, language=language)

    async def statement_file_of(
        self, member_id: int, month: date, ending: str, language: Language = Language.ENGLISH
    ) -> bytes:
        """The same as a file to keep: ``csv`` or ``pdf``."""
        path, query = (
            f"{MEMBERS}/{member_id}/statement.{ending}",
            {"month": month, "language": language},
        )
        return (await self._ask(path, query)).content
