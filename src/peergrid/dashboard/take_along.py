"""One's own readings and shares of a time as files."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import banner, card
from peergrid.dashboard.live import Desk
from peergrid.dashboard.period import Period
from peergrid.dashboard.preferences import t
from peergrid.errors import PeerGridError, Unknown

TABLES = (wire.OwnTable.READINGS, wire.OwnTable.SHARES)


@ft.component
def TakeAlong(desk: Desk, period: Period) -> ft.Control:  # noqa: N802
    trouble, set_trouble = ft.use_state("")

    def take(table: wire.OwnTable) -> Callable[[], object]:
        async def act() -> None:
            export = desk.client.export(table, wire.Ending.CSV, period.start, period.end)
            try:
                content = b"".join([part async for part in export])
            except Unknown:
                desk.leave()
            except PeerGridError as error:
                set_trouble(str(error))
            else:
                set_trouble("")
                name = f"peergrid-{table}-{period.start}-{period.span}.csv"
                await ft.FilePicker().save_file(file_name=name, src_bytes=content)

        return act

    buttons = [
        ft.OutlinedButton(t(f"csv_{table}"), icon=ft.Icons.DOWNLOAD, on_click=take(table))
        for table in TABLES
    ]
    told = [banner(trouble)] if trouble else []
    row = ft.Row(list(buttons), wrap=True, spacing=8, run_spacing=8)
    return card(*told, row, name=t("take_along"))
