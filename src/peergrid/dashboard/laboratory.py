"""The laboratory: turn a scenario's dials, follow its run, and lay up to four side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import flet as ft

from peergrid import wire
from peergrid.client import Client
from peergrid.dashboard import theme
from peergrid.dashboard.components import (
    card,
    columns,
    empty,
    frame,
    icon_button,
    quiet,
    screen_title,
)
from peergrid.dashboard.dials import Dials, told_settings
from peergrid.dashboard.live import Desk, use_live
from peergrid.dashboard.side_by_side import MOST, Result, side_by_side
from peergrid.dashboard.words import format_instant
from peergrid.errors import PeerGridError
from peergrid.money import PARTS

FOLLOW_S = 2.0  # how often to ask how far a run is
UNDER_WAY = {wire.ExperimentState.WAITING, wire.ExperimentState.RUNNING}
NO_WORKER = "No worker has run yet. Start one beside the backend: peergrid laboratory"
NONE_YET = "No experiment yet: choose a scenario, turn its dials, and press Run."


@dataclass(frozen=True)
class Bench:
    """What lies on the laboratory's bench: ``results`` are of those chosen."""

    offers: list[wire.LaboratoryOffer]
    experiments: list[wire.Experiment]
    results: list[Result]


@dataclass(frozen=True, eq=False)
class Hands:
    """What can be done with an experiment."""

    choose: Callable[[int], None]
    stop: Callable[[int], Awaitable[None]]
    drop: Callable[[int], Awaitable[None]]


@ft.component
def LaboratoryScreen(desk: Desk, me: wire.Me) -> ft.Control:  # noqa: N802
    nothing_chosen: tuple[int, ...] = ()
    chosen, set_chosen = ft.use_state(nothing_chosen)
    turn, set_turn = ft.use_state(0)
    view = use_live(desk, lambda: load_bench(desk.client, chosen), chosen, turn)
    shown = view.value
    waits = shown is not None and any(one.state in UNDER_WAY for one in shown.experiments)

    async def look_again() -> None:
        if waits:
            await asyncio.sleep(FOLLOW_S)
            set_turn(turn + 1)

    ft.use_effect(look_again, [waits, turn], cleanup=lambda: None)
    title = screen_title("Laboratory", "Scenarios on trial: nothing here is booked.")
    if not shown:
        return frame(title, view.trouble)

    def choose(number: int) -> None:
        kept = tuple(one for one in chosen if one != number)
        set_chosen(kept if number in chosen else (*kept, number)[-MOST:])

    async def ask(order: wire.ExperimentOrder) -> None:
        await desk.client.ask_for_experiment(order)
        set_turn(turn + 1)

    async def stop(number: int) -> None:
        with suppress(PeerGridError):  # it ended meanwhile: the list tells
            await desk.client.stop_experiment(number)
        set_turn(turn + 1)

    async def drop(number: int) -> None:
        with suppress(PeerGridError):
            await desk.client.drop_experiment(number)
        set_chosen(tuple(one for one in chosen if one != number))
        set_turn(turn + 1)

    hands = Hands(choose, stop, drop)
    may_ask = me.role is wire.Role.OPERATOR
    form = Dials(desk, shown.offers, ask) if shown.offers else card(empty(NO_WORKER))
    left = [form] if may_ask else []
    right = [_list(shown, chosen, hands, may_change=may_ask), *_laid_up(shown)]
    body = columns(left, right, is_wide=desk.is_wide) if left else columns(right, [], is_wide=False)
    return frame(title, view.trouble, body)


async def load_bench(client: Client, chosen: tuple[int, ...]) -> Bench:
    """What is offered and asked for, and the results of those ``chosen`` that are done."""
    experiments = await client.experiments()
    done = {one.experiment_id for one in experiments if one.state is wire.ExperimentState.DONE}
    found = [await client.experiment(number) for number in chosen if number in done]
    results = [(one.title, one.result) for one in found if one.result]
    return Bench(await client.laboratory_offers(), experiments, results)


def _laid_up(bench: Bench) -> list[ft.Control]:
    return side_by_side(bench.results) if bench.results else []


def _list(bench: Bench, chosen: tuple[int, ...], hands: Hands, *, may_change: bool) -> ft.Control:
    if not bench.experiments:
        return card(empty(NONE_YET), name="Experiments")
    dials = [dial for offer in bench.offers for dial in offer.dials]
    rows = [
        _row(one, dials, hands, is_chosen=one.experiment_id in chosen, may_change=may_change)
        for one in bench.experiments
    ]
    return card(
        quiet(f"Tick up to {MOST} that are done, and they lie side by side below."),
        *rows,
        name="Experiments",
    )


def _row(
    one: wire.Experiment,
    dials: list[wire.Dial],
    hands: Hands,
    *,
    is_chosen: bool,
    may_change: bool,
) -> ft.Control:
    number = one.experiment_id
    is_done = one.state is wire.ExperimentState.DONE
    lines: list[ft.Control] = [
        ft.Text(one.title, size=14, color=theme.INK, weight=ft.FontWeight.W_500),
        quiet(_state(one), 12),
    ]
    settings = told_settings(dials, one.settings)
    if settings and settings not in one.title:
        lines.insert(1, quiet(settings, 12))
    if one.state in UNDER_WAY:
        part = one.progress_ppm / PARTS if one.progress_ppm else None
        lines.append(ft.ProgressBar(value=part, color=theme.SUN, semantics_label=one.title))
    tick = ft.Checkbox(
        value=is_chosen,
        disabled=not is_done,
        semantics_label=f"Lay up {one.title}",
        on_change=lambda _: hands.choose(number),
    )
    icon, name, act = (
        (ft.Icons.STOP, f"Stop {one.title}", hands.stop)
        if one.state in UNDER_WAY
        else (ft.Icons.DELETE_OUTLINE, f"Delete {one.title}", hands.drop)
    )

    async def change() -> None:
        await act(number)

    return ft.Row(
        [
            tick,
            ft.Column(lines, spacing=2, expand=True),
            *([icon_button(icon, name, change)] if may_change else []),
        ],
        spacing=6,
    )


def _state(one: wire.Experiment) -> str:
    asked = format_instant(one.asked_at)
    if one.state is wire.ExperimentState.RUNNING:
        return f"running, {one.progress_ppm * 100 // PARTS} %"
    if one.state is wire.ExperimentState.FAILED:
        return f"failed: {one.reason}"
    return f"{one.state}, asked for {asked}"
