import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from peergrid.errors import Invalid
from peergrid.simulation.sky.orientation import Orientation
from peergrid.simulation.sky.sites import SITES
from peergrid.simulation.sky.solar import sun_wh_per_kwp
from peergrid.simulation.sky.sun import sun_table, tidy

HARARE = SITES["harare"]
ROOFS = (Orientation(20, 0), Orientation(10, 90))
SEPTEMBER = date(2026, 9, 1)


def kept(cache: Path) -> list[Path]:
    return sorted((cache / "sun").iterdir())


def table(cache: Path | None, seed: int = 1) -> list[list[float]]:
    found: list[list[float]] = sun_table(
        HARARE, ROOFS, SEPTEMBER, 3, seed=seed, cache=cache
    ).tolist()
    return found


def test_the_table_is_the_computed_one_with_a_cache_or_without(tmp_path: Path) -> None:
    computed = sun_wh_per_kwp(HARARE, ROOFS, SEPTEMBER, 3, seed=1).tolist()
    assert table(None) == computed
    assert table(tmp_path) == computed
    assert table(tmp_path) == computed
    assert len(kept(tmp_path)) == 1


def test_another_question_is_another_table(tmp_path: Path) -> None:
    assert table(tmp_path, seed=1) != table(tmp_path, seed=2)
    assert len(kept(tmp_path)) == 2


def test_average_days_are_one_table_whatever_the_seed(tmp_path: Path) -> None:
    for seed in (1, 2):
        sun_table(HARARE, ROOFS, SEPTEMBER, 3, seed=seed, variability="mean", cache=tmp_path)
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_damaged_table_is_computed_again(tmp_path: Path, damage: bytes | None) -> None:
    before = table(tmp_path)
    (path,) = kept(tmp_path)
    whole = path.read_bytes()
    turned = whole[:200] + bytes([whole[200] ^ 1]) + whole[201:]
    path.write_bytes(turned if damage is None else damage)

    assert table(tmp_path) == before
    assert path.read_bytes() == whole


def test_a_folder_that_cannot_be_written_to_is_passed_over(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert table(blocked) == table(None)


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    for name, used in (("old", 1), ("new", 3), ("middle", 2)):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (used, used))

    tidy(tmp_path, 250)

    assert sorted(each.name for each in tmp_path.iterdir()) == ["middle", "new"]


def test_a_table_counts_as_used_when_it_is_read(tmp_path: Path) -> None:
    table(tmp_path)
    (path,) = kept(tmp_path)
    os.utime(path, (1, 1))
    table(tmp_path)
    assert path.stat().st_mtime > 1


def test_a_cached_sun_loads_neither_pvlib_nor_pandas_nor_scipy(tmp_path: Path) -> None:
    table(tmp_path)
    code = (
        "import sys\n"
        "from datetime import date\n"
        "from pathlib import Path\n"
        "from peergrid.simulation.sky.orientation import Orientation, orientation_of\n"
        "from peergrid.simulation.sky.sites import SITES\n"
        "from peergrid.simulation.sky.sun import sun_table\n"
        "roofs = (Orientation(20, 0), Orientation(10, 90))\n"
        "sun_table(SITES['harare'], roofs, date(2026, 9, 1), 3, seed=1, cache=Path(sys.argv[1]))\n"
        "print([each for each in ('numpy', 'pandas', 'pvlib', 'scipy') if each in sys.modules])\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code, tmp_path], check=True, capture_output=True, text=True
    )
    assert loaded.stdout.strip() == "['numpy']"


def test_a_weather_file_that_is_not_there_is_named_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"harare\.epw cannot be read"):
        sun_table(
            HARARE,
            ROOFS,
            SEPTEMBER,
            1,
            seed=1,
            weather_file=tmp_path / "harare.epw",
            cache=tmp_path,
        )
