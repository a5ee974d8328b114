"""What meters send."""

from fastapi import APIRouter

from peergrid.api.dependencies import GUARDED, In, Now, SendingMeter, Set, Tell
from peergrid.api.measures import count_readings
from peergrid.energy import Interval, Reading
from peergrid.errors import Invalid, Refused
from peergrid.meters.news import Change, NewsKind
from peergrid.meters.registry import Meter
from peergrid.meters.together import Request
from peergrid.wire import Batch, ReadingMessage, Receipt

router = APIRouter(tags=["meters"], responses=GUARDED)


@router.post("/readings")
async def send_readings(
    batch: Batch,
    meter: SendingMeter,
    door: In,
    settings: Set,
    now: Now,
    announcer: Tell,
) -> Receipt:
    """Store a batch of one meter's readings: all of it, or nothing; twice is once.

    When this answers, they are committed. A higher revision corrects what was sent before.
    """
    readings = [_reading(row, message, meter) for row, message in enumerate(batch.readings, 1)]
    not_after = None if settings.simulated_time else now
    outcome = await door.store(Request(meter, readings, not_after))
    count_readings(outcome.stored, outcome.corrected)
    if outcome.stored or outcome.corrected:
        starts = [reading.interval.start for reading in readings]
        change = Change(meter.community_id, NewsKind.READINGS, min(starts), max(starts))
        announcer.note(change)
    return Receipt(
        received=len(readings),
        stored=outcome.stored,
        corrected=outcome.corrected,
        unchanged=outcome.unchanged,
    )


def _reading(row: int, message: ReadingMessage, meter: Meter) -> Reading:
    if message.meter != meter.serial:
        raise Refused(f"Reading {row} is of {message.meter}, but the key is another meter's.")
    try:
        return Reading(
            meter.meter_id,
            Interval(message.interval_start),
            message.import_wh,
            message.export_wh,
            message.generation_wh,
            message.quality,
            message.revision,
        )
    except ValueError as error:
        raise Invalid(f"Reading {row}: {error}.") from None
