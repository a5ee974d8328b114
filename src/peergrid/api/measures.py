"""What the backend counts for who watches it; nobody is named."""

from opentelemetry import metrics

READINGS = metrics.get_meter("peergrid").create_counter(
    "peergrid.readings", unit="{reading}", description="Readings that were stored."
)


def count_readings(stored: int, corrected: int) -> None:
    """Readings that were stored for the first time, and newer ones in place of those before."""
    READINGS.add(stored, {"kind": "new"})
    READINGS.add(corrected, {"kind": "corrected"})
