"""What a scenario's homes agreed on and ask for reaches the market."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from peergrid.errors import Invalid
from peergrid.simulation.engine.columns import Total
from peergrid.simulation.engine.engine import Engine
from peergrid.simulation.scenario import Group, Scenario, TariffTerms, scenario_of
from tests.simulation.agents.test_specification import differences, lived
from tests.simulation.streets import street

SELLERS = Group("medium_density", 3, 3, kwp=(5, 5))
BUYERS = Group("medium_density", 3)


def totals(scenario: Scenario) -> np.ndarray:
    engine = Engine(scenario)
    engine.advance(2 * 48)
    return np.asarray(engine.homes.totals)


def test_compensation_of_a_scenario_is_that_of_its_tariff() -> None:
    scheme = "compensated_supply_demand"
    none = street((SELLERS, BUYERS), scheme=scheme)
    some = replace(none, tariff=TariffTerms(compensation_share=0.25))
    assert (none.prices.compensation_ppm, some.prices.compensation_ppm) == (0, 250_000)
    assert totals(some)[Total.EARNED_MICROS].sum() > totals(none)[Total.EARNED_MICROS].sum()


def test_who_pays_less_than_all_others_ask_buys_from_no_neighbour() -> None:
    stingy = replace(BUYERS, most_paid_usd_per_kwh=(0.01, 0.02))
    proud = replace(SELLERS, least_taken_usd_per_kwh=(0.1, 0.1))
    assert totals(street((SELLERS, BUYERS), scheme="call_auction"))[Total.BOUGHT_WH].sum() > 0
    assert totals(street((proud, stingy), scheme="call_auction"))[Total.BOUGHT_WH].sum() == 0


def test_a_home_of_twice_the_weight_has_twice_the_part_of_the_surplus() -> None:
    heavy = replace(BUYERS, homes=1, coefficient_weight=2.0)
    scenario = street((SELLERS, replace(BUYERS, homes=1), heavy), scheme="coefficients")
    model = lived(scenario, compiled=True)
    weights = model.engine.population.homes["coefficient_weight"].tolist()
    parts = model.grid.terms().coefficient_ppm.tolist()
    assert sorted(weights) == [1_000] * 4 + [2_000]
    assert sorted(parts) == [166_666, 166_667, 166_667, 166_667, 333_333]
    assert sum(parts) == 1_000_000


@pytest.mark.parametrize("scheme", ["call_auction", "pay_as_bid", "coefficients"])
def test_terms_come_to_the_same_compiled_and_in_plain_python(scheme: str) -> None:
    groups = (
        replace(SELLERS, least_taken_usd_per_kwh=(0.05, 0.12), coefficient_weight=0.5),
        replace(BUYERS, most_paid_usd_per_kwh=(0.06, 0.2), coefficient_weight=3.0),
    )
    scenario = street(groups, scheme=scheme)
    assert differences(lived(scenario, compiled=True), lived(scenario, compiled=False)) == []


@pytest.mark.parametrize(
    ("table", "group", "sentence"),
    [
        ({"compensation_share": 25}, {}, r"\[tariff\] compensation_share .* write 0.25 for 25 %"),
        ({"compensation": 0.2}, {}, "did you mean 'compensation_share'"),
        ({}, {"most_paid_usd_per_kwh": 0.2}, "write the least and the most"),
        ({}, {"least_taken_usd_per_kwh": [0.2, 120_000]}, "0 to 100 US\\$/kWh"),
        ({}, {"coefficient_weight": 0}, "it must be 0.001 to 1,000"),
    ],
)
def test_what_is_wrong_with_terms_is_said_in_a_sentence(
    table: dict[str, float], group: dict[str, object], sentence: str
) -> None:
    written = {
        "name": "terms",
        "title": "Terms",
        "start": street().start,
        "days": 1,
        "seed": 1,
        "scheme": "call_auction",
        "tariff": table,
        "community": [
            {"site": "harare", "group": [{"class": "lodger", "homes": 2, **group}]},
        ],
    }
    with pytest.raises(Invalid, match=sentence):
        scenario_of(written, Path())


def test_a_factor_makes_every_groups_panels_larger_and_the_grid_dearer() -> None:
    scenario = street((SELLERS, BUYERS))
    larger = scenario.varied("panels.size_factor", 2).varied("tariff.retail_factor", 1.5)

    (before,), (after,) = scenario.communities, larger.communities
    assert [g.kwp for g in after.groups] == [(2 * g.kwp[0], 2 * g.kwp[1]) for g in before.groups]
    assert larger.prices.blocks[0].price_micros_per_kwh == 120_000  # 80,000 and a half
    assert scenario.varied("batteries.size_factor", 1) == scenario


@pytest.mark.parametrize(
    ("path", "factor", "sentence"),
    [
        ("panels.size_factor", 20, "it must be 0.1 to 10"),
        ("batteries.size_factor", "large", "write a number"),
        ("tariff.retail_factor", 0, "it must be 0.1 to 10"),
    ],
)
def test_a_factor_that_makes_no_sense_is_refused(path: str, factor: float, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        street((SELLERS, BUYERS)).varied(path, factor)
