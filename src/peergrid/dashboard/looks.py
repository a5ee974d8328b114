"""How it looks: language, size of text, colours, and whether anything moves."""

from dataclasses import replace

import flet as ft

from peergrid.dashboard.choice import segments
from peergrid.dashboard.components import card, icon_button, quiet, text
from peergrid.dashboard.live import Desk
from peergrid.dashboard.preferences import TEXT_PERCENTS, Colours, t
from peergrid.words.catalogue import Language, screens_of


def looks_card(desk: Desk) -> ft.Control:
    """Chosen at once, and kept in this browser."""
    chosen, prefer = desk.preferences, desk.prefer
    languages = segments(
        t("language"),
        [(one, screens_of(one).say(f"language_{one}")) for one in Language],
        chosen.language,
        lambda key: prefer(replace(chosen, language=Language(key))),
    )
    colours = segments(
        t("colours"),
        [(one, t(f"colours_{one}")) for one in Colours],
        chosen.colours,
        lambda key: prefer(replace(chosen, colours=Colours(key))),
    )
    still = ft.Switch(
        label=t("motion"),
        value=chosen.is_still,
        on_change=lambda event: prefer(replace(chosen, is_still=bool(event.control.value))),
    )
    reviewed = screens_of(chosen.language).is_reviewed
    return card(
        text(t("language"), 13),
        languages,
        *([] if reviewed else [quiet(t("translated"), 12)]),
        text(t("text_size_is", percent=chosen.text_percent), 13),
        _sizes(desk),
        text(t("colours"), 13),
        colours,
        still,
        quiet(t("motion_why"), 12),
        name=t("seen"),
    )


def _sizes(desk: Desk) -> ft.Control:
    chosen = desk.preferences
    at = TEXT_PERCENTS.index(chosen.text_percent)

    def step(by: int) -> None:
        desk.prefer(replace(chosen, text_percent=TEXT_PERCENTS[at + by]))

    return ft.Row(
        [
            icon_button(ft.Icons.TEXT_DECREASE, t("smaller"), (lambda: step(-1)) if at else None),
            icon_button(
                ft.Icons.TEXT_INCREASE,
                t("larger"),
                (lambda: step(1)) if at + 1 < len(TEXT_PERCENTS) else None,
            ),
        ]
    )
