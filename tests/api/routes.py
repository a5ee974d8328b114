"""Every route of the API: who may call it, and what it answers about somebody else's.

A route that is not here fails ``test_access``. In a path, query or body, ``{thing}`` stands for
an object: one's own, or a neighbour's, or one of another community.
"""

from dataclasses import dataclass, field
from typing import Any

from peergrid.market.tariff_terms import terms_of
from peergrid.market.zimbabwe import zetdc_tariff

HOUSEHOLD = frozenset({"producer", "consumer"})
OPERATOR = frozenset({"operator"})
OVERSEERS = OPERATOR | {"auditor"}
MEMBERS = HOUSEHOLD | OVERSEERS
METER = frozenset({"meter"})
COLLECTOR = frozenset({"collector"})
ANYBODY = MEMBERS | METER | COLLECTOR | {"nobody", "a liar"}

OWN, NEIGHBOURS, ELSEWHERE = "own", "neighbour's", "elsewhere's"
THEIRS = {NEIGHBOURS: 404, ELSEWHERE: 404}  # a household's: nobody else's
COMMUNITYS = {ELSEWHERE: 404}  # an operator's: everything of their own community

TERMS = {**terms_of(zetdc_tariff("feed_in")), "valid_from": "2026-10-01"}
MONTH = {"month": "2026-09-01"}
DAYS = {"step": "day", "first": "2026-09-01", "end": "2026-10-01"}
WHOLE = [{"meter": "{meter}", "coefficient_ppm": 1_000_000}]
LINK = {"token": "{nonsense}", "password": "three or four odd words"}
READING = {"interval_start": "2026-08-31T22:30:00Z", "import_wh": 0, "export_wh": 10}
TOTALS = {"at": "2026-08-31T22:30:00Z", "import_wh": 5, "export_wh": 7}


@dataclass(frozen=True)
class Row:
    """``ok`` answers ``roles``; ``others`` are the answers to them about somebody else's."""

    roles: frozenset[str]
    ok: int = 200
    others: dict[str, int] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None


