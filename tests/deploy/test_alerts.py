"""Who is woken is woken in time, for what is really measured, and finds what to do."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from peergrid.cli.communities import MOST_SILENT, PAID_WITHIN
from peergrid.cli.doctor import OLDEST_BACKUP
from peergrid.cli.watch import FIGURES

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES: list[dict[str, Any]] = YAML(typ="safe").load(PROMETHEUS / "alerts.yml")["groups"][0]["rules"]
FAKED = "tests/deploy/alerts_test.yml"
TOLD = {  # besides what `watch` tells, each is looked for by tests of what is exported
    "db_client_connection_pending_requests",
    "http_server_request_duration_seconds_bucket",
    "http_server_request_duration_seconds_count",
    "peergrid_settlement_duration_seconds_count",
    "up",
}


def promtool(*words: str) -> str:
    """What Prometheus's own checker says; it has to be there where nothing may be skipped."""
    if not shutil.which("promtool"):
        if os.environ.get("PEERGRID_REQUIRE_PROMTOOL"):
            pytest.fail("promtool is missing: apt-get install prometheus")
        pytest.skip("no promtool: it is in Debian's package prometheus")
    done = subprocess.run(
        ["promtool", *words], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_each_alert_is_told_when_it_should_be_and_not_before() -> None:
    assert f"{len(RULES)} rules found" in promtool("check", "rules", str(PROMETHEUS / "alerts.yml"))
    promtool("test", "rules", FAKED)


def test_each_alert_is_tried_both_ways() -> None:
    tried = re.findall(r"alertname: (\w+) *(}|\n +exp_alerts)?", (ROOT / FAKED).read_text())
    quiet = {name for name, rest in tried if "exp_alerts" not in rest}
    loud = {name for name, rest in tried if "exp_alerts" in rest}

    assert quiet == loud == {rule["alert"] for rule in RULES}


def test_prometheus_understands_what_it_is_told_to_read() -> None:
    promtool("check", "config", "--syntax-only", str(PROMETHEUS / "prometheus.yml"))


def test_alerts_ask_for_what_is_measured() -> None:
    figures = {
        name.replace(".", "_") + ("_seconds" if unit == "s" else "")
        for name, (unit, _) in FIGURES.items()
    }
    asked = {
        name
        for rule in RULES
        for name in re.findall(r"\b(?:up|(?:peergrid|http_server|db)_\w+)\b", rule["expr"])
    } - {"http_route", "http_response_status_code"}

    assert asked - figures == TOLD


def test_alerts_draw_the_line_where_the_doctor_does() -> None:
    lines = {rule["alert"]: rule["expr"] for rule in RULES}

    assert lines["MetersSilent"].endswith(f"> {MOST_SILENT}")
    assert lines["PayoutsStuck"].endswith(f"> {PAID_WITHIN.total_seconds():.0f}")
    assert f"> {OLDEST_BACKUP.total_seconds():.0f} " in lines["BackupTooOld"]


def test_the_runbook_has_a_heading_for_each_alert_and_for_no_other() -> None:
    runbook = (
        (ROOT / "docs" / "operating.md").read_text().partition("## What each alert means\n")[2]
    )
    headings = re.findall(r"^### (\w+)$", runbook.partition("\n## ")[0], re.MULTILINE)

    assert headings == [rule["alert"] for rule in RULES]
