"""How the energy of a period ran: lines over a day, bars over a longer time, and a table."""

from collections.abc import Sequence

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.bars import Bar, bar_picture
from peergrid.dashboard.chart import ChartCard, Named, Series, day_chart
from peergrid.dashboard.energies import Energies
from peergrid.dashboard.period import Period, Span
from peergrid.dashboard.preferences import t
from peergrid.dashboard.words import format_day, format_month
from peergrid.money import WH_PER_KWH
from peergrid.words.figures import format_kwh


def name_of(period: Period) -> str:
    """What a period is called."""
    if period.span is Span.DAY:
        return format_day(period.start)
    if period.span is Span.WEEK:
        last = period.after.start.fromordinal(period.end.toordinal() - 1)
        return t("week_name", first=format_day(period.start), last=format_day(last))
    return format_month(period.start) if period.span is Span.MONTH else f"{period.start.year}"


def course_card(me: wire.Me, shown: Energies) -> ft.Control:
    total, period = shown.total, shown.period
    summary = t(
        "chart_said",
        when=name_of(period),
        generated=format_kwh(total.generation_wh),
        used=format_kwh(total.demand_wh),
        shared=format_kwh(total.sold_wh),
        bought=format_kwh(total.bought_wh),
    )
    name = t(f"over_{period.span}")
    is_producer = me.role is wire.Role.PRODUCER
    if period.span is Span.DAY:
        rows = [row for row in shown.rows if isinstance(row, wire.EnergyInterval)]
        series = _producer_series(rows) if is_producer else _consumer_series(rows)
        starts = [row.interval_start for row in rows]
        return day_chart(name, t("per_half_hour"), summary, starts, series)
    parts = [row for row in shown.rows if isinstance(row, wire.EnergyPart)]
    split = _producer_parts(parts) if is_producer else _consumer_parts(parts)
    bars = [
        Bar(*_marks(period, part), [values[i] for _, values in split])
        for i, part in enumerate(parts)
    ]
    named = [one for one, _ in split]
    columns = _columns(parts, is_producer=is_producer)
    names = [t(f"span_{'month' if period.span is Span.YEAR else 'day'}"), *columns]
    rows_said = [
        [bar.name, *(format_kwh(values[i]) for values in columns.values())]
        for i, bar in enumerate(bars)
    ]
    unit = t("per_month" if period.span is Span.YEAR else "per_day")
    return ChartCard(name, unit, summary, bar_picture(bars, named), names, rows_said)


def _marks(period: Period, part: wire.EnergyPart) -> tuple[str, str]:
    if period.span is Span.YEAR:
        return f"{part.start.month}", format_month(part.start)
    return f"{part.start.day}", format_day(part.start)


def _producer_parts(parts: Sequence[wire.EnergyPart]) -> list[tuple[Named, list[int]]]:
    sent = [part.export_wh - part.sold_wh for part in parts]
    return [
        (Named(t("used_at_home"), theme.SUN), [part.self_consumed_wh for part in parts]),
        (Named(t("shared_with"), theme.NEIGHBOURS), [part.sold_wh for part in parts]),
        (Named(t("sent_to_grid"), theme.GRID), sent),
    ]


def _consumer_parts(parts: Sequence[wire.EnergyPart]) -> list[tuple[Named, list[int]]]:
    drawn = [part.import_wh - part.bought_wh for part in parts]
    return [
        (Named(t("from_neighbours"), theme.NEIGHBOURS), [part.bought_wh for part in parts]),
        (Named(t("from_grid"), theme.GRID), drawn),
    ]


def _columns(parts: Sequence[wire.EnergyPart], *, is_producer: bool) -> dict[str, list[int]]:
    """What the table says of each bar [Wh]."""
    used = [part.demand_wh for part in parts]
    if is_producer:
        return {
            t("generated"): [part.generation_wh for part in parts],
            t("used"): used,
            t("shared"): [part.sold_wh for part in parts],
        }
    return {
        t("used"): used,
        t("from_neighbours"): [part.bought_wh for part in parts],
        t("from_grid"): [part.grid_import_wh for part in parts],
    }


def _series(name: str, values: list[int], color: ft.ColorValue, **look: bool) -> Series:
    return Series(
        name,
        color,
        [value / WH_PER_KWH for value in values],
        [format_kwh(value) for value in values],
        **look,
    )


def _producer_series(rows: Sequence[wire.EnergyInterval]) -> list[Series]:
    return [
        _series(t("generated"), [one.generation_wh for one in rows], theme.SUN, is_filled=True),
        _series(t("used"), [one.demand_wh for one in rows], theme.GRID, is_dashed=True),
        _series(t("shared"), [one.sold_wh + one.bought_wh for one in rows], theme.NEIGHBOURS),
    ]


def _consumer_series(rows: Sequence[wire.EnergyInterval]) -> list[Series]:
    bought = [one.bought_wh for one in rows]
    return [
        _series(t("used"), [one.demand_wh for one in rows], theme.QUIET, is_dashed=True),
        _series(t("from_neighbours"), bought, theme.NEIGHBOURS, is_filled=True),
        _series(t("from_grid"), [one.grid_import_wh for one in rows], theme.GRID),
    ]
