"""Market, for operators and auditors: tariffs, replays, fairness, and what members agree on."""

from collections.abc import Callable

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.agreements import AgreementsPart
from peergrid.dashboard.choice import choice
from peergrid.dashboard.components import screen_title
from peergrid.dashboard.fairness import FairnessPart
from peergrid.dashboard.live import Desk
from peergrid.dashboard.replays import ReplayPart
from peergrid.dashboard.tariffs import TariffsPart

type Part = Callable[[Desk, wire.Me], ft.Control]

PARTS: dict[str, tuple[str, Part]] = {
    "tariffs": ("Tariffs", TariffsPart),
    "replay": ("Replay", ReplayPart),
    "fairness": ("Fairness", FairnessPart),
    "agreements": ("Agreements", AgreementsPart),
}


@ft.component
def MarketRoom(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    """The part stands in the address, so that a page of it can be sent to somebody."""
    asked = desk.place.partition("/")[0]
    chosen = asked if asked in PARTS else "tariffs"
    options = [(key, words) for key, (words, _) in PARTS.items()]
    _, part = PARTS[chosen]
    return ft.Column(
        [
            screen_title("Market", me.community),
            choice("Show", options, chosen, desk.turn_to),
            ft.Container(part(desk, me), key=chosen),
        ],
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
