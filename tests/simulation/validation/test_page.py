"""The page of figures is what the code comes to today."""

import re
import sys
from pathlib import Path

import pytest

from peergrid.simulation.validation import __main__ as command
from peergrid.simulation.validation.page import figures, page_of
from peergrid.simulation.validation.points import Book, Figure, Published, Section, read_book

ROOT = Path(__file__).parents[3]
EDGE = 1e-4  # of the last decimal shown: nearer to a rounding's edge machines might part


@pytest.fixture(scope="module")
def ours() -> dict[str, Figure]:
    return figures(ROOT / command.SCENARIOS)


def test_the_page_is_fresh(ours: dict[str, Figure]) -> None:
    assert (ROOT / command.PAGE).read_text(encoding="utf-8") == page_of(ours), (
        "run: uv run python -m peergrid.simulation.validation"
    )


def test_no_figure_lies_on_the_edge_of_its_rounding(ours: dict[str, Figure]) -> None:
    for section in read_book().sections:
        for point in section.points:
            figure = ours[point.key]
            if isinstance(figure, float):
                last = figure * 10**point.decimals
                assert abs(abs(last - int(last)) - 0.5) > EDGE, point.key


def test_a_row_shows_both_figures_their_distance_and_the_verdict() -> None:
    a = Published("a", "Yield", "kWh", "Roof", "H", 1650, 1510, 1750)
    b = Published("b", "Peak", "MW", "Grid", "M", None, 1850, 2200, why="No mines.")
    book = Book((Section("Sun", "All of it.", (a, b)),), {"Roof": "a roof"}, ("A profile.",))

    page = page_of({"a": 1665.2, "b": 733.4}, book)

    assert (
        "| Yield | kWh | 1,650 (1,510 to 1,750) | Roof (H) | 1,665 | +15 (+0.9 %) | agrees |"
        in page
    )
    assert "| Peak | MW | 1,850 to 2,200 | Grid (M) | 733 | -1,117 | **disagrees** |" in page
    assert "- **Peak**: 733 beside 1,850 to 2,200 MW. No mines." in page
    assert "ours agree with 1 and disagree with 1" in re.sub(r"\s+", " ", page)


@pytest.mark.parametrize(("stands", "code"), [("fresh", 0), ("stale", 1), (None, 1)])
def test_a_check_fails_on_a_stale_page_and_writes_nothing(
    stands: str | None, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["validation", "--check"])
    monkeypatch.setattr(command, "figures", lambda _: {})
    monkeypatch.setattr(command, "page_of", lambda _: "fresh")
    (tmp_path / "docs").mkdir()
    page = tmp_path / command.PAGE
    if stands:
        page.write_text(stands)

    assert command.main() == code
    assert (page.read_text() if stands else None) == stands
    assert page.exists() == bool(stands)
