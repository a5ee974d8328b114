"""By how much a figure of one scenario differs from that of another."""

from dataclasses import asdict, dataclass
from typing import Any

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """A figure of A and of B: their means, the mean of B - A and its interval of confidence."""

    name: str
    unit: str
    pairs: int
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether chance alone is an unlikely reason for the difference."""
        return self.low > 0 or self.high < 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"excludes_zero": self.excludes_zero, "confidence": CONFIDENCE}
