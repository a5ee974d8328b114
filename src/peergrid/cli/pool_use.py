"""How much of a pool of connections is in use, for who watches."""

from collections.abc import Iterable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from peergrid.database.pool import Database

METER = metrics.get_meter("peergrid")


def watch_pool(database: Database) -> None:
    """Have it told whenever measures are asked for, under the names of OpenTelemetry."""

    def counted(_: CallbackOptions) -> Iterable[Observation]:
        use = database.use
        yield Observation(use.used, {"state": "used"})
        yield Observation(use.idle, {"state": "idle"})

    def most(_: CallbackOptions) -> Iterable[Observation]:
        yield Observation(database.use.most)

    def waiting(_: CallbackOptions) -> Iterable[Observation]:
        yield Observation(database.use.waiting)

    METER.create_observable_gauge("db.client.connection.count", [counted])
    METER.create_observable_gauge("db.client.connection.max", [most])
    METER.create_observable_gauge("db.client.connection.pending_requests", [waiting])
