"""Measures and traces by OpenTelemetry's SDK: to be read at an address, or sent to a collector."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from opentelemetry import metrics, propagate, trace
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from prometheus_client import CollectorRegistry

from peergrid import __version__
from peergrid.settings import OtlpSettings, Settings
from peergrid.telemetry.scraping import scraped
from peergrid.telemetry.shown import VIEWS, Shown
from peergrid.telemetry.strangers import Strangers

FLUSH_MS = 5_000  # at the end, for a collector that may be away


@contextmanager
def providing(settings: Settings, service: str) -> Iterator[None]:
    """Measures, and traces if there is a collector, until the block ends.

    Raises Conflict if ``settings.metrics`` cannot be listened to.
    """
    propagate.set_global_textmap(Strangers())
    resource = Resource.create(
        {"service.name": f"peergrid-{service}", "service.version": __version__}
    )
    readers: list[MetricReader] = []
    with ExitStack() as stack:
        if settings.metrics:
            registry = CollectorRegistry(auto_describe=False)
            readers.append(PrometheusMetricReader(scope_info_enabled=False, registry=registry))
            stack.enter_context(scraped(settings.metrics, registry))
        if settings.otlp:
            stack.enter_context(_traced(settings.otlp, resource))
            if settings.otlp.metrics:
                sent = OTLPMetricExporter(endpoint=settings.otlp.endpoint)
                readers.append(PeriodicExportingMetricReader(sent))
        measuring = MeterProvider(readers, resource, shutdown_on_exit=False, views=VIEWS)
        metrics.set_meter_provider(measuring)
        try:
            yield
        finally:
            measuring.shutdown(timeout_millis=FLUSH_MS)


@contextmanager
def _traced(collector: OtlpSettings, resource: Resource) -> Iterator[None]:
    tracing = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=collector.endpoint)
    tracing.add_span_processor(BatchSpanProcessor(Shown(exporter)))
    trace.set_tracer_provider(tracing)
    try:
        yield
    finally:
        tracing.force_flush(FLUSH_MS)
        tracing.shutdown()
