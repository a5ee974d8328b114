"""The page of the lab, drawn without a browser."""

from typing import Any

import ipyvuetify
import numpy as np
import solara

from peergrid.simulation.lab.day import drawn, lived_today, sentence, setting
from peergrid.simulation.lab.model import LabModel, knobs, panels_percent_of
from peergrid.simulation.lab.page import Laboratory
from peergrid.simulation.model import CommunityModel
from tests.simulation.streets import street


def turned(**given: Any) -> LabModel:
    """A model as the page makes it when Reset is pressed with these knobs turned."""
    standing = {
        name: knob["value"] if isinstance(knob, dict) else knob
        for name, knob in knobs(street()).items()
    }
    return LabModel(**{**standing, **given})


def test_knobs_that_nobody_turned_leave_the_scenario_as_it_is() -> None:
    assert turned().community == street()
    assert panels_percent_of(street()) == 33  # 2 of 6 homes


def test_every_knob_turns_what_it_says() -> None:
    model = turned(
        households=12, panels_percent=50, outage_hours=4.5, scheme="net_metering", seed=9
    )
    assert len(model.homes) == 12
    assert int((model.homes.kwp > 0).sum()) == 6
    assert model.community.outages.hours_per_day == 4.5
    assert model.community.scheme == "net_metering"
    assert model.community.seed == 9
    assert setting(model) == (
        "12 homes, 6 with panels, net_metering, 4.5 hours a day without power, seed 9."
    )


def test_the_day_is_drawn_as_far_as_it_has_come() -> None:
    model = CommunityModel(street())
    assert sentence(model).startswith("Nothing has happened yet")
    assert lived_today(model, "demand_wh") == []
    model.run_for(48 + 25)
    demand = lived_today(model, "demand_wh")
    assert len(demand) == 25
    assert sentence(model).startswith("Wednesday 2 September 2026, 12:30. Since midnight")
    energy, price = drawn(model).axes
    assert [line.get_label() for line in energy.get_lines()] == [
        "used",
        "made by panels",
        "shared with neighbours",
    ]
    assert np.asarray(energy.get_lines()[0].get_ydata())[-1] * 1_000 == demand[-1]
    assert np.size(price.get_lines()[0].get_xdata()) == 25


def test_a_press_on_step_lives_half_an_hour() -> None:
    page = solara.AppLayout(children=[Laboratory(street())])
    _, rendered = solara.render(page, handle_error=False)
    try:
        (step,) = (
            button for button in rendered.find(ipyvuetify.Btn) if button.widget.children == ["Step"]
        )
        step.widget.click()
        told = [found.widget.children for found in rendered.find(ipyvuetify.Html, tag="span")]
        assert told[0][0].startswith("Tuesday 1 September 2026, 00:30. Since midnight")
    finally:
        rendered.close()
