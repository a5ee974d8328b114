"""The page that teaches modelling is true: its examples run, and both bodies give the same."""

import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "modelling.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
MOST_LINES = 60

type Names = dict[str, Any]


@pytest.fixture(scope="module")
def read_so_far() -> list[Names]:
    """What is known after each example of the page, read from its top."""
    names: Names = {"__name__": "modelling"}
    known = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for example in EXAMPLES:
            exec(compile(example, "docs/modelling.md", "exec"), names)  # noqa: S102 - our own page
            known.append(dict(names))
    return known


def after(read_so_far: list[Names], word: str) -> Names:
    """What is known after the first example that has ``word``."""
    return next(
        names for example, names in zip(EXAMPLES, read_so_far, strict=True) if word in example
    )


def test_the_worked_example_is_short() -> None:
    (example,) = (each for each in EXAMPLES if "class GeyserAgent" in each)
    assert len(example.splitlines()) < MOST_LINES


def test_geysers_heat_one_by_one_what_they_heat_all_at_once(read_so_far: list[Names]) -> None:
    names = after(read_so_far, "class GeyserAgent")
    assert names["one_by_one"] == names["all_at_once"]
    assert 0 < min(names["one_by_one"]) < 2 * 48 * 1_000


def test_both_bodies_give_the_same_integers_in_every_column(read_so_far: list[Names]) -> None:
    names = after(read_so_far, "class GeyserAgent")
    engines = []
    for each in (names["GeyserAgent"], names["ManyGeysers"]):
        model = names["CommunityModel"](names["scenario"], consumer=each)
        model.run_for(2 * 48)
        engines.append(model.engine)
    one, other = engines
    assert one.homes.totals.tolist() == other.homes.totals.tolist()
    assert one.homes.facts.tolist() == other.homes.facts.tolist()
    assert one.series.tolist() == other.series.tolist()


def test_a_column_tells_who_has_a_geyser(read_so_far: list[Names]) -> None:
    consumers = after(read_so_far, "consumers.rows % 2")["consumers"]
    heats = consumers.heater_wh > 0
    assert 0 < heats.sum() < len(consumers)
    assert consumers.heated_wh[heats].min() > 0
    assert consumers.heated_wh[~heats].sum() == 0


def test_a_market_rule_of_ones_own_balances_and_changes_who_gets_what(
    read_so_far: list[Names],
) -> None:
    names = after(read_so_far, "class FrugalFirst")
    homes = names["model"].homes
    stock = names["CommunityModel"](names["scenario"])
    stock.run_for(48)
    assert homes.total_bought_wh.sum() == homes.total_sold_wh.sum() > 0
    assert homes.total_paid_micros.sum() == homes.total_earned_micros.sum() > 0
    assert homes.total_bought_wh.sum() == stock.homes.total_bought_wh.sum()
    assert homes.total_bought_wh.tolist() != stock.homes.total_bought_wh.tolist()


def test_agents_are_collected_by_type(read_so_far: list[Names]) -> None:
    names = after(read_so_far, "DataCollector(")
    sold_wh = names["sold_wh"]
    producers = names["model"].agents_by_type[names["ProducerAgent"]]
    assert len(sold_wh) == 48 * len(producers)
    assert sold_wh["sold_wh"].tolist()[-len(producers) :] == producers.total_sold_wh.tolist()
