"""The typed client of the API: meters, dashboards and outsiders use the same one."""

from collections.abc import AsyncGenerator
from datetime import date, datetime
from uuid import UUID

from peergrid import wire
from peergrid.client.alerts import Alerts
from peergrid.client.energy import Energy
from peergrid.client.laboratory import Laboratory
from peergrid.client.market import Market
from peergrid.client.people import People
from peergrid.client.privacy import Privacy
from peergrid.client.sending import Sending
from peergrid.client.session import read
from peergrid.wire.operator import AuditResult
from peergrid.wire.sign_in import SecondFactorState
from peergrid.words.catalogue import Language

SILENCE_S = 60.0  # the server says something every 25 s
FILE_S = 600.0  # a large workbook is written before its first byte is sent
AUDIT_S = 120.0  # the server ends one that takes longer
DATA = "data: "
MEMBERS, KEYS = "operator/members", "operator/keys"


class Client(Energy, People, Privacy, Laboratory, Market, Alerts, Sending):
    """One member's, or one meter park's, way to the backend at ``base_url``."""

    async def me(self) -> wire.Me:
        return await self._get(wire.Me, "me")

    async def wallet(self) -> wire.Wallet:
        return await self._get(wire.Wallet, "wallet")

    async def statement(
        self, month: date | None = None, language: Language = Language.ENGLISH
    ) -> wire.Statement:
        return await self._get(wire.Statement, "wallet/statement", month=month, language=language)

    async def payout_quote(
        self, amount_micros: int, service: wire.MobileMoney = wire.MobileMoney.ECOCASH
    ) -> wire.PayoutQuote:
        """What an amount [micros] would cost, and what would be received of it."""
        return await self._get(
            wire.PayoutQuote, "payouts/quote", amount_micros=amount_micros, service=service
        )

    async def ask_for_payout(self, request: wire.PayoutRequest) -> wire.Payout:
        """The same request twice is one payout: after Unavailable, send it again as it is."""
        return read(wire.Payout, await self._post("payouts", request))

    async def payouts(self) -> list[wire.Payout]:
        return await self._rows(wire.Payout, "payouts")

    async def statement_file(
        self, month: date, ending: str, language: Language = Language.ENGLISH
    ) -> bytes:
        """A month's statement as a file to keep: ``csv`` or ``pdf``."""
        query = {"month": month, "language": language}
        return (await self._ask(f"wallet/statement.{ending}", query)).content

    async def rate(self, day: date | None = None) -> wire.ExchangeRate | None:
        return read(wire.ExchangeRate | None, await self._ask("market/rate", {"day": day}))  # type: ignore[arg-type]

    async def export(
        self,
        table: wire.OwnTable,
        ending: wire.Ending,
        start: date | None = None,
        end: date | None = None,
    ) -> AsyncGenerator[bytes]:
        """One's own data of the days ``[start, end)`` as a file, piece by piece."""
        path = f"export/{table}.{ending}"
        async with self._streamed(path, {"start": start, "end": end}, FILE_S) as answer:
            async for part in answer.aiter_bytes():
                yield part

    async def green_button(
        self, start: date | None = None, end: date | None = None
    ) -> AsyncGenerator[bytes]:
        """One's own readings as Green Button XML, piece by piece."""
        query = {"start": start, "end": end}
        async with self._streamed("export/readings.xml", query, FILE_S) as answer:
            async for part in answer.aiter_bytes():
                yield part

    async def export_community(
        self,
        table: wire.CommunityTable,
        ending: wire.Ending,
        start: date | None = None,
        end: date | None = None,
    ) -> AsyncGenerator[bytes]:
        """A table of the operator's community as a file, piece by piece."""
        path = f"operator/export/{table}.{ending}"
        async with self._streamed(path, {"start": start, "end": end}, FILE_S) as answer:
            async for part in answer.aiter_bytes():
                yield part

    async def live(self, since: int | None = None) -> AsyncGenerator[wire.News]:
        """What is new in one's community, as it happens; after ``since``, what was missed first.

        The first says where one is. It ends now and then: ask again with the newest ``news_id``.
        """
        async with self._streamed("live", {"since": since}, SILENCE_S) as answer:
            async for line in answer.aiter_lines():
                if line.startswith(DATA):
                    yield wire.News.model_validate_json(line.removeprefix(DATA))

    async def overview(self) -> wire.Overview:
        return await self._get(wire.Overview, "operator/overview")

    async def members(self) -> list[wire.MemberRow]:
        return await self._rows(wire.MemberRow, "operator/members")

    async def member(self, member_id: int) -> wire.MemberRow:
        return await self._get(wire.MemberRow, f"operator/members/{member_id}")

    async def invite(self, invitation: wire.Invitation) -> wire.MemberRow:
        """Have a link sent to a new member; the same again sends a new one."""
        return read(wire.MemberRow, await self._post("operator/members", invitation))

    async def approve(self, member_id: int) -> wire.MemberRow:
        return read(wire.MemberRow, await self._post(f"{MEMBERS}/{member_id}/approve"))

    async def suspend(self, member_id: int) -> wire.MemberRow:
        return read(wire.MemberRow, await self._post(f"{MEMBERS}/{member_id}/suspend"))

    async def sessions_of(self, member_id: int) -> list[wire.SessionRow]:
        return await self._rows(wire.SessionRow, f"{MEMBERS}/{member_id}/sessions")

    async def end_sessions_of(self, member_id: int, session_id: UUID | None = None) -> None:
        """Sign a member out everywhere, or on one device."""
        place = f"{MEMBERS}/{member_id}/sessions"
        await self._send_signed_in("DELETE", f"{place}/{session_id}" if session_id else place)

    async def end_second_factor_of(self, member_id: int) -> None:
        await self._send_signed_in("DELETE", f"{MEMBERS}/{member_id}/second-factor")

    async def sessions(self) -> list[wire.SessionRow]:
        return await self._rows(wire.SessionRow, "me/sessions")

    async def end_sessions(self, session_id: UUID | None = None) -> None:
        """Sign out everywhere, here too; or on one device."""
        place = f"me/sessions/{session_id}" if session_id else "me/sessions"
        await self._send_signed_in("DELETE", place)

    async def has_second_factor(self) -> bool:
        """Whether a sign-in asks for a code besides the password."""
        return (await self._get(SecondFactorState, "me/second-factor")).is_enrolled

    async def enrol_second_factor(self) -> wire.Enrolment:
        """Of one's own, shown once; ``confirm_second_factor`` makes it count."""
        return read(wire.Enrolment, await self._post("me/second-factor/enrol"))

    async def confirm_second_factor(self, code: str) -> None:
        await self._post("me/second-factor/confirm", wire.Code(code=code))

    async def end_second_factor(self, code: str) -> None:
        await self._post("me/second-factor/end", wire.Code(code=code))

    async def keys(self, meter: str | None = None) -> list[wire.KeyRow]:
        return await self._rows(wire.KeyRow, KEYS, meter=meter)

    async def new_key(self, order: wire.KeyOrder) -> wire.NewKey:
        return read(wire.NewKey, await self._post(KEYS, order))

    async def revoke_key(self, key_id: int) -> None:
        await self._send_signed_in("DELETE", f"{KEYS}/{key_id}")

    async def meters(self) -> list[wire.MeterRow]:
        return await self._rows(wire.MeterRow, "operator/meters")

    async def end_meter(self, meter_id: int, until: datetime) -> wire.Connected:
        """Cut a connection from a half hour on."""
        body = wire.MeterEnd(until=until)
        return read(wire.Connected, await self._post(f"operator/meters/{meter_id}/end", body))

    async def replace_meter(self, meter_id: int, serial: str, start: datetime) -> wire.NewMeter:
        """Let another device take over from a half hour on; keep the key, it is shown once."""
        body = wire.MeterReplacement(serial=serial, start=start)
        return read(wire.NewMeter, await self._post(f"operator/meters/{meter_id}/replace", body))

    async def hand_over(self, meter_id: int, member_id: int, start: datetime) -> wire.Connected:
        """Give a connection to another member from a half hour on."""
        body = wire.HandOver(member_id=member_id, start=start)
        return read(wire.Connected, await self._post(f"operator/meters/{meter_id}/hand-over", body))

    async def enter_rate(self, rate: wire.ExchangeRate) -> wire.ExchangeRate:
        return read(wire.ExchangeRate, await self._post("operator/rates", rate))

    async def entered_rates(self) -> list[wire.EnteredRate]:
        return await self._rows(wire.EnteredRate, "operator/rates")

    async def settlement(self) -> wire.SettlementState:
        return await self._get(wire.SettlementState, "operator/settlement")

    async def audit(self) -> AuditResult:
        """Have everything settled cleared anew and held against the books; it takes seconds."""
        async with self._streamed("operator/audit", {}, AUDIT_S) as answer:
            return AuditResult.model_validate_json(await answer.aread())

    async def outages(self) -> list[wire.Outage]:
        return await self._rows(wire.Outage, "operator/outages")

    async def report_outage(self, report: wire.OutageReport) -> list[wire.Outage]:
        """Say when the feeder was off; all outages, newest first."""
        return read(list[wire.Outage], await self._post("operator/outages", report))

    async def withdraw_outage(self, outage_id: int) -> list[wire.Outage]:
        """Take back an outage of which nothing is settled; those that are left."""
        path = f"operator/outages/{outage_id}"
        return read(list[wire.Outage], await self._send_signed_in("DELETE", path))

    async def operator_payouts(
        self, state: wire.PayoutState | None = None, over: int | None = None
    ) -> list[wire.PayoutRow]:
        """In a state, or all; ``over``: so many of those that nobody waits for any more."""
        return await self._rows(wire.PayoutRow, "operator/payouts", state=state, over=over)

    async def create_batch(self, batch: wire.BatchOfPayouts) -> wire.BatchCreated:
        return read(wire.BatchCreated, await self._post("operator/payouts/batch", batch))

    async def approve_batch(self, batch_id: int) -> wire.BatchApproved:
        body = wire.BatchApproval(batch_id=batch_id)
        return read(wire.BatchApproved, await self._post("operator/payouts/approve", body))

    async def reject_payouts(self, rejection: wire.PayoutRejection) -> None:
        await self._post("operator/payouts/reject", rejection)

    async def conclude_payouts(self, conclusion: wire.PayoutConclusion) -> None:
        """Say what became of payouts that a person paid from a file."""
        await self._post("operator/payouts/conclude", conclusion)

    async def payouts_csv(self, batch_id: int) -> str:
        """An approved batch as a file to pay from."""
        return (await self._ask("operator/payouts/export.csv", {"batch_id": batch_id})).text
