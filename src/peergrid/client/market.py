"""What a community's energy costs and earns: tariffs, agreements, limits, and months on paper."""

from datetime import date

from peergrid import wire
from peergrid.client.session import Session, read

TARIFFS, AGREEMENTS = "operator/tariffs", "operator/agreements"


class Market(Session):
    """The part of the client that asks about the market, and prepares what it goes by."""

    async def market(self, day: date | None = None) -> wire.Market:
        return await self._get(wire.Market, "market", day=day)

    async def market_indicators(self, month: date) -> wire.MarketIndicators:
        return await self._get(wire.MarketIndicators, "market/indicators", month=month)

    async def replay_schemes(self, month: date) -> list[wire.SchemeInfo]:
        """What a month can be replayed under."""
        return await self._rows(wire.SchemeInfo, "market/replay/schemes", month=month)

    async def market_replay(self, month: date, scheme: str) -> wire.MyReplay:
        return await self._get(wire.MyReplay, "market/replay", month=month, scheme=scheme)

    async def agreements(self) -> list[wire.Agreement]:
        return await self._rows(wire.Agreement, "market/agreements")

    async def limits(self) -> list[wire.LimitPrices]:
        return await self._rows(wire.LimitPrices, "limits")

    async def set_limits(self, prices: wire.LimitPrices) -> wire.LimitPrices:
        return read(wire.LimitPrices, await self._post("limits", prices))

    async def tariffs(self) -> list[wire.TariffRow]:
        return await self._rows(wire.TariffRow, "operator/tariffs")

    async def schemes(self) -> list[wire.SchemeRow]:
        """What a tariff may name as its scheme."""
        return await self._rows(wire.SchemeRow, "operator/tariffs/schemes")

    async def tariff_drafts(self) -> list[wire.TariffDraft]:
        return await self._rows(wire.TariffDraft, f"{TARIFFS}/drafts")

    async def draft_tariff(self, terms: wire.TariffTerms) -> wire.TariffDraft:
        return read(wire.TariffDraft, await self._post(f"{TARIFFS}/drafts", terms))

    async def change_draft(self, draft_id: int, terms: wire.TariffTerms) -> wire.TariffDraft:
        body = terms.model_dump(mode="json")
        path = f"{TARIFFS}/drafts/{draft_id}"
        return read(wire.TariffDraft, await self._send_signed_in("PUT", path, json=body))

    async def drop_draft(self, draft_id: int) -> None:
        await self._send_signed_in("DELETE", f"{TARIFFS}/drafts/{draft_id}")

    async def preview_draft(self, draft_id: int, month: date | None = None) -> wire.TariffPreview:
        path = f"{TARIFFS}/drafts/{draft_id}/preview"
        return await self._get(wire.TariffPreview, path, month=month)

    async def publish_draft(self, draft_id: int) -> wire.TariffRow:
        return read(wire.TariffRow, await self._post(f"{TARIFFS}/drafts/{draft_id}/publish"))

    async def all_agreements(self) -> list[wire.Agreement]:
        return await self._rows(wire.Agreement, AGREEMENTS)

    async def draft_agreement(self, parts: wire.AgreementParts) -> wire.Agreement:
        return read(wire.Agreement, await self._post(AGREEMENTS, parts))

    async def change_agreement(
        self, agreement_id: int, parts: wire.AgreementParts
    ) -> wire.Agreement:
        """Put other parts in a draft."""
        path, body = f"{AGREEMENTS}/{agreement_id}", parts.model_dump(mode="json")
        return read(wire.Agreement, await self._send_signed_in("PUT", path, json=body))

    async def drop_agreement(self, agreement_id: int) -> None:
        await self._send_signed_in("DELETE", f"{AGREEMENTS}/{agreement_id}")

    async def publish_agreement(self, agreement_id: int) -> wire.Agreement:
        return read(wire.Agreement, await self._post(f"{AGREEMENTS}/{agreement_id}/publish"))

    async def apply_agreement(self, agreement_id: int, day: date) -> wire.Agreement:
        start = wire.AgreementStart(valid_from=day)
        return read(wire.Agreement, await self._post(f"{AGREEMENTS}/{agreement_id}/apply", start))

    async def replay(self, month: date, scheme: str) -> wire.Replay:
        return await self._get(wire.Replay, "operator/replay", month=month, scheme=scheme)
