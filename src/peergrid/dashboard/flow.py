"""The sun, the home, the neighbours and the grid, and what runs between them.

The pictures move by themselves in the browser: no message is sent for it.
"""

from dataclasses import dataclass

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import card, quiet, said
from peergrid.dashboard.preferences import may_move, needs_lines, pt, t
from peergrid.dashboard.words import format_time
from peergrid.energy import INTERVALS_PER_HOUR
from peergrid.words.figures import format_kwh

NODE_PX = 60
LABELS_PX, ARROW_PX = 38, 36
PIPE_PX = (4, 14)  # from a trickle to all that flows
FASTEST_MS, SLOWEST_MS = 900, 3_600
STRONG_WH = 2_000  # in half an hour: what is more moves no faster


@dataclass(frozen=True)
class Stream:
    """Energy [Wh of half an hour] between the home and one other; ``is_outward`` leaves it."""

    energy_wh: int
    color: ft.ColorValue
    is_outward: bool


def flow_card(newest: wire.EnergyInterval, *, has_panels: bool) -> ft.Control:
    """The newest half hour as streams, as wide and as fast as they are strong."""
    sun = Stream(newest.generation_wh, theme.SUN, is_outward=False)
    out_wh, in_wh = newest.grid_export_wh, newest.grid_import_wh
    if not newest.is_settled:
        out_wh, in_wh = newest.export_wh, newest.import_wh
    neighbours = _stream(newest.sold_wh, newest.bought_wh, theme.NEIGHBOURS)
    grid = _stream(out_wh, in_wh, theme.GRID)
    time = format_time(newest.interval_start)
    words = t(
        "flow_said",
        time=time,
        sun=format_power(sun.energy_wh),
        home=format_power(newest.demand_wh),
        neighbours=_said_of(neighbours, "neighbours"),
        grid=_said_of(grid, "grid"),
    )
    draw = _lines if needs_lines() else _picture
    picture = draw(newest.demand_wh, sun if has_panels else None, neighbours, grid)
    told = [] if newest.is_settled else [quiet(t("flow_unsettled"), 12)]
    return card(said(words, picture), quiet(t("flow_at", time=time), 12), *told, name=t("now_flow"))


def format_power(energy_wh: int) -> str:
    """The mean power of half an hour's energy [Wh].

    >>> format_power(620)
    '1.24 kW'
    """
    return format_kwh(energy_wh * INTERVALS_PER_HOUR).removesuffix("h")


def _stream(out_wh: int, in_wh: int, color: ft.ColorValue) -> Stream:
    return Stream(max(out_wh, in_wh), color, is_outward=out_wh > in_wh)


def _said_of(stream: Stream, whom: str) -> str:
    way = "to" if stream.is_outward else "from"
    return t(f"flow_{way}_{whom}", power=format_power(stream.energy_wh))


