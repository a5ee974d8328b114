import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peergrid.simulation.validation.points import FILE, Book, Point, Published, Section, read_book

YIELD = Published("yield", "Yield", "kWh", "Roof", "H", 1650, 1510, 1750)
BEST = Published("best", "Best month", "", "Roof", "H", "September")


def test_a_figure_within_what_is_accepted_agrees_and_tells_its_distance() -> None:
    point = Point(YIELD, 1665.13)

    assert (point.ours, point.agrees, point.difference) == (1665, True, 15)


def test_a_figure_outside_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="disagrees without reason"):
        Point(YIELD, 1800.0)

    point = Point(replace(YIELD, why="A cold roof."), 1800.0)
    assert (point.agrees, point.difference) == (False, 150)


def test_a_reason_that_is_no_longer_needed_is_refused() -> None:
    with pytest.raises(ValueError, match="has a reason not to"):
        Point(replace(YIELD, why="A cold roof."), 1650.0)


@pytest.mark.parametrize(
    ("least", "most", "figure", "difference"),
    [(10, 20, 15, 0), (10, 20, 23, 3), (10, 20, 8, -2), (10, None, 99, 0), (None, 10, 12, 2)],
)
def test_without_a_figure_the_distance_is_from_the_range(
    least: float | None, most: float | None, figure: float, difference: float
) -> None:
    why = "So it is." if difference else ""
    published = Published("x", "X", "kWh", "Roof", "H", None, least, most, why=why)

    assert Point(published, figure).difference == difference


def test_words_agree_if_they_are_the_same() -> None:
    assert Point(BEST, "September").agrees
    assert Point(BEST, "September").difference is None
    assert not Point(replace(BEST, why="Rain."), "October").agrees


def test_each_published_figure_needs_one_of_ours_and_the_other_way_round() -> None:
    book = Book((Section("A", "B", (YIELD,)),), {}, ())

    with pytest.raises(ValueError, match="'best'"):
        book.beside({"yield": 1650, "best": 1})
    with pytest.raises(ValueError, match="'yield'"):
        book.beside({})


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.floats(-1e9, 1e9), st.integers(0, 3))
def test_the_distance_is_nothing_exactly_where_a_range_agrees(
    least: float, width: float, figure: float, decimals: int
) -> None:
    ends = (round(least, decimals), round(least + width, decimals))
    published = Published("x", "X", "kWh", "Roof", "H", None, *ends, decimals)
    inside = published.accepts(round(figure, decimals))
    point = Point(published if inside else replace(published, why="So it is."), figure)

    assert point.agrees == (point.difference == 0)


def test_what_ships_names_its_sources_and_only_those() -> None:
    book = read_book()
    points = [point for section in book.sections for point in section.points]

    assert {point.source for point in points} == set(book.sources)
    assert {point.confidence for point in points} <= {"H", "M", "L"}
    assert len({point.key for point in points}) == len(points)
    assert set(tomllib.loads(FILE.read_text("utf-8"))) == {"missing", "sources", "section"}
