from pathlib import Path

import numpy as np
import pytest

from peergrid.simulation.demand.build import days_by_cell, sampled_ws, scale_of, write
from peergrid.simulation.demand.classes import CLASSES
from peergrid.simulation.demand.library import FILE


def test_the_library_that_ships_is_the_one_that_is_built(tmp_path: Path) -> None:
    write(tmp_path / "library.npz")
    assert (tmp_path / "library.npz").read_bytes() == FILE.read_bytes()


def test_2026_has_261_weekdays_and_104_weekend_days() -> None:
    # December to April 109 + 42, May to August 87 + 36, September to November 65 + 26
    assert days_by_cell().tolist() == [109, 42, 87, 36, 65, 26]


@pytest.mark.parametrize("class_index", range(len(CLASSES)))
def test_appliances_need_hardly_any_scaling(class_index: int) -> None:
    kind = list(CLASSES.values())[class_index]
    assert scale_of(sampled_ws(class_index), kind) == pytest.approx(1, abs=0.05)


def test_scaling_a_class_of_even_days_gives_its_month() -> None:
    kind = CLASSES["lodger"]
    even_ws = np.full((6, 400, 48), 3600)  # 1 Wh a half hour: 48 x 365 / 12 = 1.46 kWh a month
    assert scale_of(even_ws, kind) == pytest.approx(kind.library_kwh / 1.46)
