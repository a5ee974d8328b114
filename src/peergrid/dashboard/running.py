"""The running month: what came so far and what its end may bring; tap it to see why."""

from collections.abc import Sequence

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import Part, card, figure_row, quiet
from peergrid.dashboard.forecast import FEWEST_DAYS, Forecast, forecast_of
from peergrid.dashboard.preferences import preferences, t
from peergrid.dashboard.told import told_row
from peergrid.dashboard.words import format_instant
from peergrid.energy import INTERVALS_PER_DAY
from peergrid.money import Unit, divide
from peergrid.words.catalogue import catalogue_of
from peergrid.words.figures import format_amount, format_exactly


def running_card(statement: wire.Statement, units: Sequence[Unit]) -> ft.Control | None:
    """None for a month that is over."""
    found = [one for unit in units if (one := forecast_of(statement, unit))]
    if not found:
        return None
    rows = [row for one in found for row in _rows(one, statement)]
    known = found[0].is_known
    foot = t("tap_figure") if known else t("too_little", days=FEWEST_DAYS)
    return card(*rows, quiet(foot), name=t("this_month"))


def _rows(forecast: Forecast, statement: wire.Statement) -> list[ft.Control]:
    name = t("energy_credit") if forecast.unit is Unit.WH_CREDIT else ""
    color = theme.SUN if forecast.unit is Unit.WH_CREDIT else theme.NEIGHBOURS
    so_far = Part(t("so_far"), 1, _amount(forecast.unit, forecast.so_far), color, name)
    if not forecast.is_known:
        return [figure_row(so_far)]
    month = catalogue_of(preferences().language).say(f"month_{statement.month.month}")
    words = t("by_month_end", month=month)
    at_end = Part(words, 1, _amount(forecast.unit, forecast.at_end), color, name)
    return [figure_row(so_far), told_row(at_end, _steps(forecast, statement))]


def _steps(forecast: Forecast, statement: wire.Statement) -> list[str]:
    """The sum as one does it on paper, with every digit."""

    def exactly(amount: int) -> str:
        return format_exactly(forecast.unit, amount)

    so_far, to_come = exactly(forecast.so_far), exactly(forecast.to_come)
    return [
        t("forecast_so_far", until=format_instant(statement.settled_until), amount=so_far),
        t(
            "forecast_lately",
            days=forecast.days,
            amount=exactly(forecast.lately),
            daily=exactly(divide(forecast.lately, forecast.days)),
        ),
        t(
            "forecast_left",
            half_hours=forecast.left,
            days=f"{forecast.left / INTERVALS_PER_DAY:.1f}",
            amount=to_come,
        ),
        t("forecast_end", so_far=so_far, to_come=to_come, at_end=exactly(forecast.at_end)),
        t("forecast_other"),
    ]


def _amount(unit: Unit, amount: int) -> str:
    """To pay or for oneself; energy credit with its sign."""
    if unit is Unit.WH_CREDIT:
        return format_amount(unit, amount)
    key = "otherwise_pays" if amount < 0 else "otherwise_gets"
    return t(key, amount=format_amount(unit, abs(amount)))
