"""A day in half hours: as a picture, in words, and as a table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import flet as ft
import flet_charts as fc

from peergrid.dashboard import theme
from peergrid.dashboard.components import card, quiet, said
from peergrid.dashboard.preferences import needs_lines, pt, t
from peergrid.dashboard.table import table
from peergrid.dashboard.words import format_hour, format_time

HOURS = 24
CHART_PX = 210
MOST_LINES = 5


@dataclass(frozen=True)
class Named:
    """What the legend tells."""

    name: str
    color: ft.ColorValue


@dataclass(frozen=True)
class Series(Named):
    """One line of a chart: ``values`` to draw, one for each half hour; ``texts`` to read."""

    values: Sequence[float | None]
    texts: Sequence[str]
    is_filled: bool = False
    is_dashed: bool = False
    is_stepped: bool = False


def day_chart(
    name: str, unit: str, summary: str, starts: Sequence[datetime], series: Sequence[Series]
) -> ft.Control:
    """A day in half hours as lines, and as a table."""
    times = [format_time(start) for start in starts]
    rows = list(zip(times, *(line.texts for line in series), strict=True))
    names = [t("time"), *(line.name for line in series)]
    picture = ft.Column([_picture(starts, series), legend(series)], spacing=12)
    return ChartCard(name, unit, summary, picture, names, rows)


@ft.component
def ChartCard(  # noqa: N802 - a component bears the name of what it draws
    name: str,
    unit: str,
    summary: str,
    picture: ft.Control,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> ft.Control:
    """``summary`` is what somebody who cannot see the picture is told instead."""
    as_table, show_table = ft.use_state(initial=False)
    toggle = ft.TextButton(
        content=t("show_chart" if as_table else "show_table"),
        icon=ft.Icons.SHOW_CHART if as_table else ft.Icons.TABLE_ROWS_OUTLINED,
        on_click=lambda _: show_table(not as_table),
    )
    body = table(names, rows) if as_table else said(f"{name}. {summary}", picture)
    foot = ft.Row(
        [quiet(unit, 12), toggle], alignment=ft.MainAxisAlignment.SPACE_BETWEEN, wrap=True
    )
    return card(body, foot, name=name)


def _picture(starts: Sequence[datetime], series: Sequence[Series]) -> ft.Control:
    top = max((value for line in series for value in line.values if value), default=1) * 1.1
    step = round_step(top)
    return ft.Container(
        height=CHART_PX,
        padding=ft.Padding.only(right=10, top=6),
        content=fc.LineChart(
            data_series=[_line(starts, line) for line in series],
            min_x=0,
            max_x=HOURS,
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
                label_spacing=6,
                labels=[axis_label(hour, _mark(hour)) for hour in range(0, HOURS, 6)],
            ),
            tooltip=fc.LineChartTooltip(
                bgcolor=ft.Colors.INVERSE_SURFACE,
                fit_inside_horizontally=True,
                fit_inside_vertically=True,
                max_width=220,
            ),
        ),
    )


def _mark(hour: int) -> str:
    return f"{hour:02}" if needs_lines() else f"{hour:02}:00"


def _line(starts: Sequence[datetime], line: Series) -> fc.LineChartData:
    style = ft.TextStyle(size=pt(12), color=ft.Colors.ON_INVERSE_SURFACE)
    return fc.LineChartData(
        color=line.color,
        stroke_width=2.5,
        curved=not line.is_stepped,
        step_direction=0 if line.is_stepped else None,
        prevent_curve_over_shooting=True,
        rounded_stroke_cap=True,
        dash_pattern=[5, 5] if line.is_dashed else None,
        below_line_bgcolor=ft.Colors.with_opacity(0.22, line.color) if line.is_filled else None,
        points=[
            fc.LineChartDataPoint(
                format_hour(start),
                value,
                tooltip=fc.LineChartDataPointTooltip(
                    text=f"{format_time(start)} {line.name} {text}", text_style=style
                ),
            )
            for start, value, text in zip(starts, line.values, line.texts, strict=True)
            if value is not None
        ],
    )


def axis_label(value: float, words: str) -> fc.ChartAxisLabel:
    return fc.ChartAxisLabel(value=value, label=ft.Text(words, size=pt(11), color=theme.QUIET))


def round_step(top: float) -> float:
    """A round distance between grid lines: 1, 2 or 5 of some power of ten, a few below ``top``."""
    power = 10.0 ** math.floor(math.log10(top / MOST_LINES))
    return next(power * step for step in (1, 2, 5, 10) if top / (power * step) <= MOST_LINES)


def legend(series: Sequence[Named]) -> ft.Control:
    return ft.Row(
        [
            ft.Row(
                [
                    ft.Container(width=14, height=4, border_radius=2, bgcolor=line.color),
                    ft.Text(line.name, size=pt(13), color=theme.INK),
                ],
                spacing=6,
                tight=True,
            )
            for line in series
        ],
        spacing=16,
        run_spacing=4,
        wrap=True,
    )
