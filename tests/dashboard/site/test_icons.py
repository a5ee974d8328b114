"""The icon font holds what the screens draw, and little else."""

from io import BytesIO
from pathlib import Path

import flet as ft
from flet_web import get_package_web_dir
from fontTools.ttLib import TTFont

from peergrid.dashboard.site.client import ICONS
from peergrid.dashboard.site.icons import OF_FLUTTER, drawn_by, only
from peergrid.dashboard.site.named import icons_of_screens

WHOLE = (Path(get_package_web_dir()) / ICONS).read_bytes()


def test_every_icon_of_a_screen_is_drawn_by_a_font_a_hundredth_as_large() -> None:
    used = icons_of_screens()
    cut = only(WHOLE, used)

    assert {"wb_sunny", "logout"} <= used
    assert used | OF_FLUTTER <= drawn_by(TTFont(BytesIO(cut)))
    assert len(cut) < len(WHOLE) / 100


def test_an_icon_is_drawn_as_in_the_whole_font() -> None:
    whole, cut = TTFont(BytesIO(WHOLE)), TTFont(BytesIO(only(WHOLE, frozenset({"wb_sunny"}))))
    marks = [it for it, glyph in cut.getBestCmap().items() if glyph.startswith("wb_sunny")]

    assert marks
    for mark in marks:
        assert whole.getBestCmap()[mark] == cut.getBestCmap()[mark]


def test_an_icon_that_is_not_found_by_its_name_keeps_the_font_whole() -> None:
    assert hasattr(ft.Icons, "COPY")  # drawn by a shape of another name
    assert only(WHOLE, frozenset({"wb_sunny", "copy"})) == WHOLE
