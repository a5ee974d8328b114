"""Telemetry is loaded for who asks for it, and says so where it is missing."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from peergrid.errors import Conflict
from peergrid.settings import MetricsSettings, OtlpSettings, Settings
from peergrid.telemetry.reporting import reporting

LOADED = """
import sys, peergrid.cli.serve, peergrid.cli.watch
print(sorted({"grpc", "prometheus_client", "opentelemetry.sdk"} & sys.modules.keys()))"""


def test_who_does_not_ask_loads_none_of_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "asked",
    [{"metrics": MetricsSettings("127.0.0.1", 1)}, {"otlp": OtlpSettings("http://collector:1")}],
)
@pytest.mark.parametrize("missing", ["opentelemetry.sdk.trace", "prometheus_client", "grpc"])
def test_who_asks_for_what_is_not_installed_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, asked: dict[str, object], missing: str
) -> None:
    for name in list(sys.modules):
        if name.startswith(("peergrid.telemetry.", "opentelemetry.exporter")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    settings = Settings(tmp_path, **asked)  # type: ignore[arg-type]

    with (
        pytest.raises(Conflict, match=r"run `pip install 'peergrid\[telemetry\]'`, or unset"),
        reporting(settings, "serve"),
    ):
        raise AssertionError("it began all the same")


def test_an_address_that_is_taken_is_told_by_its_variable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = Settings(tmp_path, metrics=MetricsSettings("127.0.0.1", port))

        with (
            pytest.raises(Conflict, match=f"^PEERGRID_METRICS: 127.0.0.1:{port} cannot be"),
            reporting(settings, "serve"),
        ):
            raise AssertionError("it began all the same")
