"""A run's figures, from its sums."""

from dataclasses import replace

import numpy as np
import pytest

from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results.figures import (
    FIGURES,
    figures_of,
    has_panels,
    totals_of,
)
from tests.simulation.results.made import street


def two_homes() -> Run:
    """One kWh shared, one from the grid, half a kWh of two made used at home."""
    sums = {"demand_wh": 2_500, "generation_wh": 2_000, "import_wh": 2_000, "export_wh": 1_500}
    sums |= {"shared_wh": 1_000, "paid_micros": 120_000, "retail_micros": 200_000}
    sums |= {"levy_micros": 12_000, "feed_in_micros": 32_000, "homes_off": 1}
    series = np.array([[[sums.get(name, 0)] for name in SERIES]], np.int64)
    homes = {
        "community": [0, 0],
        "kwp": [3.0, 0.0],
        "import_wh": [0, 2_000],
        "export_wh": [1_500, 0],
        "self_consumed_wh": [500, 0],
        "line_losses_wh": [3, 4],
        "paid_micros": [0, 120_000],
        "earned_micros": [120_000, 0],
        "retail_micros": [0, 200_000],
        "levy_micros": [0, 12_000],
        "feed_in_micros": [32_000, 0],
        "grid_only_micros": [0, 424_000],
    }
    columns = {name: np.array(values) for name, values in homes.items()}
    return Run(street(), 1, ("harare",), series, columns, {"site": np.zeros(1, np.uint8)})


def test_the_figures_of_two_homes_can_be_checked_by_hand() -> None:
    figures = figures_of(two_homes())

    assert figures["grid_import_wh"] == 1_000
    assert figures["grid_export_wh"] == 500
    assert figures["line_losses_wh"] == 7
    assert figures["self_consumption"] == 0.25
    assert figures["self_sufficiency"] == 0.2
    assert figures["community_self_sufficiency"] == 0.6
    assert figures["mean_price_micros_per_kwh"] == 166_000  # 332,000 for 2 kWh
    assert figures["mean_payout_micros_per_kwh"] == 101_333  # 152,000 for 1.5 kWh
    assert figures["shared_price_micros_per_kwh"] == 120_000
    assert (figures["producers_bill_micros"], figures["consumers_bill_micros"]) == (-152e3, 332e3)
    assert (figures["gini_of_bills"], figures["jain_of_bills"]) == (0.5, 0.5)  # 0 and 484,000
    assert figures["outage_hours"] == 0.25


def test_the_indicators_of_two_homes_can_be_checked_by_hand() -> None:
    """Alone they pay 424,000 and nothing; together 332,000 and -152,000, so gain 92 and 152.

    At the least both would draw 250 Wh each, at US$0.08 and 6 %: 42,400 together.
    """
    figures = figures_of(two_homes())

    assert figures["savings_micros"] == 244_000
    assert figures["savings_share"] == pytest.approx(244 / 424)
    assert figures["gini_of_benefits"] == pytest.approx(60 / (2 * 244))
    assert figures["jain_of_benefits"] == pytest.approx(244**2 / (2 * (92**2 + 152**2)))
    assert figures["value_index"] == pytest.approx(244_000 / (424_000 - 42_400))
    assert figures["participation_index"] == 1
    assert figures["equality_index"] == 0.5
    assert figures["energy_balance_index"] == pytest.approx(1 - 1_500 / 4_500)
    assert "power_flatness_index" not in figures  # which is that of a whole day
    assert (figures["avoided_wet_year_g"], figures["avoided_drought_year_g"]) == (596, 1_374)


def test_every_figure_is_told_in_the_same_order_and_with_a_unit(run: Run) -> None:
    assert list(figures_of(run)) == list(FIGURES)


def test_sums_over_towns_are_sums_over_homes(run: Run) -> None:
    total = totals_of(run)

    for name in set(SERIES) & run.homes.keys():
        assert total[name] == run.homes[name].sum(), name
    assert total["shared_wh"] == run.homes["sold_wh"].sum() > 0


def test_a_run_without_energy_has_no_rates_and_no_prices(run: Run) -> None:
    nothing = replace(
        run,
        series=np.zeros_like(run.series),
        homes={
            name: values if name in {"kwp", "community"} else values * 0
            for name, values in run.homes.items()
        },
    )

    figures = figures_of(nothing)
    assert figures["demand_wh"] == figures["producers_bill_micros"] == 0
    assert not {"self_sufficiency", "mean_price_micros_per_kwh", "gini_of_bills"} & figures.keys()


def test_bills_of_producers_and_consumers_add_up_to_what_the_grid_is_paid(run: Run) -> None:
    total, figures = totals_of(run), figures_of(run)
    produces = has_panels(run.homes)
    due = total["retail_micros"] + total["levy_micros"] - total["feed_in_micros"]

    assert run.bills_micros.sum() == due
    assert figures["producers_bill_micros"] * produces.sum() + figures["consumers_bill_micros"] * (
        ~produces
    ).sum() == pytest.approx(due)
