"""How panels lie, and how finely roofs are told apart."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

TILT_STEP_DEG = 10  # roofs are told apart to this, so that many share one computation
AZIMUTH_STEP_DEG = 15
AZIMUTHS = 360 // AZIMUTH_STEP_DEG


class Orientation(NamedTuple):
    """In degrees: ``tilt`` from flat, 0 to 90; ``azimuth`` clockwise from north, 0 to 360."""

    tilt_deg: float
    azimuth_deg: float


def orientation_of(tilt_deg: ArrayLike, azimuth_deg: ArrayLike) -> NDArray[np.int32]:
    """The number of the orientation nearest to each roof's; ``angles_of`` says its angles.

    ``tilt_deg`` 0 to 90; ``azimuth_deg`` any, clockwise from north. Panels that lie flat face
    nowhere, so all of them are 0. Half a step goes up.

    >>> orientation_of([0.0, 22.0, 22.0], [90.0, 350.0, 352.5]).tolist()
    [0, 71, 48]
    """
    tilts = np.floor(np.asarray(tilt_deg, np.float64) / TILT_STEP_DEG + 0.5)
    azimuths = np.floor(np.asarray(azimuth_deg, np.float64) / AZIMUTH_STEP_DEG + 0.5) % AZIMUTHS
    return np.where(tilts > 0, tilts * AZIMUTHS + azimuths, 0).astype(np.int32)


def orientations_between(
    tilt_deg: tuple[float, float], azimuth_deg: tuple[float, float]
) -> list[int]:
    """The numbers of all orientations that roofs between these angles can have, sorted.

    >>> orientations_between((0.0, 12.0), (-20.0, 0.0))
    [0, 24, 47]
    """
    tilts = _within(tilt_deg, TILT_STEP_DEG)
    azimuths = _within(azimuth_deg, AZIMUTH_STEP_DEG)
    return sorted(set(orientation_of(tilts[:, None], azimuths).ravel().tolist()))


def _within(between: tuple[float, float], step_deg: int) -> NDArray[np.float64]:
    """Angles close enough together to meet every step from the least to the most."""
    least, most = between
    return np.append(np.arange(least, most, step_deg / 2), most)


def angles_of(number: int) -> Orientation:
    """The angles of an orientation by the number that ``orientation_of`` gave it.

    >>> angles_of(71)
    Orientation(tilt_deg=20.0, azimuth_deg=345.0)
    """
    tilt, azimuth = divmod(int(number), AZIMUTHS)
    return Orientation(float(tilt * TILT_STEP_DEG), float(azimuth * AZIMUTH_STEP_DEG))
