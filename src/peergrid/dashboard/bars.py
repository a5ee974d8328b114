"""A week, a month or a year as bars: of days or of months, each split into its parts."""

from collections.abc import Sequence
from dataclasses import dataclass

import flet as ft
import flet_charts as fc

from peergrid.dashboard import theme
from peergrid.dashboard.chart import CHART_PX, Named, axis_label, legend, round_step
from peergrid.dashboard.preferences import pt
from peergrid.money import WH_PER_KWH
from peergrid.words.figures import format_kwh

WIDE_BAR_PX, NARROW_BAR_PX = 16, 6
MANY = 14  # bars, of which not every one is named
HEADROOM = 1.1


@dataclass(frozen=True)
class Bar:
    """One bar: the name on the axis, the whole name, and the energies [Wh] of its parts."""

    mark: str
    name: str
    parts_wh: Sequence[int]


def bar_picture(bars: Sequence[Bar], parts: Sequence[Named]) -> ft.Control:
    top = max((sum(bar.parts_wh) for bar in bars), default=0) / WH_PER_KWH * HEADROOM or 1
    step = round_step(top)
    chart = fc.BarChart(
        groups=[_group(i, bar, parts, is_narrow=len(bars) > MANY) for i, bar in enumerate(bars)],
        min_y=0,
        max_y=top,
        expand=True,
        animation=ft.Animation(duration=0),
        horizontal_grid_lines=fc.ChartGridLines(color=theme.LINE, width=1, interval=step),
        left_axis=fc.ChartAxis(
            label_size=pt(38),
            label_spacing=step,
            labels=[axis_label(i * step, f"{i * step:g}") for i in range(int(top / step) + 1)],
        ),
        bottom_axis=fc.ChartAxis(
            label_size=pt(24),
            labels=[
                axis_label(i, bar.mark)
                for i, bar in enumerate(bars)
                if len(bars) <= MANY or i % 7 == 0
            ],
        ),
        tooltip=fc.BarChartTooltip(
            bgcolor=ft.Colors.INVERSE_SURFACE,
            fit_inside_horizontally=True,
            fit_inside_vertically=True,
            max_width=220,
        ),
    )
    picture = ft.Container(chart, height=CHART_PX, padding=ft.Padding.only(right=10, top=6))
    return ft.Column([picture, legend(parts)], spacing=12)


def _group(number: int, bar: Bar, parts: Sequence[Named], *, is_narrow: bool) -> fc.BarChartGroup:
    items, reached = [], 0
    for part, energy_wh in zip(parts, bar.parts_wh, strict=True):
        start, reached = reached, reached + energy_wh
        items.append(
            fc.BarChartRodStackItem(
                from_y=start / WH_PER_KWH, to_y=reached / WH_PER_KWH, color=part.color
            )
        )
    width = NARROW_BAR_PX if is_narrow else WIDE_BAR_PX
    style = ft.TextStyle(size=pt(12), color=ft.Colors.ON_INVERSE_SURFACE)
    rod = fc.BarChartRod(
        stack_items=items,
        to_y=reached / WH_PER_KWH,
        width=width,
        border_radius=ft.BorderRadius.only(top_left=width / 3, top_right=width / 3),
        color=ft.Colors.TRANSPARENT,
        tooltip=fc.BarChartRodTooltip(text=f"{bar.name} {format_kwh(reached)}", text_style=style),
    )
    return fc.BarChartGroup(x=number, rods=[rod])
