"""The page that holds our figures beside the published ones."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from peergrid.simulation.scenario import read_scenario
from peergrid.simulation.validation import country, days, demand, ownership, rules, sun
from peergrid.simulation.validation.points import Book, Figure, Point, read_book

SCENARIOS = ("national_2026", "adoption_2036", "load_shedding_12h")


def figures(scenarios: Path) -> dict[str, Figure]:
    """All our figures by key, computed now; ``scenarios`` is the folder of those that ship."""
    national, adoption, twelve_hours = (
        read_scenario(scenarios / f"{name}.toml") for name in SCENARIOS
    )
    return {
        **sun.figures(),
        **days.figures(),
        **demand.figures(national),
        **ownership.figures(),
        **rules.figures(),
        **country.figures(national, adoption, twelve_hours),
    }


def page_of(figures_by_key: Mapping[str, Figure], book: Book | None = None) -> str:
    """The page, in Markdown. Raises ValueError where ``Book.beside`` does."""
    book = book or read_book()
    sections = book.beside(figures_by_key)
    points = [point for _, of_section in sections for point in of_section]
    lines = [*_head(points), "", "## What disagrees, and why", ""]
    lines += [
        f"- **{each.of.what}**: {_beside(each)} {each.of.why}" for each in points if each.of.why
    ]
    for section, of_section in sections:
        lines += ["", f"## {section.title}", "", section.says, "", *_table(of_section)]
    lines += ["", "## What there is nothing to hold against", ""]
    lines += [f"- {each}" for each in book.missing]
    lines += ["", "## Sources", ""]
    lines += [f"- **{name}**: {source}" for name, source in sorted(book.sources.items())]
    return "\n".join([*lines, ""])


def _head(points: list[Point]) -> Iterator[str]:
    agree = sum(point.agrees for point in points)
    yield "# Our figures beside the published ones"
    yield ""
    yield (
        f"Of {len(points)} published figures ours agree with {agree} and disagree with"
        f" {len(points) - agree}. Ours are computed, never typed:"
    )
    yield "`uv run python -m peergrid.simulation.validation` writes this page anew, and a test"
    yield "fails when it is stale. Published ones, each with what of ours would agree with it,"
    yield "are in [published.toml](../src/peergrid/simulation/validation/published.toml)."
    yield ""
    yield "Confidence: **H** a primary source or two that agree; **M** one secondary source, or"
    yield "derived from such; **L** weak, or background knowledge."


def _table(points: list[Point]) -> Iterator[str]:
    yield "| What | Unit | Published | Source | Ours | Difference | Verdict |"
    yield "|---|---|---|---|---|---|---|"
    for point in points:
        of = point.of
        what = f"{of.what}. *{of.note}*" if of.note else of.what
        verdict = "agrees" if point.agrees else "**disagrees**"
        yield (
            f"| {what} | {of.unit} | {_published(point)} | {of.source} ({of.confidence})"
            f" | {_told(point.ours, point)} | {_difference(point)} | {verdict} |"
        )


def _beside(point: Point) -> str:
    """Both figures in a clause."""
    both = f"{_told(point.ours, point)} beside {_published(point)} {point.of.unit}"
    return f"{both.strip()}."


def _published(point: Point) -> str:
    """The published figure, and in brackets what of ours would agree with it."""
    of = point.of
    least, most = (None if end is None else _told(end, point) for end in (of.least, of.most))
    if least and most:
        accepted = f"{least} to {most}"
    elif least or most:
        accepted = f"at least {least}" if least else f"at most {most}"
    else:
        accepted = ""
    if of.published is None:
        return accepted
    told = _told(of.published, point)
    return f"{told} ({accepted})" if accepted else told


def _difference(point: Point) -> str:
    """How far ours is off, and as a share of the published figure where there is one."""
    difference, published = point.difference, point.of.published
    if difference is None:
        return "none" if point.agrees else "another"
    told = f"{difference:+,.{point.of.decimals}f}" if difference else "0"
    if not difference or not isinstance(published, float | int) or not published:
        return told
    if "%" in point.of.unit or point.of.unit == "points":
        return told
    return f"{told} ({100 * difference / published:+.1f} %)"


def _told(figure: Figure, point: Point) -> str:
    return figure if isinstance(figure, str) else f"{figure:,.{point.of.decimals}f}"
