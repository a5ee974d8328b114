"""One seed under many schemes: whose bill changes, by how much, and how it is told."""

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np

from peergrid.market.schemes import SCHEMES
from peergrid.simulation.demand.classes import DAYS_PER_MONTH
from peergrid.simulation.results.schemes import UnderScheme, of_run, rows_of, same_energy
from peergrid.simulation.results.schemes_page import page_of, percentiles_usd, told
from peergrid.simulation.scenario import Group
from peergrid.simulation.scenario.settings import TariffTerms
from tests.simulation.results.made import made, street


def under(scheme: str, bills: list[int]) -> UnderScheme:
    """Two homes with panels and two without, that would owe US$4 each with the grid alone."""
    return UnderScheme(
        scheme,
        days=2 * DAYS_PER_MONTH,
        reacting=0,
        adopts=False,
        figures={"gini_of_bills": 0.25},
        energies_wh={"demand_wh": 1},
        bills_micros=np.array(bills) * 1_000_000,
        grid_only_micros=np.full(4, 4_000_000),
        produces=np.array([True, True, False, False]),
    )


NET_METERING, FEED_IN = under("net_metering", [1, 2, 4, 4]), under("feed_in", [-1, 3, 4, 5])


def test_a_row_by_hand() -> None:
    _, row = rows_of([NET_METERING, FEED_IN])

    assert (row.scheme, row.title, row.pilot) == ("feed_in", "Feed-in tariff", True)
    assert (row.bill_micros, row.savings_micros) == (11_000_000, 5_000_000)
    assert row.producers_mean_change_micros == -3_000_000  # -5 and -1
    assert row.consumers_mean_change_micros == 500_000  # 0 and +1
    assert (row.winners_to_grid, row.losers_to_grid) == (2, 1)
    assert (row.winners_to_net_metering, row.losers_to_net_metering) == (1, 2)
    assert (row.gini_of_bills, row.self_consumption) == (0.25, None)


def test_who_pays_less_than_a_cent_more_neither_wins_nor_loses() -> None:
    owed = FEED_IN.grid_only_micros + np.array([9_999, 10_000, -9_999, -10_000])
    (row,) = rows_of([replace(FEED_IN, bills_micros=owed)])

    assert (row.winners_to_grid, row.losers_to_grid) == (1, 1)


def test_without_net_metering_nobody_is_held_to_it() -> None:
    (row,) = rows_of([FEED_IN])

    assert row.winners_to_net_metering is row.losers_to_net_metering is None


def test_who_is_not_there_has_no_mean_and_no_box() -> None:
    nobody = replace(FEED_IN, produces=np.zeros(4, np.bool_))

    assert rows_of([nobody])[0].producers_mean_change_micros is None
    assert percentiles_usd(nobody, produces=True) == ()
    assert percentiles_usd(FEED_IN, produces=True)[2] == -1.5  # US$ a month


def test_homes_that_do_not_react_have_the_same_readings_and_others_their_own() -> None:
    plain = street(days=2)
    reacting = (Group("low_density", 6, 3, with_batteries=3, with_geysers=6, reacting_share=1.0),)
    follows = replace(
        plain, communities=(replace(plain.communities[0], groups=reacting),), households=0
    )

    runs = [of_run(made(plain.under(scheme))) for scheme in SCHEMES]
    own = [of_run(made(follows.under(scheme))) for scheme in SCHEMES]

    assert same_energy(runs)
    assert not same_energy(own)
    assert "the very same readings" in told(plain, runs)
    assert "12 homes react to prices" in told(follows, own)


class Links(HTMLParser):
    """What a page would load from elsewhere, and its tables' rows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.rows = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.rows += tag == "tr"
        of = dict(attrs)
        if tag in {"script", "link", "img", "iframe"} or of.get("src"):
            self.loads.append(tag)


def test_the_page_stands_alone_and_comes_out_the_same_each_time() -> None:
    scenario = street(days=2)
    runs = [of_run(made(scenario.under(scheme))) for scheme in SCHEMES]
    page = page_of(scenario, runs, rows_of(runs))

    assert page == page_of(scenario, runs, rows_of(runs))
    found = Links(page)
    assert found.loads == []
    assert found.rows == 3 * (1 + len(SCHEMES))
    assert page.count("<svg ") == 1
    for scheme in SCHEMES.values():
        assert f"<b>{scheme.title}</b>" in page


def test_the_page_tells_what_its_own_scenario_agreed_on() -> None:
    plain = street(days=2)
    group = plain.communities[0].groups[0]
    heavy = replace(group, coefficient_weight=2.0, most_paid_usd_per_kwh=(0.05, 0.1))
    groups = (heavy, *plain.communities[0].groups)
    communities = (replace(plain.communities[0], groups=groups),)
    agreed = replace(plain, communities=communities, tariff=TariffTerms(compensation_share=0.5))
    runs = [under("compensated_supply_demand", [1, 2, 4, 4])]

    before, after = page_of(plain, runs, rows_of(runs)), page_of(agreed, runs, rows_of(runs))

    for sentence in ("compensation is 0", "Coefficients are equal parts", "nobody names limits"):
        assert sentence in before
        assert sentence not in after
