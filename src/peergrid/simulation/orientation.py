"""How panels lie."""

from typing import NamedTuple


class Orientation(NamedTuple):
    """In degrees: ``tilt`` from flat, 0 to 90; ``azimuth`` clockwise from north, 0 to 360."""

    tilt_deg: float
    azimuth_deg: float
