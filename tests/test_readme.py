"""The papers are true: what they show is what one gets."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from peergrid.cli.main import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_output_in_the_readme_is_the_real_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shown = re.search(r"    \$ uv run peergrid (simulate .*)\n((?:    .+\n)+)", README)
    assert shown is not None

    done = CliRunner().invoke(app, shown[1].split())

    assert done.stdout == "".join(line[4:] + "\n" for line in shown[2].splitlines())


def test_ci_runs_the_readmes_test_command() -> None:
    commands = re.findall(r"^    (uv run pytest)$", README, re.MULTILINE)

    assert commands
    assert "uv run pytest" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)
def test_every_file_a_paper_names_is_there(paper: Path) -> None:
    text = paper.read_text()
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", text)
    named = re.findall(r"`((?:src|tests|scenarios|docs|deploy|\.ci)/[\w./-]+)`", text)

    missing = [one for one in linked if not (paper.parent / one).exists()]
    missing += [one for one in named if not (ROOT / one).exists()]

    assert missing == []
