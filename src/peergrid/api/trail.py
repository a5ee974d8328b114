"""What a request does, for the audit trail: one table of routes, one place that records.

A route that changes something as an operator, or shows a member's data to somebody else, stands
in DEEDS; a test finds one that does not. Whatever transaction it opens through ``Data`` ends
with the entry. A deed that failed has no entry, for nothing was changed or shown; nor has the
same look of the same person within an hour, for its entry is there.
"""

import json
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any
from uuid import UUID, uuid4

from fastapi import Request

from peergrid.database.pool import Connection
from peergrid.database.roles import API, OVERSEER, Asking, enter
from peergrid.members.membership import Member
from peergrid.members.trail import LOOK, UNKNOWN_PLACE, Deed, record, was_looked

THIS_MACHINE, OWN_NETWORK, INTERNET = "this machine", "own network", "internet"
PREFIX = "/api/v1"


@dataclass(frozen=True)
class Kind:
    """A verb and its object; ``named`` are the fields of the body that say which.

    ``is_file``: what is taken away has an entry each time; a look at a screen has one an hour.
    """

    verb: str
    object: str
    named: tuple[str, ...] = ()
    of_everybody: bool = False
    is_file: bool = False


MEMBER = "/operator/members/{member_id}"
DRAFT, AGREEMENT = "/operator/tariffs/drafts/{draft_id}", "/operator/agreements/{agreement_id}"
METER = "/operator/meters/{meter_id}"
EXPERIMENT = "/operator/laboratory/experiments/{experiment_id}"
DEEDS = {
    "GET /operator/members": Kind(LOOK, "members", of_everybody=True),
    "GET /operator/members/page": Kind(LOOK, "members", of_everybody=True),
    f"GET {MEMBER}": Kind(LOOK, "member"),
    f"GET {MEMBER}/connections": Kind(LOOK, "connections"),
    f"GET {MEMBER}/payouts": Kind(LOOK, "payouts"),
    f"GET {MEMBER}/statement": Kind(LOOK, "statement"),
    f"GET {MEMBER}/statement.csv": Kind(LOOK, "statement", is_file=True),
    f"GET {MEMBER}/statement.pdf": Kind(LOOK, "statement", is_file=True),
    f"GET {MEMBER}/sessions": Kind(LOOK, "sessions"),
    f"GET {MEMBER}/everything.zip": Kind(LOOK, "whole file", is_file=True),
    "GET /operator/export/{table}.{ending}": Kind(LOOK, "export", of_everybody=True, is_file=True),
    "GET /operator/energy/highest": Kind(LOOK, "highest of a month", of_everybody=True),
    "GET /operator/meters": Kind(LOOK, "meters", of_everybody=True),
    "GET /operator/meters/page": Kind(LOOK, "meters", of_everybody=True),
    "GET /operator/payouts": Kind(LOOK, "payouts", of_everybody=True),
    "GET /operator/payouts/export.csv": Kind(LOOK, "payout file", of_everybody=True, is_file=True),
    "GET /operator/audit": Kind(LOOK, "audit", of_everybody=True),
    "GET /operator/replay": Kind(LOOK, "replay", of_everybody=True),
    f"GET {DRAFT}/preview": Kind(LOOK, "tariff preview", of_everybody=True),
    "POST /operator/members": Kind("invite", "member"),
    f"POST {MEMBER}/approve": Kind("approve", "member"),
    f"POST {MEMBER}/suspend": Kind("suspend", "member"),
    f"PUT {MEMBER}": Kind("correct", "member"),
    f"POST {MEMBER}/erase": Kind("erase", "member"),
    "PUT /me/name": Kind("correct", "own name"),
    "PUT /me/erasure": Kind("ask for", "erasure"),
    "DELETE /me/erasure": Kind("withdraw", "erasure"),
    "PUT /me/consents/{purpose}": Kind("give", "consent", ("version",)),
    "DELETE /me/consents/{purpose}": Kind("withdraw", "consent"),
    f"DELETE {MEMBER}/sessions": Kind("end", "sessions"),
    f"DELETE {MEMBER}/sessions/{{session_id}}": Kind("end", "session"),
    f"DELETE {MEMBER}/second-factor": Kind("end", "second factor"),
    f"POST {METER}/end": Kind("end", "meter", ("until",)),
    f"POST {METER}/replace": Kind("replace", "meter", ("serial", "start")),
    f"POST {METER}/hand-over": Kind("hand over", "meter", ("member_id", "start")),
    "POST /operator/keys": Kind("add", "meter key", ("meter",)),
    "DELETE /operator/keys/{key_id}": Kind("revoke", "meter key"),
    "POST /operator/collectors": Kind("add", "collector key", ("name",)),
    "DELETE /operator/collectors/{name}": Kind("revoke", "collector key"),
    "POST /operator/payouts/batch": Kind("put together", "payouts", ("payout_ids", "by_file")),
    "POST /operator/payouts/approve": Kind("approve", "payout batch", ("batch_id",)),
    "POST /operator/payouts/reject": Kind("reject", "payouts", ("payout_ids",)),
    "POST /operator/payouts/conclude": Kind("conclude", "payouts", ("payout_ids", "outcome")),
    "POST /operator/tariffs/drafts": Kind("add", "tariff draft", ("valid_from",)),
    f"PUT {DRAFT}": Kind("change", "tariff draft"),
    f"DELETE {DRAFT}": Kind("drop", "tariff draft"),
    f"POST {DRAFT}/publish": Kind("publish", "tariff draft"),
    "POST /operator/rates": Kind("enter", "rate", ("day", "micros_per_usd")),
    "POST /operator/agreements": Kind("add", "agreement"),
    f"PUT {AGREEMENT}": Kind("change", "agreement"),
    f"DELETE {AGREEMENT}": Kind("drop", "agreement"),
    f"POST {AGREEMENT}/publish": Kind("publish", "agreement"),
    f"POST {AGREEMENT}/apply": Kind("apply", "agreement", ("valid_from",)),
    "POST /operator/alerts/acknowledge": Kind("acknowledge", "alert", ("kind",)),
    "POST /operator/outages": Kind("report", "outage", ("starts", "ends")),
    "DELETE /operator/outages/{outage_id}": Kind("withdraw", "outage"),
    "POST /operator/laboratory/experiments": Kind("ask for", "experiment", ("scenario",)),
    f"POST {EXPERIMENT}/stop": Kind("stop", "experiment"),
    f"DELETE {EXPERIMENT}": Kind("drop", "experiment"),
}


