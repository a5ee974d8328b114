"""Files to take along: a member's own data, and an operator's tables; streamed, never gathered."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Day, HouseholdMember, Now, Operator, Overseer
from peergrid.api.energy import latest_day
from peergrid.api.streaming import Stream, in_threads
from peergrid.api.turns import Turns
from peergrid.database.pool import Connection, Database
from peergrid.energy import FIRST_YEAR, LAST_YEAR, month_start, next_month
from peergrid.files import csv_file, green_button, parquet_file, xlsx_file, zip_file
from peergrid.files.table import Table
from peergrid.members.membership import Member, community_by_id
from peergrid.members.standing import one_of
from peergrid.settlement.export.tables import Asked, table_of
from peergrid.settlement.export.whole import green_button as feed_of
from peergrid.settlement.export.whole import whole_file

router = APIRouter(tags=["exports"], responses=GUARDED)

BUSY = "Other exports are under way: ask again in a minute."
AT_ONCE = 3  # exports of this process: each holds one of its connections for as long as it lasts
WRITERS: dict[wire.Ending, tuple[Callable[[Table], Generator[bytes]], str]] = {
    wire.Ending.CSV: (csv_file.csv_parts, csv_file.MEDIA_TYPE),
    wire.Ending.PARQUET: (parquet_file.parquet_parts, parquet_file.MEDIA_TYPE),
    wire.Ending.XLSX: (xlsx_file.xlsx_parts, xlsx_file.MEDIA_TYPE),
}
ALWAYS = (date(FIRST_YEAR, 1, 2), date(LAST_YEAR, 12, 1))
KINDS = (
    *(kind for _, kind in WRITERS.values()),
    green_button.MEDIA_TYPE,
    zip_file.MEDIA_TYPE,
)
FILE: dict[str, Any] = {
    "response_class": Response,
    "responses": {
        200: {
            "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS}
        }
    },
}


def turns_of(request: Request) -> Turns:
    turns: Turns = request.app.state.exports
    return turns


Exports = Annotated[Turns, Depends(turns_of)]
type Write = Callable[[Connection, Asked, Callable[[], None]], Generator[bytes]]


class Span:
    """Local days from ``start`` until before ``end``; the latest month, if none are named."""

    def __init__(self, start: Day | None = None, end: Day | None = None) -> None:
        self.start, self.end = start, end

    def asked(self, connection: Connection, community_id: int, member_id: int | None) -> Asked:
        """The days that are meant. Raises Invalid if they end before they begin."""
        start = self.start or month_start(self.end or latest_day(connection, community_id))
        end = self.end or next_month(start)
        return Asked(community_by_id(connection, community_id), start, end, member_id)


Days = Annotated[Span, Depends()]


@router.get("/export/readings.xml", **FILE)
def readings_as_green_button(
    member: HouseholdMember, database: Data, turns: Exports, days: Days, now: Now
) -> Response:
    """Your readings as Green Button (NAESB REQ.21 ESPI), import and export."""
    write: Write = lambda connection, asked, _: feed_of(connection, asked, now)  # noqa: E731
    return _answer(database, turns, days, member, "readings.xml", green_button.MEDIA_TYPE, write)


@router.get("/export/everything.zip", **FILE)
def everything(member: HouseholdMember, database: Data, turns: Exports, now: Now) -> Response:
    """All that is stored about you, in one archive."""
    return _whole(database, turns, member, now)


@router.get("/export/{table}.{ending}", **FILE)
def own_table(
    table: wire.OwnTable,
    ending: wire.Ending,
    member: HouseholdMember,
    database: Data,
    turns: Exports,
    days: Days,
) -> Response:
    """A table of your own data; readings are those of your own time as the meter's owner."""
    writer, kind = WRITERS[ending]
    write = partial(_table, writer, table)
    return _answer(database, turns, days, member, f"{table}.{ending}", kind, write)


@router.get("/operator/members/{member_id}/everything.zip", **FILE)
def everything_about(
    member_id: int, member: Operator, database: Data, turns: Exports, now: Now
) -> Response:
    """All that is stored about a member who asked for it."""
    with database.transaction() as connection:
        asked = one_of(connection, member, member_id)
    return _whole(database, turns, asked, now)


@router.get("/operator/export/{table}.{ending}", **FILE)
def community_table(
    table: wire.CommunityTable,
    ending: wire.Ending,
    member: Overseer,
    database: Data,
    turns: Exports,
    days: Days,
) -> Response:
    """A table of your community."""
    writer, kind = WRITERS[ending]
    write = partial(_table, writer, table)
    name = f"{table}.{ending}"
    return _answer(database, turns, days, member, name, kind, write, everybody=True)


def _table(
    writer: Callable[[Table], Generator[bytes]],
    name: str,
    connection: Connection,
    asked: Asked,
    done: Callable[[], None],
) -> Generator[bytes]:
    return writer(table_of(connection, name, asked).then(done))


def _whole(database: Database, turns: Turns, member: Member, now: datetime) -> Response:
    write: Write = lambda connection, asked, _: whole_file(connection, asked, now)  # noqa: E731
    always = Span(*ALWAYS)
    return _answer(database, turns, always, member, "everything.zip", zip_file.MEDIA_TYPE, write)


def _answer(
    database: Database,
    turns: Turns,
    days: Span,
    member: Member,
    name: str,
    kind: str,
    write: Write,
    *,
    everybody: bool = False,
) -> Response:
    member_id = None if everybody else member.member_id
    with database.transaction() as connection:
        asked = days.asked(connection, member.community_id, member_id)

    def parts() -> Generator[bytes]:
        with turns.one(), ExitStack() as held:  # a workbook is sent when all is read
            connection = held.enter_context(database.snapshot())
            yield from write(connection, asked, held.close)

    when = f"{datetime.now(UTC):%Y-%m-%d}" if days.start == ALWAYS[0] else asked.days
    file = f"peergrid-{asked.community.name}-{when}-{name}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Stream(in_threads(parts), kind, headers)
