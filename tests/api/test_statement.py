"""A month's statement as a message and as files, for its owner and their operator."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from peergrid import wire
from peergrid.settlement.settle import settle
from tests.community import FIRST, PASSWORD, Street, report_both
from tests.conftest import Backend


@dataclass(frozen=True)
class Asker:
    """Somebody of the street who is signed in."""

    http: httpx.Client
    token: str

    def ask(self, path: str, **query: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.http.get(f"/api/v1/{path}", headers=headers, params=query)


@pytest.fixture
def askers(backend: Backend, street: Street) -> Iterator[dict[str, Asker]]:
    """Ada and Chipo, who operates, after one settled half hour."""
    report_both(backend.database, street, FIRST)
    settle(backend.database, street.community_id)
    with httpx.Client(base_url=backend.url, timeout=20) as http:
        found = {}
        for name in ("ada", "chipo"):
            body = {"email": f"{name}@street.example", "password": PASSWORD}
            token = http.post("/api/v1/sign-in", json=body).json()["access_token"]
            found[name] = Asker(http, token)
        yield found


def test_days_and_months_lines_explain_the_same_balance(askers: dict[str, Asker]) -> None:
    answer = askers["ada"].ask("wallet/statement")

    statement = wire.Statement.model_validate_json(answer.content)
    usd = statement.closing[0].amount - statement.opening[0].amount
    assert usd == sum(line.amount for line in statement.lines) == 29_760 + 38_400
    assert usd == sum(line.amount for line in statement.explained)
    assert [line.formula.name for line in statement.explained] == ["day_by_day", "priced"]
    assert (statement.member, statement.community) == ("Ada", "Street")
    assert [(meter.meter, meter.sold_wh) for meter in statement.meters] == [("street-ada", 400)]


@pytest.mark.parametrize(
    ("ending", "kind", "beginning"),
    [("csv", "text/csv; charset=utf-8", b"record,"), ("pdf", "application/pdf", b"%PDF-")],
)
def test_a_file_is_handed_out_under_a_name_and_kept_from_caches(
    askers: dict[str, Asker], ending: str, kind: str, beginning: bytes
) -> None:
    answer = askers["ada"].ask(f"wallet/statement.{ending}", month="2026-09-20", language="nd")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    named = f'attachment; filename="peergrid-2026-09.{ending}"'
    assert answer.headers["content-disposition"] == named
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(beginning)


@pytest.mark.parametrize("ending", ["", ".csv", ".pdf"])
def test_an_operator_gets_what_the_member_gets(
    askers: dict[str, Asker], street: Street, ending: str
) -> None:
    own = askers["ada"].ask(f"wallet/statement{ending}", language="sn")
    path = f"operator/members/{street.ada.member_id}/statement{ending}"

    assert askers["chipo"].ask(path, language="sn").content == own.content


def test_the_words_come_in_the_language_asked_for(askers: dict[str, Asker]) -> None:
    shona = askers["ada"].ask("wallet/statement", language="sn").json()
    other = askers["ada"].ask("wallet/statement", language="xx")

    assert shona["lines"][0]["words"].startswith("Magetsi atengeswa")
    assert other.status_code == 422
