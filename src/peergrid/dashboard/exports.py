"""Tables of the community as files: one table, one month, one kind of file at a time."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import flet as ft

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard.choice import choice, segments
from peergrid.dashboard.components import banner, card, quiet, steps
from peergrid.dashboard.live import Desk, use_deeds
from peergrid.dashboard.months import newest_month
from peergrid.dashboard.period import ONE_DAY
from peergrid.dashboard.words import format_month
from peergrid.energy import month_start, next_month
from peergrid.errors import Invalid

MOST_BYTES = 64 * 2**20  # what is handed through a browser's page; the API streams any size
ENDINGS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}


@dataclass(frozen=True)
class Wanted:
    """The table of a month as a kind of file; the newest month, if none is named."""

    table: wire.CommunityTable = wire.CommunityTable.SETTLEMENTS
    ending: wire.Ending = wire.Ending.CSV
    month: date | None = None


async def content_of(client: Client, wanted: Wanted, month: date) -> bytes:
    """The whole file. Raises Invalid if it is too large for a page."""
    content = bytearray()
    async for part in client.export_community(
        wanted.table, wanted.ending, month, next_month(month)
    ):
        content += part
        if len(content) > MOST_BYTES:
            raise Invalid("This file is too large for a browser: take it along through the API.")
    return bytes(content)


@ft.component
def ExportsCard(desk: Desk, me: wire.Me, state: wire.SettlementState) -> ft.Control:  # noqa: N802
    wanted, want = ft.use_state(Wanted())
    trouble, tried = use_deeds(desk)
    if state.settled_until is None:
        return card(quiet("There is nothing to take along yet."), name="Take along")
    newest = newest_month(state.settled_until)
    month = wanted.month or newest
    file = f"peergrid-{wanted.table}-{month:%Y-%m}.{wanted.ending}"

    async def take() -> None:
        content = await content_of(desk.client, wanted, month)
        await ft.FilePicker().save_file(file_name=file, src_bytes=content)

    def to(**changed: Any) -> None:
        want(replace(wanted, **changed))

    after: Callable[[], None] | None = (
        (lambda: to(month=next_month(month))) if month < newest else None
    )
    tables = [(one.value, one.value.capitalize()) for one in wire.CommunityTable]
    return card(
        quiet(f"A table of {me.community}. Who takes one along stands in the audit trail."),
        choice("Table", tables, wanted.table, lambda key: to(table=wire.CommunityTable(key))),
        steps(format_month(month), lambda: to(month=month_start(month - ONE_DAY)), after, "month"),
        segments(
            "File", list(ENDINGS.items()), wanted.ending, lambda key: to(ending=wire.Ending(key))
        ),
        *([banner(trouble, ft.Icons.INFO_OUTLINE)] if trouble else []),
        quiet(file),
        ft.OutlinedButton("Take it along", icon=ft.Icons.DOWNLOAD, on_click=tried(take), height=44),
        name="Take along",
    )
