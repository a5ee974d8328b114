"""A community's meters as a batch of readings is checked against them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from peergrid.database.binary import Whole, fetch
from peergrid.database.pool import Connection
from peergrid.energy import INTERVAL, Interval
from peergrid.meters.registry import Meter

SECONDS_PER_HOUR = 3_600
FOREVER = 2**62  # as an interval: later than all
METERS = """
select meter_id, connection_w, active_from, coalesce(active_until, 'infinity') as active_until
from meter where community_id = %(community)s order by 1"""
SERIALS = "select serial from meter where community_id = %s order by meter_id"


@dataclass(frozen=True, eq=False)
class Roster:
    """Meters by rising id, each (n_meters,): what a connection carries in an interval [Wh].

    A meter counts from one interval until before another.
    """

    meter_id: Whole
    limit_wh: Whole
    active_from: Whole
    active_until: Whole
    serials: tuple[str, ...]

    @cached_property
    def id_of(self) -> dict[str, int]:
        """The meter's id by its serial."""
        return dict(zip(self.serials, self.meter_id.tolist(), strict=True))

    def places(self, meter_id: Whole) -> tuple[NDArray[np.bool_], Whole]:
        """Whether each of some meters (n,) is among these, and where; 0 if it is not."""
        if not len(self.meter_id):
            return np.zeros(len(meter_id), np.bool_), np.zeros(len(meter_id), np.int64)
        place = np.searchsorted(self.meter_id, meter_id)
        place[place == len(self.meter_id)] = 0
        is_known = self.meter_id[place] == meter_id
        return is_known, np.where(is_known, place, 0)

    def serial_of(self, meter_id: int) -> str:
        """The serial of a meter that is among these."""
        return self.serials[int(np.searchsorted(self.meter_id, meter_id))]


class Rosters:
    """Rosters that are read again only when a community's meters have changed."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, Roster]] = {}
        self._lock = Lock()

    def of(self, connection: Connection, community_id: int, version: str | None) -> Roster:
        """The roster of ``version``, as ``admit`` told it in the same transaction.

        None is a version that this transaction may still change: it is not kept.
        """
        with self._lock:
            known = self._known.get(community_id)
        if known and known[0] == version:
            return known[1]
        roster = roster_of(connection, community_id)
        if version is not None:
            with self._lock:
                self._known[community_id] = (version, roster)
        return roster


def roster_of(connection: Connection, community_id: int) -> Roster:
    columns = {"meter_id": "int4", "connection_w": "int4"}
    columns |= dict.fromkeys(("active_from", "active_until"), "interval")
    found = fetch(connection, METERS, {"community": community_id}, columns)
    serials = connection.execute(SERIALS, (community_id,)).fetchall()
    return Roster(
        found["meter_id"],
        capacity_wh(found["connection_w"]),
        found["active_from"],
        found["active_until"],
        tuple(serial for (serial,) in serials),
    )


def among(meters: Iterable[Meter]) -> Roster:
    """A roster of some meters; of one that is there twice, once."""
    ordered = sorted({meter.meter_id: meter for meter in meters}.values(), key=_by_id)
    untils = [
        Interval(meter.active_until).number if meter.active_until else FOREVER for meter in ordered
    ]
    return Roster(
        np.array([meter.meter_id for meter in ordered]),
        capacity_wh(np.array([meter.connection_w for meter in ordered])),
        np.array([Interval(meter.active_from).number for meter in ordered]),
        np.array(untils),
        tuple(meter.serial for meter in ordered),
    )


def _by_id(meter: Meter) -> int:
    return meter.meter_id


def capacity_wh(connection_w: Whole) -> Whole:
    """The most that connections [W] can carry in one interval [Wh], each (n,)."""
    return connection_w * int(INTERVAL.total_seconds()) // SECONDS_PER_HOUR
