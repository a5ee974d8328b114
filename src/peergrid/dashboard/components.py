"""The pieces every screen is made of; each one has a name for a screen reader."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.preferences import needs_lines, pt, t
from peergrid.dashboard.state import CANNOT_REACH

MOST_PT = 52  # an amount of money fits into one line of a small phone


def said(words: str, content: ft.Control) -> ft.Control:
    """Something drawn that a screen reader hears as ``words``."""
    return ft.Semantics(content=content, label=words, container=True, exclude_semantics=True)


def card(*controls: ft.Control, name: str = "", spacing: int = 12) -> ft.Control:
    """A sheet of paper with a heading, if it has a ``name``."""
    heading = (
        [ft.Semantics(content=card_title(name), heading_level=2, container=True)] if name else []
    )
    sheet = ft.Container(
        content=ft.Column(
            [*heading, *controls],
            spacing=spacing,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        bgcolor=theme.CARD,
        border=ft.Border.all(1, theme.LINE),
        border_radius=theme.RADIUS,
        padding=ft.Padding.all(18),
    )
    return ft.Semantics(content=sheet, container=True)


def card_title(name: str) -> ft.Text:
    return ft.Text(name, size=pt(15), weight=ft.FontWeight.W_600, color=theme.INK)


def screen_title(title: str, beneath: str = "") -> ft.Control:
    lines: list[ft.Control] = [
        ft.Semantics(
            content=ft.Text(title, size=pt(26), weight=ft.FontWeight.W_700, color=theme.INK),
            heading_level=1,
            container=True,
        )
    ]
    if beneath:
        lines.append(quiet(beneath))
    return ft.Column(lines, spacing=2)


def text(words: str, size: int = 14, color: ft.ColorValue = theme.INK) -> ft.Control:
    """A line that a screen reader meets on its own, not run together with its neighbours."""
    return ft.Semantics(content=ft.Text(words, size=pt(size), color=color), container=True)


def quiet(words: str, size: int = 13) -> ft.Control:
    return text(words, size, theme.QUIET)


def trouble_banner(trouble: str) -> ft.Control:
    """What troubles a screen or a card, in the reader's own words where it has them."""
    return banner(t("cannot_reach") if trouble == CANNOT_REACH else trouble)


