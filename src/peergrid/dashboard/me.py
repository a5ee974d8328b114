"""Me: how the screens look to me, my sign-ins, and my data."""

import flet as ft

from peergrid import wire
from peergrid.dashboard.authenticator import AuthenticatorCard
from peergrid.dashboard.components import columns, frame, screen_title, waiting
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.looked import LookedCard
from peergrid.dashboard.looks import looks_card
from peergrid.dashboard.mine import DoorCard, consents_card, data_card, sessions_card
from peergrid.dashboard.preferences import t
from peergrid.dashboard.state import load_mine

HOUSEHOLD = {wire.Role.PRODUCER, wire.Role.CONSUMER}


@ft.component
def MeScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    changes, set_changes = ft.use_state(0)
    view = use_live(desk, lambda: load_mine(desk.client), changes)
    title = screen_title(t("me_title"), me.email)

    def again() -> None:
        set_changes(changes + 1)

    left = [looks_card(desk), DoorCard(desk, me.email)]
    right: list[ft.Control] = []
    if view.value:
        mine = view.value
        left.append(AuthenticatorCard(desk, again, is_on=mine.has_second_factor))
        if me.role in HOUSEHOLD:
            right.append(data_card(desk, again, is_leaving=mine.is_leaving))
        right += [
            consents_card(desk, mine.consents, again),
            sessions_card(desk, mine.sessions, again),
            LookedCard(desk),
        ]
    elif not view.trouble:
        right.append(waiting())
    return frame(title, view.trouble, columns(left, right, is_wide=desk.is_wide))
