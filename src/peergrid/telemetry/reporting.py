"""What a process that goes on tells of itself, if it is asked to: lines, measures, traces."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from peergrid.errors import Conflict
from peergrid.settings import Settings
from peergrid.telemetry.lines import write_json

MISSING = (
    "Telemetry is asked for and not installed: run `pip install 'peergrid[telemetry]'`, or unset"
    " PEERGRID_METRICS and OTEL_EXPORTER_OTLP_ENDPOINT."
)


@contextmanager
def reporting(settings: Settings, service: str) -> Iterator[None]:
    """Tell, until the block ends, what is asked for of the process that is called ``service``.

    Raises Conflict if that is not installed, or cannot be listened to where it is said.
    """
    if settings.json_log:
        write_json()
    if settings.metrics is None and settings.otlp is None:
        yield
        return
    try:  # most never ask, and start half a second earlier
        providers = import_module("peergrid.telemetry.providers")
    except ModuleNotFoundError:
        raise Conflict(MISSING) from None
    with providers.providing(settings, service):
        yield
