"""GitHub's workflows are sound as far as can be told without GitHub: three linters, offline."""

import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from deploy.changes import changes_of

GITHUB = Path(__file__).parents[2] / ".github"
WORKFLOWS = sorted(GITHUB.glob("workflows/*.yml"))
SCRIPTS = sysconfig.get_path("scripts")
PINNED = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
SOUND = """\
name: sound
on: push
permissions: {}
concurrency: {group: sound, cancel-in-progress: true}
jobs:
  say:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo "$GITHUB_REF_NAME"
"""


def complaints(*paths: Path) -> str:
    """What the linters say; nothing if all is well."""
    files = [str(path) for path in paths]
    workflows = [name for name in files if not name.endswith("dependabot.yml")]
    commands = [
        ["zizmor", "--offline", "--quiet", "--no-progress", *files],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows],
        ["actionlint", "-no-color", *workflows],
    ]
    environment = os.environ | {"PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"}
    said = []
    for command in commands:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=120, env=environment, check=False
        )
        if done.returncode:
            said.append(f"{command[0]}: {done.stdout}{done.stderr}")
    return "\n".join(said)


def test_the_linters_find_nothing_in_the_workflows() -> None:
    assert len(WORKFLOWS) >= 3

    assert complaints(*WORKFLOWS, GITHUB / "dependabot.yml") == ""


@pytest.mark.parametrize(
    ("sound", "planted", "said"),
    [
        ("steps:", "stepps:", "check-jsonschema"),
        ("on: push", "on: pull_request_target", "dangerous-triggers"),
        ('"$GITHUB_REF_NAME"', '"${{ github.event.issue.title }}"', "template-injection"),
        ('"$GITHUB_REF_NAME"', '"$GITHUB_REF_NAME', "shellcheck"),
        ("run: echo", "uses: actions/checkout@v7 # echo", "unpinned-uses"),
        ("ubuntu-24.04", "ubuntu-24.40", "ubuntu-24.40"),
    ],
)
def test_a_planted_fault_is_found(sound: str, planted: str, said: str, tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    workflow = folder / "sound.yml"
    workflow.write_text(SOUND)
    assert complaints(workflow) == ""

    workflow.write_text(SOUND.replace(sound, planted))

    assert said in complaints(workflow)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_named_by_its_commit_and_nothing_is_allowed_unasked(workflow: Path) -> None:
    text = workflow.read_text()
    used = [line.strip("- \n") for line in text.splitlines() if "uses: " in line]

    assert used
    assert [line for line in used if not PINNED.fullmatch(line)] == []
    assert "\npermissions: {}\n" in text
    assert "secrets." not in text  # whoever signs in does so by OIDC


def test_a_release_says_what_the_changelog_says_of_it() -> None:
    changelog = (
        "## [Unreleased]\n\n- later\n\n## [0.2.0] - 2026-12-01\n\n- now\n\n## [0.1.0]\n- old"
    )

    assert changes_of("0.2.0", changelog) == "- now"
    assert changes_of("0.1.0", changelog) == "- old"
    with pytest.raises(SystemExit, match=r"says nothing of 0\.3\.0"):
        changes_of("0.3.0", changelog)
