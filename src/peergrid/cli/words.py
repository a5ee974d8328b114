"""What the commands print for a person."""

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from peergrid.money import format_usd


def progress(console: Console) -> Progress:
    """A bar that goes away when it is full, and stays out of a pipe."""
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def kwh(energy_wh: int) -> str:
    """Energy as a person reads it: 12,345 Wh is 12.3 kWh."""
    return f"{energy_wh / 1000:,.1f}"


def energy_and_money(total: Callable[[str], int]) -> list[str]:
    """What was made, drawn, paid and credited, as lines; ``total`` gives each sum by its name."""

    def energy(name: str) -> str:
        return kwh(total(name))

    def money(name: str) -> str:
        return format_usd(total(name))

    return [
        f"  generated {energy('generation_wh')} kWh: {energy('self_consumed_wh')} used at home,"
        f" {energy('shared_wh')} shared with neighbours, {energy('grid_export_wh')} to the grid",
        f"  drawn {energy('import_wh')} kWh: {energy('shared_wh')} from neighbours,"
        f" {energy('grid_import_wh')} from the grid",
        f"  neighbours paid each other {money('paid_micros')}; the grid was paid"
        f" {money('retail_micros')} and {money('levy_micros')} levy, and paid"
        f" {money('feed_in_micros')}",
        f"  energy credits: {energy('credit_earned_wh')} kWh earned,"
        f" {energy('credit_used_wh')} kWh used",
    ]
