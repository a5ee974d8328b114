"""What is one's own as files, asked for with one's own sign-in and handed to the browser."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import banner, card
from peergrid.dashboard.live import Act, Desk, use_deeds
from peergrid.dashboard.period import Period
from peergrid.dashboard.preferences import t
from peergrid.words.catalogue import Language

TABLES = (wire.OwnTable.READINGS, wire.OwnTable.SHARES)
STATEMENTS = (
    ("PDF", "pdf", Language.ENGLISH),
    ("PDF in Shona", "pdf", Language.SHONA),
    ("PDF in Ndebele", "pdf", Language.NDEBELE),
    ("CSV", "csv", Language.ENGLISH),
)


@dataclass(frozen=True, eq=False)
class File:
    """What its button says, what the file is called, and how to come by it."""

    words: str
    name: str
    content: Callable[[], Awaitable[bytes]]


def readings_card(desk: Desk, period: Period) -> ft.Control:
    """One's own readings and shares of a time."""

    async def content(table: wire.OwnTable) -> bytes:
        export = desk.client.export(table, wire.Ending.CSV, period.start, period.end)
        return b"".join([part async for part in export])

    return TakeAlong(
        desk,
        [
            File(
                t(f"csv_{table}"),
                f"peergrid-{table}-{period.start}-{period.span}.csv",
                partial(content, table),
            )
            for table in TABLES
        ],
    )


def statement_card(desk: Desk, month: date) -> ft.Control:
    """A month's statement."""
    return TakeAlong(
        desk,
        [
            File(
                words,
                f"peergrid-{month:%Y-%m}.{ending}",
                partial(desk.client.statement_file, month, ending, language),
            )
            for words, ending, language in STATEMENTS
        ],
    )


@ft.component
def TakeAlong(desk: Desk, files: Sequence[File]) -> ft.Control:  # noqa: N802
    """A button a file, and above them what went wrong."""
    trouble, tried = use_deeds(desk)

    def taking(file: File) -> Act:
        async def take() -> None:
            content = await file.content()
            await ft.FilePicker().save_file(file_name=file.name, src_bytes=content)

        return tried(take)

    buttons = [
        ft.OutlinedButton(file.words, icon=ft.Icons.DOWNLOAD, on_click=taking(file))
        for file in files
    ]
    told = [banner(trouble)] if trouble else []
    row = ft.Row(list(buttons), wrap=True, spacing=8, run_spacing=8)
    return card(*told, row, name=t("take_along"))
