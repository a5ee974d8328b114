"""Commands for meters: end-meter, replace-meter, hand-over."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from peergrid.cli.options import DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.errors import Invalid, NotFound
from peergrid.members.membership import member_with_email
from peergrid.meters.registry import issue_key, meter_anywhere
from peergrid.settlement import connections

Serial = Annotated[str, typer.Argument(help="The meter's serial.")]
At = Annotated[str, typer.Option(help="A half hour with its time zone: 2026-10-01T08:00+02:00.")]


def end_meter(meter: Serial, at: At, data_dir: DataDir = None) -> None:
    """Cut a connection: its meter counts until then, and what it counted stays booked."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url) as database:
        until = _instant(at)
        with database.transaction() as connection:
            known = meter_anywhere(connection, meter)
            connections.end(connection, known.community_id, known.meter_id, until)
        out.print(f"{meter} counts until {until:%Y-%m-%d %H:%M} UTC", markup=False)


def replace_meter(
    meter: Serial,
    by: Annotated[str, typer.Option(help="The serial of the device that takes over.")],
    at: At,
    data_dir: DataDir = None,
) -> None:
    """Let another device take over, and print its key, this once."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url) as database:
        start = _instant(at)
        with database.transaction() as connection:
            known = meter_anywhere(connection, meter)
            asked = (known.community_id, known.meter_id, by, start)
            successor = connections.replace(connection, *asked)
            key = issue_key(connection, successor.meter_id, datetime.now(UTC))
        out.print(f"{by} takes over from {meter} at {start:%Y-%m-%d %H:%M} UTC", markup=False)
        out.print(f"its key, shown this once: {key}", markup=False)


def hand_over(
    meter: Serial,
    to: Annotated[str, typer.Option(help="The e-mail address of the member who takes over.")],
    at: At,
    data_dir: DataDir = None,
) -> None:
    """Give a connection to another member; each keeps what is of their own time."""
    with told(), migrated(settings_for(data_dir)) as url, opened(url) as database:
        start = _instant(at)
        with database.transaction() as connection:
            known = meter_anywhere(connection, meter)
            member = member_with_email(connection, to)
            if member is None:
                raise NotFound(f"No member has the address {to}.")
            asked = (known.community_id, known.meter_id, member.member_id, start)
            connections.hand_over(connection, *asked)
        out.print(f"{meter} is {to}'s from {start:%Y-%m-%d %H:%M} UTC on", markup=False)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(f"{text!r} is no time: write it as 2026-10-01T08:00+02:00.") from error
    if instant.tzinfo is None:
        raise Invalid(f"{text} has no time zone: write it as 2026-10-01T08:00+02:00.")
    return instant.astimezone(UTC)
