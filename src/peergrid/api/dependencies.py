"""Who asks, and may they: what routes are given."""

import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from peergrid.api.allowance import Allowance
from peergrid.api.announcer import Announcer
from peergrid.api.gathering import Door
from peergrid.api.problems import problem_responses
from peergrid.api.trail import Doing, doing_of
from peergrid.database.pool import Database
from peergrid.database.roles import HOUSEHOLD, INGEST, OPERATOR, OVERSEER, Asking
from peergrid.errors import Refused, Unavailable, Unknown
from peergrid.members.mail import Mail
from peergrid.members.membership import Member
from peergrid.members.sealing import Seal
from peergrid.members.sessions import Acting, who_holds
from peergrid.meters.collectors import Collector, collector_with_key
from peergrid.meters.registry import Meter
from peergrid.meters.roster import Rosters
from peergrid.meters.senders import known
from peergrid.settings import Settings
from peergrid.wire import CALLER, DASHBOARD_KEY, Role

access_token = HTTPBearer(auto_error=False, scheme_name="access token")
meter_key = HTTPBearer(auto_error=False, scheme_name="meter key")
collector_key = HTTPBearer(auto_error=False, scheme_name="collector key")

GUARDED = problem_responses(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.SERVICE_UNAVAILABLE,
)

ROLE_OF = {  # of a member, in the database
    Role.PRODUCER: HOUSEHOLD,
    Role.CONSUMER: HOUSEHOLD,
    Role.OPERATOR: OPERATOR,
    Role.AUDITOR: OVERSEER,
}

Day = Annotated[date, Query(ge=date(2000, 1, 2), le=date(2100, 12, 1))]

type Credentials = HTTPAuthorizationCredentials | None


# FastAPI takes a thread for each that is not async, though none of these waits for anything.


async def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def announcer_of(request: Request) -> Announcer:
    announcer: Announcer = request.app.state.announcer
    return announcer


async def rosters_of(request: Request) -> Rosters:
    rosters: Rosters = request.app.state.rosters
    return rosters


async def allowance_of(request: Request) -> Allowance:
    allowance: Allowance = request.app.state.allowance
    return allowance


async def door_of(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


async def clock() -> datetime:
    """The wall clock; rules get it from here."""
    return datetime.now(UTC)


Pool = Annotated[Database, Depends(database_of)]
Set = Annotated[Settings, Depends(settings_of)]
Tell = Annotated[Announcer, Depends(announcer_of)]
Known = Annotated[Rosters, Depends(rosters_of)]
Most = Annotated[Allowance, Depends(allowance_of)]
In = Annotated[Door, Depends(door_of)]
Now = Annotated[datetime, Depends(clock)]


def secret_of(settings: Settings) -> str:
    """What signs access tokens; whoever made the app made sure that there is one."""
    assert settings.secret is not None  # noqa: S101 - create_app refuses to start without
    return settings.secret


def seal_of(settings: Settings, use: str) -> Seal:
    """Encrypts for one use, and opens what former secrets closed."""
    return Seal(use, (secret_of(settings), *settings.former_secrets))


@dataclass(frozen=True)
class Caller:
    """Where a request comes from; ``device`` is what it says of itself."""

    address: str
    device: str


async def caller_of(request: Request) -> Caller:
    """The address of the connection, or of the browser that our own dashboard speaks for.

    Headers of others count only behind a proxy that is trusted by a setting.
    """
    address = request.client.host if request.client else ""
    ours: str | None = request.app.state.dashboard_key
    shown = request.headers.get(DASHBOARD_KEY, "")
    if ours and hmac.compare_digest(shown.encode(), ours.encode()):
        address = request.headers.get(CALLER, address)
    return Caller(address, request.headers.get("User-Agent", ""))


async def doing(request: Request) -> Doing:
    return await doing_of(request, (await caller_of(request)).address)


Does = Annotated[Doing, Depends(doing)]


async def recording(database: Pool, does: Does) -> Database:
    """The database as who asks may see it, however a route asks.

    What a route does with it is on the audit trail when it is committed.
    """
    seen = database.beginning_with(does.enter)
    return seen.ending_with(does.record) if does.kind else seen


async def community_of(database: Pool, does: Does) -> Database:
    """The database as an overseer of the asker's community sees it: to read, for sums of all."""
    return database.beginning_with(does.enter_community)


Data = Annotated[Database, Depends(recording)]
CommunityData = Annotated[Database, Depends(community_of)]


async def mail_of(request: Request) -> Mail:
    """Raises Unavailable if letters cannot be sent."""
    mail: Mail | None = request.app.state.mail
    if mail is None:
        raise Unavailable("No letters can be sent: PEERGRID_MAIL names no mail server.")
    return mail


def signed_in(
    database: Pool,
    settings: Set,
    does: Does,
    credentials: Annotated[Credentials, Security(access_token)],
) -> Acting:
    """Who holds the access token, and by which sign-in. Raises Unknown without a good one."""
    if credentials is None:
        raise Unknown("Sign in first: this needs an access token.")
    with database.transaction() as connection:
        acting = who_holds(connection, credentials.credentials, secret_of(settings))
    member = acting.member
    does.asking = Asking(ROLE_OF[Role(member.role)], member.community_id, member.member_id)
    return acting


async def any_member(acting: Annotated[Acting, Depends(signed_in)], does: Does) -> Member:
    """Who holds the access token; the audit trail names them."""
    does.actor = acting.member
    return acting.member


class MemberIn:
    """Lets a member pass who has one of ``roles``; Refused otherwise."""

    def __init__(self, *roles: Role) -> None:
        self.roles = roles

    async def __call__(self, member: Annotated[Member, Depends(any_member)]) -> Member:
        if member.role not in self.roles:
            needed = " or ".join(self.roles)
            raise Refused(f"Signed in as {member.role}; this needs the role {needed}.")
        return member


async def sending_meter(
    door: In, allowance: Most, does: Does, credentials: Annotated[Credentials, Security(meter_key)]
) -> Meter:
    """The meter whose key was sent. Raises Unknown without a good one, Throttled if too often."""
    if credentials is None:
        raise Unknown("Send the meter's key as a bearer token.")
    meter = known(await door.meter(credentials.credentials))
    does.asking = Asking(INGEST, meter.community_id)
    allowance.spend(f"meter {meter.meter_id}")
    return meter


def sending_collector(
    database: Pool,
    allowance: Most,
    does: Does,
    credentials: Annotated[Credentials, Security(collector_key)],
) -> Collector:
    """The collector whose key was sent. Raises as ``sending_meter``."""
    if credentials is None:
        raise Unknown("Send the collector's key as a bearer token.")
    with database.transaction() as connection:
        collector = collector_with_key(connection, credentials.credentials)
    does.asking = Asking(INGEST, collector.community_id)
    allowance.spend(collector.sender)
    return collector


From = Annotated[Caller, Depends(caller_of)]
Letters = Annotated[Mail, Depends(mail_of)]
SignedIn = Annotated[Acting, Depends(signed_in)]
AnyMember = Annotated[Member, Depends(any_member)]
HouseholdMember = Annotated[Member, Depends(MemberIn(Role.PRODUCER, Role.CONSUMER))]
Operator = Annotated[Member, Depends(MemberIn(Role.OPERATOR))]
Overseer = Annotated[Member, Depends(MemberIn(Role.OPERATOR, Role.AUDITOR))]  # only reads
SendingMeter = Annotated[Meter, Depends(sending_meter)]
SendingCollector = Annotated[Collector, Depends(sending_collector)]
