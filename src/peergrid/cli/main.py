"""The command line: each command loads what it needs, when it is called."""

import gc
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# The file of each command, and the first line of its help: a list of commands loads none of them.
COMMANDS = {
    "demo": (
        "simulated",
        "Everything on this machine: database, backend, simulated homes, dashboards.",
    ),
    "simulate": ("offline", "Run a scenario offline: energy, money, and that the books add up."),
    "compare": (
        "studies",
        "Say by how much scenario B differs from A, and whether by more than chance.",
    ),
    "sweep": (
        "studies",
        "Run a scenario over a grid of values. The same command goes on after any interruption.",
    ),
    "adoption": (
        "uptake",
        "How many homes come to have panels, year by year, under one scheme and another.",
    ),
    "clear": (
        "clear",
        "Clear an order book from a CSV file under one rule: price, volume, who pays whom what.",
    ),
    "laboratory": (
        "laboratory",
        "Run the experiments that operators ask for.",
    ),
    "lab": ("lab", "A page with a scenario's day, sliders, and a step and a play button."),
    "register": (
        "simulated",
        "Make a scenario's homes members of the platform, with a key for each meter.",
    ),
    "send": (
        "simulated",
        "Act as the scenario's meters: send every reading, and again until it is acknowledged.",
    ),
    "serve": ("serve", "Run the backend and the dashboards."),
    "build-web": (
        "web",
        "Pack what browsers load as small as it goes, and write it for a host of files.",
    ),
    "settle": ("books", "Turn complete intervals of every community into transfers, once."),
    "end-meter": (
        "connections",
        "Cut a connection: its meter counts until then, and what it counted stays booked.",
    ),
    "replace-meter": (
        "connections",
        "Let another device take over, and print its key, this once.",
    ),
    "hand-over": (
        "connections",
        "Give a connection to another member; each keeps what is of their own time.",
    ),
    "pay": ("pay", "Have approved payouts paid; what a provider did not answer stays held."),
    "collect": ("collect", "Ask Paynow what became of members' top-ups, and book them."),
    "key": ("membership", "Give a meter a new key; those before it stay good for a while."),
    "member": (
        "membership",
        "Help a member whom no operator can: the first one, or the last one locked out.",
    ),
    "check": (
        "books",
        "Audit the energy and the books of every community; fails with the exact row.",
    ),
    "doctor": ("doctor", "Find what is wrong with an installation, and say the cure."),
    "watch": (
        "watch",
        "Measure how the platform does, and audit the books now and then, for who watches it.",
    ),
    "replay": (
        "replay",
        "Settle a stored month again under another scheme or tariff, on paper.",
    ),
    "admit": ("admit", "As a database's administrator: let a login migrate it and work in it."),
    "migrate": ("books", "Bring the database to this version's schema; refuses a newer one."),
    "seal": ("seal", "Pack settled days: a row a meter and day, a sixth of the space."),
    "retain": (
        "retain",
        "Let half hours older than some months go for good; sums, books and statements stay.",
    ),
    "export": ("export", "Write a table of a community to a new file: CSV, Parquet or XLSX."),
    "backup": ("backup", "Write the whole database to a new file, while everything goes on."),
    "restore": ("backup", "Bring a backup back into an empty database, and audit it."),
}


# The files of those that run the model, which an installation of the platform alone is without.
GET_THE_MODEL = "pip install 'peergrid[simulation]'"
OF_THE_MODEL = {"simulated", "offline", "studies", "uptake", "laboratory", "lab"}


class Commands(TyperGroup):
    """The commands of ``COMMANDS``, by name."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order a newcomer meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """One command as the list shows it; None if there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        return TyperCommand(cmd_name, help=COMMANDS[cmd_name][1])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, loaded."""
        name, shown, rest = super().resolve_command(ctx, args)
        return name, shown and loaded(str(shown.name)), rest


def loaded(name: str) -> Any:
    """A command of ``COMMANDS``, ready to run."""
    file = COMMANDS[name][0]
    if file in OF_THE_MODEL and find_spec("mesa") is None:
        typer.echo(f"peergrid: {name} needs the model: {GET_THE_MODEL}", err=True)
        raise typer.Exit(1)
    gc.disable()  # what is loaded stays: to look through it again and again is a tenth of a start
    module = import_module(f"peergrid.cli.{file}")
    gc.enable()
    one = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    one.command(name)(getattr(module, name.replace("-", "_")))
    return typer.main.get_command(one)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def peergrid() -> None:
    """Neighbours share solar energy; every watt-hour ends in books that add up."""
