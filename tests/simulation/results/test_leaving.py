"""What a run leaves in its folder, whole or not at all."""

import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from peergrid.errors import Invalid
from peergrid.simulation.engine.columns import Recording
from peergrid.simulation.engine.run import SERIES, Run
from peergrid.simulation.results import later
from peergrid.simulation.results.leaving import leave, summary_of, write
from peergrid.simulation.summary import OnReadings
from tests.simulation.results.made import made, street

LEFT = {
    *("summary.json", "series.parquet", "households.parquet", "communities.parquet"),
    "report.html",
}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_run_leaves_its_tables_its_summary_and_its_report(run: Run, tmp_path: Path) -> None:
    done = later.leave(tmp_path / "out", run.scenario, lambda _: run, readings=False)

    assert done is run
    assert names_in(tmp_path) == {"out"}
    assert names_in(tmp_path / "out") == LEFT
    assert parquet.read_table(tmp_path / "out" / "households.parquet").num_rows == 24


def test_the_same_run_leaves_the_same_bytes(run: Run, tmp_path: Path) -> None:
    for name in ("one", "other"):
        leave(tmp_path / name, run.scenario, lambda _: run, readings=False)

    for name in LEFT:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_readings_are_written_as_the_run_goes_and_only_days_that_count_stay(
    run: Run, tmp_path: Path
) -> None:
    def running(on_readings: OnReadings | None) -> Run:
        assert on_readings is not None
        nothing = np.zeros((48, 24), np.int32)
        for day in (29, 30):
            on_readings(date(2026, 9, day), Recording(nothing, nothing, nothing))
            assert (tmp_path / "out.unfinished" / "readings" / f"2026-09-{day}.arrow").exists()
        return made(street(), 48)  # stopped before the second day counted

    leave(tmp_path / "out", run.scenario, running, readings=True)

    assert names_in(tmp_path / "out") == LEFT | {"readings"}
    assert names_in(tmp_path / "out" / "readings") == {"2026-09-29.arrow"}


def test_the_summary_says_what_was_asked_what_came_and_in_which_units(run: Run) -> None:
    summary = json.loads(json.dumps(summary_of(run)))

    group = summary["scenario"]["communities"][0]["groups"][0]
    assert group["household_class"] == "medium_density"
    assert (summary["complete"], summary["intervals"]) == (True, 144)
    assert summary["first_interval_start"] == "2026-09-28T22:00:00+00:00"
    assert (summary["households"], summary["producers"], summary["communities"]) == (24, 12, 4)
    assert summary["totals"].keys() == {*SERIES, "self_consumed_wh"}
    assert summary["totals"]["shared_wh"] == run.homes["bought_wh"].sum()
    assert not any(summary["checks"].values())
    assert 0 < summary["indicators"]["self_sufficiency"] < 1
    assert summary["prices"]["shared_price_micros_per_kwh"] > 64_000


@pytest.mark.parametrize("intervals", [0, 1, 47, 100])
def test_a_run_that_was_stopped_leaves_what_it_did(intervals: int, tmp_path: Path) -> None:
    run = made(street(), intervals)

    leave(tmp_path / "out", run.scenario, lambda _: run, readings=False)

    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert (summary["complete"], summary["intervals"]) == (False, intervals)
    assert "stopped early" in (tmp_path / "out" / "report.html").read_text()
    assert parquet.read_table(tmp_path / "out" / "series.parquet").num_rows == 2 * intervals


def test_nothing_is_written_over(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()

    with pytest.raises(Invalid, match="out exists: choose another name or delete it"):
        leave(tmp_path / "out", run.scenario, lambda _: run, readings=False)
    with pytest.raises(Invalid, match="mine exists"):
        leave(tmp_path / "out" / "mine", run.scenario, lambda _: run, readings=False)
    assert names_in(tmp_path / "out") == {"mine"}


def test_an_empty_folder_may_be_filled(run: Run, tmp_path: Path) -> None:
    leave(tmp_path, run.scenario, lambda _: run, readings=False)

    assert names_in(tmp_path) == LEFT


def test_what_is_cut_off_keeps_a_name_that_says_so(run: Run, tmp_path: Path) -> None:
    def fails(on_readings: OnReadings | None) -> Run:
        assert on_readings is not None
        raise Invalid("no")

    with pytest.raises(Invalid, match="no"):
        leave(tmp_path / "out", run.scenario, fails, readings=True)
    assert names_in(tmp_path) == {"out.unfinished"}
    with pytest.raises(Invalid, match=r"out.unfinished exists"):
        leave(tmp_path / "out", run.scenario, lambda _: run, readings=False)


def test_a_run_that_never_began_leaves_nothing(run: Run, tmp_path: Path) -> None:
    def fails(_: OnReadings | None) -> Run:
        raise Invalid("no")

    with pytest.raises(Invalid, match="no"):
        leave(tmp_path / "out", run.scenario, fails, readings=False)
    assert names_in(tmp_path) == set()


class Page(HTMLParser):
    """What a browser would fetch or run, which ids there are, and what pictures say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.alts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given[key] or "" for key in ("href", "src", "xlink:href") if key in given]
        if tag == "svg":
            self.alts.append(given["aria-label"] or "")


def test_the_report_stands_alone(run: Run, tmp_path: Path) -> None:
    write(run, tmp_path)
    text = (tmp_path / "report.html").read_text()
    page = Page(text)

    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert all(link.startswith("#") for link in page.links)
    assert not re.findall(r"url\((?!#)", text)
    assert "@import" not in text
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_every_plot_says_what_it_shows(run: Run, tmp_path: Path) -> None:
    write(run, tmp_path)
    alts = Page((tmp_path / "report.html").read_text()).alts

    assert len(alts) == 6
    assert all(re.search(r"\d", alt) and len(alt) > 80 for alt in alts)


def test_what_a_scenario_calls_itself_is_text_and_nothing_else(run: Run, tmp_path: Path) -> None:
    title = '<script>alert("x")</script> & more'
    write(replace(run, scenario=replace(run.scenario, title=title)), tmp_path)
    text = (tmp_path / "report.html").read_text()

    assert "<script" not in text
    assert "&lt;script&gt;" in text
