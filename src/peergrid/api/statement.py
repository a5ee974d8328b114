"""A member's month as a message, a spreadsheet and a page to print."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import TypeAdapter

from peergrid import wire
from peergrid.api.energy import latest_day
from peergrid.database.pool import Connection, Database
from peergrid.energy import month_start
from peergrid.ledger import book
from peergrid.ledger.transfer import PayoutPart
from peergrid.members.membership import Member
from peergrid.money import Unit
from peergrid.settlement.statement import month as monthly
from peergrid.settlement.statement.printing import printed
from peergrid.settlement.statement.sheet import sheet_of
from peergrid.settlement.statement.telling import sentence_of, told
from peergrid.words.catalogue import Catalogue, Language, catalogue_of

CSV, PDF = "text/csv; charset=utf-8", "application/pdf"
FILES: dict[str, dict[str, Any]] = {  # what a route of each kind answers, for the OpenAPI document
    ending: {
        "response_class": Response,
        "responses": {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}}}}},
    }
    for ending, kind in (("csv", "text/csv"), ("pdf", PDF))
}
FORMULA: TypeAdapter[wire.Formula] = TypeAdapter(wire.Formula)

Spoken = Annotated[
    Language, Query(description="The language of all words: English, Shona or Ndebele.")
]


def csv_answer(statement: monthly.Statement, language: Language) -> Response:
    """Every figure and input, to open in a spreadsheet."""
    return _file(statement, sheet_of(statement, catalogue_of(language)).encode(), CSV, "csv")


def pdf_answer(statement: monthly.Statement, language: Language) -> Response:
    """A page to print."""
    return _file(statement, printed(statement, catalogue_of(language)), PDF, "pdf")


def month_of(database: Database, member: Member, month: date | None) -> monthly.Statement:
    """The local month that ``month`` lies in; the latest with readings, if none is named."""
    with database.snapshot() as connection:
        return monthly.statement_of(connection, member, _first(connection, member, month))


def message_of(
    database: Database, member: Member, month: date | None, language: Language
) -> wire.Statement:
    """The same month for a program or a screen, with its transfers day by day too."""
    words = catalogue_of(language)
    with database.snapshot() as connection:
        first = _first(connection, member, month)
        statement = monthly.statement_of(connection, member, first)
        daily = book.statement_lines(connection, member.member_id, first)
    return wire.Statement(
        member=member.name,
        community=member.community,
        month=first,
        settled_until=statement.settled_until,
        meters=[_meter_month(meter) for meter in statement.meters],
        opening=balances(statement.opening),
        lines=[_daily(line, words) for line in daily],
        explained=[_explained(line, words) for line in statement.lines],
        closing=balances(statement.closing),
        rate=wire.Rate(**asdict(statement.rate)) if statement.rate else None,
    )


def balances(amounts: dict[Unit, int]) -> list[wire.Balance]:
    return [wire.Balance(unit=unit, amount=amount) for unit, amount in amounts.items()]


def _first(connection: Connection, member: Member, month: date | None) -> date:
    return month_start(month or latest_day(connection, member.community_id))


def _file(statement: monthly.Statement, content: bytes, kind: str, ending: str) -> Response:
    name = f"peergrid-{statement.month:%Y-%m}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=kind)


def _meter_month(meter: monthly.MeterMonth) -> wire.MeterMonth:
    values = asdict(meter)
    known = {"meter": values.pop("serial"), **values.pop("counted"), **values}
    known.pop("meter_id")
    return wire.MeterMonth(**known)


def _daily(line: book.Line, words: Catalogue) -> wire.StatementLine:
    sentence = sentence_of(line.kind, line.energy_wh, words)
    undone = "given_back" if line.kind in PayoutPart else "taken_back"
    return wire.StatementLine(
        day=line.day,
        kind=line.kind,
        unit=Unit(line.unit),
        amount=line.amount,
        energy_wh=line.energy_wh,
        words=words.say(undone, line=sentence) if line.is_reversal else sentence,
        is_reversal=line.is_reversal,
    )


def _explained(line: monthly.Line, words: Catalogue) -> wire.ExplainedLine:
    said = told(line, words)
    return wire.ExplainedLine(
        meter=line.meter,
        kind=line.kind,
        unit=line.unit,
        tariff=line.terms.name if line.terms else None,
        valid_from=line.terms.valid_from if line.terms else None,
        energy_wh=line.energy_wh,
        amount=line.amount,
        half_hours=line.half_hours,
        taken_back=line.taken_back,
        taken_back_amount=line.taken_back_amount,
        formula=FORMULA.validate_python(asdict(line.formula)),
        words=said.sentence,
        terms=said.terms,
        pilot=said.pilot,
        steps=list(said.steps),
    )
