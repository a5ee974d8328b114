"""Drafts, previews, replays, rates, agreements and limit prices over HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest

from peergrid import wire
from peergrid.client import Client
from peergrid.errors import Conflict, Invalid, NotFound, Refused
from peergrid.market.schemes import SCHEMES
from peergrid.market.tariff_terms import terms_of
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.settlement.settle import settle
from tests.community import FIRST, PASSWORD, Street, report_both
from tests.conftest import Backend

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
TERMS = wire.TariffTerms.model_validate(
    terms_of(zetdc_tariff("feed_in"))
    | {
        "name": "From October",
        "valid_from": "2026-10-01",
        "vat_ppm": 155_000,
        "fixed_micros_per_month": 2_000_000,
        "times": [
            {"name": "evening", "first": 36, "end": 42, "micros_per_kwh": 20_000, "on": "weekdays"}
        ],
        "credit": {"rolls_over": False, "year_end": "lost", "cap_w": 5_000},
        "halfway_ppm": 400_000,
        "compensation_ppm": 100_000,
    }
)


def as_member[T](backend: Backend, who: str, what: Callable[[Client], Awaitable[T]]) -> T:
    async def asked() -> T:
        async with Client(backend.url) as client:
            await client.sign_in(f"{who}@street.example", PASSWORD)
            return await what(client)

    return asyncio.run(asked())


def settled(backend: Backend, street: Street) -> None:
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)


def test_an_operator_drafts_tries_and_publishes(backend: Backend, street: Street) -> None:
    settled(backend, street)

    async def all_of_it(client: Client) -> tuple[Any, ...]:
        first = await client.draft_tariff(TERMS)
        second = await client.draft_tariff(TERMS)
        await client.drop_draft(second.draft_id)
        cheaper = TERMS.model_copy(update={"vat_ppm": 0})
        changed = await client.change_draft(first.draft_id, cheaper)
        preview = await client.preview_draft(first.draft_id, SEPTEMBER)
        with pytest.raises(Conflict, match="No full month is settled yet"):
            await client.preview_draft(first.draft_id)
        drafts = await client.tariff_drafts()
        published = await client.publish_draft(first.draft_id)
        return first, changed, preview, drafts, published, await client.tariffs()

    first, changed, preview, drafts, published, tariffs = as_member(backend, "chipo", all_of_it)

    assert (first.terms, first.drafted_by) == (TERMS, "Chipo")
    assert drafts == [changed]
    assert (preview.month, preview.is_complete) == (SEPTEMBER, False)
    assert [one.name for one in preview.households] == ["Ada", "Ben"]
    ben = preview.households[1]
    day = 2_000_000 // 30  # of the fixed charge, on the first of the month
    assert (ben.booked.bill_micros, ben.replayed.bill_micros) == (29_760, 33_920 + day)
    assert (preview.dearer, preview.cheaper) == (2, 0)
    assert published == tariffs[0]
    assert (published.published_by, published.scheme.name) == ("Chipo", "feed_in")
    kept = published.model_dump(exclude={"scheme", "published_by", "published_at"})
    assert kept == TERMS.model_dump(exclude={"scheme"}) | {"vat_ppm": 0}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"blocks": []}, "the last block, and only the last"),
        ({"scheme": "barter"}, "no scheme is called"),
        ({"levy_ppm": -1}, "levy, VAT, ratios and parts must lie between"),
        ({"feed_in_micros_per_kwh": 10**9}, "feed-in price must lie between"),
        ({"fixed_micros_per_month": 10**9}, "fixed charge must lie between"),
        ({"credit": wire.CreditRow(cap_w=0)}, "cap of credit"),
        ({"times": [wire.TimeRow(name="n", first=3, end=3, micros_per_kwh=1)]}, "half hours"),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused_in_one_sentence(
    backend: Backend, street: Street, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        as_member(backend, "chipo", lambda c: c.draft_tariff(TERMS.model_copy(update=changes)))

    assert len(str(refused.value).splitlines()) == 1


def replayed_under(scheme: str) -> Callable[[Client], Awaitable[wire.MyReplay]]:
    return lambda client: client.market_replay(SEPTEMBER, scheme)


def test_a_member_sees_what_they_would_have_earned_and_nobody_elses(
    backend: Backend, street: Street
) -> None:
    settled(backend, street)

    told = as_member(backend, "ada", lambda c: c.replay_schemes(SEPTEMBER))
    schemes = ("mid_market", "feed_in", "net_metering")
    ada = {one: as_member(backend, "ada", replayed_under(one)) for one in schemes}
    chipo = as_member(backend, "chipo", lambda c: c.market_replay(SEPTEMBER, "feed_in"))

    assert [one.name for one in told] == list(SCHEMES)
    assert {one.booked.bill_micros for one in ada.values()} == {-29_760 - 600 * 64}
    assert ada["mid_market"].replayed == ada["mid_market"].booked
    assert ada["feed_in"].replayed.bill_micros == -64_000
    assert ada["feed_in"].community_replayed.bill_micros == 33_920 - 64_000
    assert ada["net_metering"].replayed.credit_earned_wh == 800
    assert ada["net_metering"].scheme.is_pilot is False
    assert "ben" not in "".join(one.model_dump_json() for one in ada.values()).lower()
    assert chipo.booked.bill_micros == chipo.replayed.bill_micros == 0
    assert chipo.community_booked == ada["feed_in"].community_booked
    with pytest.raises(Invalid, match="No scheme is called 'barter'"):
        as_member(backend, "ada", lambda c: c.market_replay(SEPTEMBER, "barter"))


def test_an_operator_sees_everybodys_month_under_another_scheme(
    backend: Backend, street: Street
) -> None:
    settled(backend, street)

    told = as_member(backend, "chipo", lambda c: c.replay(SEPTEMBER, "feed_in"))

    assert [(one.name, one.meters) for one in told.members] == [
        ("Ada", ["street-ada"]),
        ("Ben", ["street-ben"]),
    ]
    assert [one.replayed.bill_micros for one in told.members] == [-64_000, 33_920]
    assert told.replayed.bill_micros == 33_920 - 64_000
    with pytest.raises(Invalid, match="No scheme is called"):
        as_member(backend, "chipo", lambda c: c.replay(SEPTEMBER, "barter"))


def test_a_rate_is_entered_and_told(backend: Backend, street: Street) -> None:
    rate = wire.ExchangeRate(day=SEPTEMBER, micros_per_usd=26_485_000, source="a derived example")

    before = as_member(backend, "ada", lambda c: c.rate())
    entered = as_member(backend, "chipo", lambda c: c.enter_rate(rate))
    after = as_member(backend, "ada", lambda c: c.rate())
    earlier = as_member(backend, "ada", lambda c: c.rate(date(2026, 8, 31)))

    assert before is earlier is None
    assert entered == after == rate


def test_members_see_an_agreement_once_it_is_published(backend: Backend, street: Street) -> None:
    parts = wire.AgreementParts(
        parts=[
            wire.AgreementPart(meter="street-ada", coefficient_ppm=1),
            wire.AgreementPart(meter="street-ben", coefficient_ppm=999_999),
        ]
    )

    draft = as_member(backend, "chipo", lambda c: c.draft_agreement(parts))
    hidden = as_member(backend, "ben", lambda c: c.agreements())
    as_member(backend, "chipo", lambda c: c.publish_agreement(draft.agreement_id))
    shown = as_member(backend, "ben", lambda c: c.agreements())
    applied = as_member(backend, "chipo", lambda c: c.apply_agreement(draft.agreement_id, OCTOBER))

    assert draft.parts == parts.parts
    assert hidden == []
    assert [one.state for one in shown] == [wire.AgreementState.PUBLISHED]
    assert (applied.state, applied.valid_from) == (wire.AgreementState.APPLIED, OCTOBER)
    assert as_member(backend, "chipo", lambda c: c.all_agreements()) == [applied]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [([("street-ada", 999_999)], "sum to 999999 ppm"), ([("street-ada", 500_000)] * 2, "twice")],
)
def test_an_agreement_that_makes_no_sense_is_refused(
    backend: Backend, street: Street, parts: list[tuple[str, int]], sentence: str
) -> None:
    body = wire.AgreementParts(
        parts=[wire.AgreementPart(meter=meter, coefficient_ppm=part) for meter, part in parts]
    )

    with pytest.raises(Invalid, match=sentence):
        as_member(backend, "chipo", lambda c: c.draft_agreement(body))


def test_a_producer_sets_prices_for_a_meter_of_their_own(backend: Backend, street: Street) -> None:
    prices = wire.LimitPrices(meter="street-ada", ask_micros_per_kwh=90_000)

    added = as_member(backend, "ada", lambda c: c.set_limits(prices))

    assert added == prices.model_copy(update={"valid_from": FIRST.start})
    assert as_member(backend, "ada", lambda c: c.limits()) == [added]
    assert as_member(backend, "ben", lambda c: c.limits()) == []
    with pytest.raises(NotFound, match="You have no meter street-ada"):
        as_member(backend, "ben", lambda c: c.set_limits(prices))
    with pytest.raises(Refused):
        as_member(backend, "chipo", lambda c: c.set_limits(prices))


def test_an_operator_is_told_of_every_scheme_in_a_paragraph(
    backend: Backend, street: Street
) -> None:
    found = as_member(backend, "chipo", Client.schemes)

    assert [scheme.name for scheme in found] == list(SCHEMES)
    assert [scheme.name for scheme in found if scheme.is_by_month] == ["bill_sharing"]
    assert all(len(scheme.paragraph) > len(scheme.sentence) for scheme in found)
