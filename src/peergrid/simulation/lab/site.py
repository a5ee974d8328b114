"""The page as a site to be served; all that it loads comes from this machine."""

from typing import Any

import solara
import solara.server.app
import solara.server.settings
import solara.server.starlette

from peergrid.simulation.lab.page import Laboratory
from peergrid.simulation.scenario import Scenario

APP = "__default__"  # what Solara calls the page it shows when none is named
_shown: list[Scenario] = []


def site_of(scenario: Scenario) -> Any:
    """An ASGI application that shows ``scenario``; there is one in a process.

    Solara would count its users over the network: not here.
    """
    solara.server.settings.telemetry.mixpanel_enable = False
    solara.server.settings.main.mode = "production"
    if APP not in solara.server.app.apps:
        solara.server.app.apps[APP] = solara.server.app.AppScript(f"{__name__}:Page")
    _shown[:] = [scenario]
    return solara.server.starlette.app


@solara.component
def Page() -> None:  # noqa: N802 - Solara's components are written so
    Laboratory(_shown[0])
