"""The keys that the community's meters send with."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query

from peergrid import wire
from peergrid.api.dependencies import GUARDED, Data, Does, Now, Operator, Overseer
from peergrid.meters.registry import keys_of, meter_with_serial, revoke_key, rotate_key

router = APIRouter(prefix="/operator/keys", tags=["operator"], responses=GUARDED)

KeyId = Annotated[int, Path(ge=1, le=2**31 - 1)]
OfMeter = Annotated[str | None, Query(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]


@router.get("")
def keys(member: Overseer, database: Data, now: Now, meter: OfMeter = None) -> list[wire.KeyRow]:
    """The keys that are good, of one meter or of all; a key itself is shown to nobody."""
    with database.transaction() as connection:
        found = keys_of(connection, member.community_id, now, meter)
    return [
        wire.KeyRow(
            key_id=one.key_id,
            meter=one.serial,
            created_at=one.created_at,
            last_used_at=one.last_used_at,
            ends_at=one.ends_at,
        )
        for one in found
    ]


@router.post("")
def add(body: wire.KeyOrder, member: Operator, database: Data, now: Now, does: Does) -> wire.NewKey:
    """A new key for a meter, shown this once; those before it stay good for a while."""
    with database.transaction() as connection:
        meter = meter_with_serial(connection, member.community_id, body.meter)
        overlap = timedelta(hours=body.overlap_hours)
        key_id, key = rotate_key(connection, meter.meter_id, now, overlap)
        does.about(key_id=key_id, member_id=meter.member_id)
    return wire.NewKey(key_id=key_id, meter=meter.serial, key=key)


@router.delete("/{key_id}", status_code=HTTPStatus.NO_CONTENT)
def revoke(key_id: KeyId, member: Operator, database: Data, now: Now, does: Does) -> None:
    """A key is good no more, at once."""
    with database.transaction() as connection:
        meter = revoke_key(connection, member.community_id, key_id, now)
        does.about(meter=meter.serial, member_id=meter.member_id)
