"""A page on which a model runs: Mesa's controls and knobs, and the day as it goes by."""

import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from peergrid.simulation.lab.day import drawn, sentence, setting
from peergrid.simulation.lab.model import LabModel, knobs
from peergrid.simulation.scenario import Scenario

STEP_MS = 100  # between two half hours while it plays


@solara.component
def Laboratory(scenario: Scenario) -> None:  # noqa: N802 - Solara's components are written so
    """A model of ``scenario``, with its controls."""
    model: solara.Reactive[LabModel] = solara.use_reactive(
        solara.use_memo(lambda: LabModel(scenario), [scenario])
    )
    SolaraViz(
        model,
        components=[],
        model_params=knobs(scenario),
        name=scenario.title,
        play_interval=STEP_MS,
    )
    Today(model.value)


@solara.component
def Today(model: LabModel) -> None:  # noqa: N802
    """The day of ``model``, drawn anew with every step."""
    update_counter.get()
    with solara.Column(style={"max-width": "960px", "margin": "0 auto"}):
        solara.Text(sentence(model))
        solara.FigureMatplotlib(drawn(model), dependencies=[model, model.time])
        solara.Text(setting(model))
        solara.Text("What you turn at the side holds from the next Reset on.")
