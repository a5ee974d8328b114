"""What the screens show: loaded, loading or in trouble; no control is known here."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from peergrid import wire
from peergrid.client import Client
from peergrid.energy import local_day
from peergrid.errors import PeerGridError, Unavailable, Unknown
from peergrid.words.catalogue import Language

PAYOUTS_OVER = 8  # that nobody waits for any more, the newest first
CANNOT_REACH = "Can't reach PeerGrid right now. Trying again…"


@dataclass(frozen=True)
class View[T]:
    """What is known of a screen's matter; ``trouble`` says why it may be old or lacking.

    A value that ``is_left`` is of another day or month, kept until the one asked for is here.
    """

    value: T | None = None
    trouble: str = ""
    is_left: bool = False


@dataclass(frozen=True)
class Wallet:
    wallet: wire.Wallet
    statement: wire.Statement
    payouts: list[wire.Payout]


@dataclass(frozen=True)
class Now:
    """``readings`` are those of the newest local day."""

    overview: wire.Overview
    market: wire.Market
    settlement: wire.SettlementState
    alerts: list[wire.Alert]
    outages: list[wire.Outage]
    readings: int


@dataclass(frozen=True)
class Settled:
    state: wire.SettlementState
    payouts: list[wire.PayoutRow]


@dataclass(frozen=True)
class Tariffs:
    published: list[wire.TariffRow]
    drafts: list[wire.TariffDraft]
    schemes: list[wire.SchemeRow]
    settled_until: datetime | None


@dataclass(frozen=True)
class MemberStory:
    """``keys`` are those of the meters that are the member's now, by serial."""

    member: wire.MemberRow
    connections: list[wire.HeldConnection]
    keys: dict[str, list[wire.KeyRow]]
    payouts: list[wire.PayoutRow]


@dataclass(frozen=True)
class Mine:
    sessions: list[wire.SessionRow]
    consents: list[wire.ConsentRow]
    has_second_factor: bool
    is_leaving: bool


class Watcher(Protocol):
    """Tells whether somebody still looks at the page, and when there may be more to see."""

    @property
    def heard(self) -> int: ...

    async def is_watched(self) -> bool: ...

    async def rest(self, heard: int, poll_s: float) -> None: ...


async def load_wallet(client: Client, month: date | None, language: Language) -> Wallet:
    return Wallet(
        await client.wallet(), await client.statement(month, language), await client.payouts()
    )


async def load_now(client: Client) -> Now:
    overview = await client.overview()
    return Now(
        overview,
        await client.market(),
        await client.settlement(),
        await client.alerts(),
        await client.outages(),
        await _readings(client, overview.latest),
    )


async def _readings(client: Client, latest: datetime | None) -> int:
    if latest is None:
        return 0
    day = local_day(latest)
    sums = await client.community_sums(wire.Step.DAY, day, day + timedelta(days=1))
    return sum(one.readings for one in sums.sums)


async def load_settled(client: Client) -> Settled:
    payouts = await client.operator_payouts(over=PAYOUTS_OVER)
    return Settled(await client.settlement(), payouts)


async def load_tariffs(client: Client) -> Tariffs:
    return Tariffs(
        await client.tariffs(),
        await client.tariff_drafts(),
        await client.schemes(),
        (await client.overview()).settled_until,
    )


async def load_story(client: Client, member_id: int) -> MemberStory:
    member = await client.member(member_id)
    return MemberStory(
        member,
        await client.connections_of(member_id),
        {meter: await client.keys(meter) for meter in member.meters},
        await client.payouts_of(member_id),
    )


async def load_mine(client: Client) -> Mine:
    me = await client.me()
    return Mine(
        await client.sessions(),
        await client.consents(),
        await client.has_second_factor(),
        is_leaving=me.standing is wire.Standing.LEAVING,
    )


async def watch[T](
    load: Callable[[], Awaitable[T]], watcher: Watcher, poll_s: float, view: View[T]
) -> AsyncGenerator[View[T]]:
    """Load whenever there is news, and without a feed of news every ``poll_s``.

    The last value of ``view`` goes on showing while there is trouble. Raises Unknown when the
    sign-in has ended.
    """
    while await watcher.is_watched():
        heard = watcher.heard
        try:
            view = View(await load())
        except Unknown:
            raise
        except Unavailable:
            view = replace(view, trouble=CANNOT_REACH)
        except PeerGridError as error:
            view = replace(view, trouble=str(error))
        yield view
        await watcher.rest(heard, poll_s)
