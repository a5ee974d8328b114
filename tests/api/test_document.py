"""What the OpenAPI document says holds: whatever is sent, as whomever (Schemathesis).

PEERGRID_FUZZ_EXAMPLES is how many requests each route gets (at night: 300).
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from peergrid.members.membership import add_member
from peergrid.members.sessions import issue
from peergrid.meters.collectors import issue_collector_key
from tests.api.routes import ROUTES
from tests.community import FIRST, START, Street, report_both
from tests.conftest import SECRET, Backend

EXAMPLES = int(os.environ.get("PEERGRID_FUZZ_EXAMPLES", "4"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ENDLESS = "GET /api/v1/live"  # its answer goes on and on: test_live reads it
MODES = list(schemathesis.GenerationMode)

type Operation = schemathesis.APIOperation[Any, Any, Any, Any]


@dataclass(frozen=True)
class Community:
    """A backend, its document, and those who ask it."""

    backend: Backend
    street: Street
    document: schemathesis.BaseSchema

    def tokens(self) -> list[str | None]:
        """What each role shows, anew, for a route may end a sign-in; None is nobody."""
        street = self.street
        with self.backend.database.transaction() as connection:
            community_id, now = street.community_id, datetime.now(UTC)
            name = f"audrey-{now:%H%M%S%f}"
            auditor = add_member(connection, community_id, "Audrey", f"{name}@x.example", "auditor")
            members = (street.ada, street.ben, street.chipo, auditor)
            signed_in = [issue(connection, one, SECRET, now).access_token for one in members]
            collector = issue_collector_key(connection, community_id, name, START)[1]
        return [*signed_in, collector, street.ada_key, None]


@pytest.fixture
def community(backend: Backend, street: Street) -> Community:
    report_both(backend.database, street, FIRST)
    document = schemathesis.openapi.from_url(f"{backend.url}/api/v1/openapi.json")
    return Community(backend, street, document)


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def operations(document: schemathesis.BaseSchema) -> dict[str, Operation]:
    found: list[Operation] = []
    for one in document.get_all_operations():
        assert isinstance(one, Ok), f"the document does not describe a route: {one.err()}"
        found.append(one.ok())
    return {f"{one.method.upper()} {one.path}": one for one in found}


def faults_of(operation: Operation, community: Community, http: requests.Session) -> None:
    """Raises what is wrong with any of the route's answers."""
    tokens = community.tokens()
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES))

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=EXAMPLES < 100,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    @given(case=cases, token=st.sampled_from(tokens))
    def ask(case: schemathesis.Case[Any], token: str | None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call(
            base_url=community.backend.url, session=http, headers=headers, timeout=30
        )
        case.validate_response(answer, checks=CHECKS)

    ask()


def test_no_answer_is_a_server_error_or_undocumented(
    community: Community, http: requests.Session
) -> None:
    found = operations(community.document)
    assert len(found) == len(ROUTES)
    faults = {}
    for name, operation in found.items():
        if name != ENDLESS:
            try:
                faults_of(operation, community, http)
            except (schemathesis.errors.SchemathesisError, AssertionError, BaseExceptionGroup) as e:
                faults[name] = e

    assert not faults, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())
