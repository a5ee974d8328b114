"""A collector of OTLP by gRPC that keeps what it is sent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2 as of_metrics
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2_grpc as metrics_rpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as of_traces
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as traces_rpc


@dataclass
class Receiver:
    """``sent`` are all messages; ``spans`` those within that are spans."""

    endpoint: str = ""
    sent: list[Any] = field(default_factory=list)

    @property
    def spans(self) -> list[Any]:
        return [
            span
            for message in list(self.sent)
            for resource in getattr(message, "resource_spans", ())
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Traces(traces_rpc.TraceServiceServicer):
        def Export(self, request: Any, _: Any) -> Any:  # noqa: N802 - gRPC's name
            receiver.sent.append(request)
            return of_traces.ExportTraceServiceResponse()

    class Metrics(metrics_rpc.MetricsServiceServicer):
        def Export(self, request: Any, _: Any) -> Any:  # noqa: N802
            receiver.sent.append(request)
            return of_metrics.ExportMetricsServiceResponse()

    server = grpc.server(ThreadPoolExecutor(2))
    traces_rpc.add_TraceServiceServicer_to_server(Traces(), server)  # type: ignore[no-untyped-call]
    metrics_rpc.add_MetricsServiceServicer_to_server(Metrics(), server)  # type: ignore[no-untyped-call]
    port = server.add_insecure_port("127.0.0.1:0")
    receiver.endpoint = f"http://127.0.0.1:{port}"
    server.start()
    try:
        yield receiver
    finally:
        server.stop(None)