@dataclass
class Doing:
    """A request on its way: who turns out to be doing it, and to what."""

    kind: Kind | None
    came_from: str
    ids: dict[str, Any]
    actor: Member | None = None
    asking: Asking = Asking(API)  # noqa: RUF009 - frozen
    request_id: UUID = field(default_factory=uuid4)
    _is_recorded: bool = False

    def enter(self, connection: Connection) -> None:
        """Let a transaction do and see only what its asker may."""
        if self.asking.role != API:
            enter(connection, self.asking)

    def enter_community(self, connection: Connection) -> None:
        """Let a transaction read the whole community of who asks, for sums of all together."""
        enter(connection, replace(self.asking, role=OVERSEER))

    def about(self, **ids: int | str) -> None:
        """Add what the request itself does not say: what has just come to be, whose it is."""
        self.ids |= ids

    def record(self, connection: Connection) -> None:
        """Write the entry, once a request and only for who is signed in."""
        if self.kind is None or self.actor is None or self._is_recorded:
            return
        self._is_recorded = True
        deed = Deed(
            self.actor.community_id,
            self.kind.verb,
            self.kind.object,
            self.ids,
            self.actor.member_id,
            self.actor.role,
            None if self.kind.of_everybody else self.ids.get("member_id"),
            self.kind.of_everybody,
            self.request_id,
            self.came_from,
        )
        is_look = self.kind.verb == LOOK and not self.kind.is_file
        if not (is_look and was_looked(connection, deed)):
            record(connection, deed)


async def doing_of(request: Request, address: str) -> Doing:
    """What a request from ``address`` does, by its route, path and body.

    FastAPI has read the body already, and what it refuses never gets as far as an entry.
    """
    route = str(request.scope["route"].path).removeprefix(PREFIX)
    kind = DEEDS.get(f"{request.method} {route}")
    ids: dict[str, Any] = {}
    if kind:
        ids = {name: _id(text) for name, text in request.path_params.items()}
        ids |= {name: sent for name, sent in (await _sent(request)).items() if name in kind.named}
    return Doing(kind, kind_of_address(address), ids)


def kind_of_address(address: str) -> str:
    """Where a request came from, without saying who sent it."""
    try:
        where = ip_address(address)
    except ValueError:
        return UNKNOWN_PLACE
    if where.is_loopback:
        return THIS_MACHINE
    return OWN_NETWORK if where.is_private else INTERNET


def _id(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


async def _sent(request: Request) -> dict[str, Any]:
    try:
        sent = json.loads(await request.body())
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}
