"""Commands that run a scenario many times: compare, sweep."""

import json
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.asked import scenario_at
from peergrid.cli.bars import speed_bar
from peergrid.cli.options import FAILED, Days, Homes, ScenarioPath, out, told
from peergrid.cli.schemes import Outputs, compare_schemes, schemes_named
from peergrid.errors import Invalid
from peergrid.settings import read_cache_dir
from peergrid.simulation.results import later
from peergrid.simulation.results.amounts import scale_for
from peergrid.simulation.results.difference import Difference
from peergrid.simulation.results.figures import FIGURES
from peergrid.simulation.results.grid import Figures, sweep_of
from peergrid.simulation.results.study import figures_of_run
from peergrid.simulation.results.sweep import run_sweep
from peergrid.simulation.results.workers import KINDS, completed, workers_of
from peergrid.simulation.scenario import Scenario

PER_MINUTE = ("a minute", 60)  # how fast runs are done, from runs a second
USUAL_SEEDS = 20

Executors = Annotated[str, typer.Option("--executor", help=f"Who does the runs: {KINDS}.")]
Number = Annotated[int | None, typer.Option("--workers", min=1, help="Default: one a core.")]


def compare(
    a: ScenarioPath,
    b: Annotated[Path | None, typer.Argument(help="Another scenario; default: the same.")] = None,
    scheme: Annotated[str | None, typer.Option(help="The scheme of A.")] = None,
    against: Annotated[str | None, typer.Option(help="The scheme of B.")] = None,
    schemes: Annotated[
        str | None, typer.Option(help="Instead of B: one seed under all, or under a,b,c.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option(min=2, help="Runs of each, with the same seeds; 20.")
    ] = None,
    days: Days = None,
    households: Homes = None,
    executor: Executors = "processes",
    workers: Number = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="With --schemes: the table, a row a scheme.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="With --schemes: a page with who wins and who loses.")
    ] = None,
) -> None:
    """Say by how much scenario B differs from A, and whether by more than chance.

    With --schemes: what each scheme comes to for the same homes under the same sky.
    """
    with told():
        asked = scenario_at(a, days, None, households, scheme)
        if schemes is not None:
            if b or scheme or against or seeds:
                raise Invalid(
                    "--schemes compares one scenario under one seed: leave B, --scheme, --against"
                    " and --seeds out"
                )
            asked_for = Outputs(as_json=as_json, csv_file=csv_file, html=html)
            compare_schemes(asked, schemes_named(schemes), (executor, workers), asked_for)
        elif csv_file or html:
            raise Invalid("--csv and --html need --schemes")
        elif b is None and against is None:
            raise Invalid(
                "there is nothing to compare with: name a second scenario, --against or --schemes"
            )
        else:
            other = against or (None if b else scheme)
            both = (asked, scenario_at(b or a, days, None, households, other))
            _compare_two(both, seeds or USUAL_SEEDS, executor, workers, as_json=as_json)


def _compare_two(
    both: tuple[Scenario, Scenario],
    seeds: int,
    executor: str,
    workers: int | None,
    *,
    as_json: bool,
) -> None:
    found = later.differences(*_figures_of_both(both, seeds, executor, workers))
    if as_json:
        rows = [each.as_json() for each in found]
        typer.echo(json.dumps({"seeds": seeds, "differences": rows}))
    else:
        names = [f"{one.title} ({one.scheme})" for one in both]
        out.print(comparison(names, seeds, found), markup=False)


def sweep(
    scenario: ScenarioPath,
    vary: Annotated[
        list[str],
        typer.Option(help="panels.share=0.1:0.6:6 or scheme=net_metering,mid_market; repeatable."),
    ],
    out_dir: Annotated[Path, typer.Option("--out", help="Where the runs are kept.")],
    seeds: Annotated[int, typer.Option(min=1, help="Runs at each point.")] = 10,
    days: Days = None,
    households: Homes = None,
    executor: Executors = "processes",
    workers: Number = None,
) -> None:
    """Run a scenario over a grid of values. The same command goes on after any interruption."""
    with told():
        asked = sweep_of(scenario_at(scenario, days, None, households), vary, seeds)
        done = 0
        try:
            with (
                speed_bar("runs", asked.runs, *PER_MINUTE) as (bar, task),
                workers_of(executor, workers) as hands,
            ):

                def told_of(count: int) -> None:
                    nonlocal done
                    done = count
                    bar.update(task, completed=count)

                result = run_sweep(out_dir, asked, _task(executor), hands, told_of)
        except KeyboardInterrupt as error:
            out.print(
                f"stopped    {done} of {asked.runs} runs are kept in {out_dir};"
                " the same command goes on",
                markup=False,
            )
            raise typer.Exit(FAILED) from error
        again = f", {result.kept_before} of them from before" if result.kept_before else ""
        out.print(f"swept      {result.runs} runs{again}", markup=False)
        out.print(f"           {out_dir / 'sweep.html'} shows them", markup=False)


def comparison(names: Sequence[str], seeds: int, found: Sequence[Difference]) -> str:
    """The differences as a person reads them, a line a figure."""
    lines = [
        f"A: {names[0]}",
        f"B: {names[1]}",
        f"{seeds} seeds each; B - A with its 95 % confidence interval (paired, Student's t)",
        "",
        f"{'':31} {'':8} {'A':>10} {'B':>10} {'B - A':>10}   95 % interval",
    ]
    for each in found:
        largest = max(abs(each.mean_a), abs(each.mean_b), abs(each.difference))
        scale = scale_for(each.unit, largest)
        a, b, mean, low, high = (
            scale.told(value)
            for value in (each.mean_a, each.mean_b, each.difference, each.low, each.high)
        )
        lines.append(
            f"{FIGURES[each.name].title:31} {scale.label:8} {a:>10} {b:>10} {mean:>10}  "
            f" {low} to {high}: {_verdict(each)}"
        )
    return "\n".join(lines)


def _verdict(each: Difference) -> str:
    if each.low == each.high == 0:
        return "the same"
    return "differs" if each.excludes_zero else "not told from chance"


def _task(executor: str) -> Callable[[Scenario], Figures]:
    """What workers do; where many runs go side by side, each has one thread."""
    threads = None if executor == "serial" else 1
    return partial(figures_of_run, cache=read_cache_dir(os.environ), threads=threads)


def _figures_of_both(
    both: tuple[Scenario, Scenario], seeds: int, executor: str, workers: int | None
) -> list[list[Figures]]:
    """The figures of A and of B, each by seed; B has the seeds of A."""
    first = both[0].seed
    asked = [
        ((side, seed), scenario.seeded(first + seed))
        for seed in range(seeds)
        for side, scenario in enumerate(both)
    ]
    found: list[list[Figures]] = [[{}] * seeds, [{}] * seeds]
    with (
        speed_bar("runs", len(asked), *PER_MINUTE) as (bar, task),
        workers_of(executor, workers) as hands,
    ):
        for (side, seed), figures in completed(hands, _task(executor), asked):
            found[side][seed] = figures
            bar.advance(task)
    return found
