"""Open a page on which a scenario runs, step by step."""

import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from peergrid.cli.options import DEFAULT_SCENARIO, Port, out, told
from peergrid.cli.serve import check_port
from peergrid.errors import Unavailable
from peergrid.simulation.scenario import read_scenario

try:
    from peergrid.simulation.lab.site import site_of
except ModuleNotFoundError as error:
    MISSING = error.name
else:
    MISSING = None

HOST = "127.0.0.1"
BROWSER_AFTER_S = 1.0


def lab(
    scenario: Annotated[Path, typer.Argument(help="A TOML file.")] = DEFAULT_SCENARIO,
    port: Port = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
) -> None:
    """A page with a scenario's day, sliders, and a step and a play button."""
    with told():
        if MISSING:
            raise Unavailable(
                f"The lab needs {MISSING}, which is not installed: pip install 'peergrid[lab]'"
            )
        site = site_of(read_scenario(scenario))
        check_port(HOST, port)
        url = f"http://{HOST}:{port}"
        out.print(f"lab        {url}  (Ctrl-C ends it)")
        if not no_browser:
            opening = threading.Timer(BROWSER_AFTER_S, webbrowser.open, (url,))
            opening.daemon = True
            opening.start()
        config = uvicorn.Config(
            site,
            HOST,
            port,
            log_level="warning",
            ws_ping_interval=None,  # a busy machine may think for longer than a ping waits
        )
        uvicorn.Server(config).run()
        out.print("stopped")