def frame(title: ft.Control, trouble: str, *body: ft.Control) -> ft.Control:
    """A screen: its title, what troubles it, and its matter or the wait for it."""
    told = [trouble_banner(trouble)] if trouble else []
    shown = list(body) or ([] if trouble else [waiting()])
    return ft.Column(
        [title, *told, *shown],
        spacing=theme.GAP,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def columns(
    left: Sequence[ft.Control], right: Sequence[ft.Control], *, is_wide: bool
) -> ft.Control:
    """Two columns where there is room; else one, that takes from each in turn."""
    if is_wide:
        return ft.Row(
            [_column(left), _column(right)],
            spacing=theme.GAP,
            vertical_alignment=ft.CrossAxisAlignment.START,
        )
    in_turn = chain.from_iterable(zip_longest(left, right))
    return _column([control for control in in_turn if control is not None])


def _column(controls: Sequence[ft.Control]) -> ft.Container:
    """Read to its end before the next column begins."""
    column = ft.Column(
        list(controls), spacing=theme.GAP, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
    )
    return ft.Container(ft.Semantics(content=column, container=True), expand=True)


def big_figure(
    name: str, value: str, beneath: str, color: ft.ColorValue = theme.INK, size: int = 38
) -> ft.Control:
    """One number that matters."""
    face = big_face(name, value, beneath, color, size)
    return said(f"{name}: {value} {beneath}".strip(), face)


def big_face(
    name: str, value: str, beneath: str, color: ft.ColorValue, size: int = 38
) -> ft.Control:
    lines: list[ft.Control] = [
        ft.Text(name, size=pt(13), weight=ft.FontWeight.W_500, color=color),
        ft.Text(value, size=min(pt(size), MOST_PT), weight=ft.FontWeight.W_700, color=color),
    ]
    if beneath:
        lines.append(ft.Text(beneath, size=pt(13), color=color))
    return ft.Column(lines, spacing=2)


def sunny_card(*controls: ft.Control) -> ft.Container:
    """The card that a screen opens with."""
    return ft.Container(
        content=ft.Column(
            list(controls), spacing=12, horizontal_alignment=ft.CrossAxisAlignment.STRETCH
        ),
        gradient=ft.LinearGradient(
            begin=ft.Alignment.TOP_LEFT,
            end=ft.Alignment.BOTTOM_RIGHT,
            colors=[theme.SUN_SOFT, theme.SUN_SOFTER],
        ),
        border_radius=theme.RADIUS,
        padding=ft.Padding.all(20),
    )


@dataclass(frozen=True)
class Part:
    """One part of a whole: its name, size, the size in words and its colour."""

    name: str
    size: int
    value: str
    color: ft.ColorValue
    beneath: str = ""


def figure_row(part: Part) -> ft.Control:
    return said(f"{part.name}: {part.value} {part.beneath}".strip(), figure_face(part))


def figure_face(part: Part) -> ft.Control:
    """A name at the left, its number at the right, so that numbers align; beneath if large."""
    value = ft.Text(part.value, size=pt(16), weight=ft.FontWeight.W_600, color=theme.INK)
    names: list[ft.Control] = [ft.Text(part.name, size=pt(15), color=theme.INK)]
    names += [value] if needs_lines() else []
    if part.beneath:
        names.append(quiet(part.beneath, 12))
    return ft.Row(
        [
            ft.Container(width=12, height=12, border_radius=4, bgcolor=part.color),
            ft.Column(names, spacing=0, expand=True),
            *([] if needs_lines() else [value]),
        ],
        spacing=10,
    )


def split_bar(parts: Sequence[Part]) -> ft.Control:
    """A whole as one bar, its parts as long as they are large; the rows below name them."""
    drawn = [part for part in parts if part.size > 0]
    pieces: list[ft.Control] = [
        ft.Container(expand=max(part.size, 1), bgcolor=part.color) for part in drawn
    ]
    return ft.Container(
        content=ft.Row(pieces or [ft.Container(expand=1, bgcolor=theme.LINE)], spacing=2),
        height=14,
        border_radius=7,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
    )


def split_card(name: str, whole: str, parts: Sequence[Part]) -> ft.Control:
    """A whole, and what it is made of."""
    heading = ft.Row(
        [
            ft.Container(card_title(name), expand=True),
            ft.Text(whole, size=pt(20), weight=ft.FontWeight.W_700, color=theme.INK),
        ]
    )
    return card(said(f"{name}: {whole}", heading), split_bar(parts), *map(figure_row, parts))


def pilot_label(scheme: wire.SchemeInfo, *, on_sun: bool = False) -> ft.Control:
    """How sharing is priced, and plainly so if no rule in force allows it yet."""
    title = t("pilot_scheme", scheme=scheme.title) if scheme.is_pilot else scheme.title
    chip = ft.Container(
        content=ft.Text(title, size=pt(12), weight=ft.FontWeight.W_600, color=theme.SUN_INK),
        bgcolor=theme.SUN_SOFT,
        border=ft.Border.all(1, theme.SUN),
        border_radius=10,
        padding=ft.Padding.symmetric(vertical=3, horizontal=9),
    )
    sentence = ft.Text(scheme.sentence, size=pt(13), color=theme.SUN_INK if on_sun else theme.QUIET)
    content = ft.Column(
        [chip, sentence], spacing=6, horizontal_alignment=ft.CrossAxisAlignment.START
    )
    return said(f"{title}. {scheme.sentence}", content)


def steps(
    words: str, before: Callable[[], None] | None, after: Callable[[], None] | None, span: str
) -> ft.Control:
    """One step back and one forth through days or months."""
    return ft.Row(
        [
            icon_button(ft.Icons.CHEVRON_LEFT, t(f"{span}_before"), before),
            ft.Container(
                ft.Semantics(
                    content=ft.Text(
                        words, size=pt(15), weight=ft.FontWeight.W_600, color=theme.INK
                    ),
                    container=True,
                ),
                alignment=ft.Alignment.CENTER,
                expand=True,
            ),
            icon_button(ft.Icons.CHEVRON_RIGHT, t(f"{span}_after"), after),
        ],
        spacing=4,
    )


def icon_button(
    icon: ft.IconData, name: str, act: Callable[[], Awaitable[None] | None] | None
) -> ft.Control:
    """A button that shows a picture and bears a name; no ``act``, and it rests."""
    return ft.MergeSemantics(
        ft.IconButton(
            icon=icon,
            tooltip=name,
            icon_color=theme.INK if act else theme.LINE,
            on_click=act,
            disabled=act is None,
        )
    )


def banner(words: str, icon: ft.IconData = ft.Icons.CLOUD_OFF_OUTLINED) -> ft.Control:
    """Trouble, told where it matters, and spoken when it comes."""
    content = ft.Container(
        content=ft.Row(
            [
                ft.Icon(icon, size=18, color=theme.TROUBLE_INK),
                ft.Text(words, size=pt(14), color=theme.TROUBLE_INK, expand=True),
            ]
        ),
        bgcolor=theme.TROUBLE_SOFT,
        border_radius=14,
        padding=ft.Padding.symmetric(vertical=10, horizontal=14),
    )
    return ft.Semantics(
        content=content, label=words, live_region=True, container=True, exclude_semantics=True
    )


def waiting(words: str = "") -> ft.Control:
    words = words or t("loading")
    ring = ft.ProgressRing(width=28, height=28, stroke_width=3, color=theme.SUN)
    content = ft.Column(
        [ring, quiet(words)], horizontal_alignment=ft.CrossAxisAlignment.CENTER, spacing=14
    )
    return said(words, ft.Container(content, alignment=ft.Alignment.CENTER, padding=60))


def empty(words: str) -> ft.Control:
    content = ft.Column(
        [
            ft.Icon(ft.Icons.WB_TWILIGHT, size=36, color=theme.QUIET),
            ft.Text(words, size=pt(14), color=theme.QUIET, text_align=ft.TextAlign.CENTER),
        ],
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        spacing=10,
    )
    return said(words, ft.Container(content, alignment=ft.Alignment.CENTER, padding=32))
