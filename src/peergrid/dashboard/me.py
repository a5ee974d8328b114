"""Me: how the screens look to me."""

import flet as ft

from peergrid import wire
from peergrid.dashboard.components import frame, screen_title
from peergrid.dashboard.live import Desk
from peergrid.dashboard.looks import looks_card
from peergrid.dashboard.preferences import t


@ft.component
def MeScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    title = screen_title(t("me_title"), me.email)
    return frame(title, "", looks_card(desk))
