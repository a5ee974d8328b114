"""What meters send that know only their totals."""

from dataclasses import asdict

from fastapi import APIRouter

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Now, SendingMeter, Set, Tell
from peergrid.api.measures import count_readings
from peergrid.energy import INTERVAL
from peergrid.errors import Invalid, Refused
from peergrid.meters.news import Change, NewsKind
from peergrid.meters.register_store import take_registers
from peergrid.meters.registers import Register

router = APIRouter(tags=["meters"], responses=GUARDED)


@router.post("/registers")
def send_registers(
    sent: wire.Registers,
    meter: SendingMeter,
    database: Data,
    settings: Set,
    now: Now,
    announcer: Tell,
) -> wire.RegisterReceipt:
    """Keep one meter's totals, all of them or none, and store the readings between them.

    When this answers, they are committed. The same again changes nothing, and a total that comes
    late divides the gap that it lies in.
    """
    if sent.meter != meter.serial:
        raise Refused(f"These are of {sent.meter}, but the key is another meter's.")
    registers = [_register(row, one, sent.digits) for row, one in enumerate(sent.registers, 1)]
    if len({register.at for register in registers}) < len(registers):
        raise Invalid("An instant is twice in the batch: send it once.")
    not_after = None if settings.simulated_time else now
    with database.transaction() as connection:
        taken = take_registers(connection, meter, registers, not_after)
    count_readings(taken.readings, 0)
    if taken.readings:
        instants = [register.at for register in registers]
        first, last = min(instants) - INTERVAL, max(instants)
        announcer.note(Change(meter.community_id, NewsKind.READINGS, first, last))
    return wire.RegisterReceipt(
        received=len(registers),
        stored=taken.stored,
        unchanged=taken.unchanged,
        readings=taken.readings,
        gaps=[wire.GapMessage(**asdict(gap)) for gap in taken.gaps],
    )


def _register(row: int, sent: wire.RegisterMessage, digits: int | None) -> Register:
    try:
        return Register(sent.at, sent.import_wh, sent.export_wh, sent.generation_wh, digits)
    except ValueError as error:
        raise Invalid(f"Register {row}: {error}.") from None
