"""What settlement waits for: meters that are late told apart from those that are silent."""

from collections.abc import Sequence

import flet as ft

from peergrid import wire
from peergrid.dashboard import theme
from peergrid.dashboard.components import Part, card, figure_row, quiet
from peergrid.dashboard.table import table
from peergrid.dashboard.words import count_of, format_instant
from peergrid.wire.operator import AwaitedMeter

MOST_NAMED = 12  # meters of a kind
LATE = "They report, but this half hour's reading is not there, though others' are."
SILENT = "Two half hours or more behind the others: nothing comes from them any more."


def awaited_card(state: wire.SettlementState) -> ft.Control:
    """Nothing, or the half hour that is next and the meters that it waits for."""
    late = [one for one in state.awaited if not one.is_silent]
    silent = [one for one in state.awaited if one.is_silent]
    if not state.awaited:
        words = "No meter is missing."
        if state.waiting_intervals:
            half_hours = count_of(state.waiting_intervals, "half hour")
            words += f" {half_hours} wait for the next run, or for the month to be over."
        return card(quiet(words), name="What is waited for")
    return card(
        quiet(
            f"The half hour of {format_instant(state.settled_until)} waits. What is missing by"
            f" {format_instant(state.waits_until)} is estimated, and put right when it comes."
        ),
        *_kind("Late", late, LATE, theme.SUN),
        *_kind("Silent", silent, SILENT, theme.TROUBLE),
        name="What is waited for",
    )


def _kind(
    name: str, meters: Sequence[AwaitedMeter], says: str, color: ft.ColorValue
) -> list[ft.Control]:
    head = figure_row(Part(name, 1, f"{len(meters):,}", color if meters else theme.LINE, says))
    if not meters:
        return [head]
    longest_first = sorted(meters, key=lambda one: (one.since, one.meter))
    rows = [(one.meter, format_instant(one.since)) for one in longest_first[:MOST_NAMED]]
    rest = len(meters) - MOST_NAMED
    more = [quiet(f"and {count_of(rest, 'meter')} more")] if rest > 0 else []
    return [head, table([f"{name} meter", "Since"], rows, [3, 2]), *more]