ROUTES = {
    "GET /healthz": Row(ANYBODY),
    "GET /readyz": Row(ANYBODY),
    "POST /api/v1/sign-in": Row(ANYBODY, 401, body={"email": "{email}", "password": "wrong"}),
    "POST /api/v1/sign-in/enrol": Row(ANYBODY, 401, body={"challenge": "{nonsense}"}),
    "POST /api/v1/sign-in/second-factor": Row(
        ANYBODY, 401, body={"challenge": "{nonsense}", "code": "123456"}
    ),
    "POST /api/v1/sign-in/accept": Row(ANYBODY, 422, body=LINK),
    "POST /api/v1/sign-in/reset": Row(ANYBODY, 422, body=LINK),
    "POST /api/v1/sign-in/reset-request": Row(ANYBODY, 202, body={"email": "{email}"}),
    "POST /api/v1/sign-in/issuer/start": Row(ANYBODY, 404),
    "POST /api/v1/sign-in/issuer/finish": Row(
        ANYBODY, 404, body={"flow": "x", "code": "x", "state": "x"}
    ),
    "POST /api/v1/refresh": Row(ANYBODY, 401, body={"refresh_token": "{nonsense}"}),
    "POST /api/v1/sign-out": Row(ANYBODY, 204, body={"refresh_token": "{nonsense}"}),
    "POST /api/v1/readings": Row(
        METER,
        others={NEIGHBOURS: 403, ELSEWHERE: 403},
        body={"readings": [{"meter": "{meter}", **READING}]},
    ),
    "POST /api/v1/registers": Row(
        METER,
        others={NEIGHBOURS: 403, ELSEWHERE: 403},
        body={"meter": "{meter}", "registers": [TOTALS]},
    ),
    "POST /api/v1/readings/bulk": Row(COLLECTOR, 422, body={}),  # no stream, and no key
    "GET /api/v1/me": Row(MEMBERS),
    "GET /api/v1/me/sessions": Row(MEMBERS),
    "DELETE /api/v1/me/sessions": Row(MEMBERS, 204),
    "DELETE /api/v1/me/sessions/{session}": Row(MEMBERS, 204, THEIRS),
    "GET /api/v1/me/second-factor": Row(MEMBERS),
    "POST /api/v1/me/second-factor/enrol": Row(MEMBERS),
    "POST /api/v1/me/second-factor/confirm": Row(MEMBERS, 422, body={"code": "123456"}),
    "POST /api/v1/me/second-factor/end": Row(MEMBERS, 422, body={"code": "123456"}),
    "GET /api/v1/energy/ahead": Row(HOUSEHOLD),
    "GET /api/v1/energy/day": Row(HOUSEHOLD, 200, THEIRS, {"meter": "{meter}"}),
    "GET /api/v1/energy/month": Row(HOUSEHOLD, 200, THEIRS, {"meter": "{meter}"} | MONTH),
    "GET /api/v1/energy/year": Row(HOUSEHOLD, 200, THEIRS, {"meter": "{meter}", "year": "2026"}),
    "GET /api/v1/energy/sums": Row(HOUSEHOLD, 200, THEIRS, {"meter": "{meter}"} | DAYS),
    "GET /api/v1/wallet": Row(HOUSEHOLD),
    "GET /api/v1/wallet/statement": Row(HOUSEHOLD),
    "GET /api/v1/wallet/statement.csv": Row(HOUSEHOLD),
    "GET /api/v1/wallet/statement.pdf": Row(HOUSEHOLD),
    "GET /api/v1/payouts": Row(HOUSEHOLD),
    "GET /api/v1/payouts/quote": Row(HOUSEHOLD, query={"amount_micros": "10000000"}),
    "POST /api/v1/payouts": Row(
        HOUSEHOLD,
        409,  # nobody has earned anything
        body={
            "key": "once",
            "service": "ecocash",
            "number": "0771234567",
            "amount_micros": 10_000_000,
            "received_micros": 9_680_000,
        },
    ),
    "GET /api/v1/limits": Row(HOUSEHOLD),
    "POST /api/v1/limits": Row(HOUSEHOLD, 200, THEIRS, body={"meter": "{meter}"}),
    "GET /api/v1/market": Row(MEMBERS),
    "GET /api/v1/live": Row(MEMBERS),
    "GET /api/v1/export/{table}.{ending}": Row(HOUSEHOLD),
    "GET /api/v1/export/readings.xml": Row(HOUSEHOLD),
    "GET /api/v1/export/everything.zip": Row(HOUSEHOLD),
    "GET /api/v1/operator/export/{table}.{ending}": Row(OVERSEERS),
    "GET /api/v1/operator/members/{member}/everything.zip": Row(OPERATOR, 200, COMMUNITYS),
    "GET /api/v1/market/indicators": Row(MEMBERS, query=MONTH),
    "GET /api/v1/market/replay": Row(MEMBERS, query=MONTH | {"scheme": "feed_in"}),
    "GET /api/v1/market/replay/schemes": Row(MEMBERS, query=MONTH),
    "GET /api/v1/market/rate": Row(MEMBERS),
    "GET /api/v1/market/agreements": Row(MEMBERS),
    "GET /api/v1/me/trail": Row(MEMBERS),
    "PUT /api/v1/me/erasure": Row(HOUSEHOLD, 204),
    "DELETE /api/v1/me/erasure": Row(HOUSEHOLD, 204),
    "GET /api/v1/me/consents": Row(MEMBERS),
    "PUT /api/v1/me/consents/{purpose}": Row(MEMBERS, body={"version": "2026-09"}),
    "DELETE /api/v1/me/consents/{purpose}": Row(MEMBERS),
    "PUT /api/v1/me/name": Row(MEMBERS, 204, body={"name": "Rudo"}),
    "PUT /api/v1/operator/members/{member}": Row(
        OPERATOR, 200, COMMUNITYS, body={"name": "Rudo", "email": "{email}"}
    ),
    "POST /api/v1/operator/members/{member}/erase": Row(OPERATOR, 409, COMMUNITYS),
    "GET /api/v1/operator/trail": Row(OVERSEERS),
    "GET /api/v1/operator/energy": Row(OVERSEERS, query=DAYS),
    "GET /api/v1/operator/energy/highest": Row(OVERSEERS, query=MONTH),
    "GET /api/v1/operator/overview": Row(OVERSEERS),
    "GET /api/v1/operator/members": Row(OVERSEERS),
    "GET /api/v1/operator/members/page": Row(OVERSEERS),
    "GET /api/v1/operator/meters/page": Row(OVERSEERS),
    "GET /api/v1/operator/members/{member}/connections": Row(OVERSEERS, 200, COMMUNITYS),
    "GET /api/v1/operator/members/{member}/payouts": Row(OVERSEERS, 200, COMMUNITYS),
    "POST /api/v1/operator/members": Row(
        OPERATOR, body={"name": "Eve", "email": "{email}", "role": "consumer"}
    ),
    "GET /api/v1/operator/members/{member}": Row(OVERSEERS, 200, COMMUNITYS),
    "GET /api/v1/operator/members/{member}/statement": Row(OVERSEERS, 200, COMMUNITYS),
    "GET /api/v1/operator/members/{member}/statement.csv": Row(OVERSEERS, 200, COMMUNITYS),
    "GET /api/v1/operator/members/{member}/statement.pdf": Row(OVERSEERS, 200, COMMUNITYS),
    "POST /api/v1/operator/members/{member}/approve": Row(OPERATOR, 200, COMMUNITYS),
    "POST /api/v1/operator/members/{member}/suspend": Row(OPERATOR, 200, COMMUNITYS),
    "GET /api/v1/operator/members/{member}/sessions": Row(OVERSEERS, 200, COMMUNITYS),
    "DELETE /api/v1/operator/members/{member}/sessions": Row(OPERATOR, 204, COMMUNITYS),
    "DELETE /api/v1/operator/members/{member}/sessions/{spare session}": Row(
        OPERATOR, 204, COMMUNITYS
    ),
    "DELETE /api/v1/operator/members/{member}/second-factor": Row(OPERATOR, 204, COMMUNITYS),
    "GET /api/v1/operator/meters": Row(OVERSEERS),
    "POST /api/v1/operator/meters/{new meter}/end": Row(
        OPERATOR, 200, COMMUNITYS, body={"until": "2026-10-01T06:00:00Z"}
    ),
    "POST /api/v1/operator/meters/{new meter}/replace": Row(
        OPERATOR, 200, COMMUNITYS, body={"serial": "{serial}", "start": "2026-10-01T06:00:00Z"}
    ),
    "POST /api/v1/operator/meters/{new meter}/hand-over": Row(
        OPERATOR, 200, COMMUNITYS, body={"member_id": "{member}", "start": "2026-10-01T06:00:00Z"}
    ),
    "GET /api/v1/operator/keys": Row(OVERSEERS),
    "POST /api/v1/operator/keys": Row(OPERATOR, 200, COMMUNITYS, body={"meter": "{spare meter}"}),
    "DELETE /api/v1/operator/keys/{key}": Row(OPERATOR, 204, COMMUNITYS),
    "POST /api/v1/operator/collectors": Row(OPERATOR, body={"name": "head-end"}),
    "DELETE /api/v1/operator/collectors/{collector}": Row(OPERATOR, 204, COMMUNITYS),
    "GET /api/v1/operator/settlement": Row(OVERSEERS),
    "GET /api/v1/me/top-ups": Row(HOUSEHOLD),
    "POST /api/v1/me/top-ups": Row(HOUSEHOLD, 409, body={"key": "k", "amount_micros": 1_000_000}),
    "POST /api/v1/top-ups/update": Row(ANYBODY, 409),
    "GET /api/v1/operator/payouts": Row(OVERSEERS),
    "GET /api/v1/operator/payouts/export.csv": Row(OVERSEERS, 404, query={"batch_id": "1"}),
    "POST /api/v1/operator/payouts/batch": Row(OPERATOR, 404, body={"payout_ids": [1]}),
    "POST /api/v1/operator/payouts/approve": Row(OPERATOR, 404, body={"batch_id": 1}),
    "POST /api/v1/operator/payouts/reject": Row(
        OPERATOR, 404, body={"payout_ids": [1], "reason": "No."}
    ),
    "POST /api/v1/operator/payouts/conclude": Row(
        OPERATOR, 404, body={"payout_ids": [1], "outcome": "paid"}
    ),
    "GET /api/v1/operator/audit": Row(OVERSEERS),
    "GET /api/v1/operator/replay": Row(OVERSEERS, query=MONTH | {"scheme": "feed_in"}),
    "GET /api/v1/operator/tariffs": Row(OVERSEERS),
    "GET /api/v1/operator/tariffs/schemes": Row(OVERSEERS),
    "GET /api/v1/operator/tariffs/drafts": Row(OVERSEERS),
    "POST /api/v1/operator/tariffs/drafts": Row(OPERATOR, body=TERMS),
    "GET /api/v1/operator/tariffs/drafts/{draft}": Row(OVERSEERS, 200, COMMUNITYS),
    "PUT /api/v1/operator/tariffs/drafts/{draft}": Row(OPERATOR, 200, COMMUNITYS, body=TERMS),
    "DELETE /api/v1/operator/tariffs/drafts/{draft}": Row(OPERATOR, 204, COMMUNITYS),
    "GET /api/v1/operator/tariffs/drafts/{draft}/preview": Row(OVERSEERS, 200, COMMUNITYS, MONTH),
    "POST /api/v1/operator/tariffs/drafts/{draft}/publish": Row(OPERATOR, 200, COMMUNITYS),
    "GET /api/v1/operator/rates": Row(OVERSEERS),
    "POST /api/v1/operator/rates": Row(
        OPERATOR, body={"day": "2026-09-01", "micros_per_usd": 26_485_000, "source": "derived"}
    ),
    "GET /api/v1/operator/agreements": Row(OVERSEERS),
    "POST /api/v1/operator/agreements": Row(OPERATOR, 200, COMMUNITYS, body={"parts": WHOLE}),
    "PUT /api/v1/operator/agreements/{agreement}": Row(
        OPERATOR, 200, COMMUNITYS, body={"parts": WHOLE}
    ),
    "DELETE /api/v1/operator/agreements/{agreement}": Row(OPERATOR, 204, COMMUNITYS),
    "POST /api/v1/operator/agreements/{agreement}/publish": Row(OPERATOR, 200, COMMUNITYS),
    "POST /api/v1/operator/agreements/{published agreement}/apply": Row(
        OPERATOR, 200, COMMUNITYS, body={"valid_from": "2026-10-01"}
    ),
    "GET /api/v1/operator/laboratory/offers": Row(OVERSEERS),
    "GET /api/v1/operator/laboratory/experiments": Row(OVERSEERS),
    "POST /api/v1/operator/laboratory/experiments": Row(
        OPERATOR, 404, body={"title": "None offers it", "scenario": "nowhere"}
    ),
    "GET /api/v1/operator/laboratory/experiments/{experiment}": Row(OVERSEERS, 200, COMMUNITYS),
    "POST /api/v1/operator/laboratory/experiments/{experiment}/stop": Row(
        OPERATOR, 200, COMMUNITYS
    ),
    "DELETE /api/v1/operator/laboratory/experiments/{experiment}": Row(OPERATOR, 204, COMMUNITYS),
    "GET /api/v1/operator/alerts": Row(OVERSEERS),
    "POST /api/v1/operator/alerts/acknowledge": Row(
        OPERATOR, body={"kind": "silent_meters", "since": "2026-09-01T00:00:00Z"}
    ),
    "GET /api/v1/operator/outages": Row(OVERSEERS),
    "DELETE /api/v1/operator/outages/{outage}": Row(OPERATOR, 200, COMMUNITYS),
    "POST /api/v1/operator/outages": Row(
        OPERATOR, body={"starts": "2026-09-01T16:00:00Z", "ends": "2026-09-01T20:10:00Z"}
    ),
}