def _picture(demand_wh: int, sun: Stream | None, neighbours: Stream, grid: Stream) -> ft.Control:
    """Left the sun, in the middle the home, right the neighbours and the grid."""
    home = _node(ft.Icons.HOME_ROUNDED, t("home"), demand_wh, theme.INK)
    left = (
        [
            _node(ft.Icons.WB_SUNNY_ROUNDED, t("sun"), sun.energy_wh, theme.SUN),
            _pipe(sun, ft.ShimmerDirection.LTR),
        ]
        if sun
        else []
    )
    right = ft.Column(
        [
            _branch(ft.Icons.GROUPS_ROUNDED, t("neighbours"), neighbours),
            _branch(ft.Icons.ELECTRICAL_SERVICES_ROUNDED, t("zesa"), grid),
        ],
        spacing=18,
        expand=3,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
    return ft.Row(
        [*left, home, _fork(), right],
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _fork() -> ft.Control:
    """Where the way from home parts to the neighbours and to the grid."""
    side = ft.BorderSide(2, theme.LINE)
    return ft.Container(
        width=10,
        height=NODE_PX * 2,
        border=ft.Border(left=side, top=side, bottom=side),
        border_radius=ft.BorderRadius.only(top_left=10, bottom_left=10),
        margin=_above_labels(),
    )


def _above_labels() -> ft.Margin:
    """Lifts a pipe to the middle of the rings, whose labels stand beneath."""
    return ft.Margin.only(bottom=pt(LABELS_PX))


def _branch(icon: ft.IconData, name: str, stream: Stream) -> ft.Control:
    way = ft.ShimmerDirection.LTR if stream.is_outward else ft.ShimmerDirection.RTL
    return ft.Row(
        [_pipe(stream, way), _node(icon, name, stream.energy_wh, stream.color)],
        spacing=6,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _node(icon: ft.IconData, name: str, energy_wh: int, color: ft.ColorValue) -> ft.Control:
    shade = color if energy_wh else theme.LINE
    ring = ft.Container(
        ft.Icon(icon, size=28, color=shade if energy_wh else theme.QUIET),
        width=NODE_PX,
        height=NODE_PX,
        border=ft.Border.all(2.5, shade),
        border_radius=NODE_PX / 2,
        bgcolor=ft.Colors.with_opacity(0.12, shade),
        alignment=ft.Alignment.CENTER,
    )
    center = ft.TextAlign.CENTER
    words = [
        ft.Text(format_power(energy_wh), size=pt(14), weight=ft.FontWeight.W_700, color=theme.INK),
        ft.Text(name, size=pt(12), color=theme.QUIET, text_align=center),
    ]
    return ft.Column(
        [ring, ft.Column(list(words), spacing=0, horizontal_alignment=_CENTER)],
        spacing=4,
        width=78,
        horizontal_alignment=_CENTER,
    )


_CENTER = ft.CrossAxisAlignment.CENTER


def _pipe(stream: Stream, way: ft.ShimmerDirection) -> ft.Control:
    """Thick for much, thin for little; a light runs through it the faster the more there is."""
    part = min(stream.energy_wh / STRONG_WH, 1)
    least, most = PIPE_PX
    height = least + (most - least) * part
    color = stream.color if stream.energy_wh else theme.LINE
    tube = ft.Container(height=height, border_radius=height / 2, bgcolor=color)
    if not stream.energy_wh:
        return ft.Container(tube, expand=1, margin=_above_labels())
    if not may_move():
        is_right = way is ft.ShimmerDirection.LTR
        arrow = ft.Icons.ARROW_RIGHT if is_right else ft.Icons.ARROW_LEFT
        return ft.Stack(
            [tube, ft.Icon(arrow, size=ARROW_PX, color=color)],
            alignment=ft.Alignment.CENTER,
            expand=1,
            height=ARROW_PX,
            margin=_above_labels(),
        )
    dim = ft.Colors.with_opacity(0.35, color)
    moving = ft.Shimmer(
        content=tube,
        gradient=ft.LinearGradient(
            colors=[dim, dim, color, dim, dim], stops=[0.0, 0.3, 0.5, 0.7, 1.0]
        ),
        direction=way,
        period=round(SLOWEST_MS - (SLOWEST_MS - FASTEST_MS) * part),
    )
    return ft.Container(moving, expand=1, margin=_above_labels())


def _lines(demand_wh: int, sun: Stream | None, neighbours: Stream, grid: Stream) -> ft.Control:
    """A line for each, where letters are large."""
    rows = [
        *([("sun", sun.energy_wh, sun)] if sun else []),
        ("home", demand_wh, None),
        ("neighbours", neighbours.energy_wh, neighbours),
        ("zesa", grid.energy_wh, grid),
    ]
    return ft.Column([_line_of(t(key), energy, stream) for key, energy, stream in rows], spacing=6)


def _line_of(name: str, energy_wh: int, stream: Stream | None) -> ft.Control:
    arrow = ft.Icons.HOME_ROUNDED
    if stream:
        arrow = ft.Icons.ARROW_FORWARD if stream.is_outward else ft.Icons.ARROW_BACK
    return ft.Row(
        [
            ft.Icon(arrow, size=pt(16), color=stream.color if stream else theme.INK),
            ft.Text(name, size=pt(14), color=theme.INK),
            ft.Text(
                format_power(energy_wh), size=pt(14), weight=ft.FontWeight.W_700, color=theme.INK
            ),
        ],
        wrap=True,
        spacing=8,
    )
