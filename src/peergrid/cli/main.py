"""The command line: each command loads what it needs, when it is asked for."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

WHERE = {  # Mesa and pvlib take seconds to load: who settles or checks does not wait for them
    "demo": "simulated",
    "simulate": "simulated",
    "compare": "studies",
    "sweep": "studies",
    "register": "simulated",
    "send": "simulated",
    "serve": "serve",
    "settle": "books",
    "check": "books",
    "migrate": "books",
}


class Commands(TyperGroup):
    """The commands of ``WHERE``, by name."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order a newcomer meets them."""
        del ctx
        return list(WHERE)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Load one command; None if there is none of that name."""
        del ctx
        if cmd_name not in WHERE:
            return None
        module = import_module(f"peergrid.cli.{WHERE[cmd_name]}")
        one = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        one.command(cmd_name)(getattr(module, cmd_name))
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
