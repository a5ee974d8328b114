"""What may leave: these attributes, and no others, whatever a library or a caller adds."""

from collections.abc import Sequence
from typing import override

from opentelemetry.sdk.metrics.view import View
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Status

# A path names members and meters, a query too, a host is what a caller says it is; the route,
# which the code has, says enough.
SHOWN = {
    *("db.query.text", "db.system.name", "error.type", "http.request.method"),
    *("http.response.status_code", "http.route", "kind", "network.protocol.name"),
    *("network.protocol.version", "state", "url.scheme"),
}
VIEWS = (View(instrument_name="*", attribute_keys=SHOWN),)


class Shown(SpanExporter):
    """Hands spans on with the attributes of ``SHOWN``; without events, links and error messages."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    @override
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._exporter.export([_bare(span) for span in spans])

    @override
    def shutdown(self) -> None:
        self._exporter.shutdown()

    @override
    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._exporter.force_flush(timeout_millis)


def _bare(span: ReadableSpan) -> ReadableSpan:
    said = span.attributes or {}
    return ReadableSpan(
        span.name,
        span.get_span_context(),
        span.parent,
        span.resource,
        {key: value for key, value in said.items() if key in SHOWN},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
