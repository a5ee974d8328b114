"""Commands of whoever keeps the server: keys of meters, and members who cannot help themselves."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from peergrid.cli.options import DataDir, out, settings_for, told
from peergrid.cli.storage import migrated, opened
from peergrid.database.pool import Connection
from peergrid.errors import Invalid, NotFound
from peergrid.members import second_factor
from peergrid.members.membership import Member, add_member, community_named, member_with_email
from peergrid.members.one_time_link import Purpose, write_link
from peergrid.members.sessions import end_all
from peergrid.members.standing import admit
from peergrid.meters.registry import keys_of, meter_anywhere, revoke_key, rotate_key
from peergrid.wire import Role


def key(
    meter: Annotated[str, typer.Argument(help="The meter's serial.")],
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=24 * 90, help="How long those before it stay good.")
    ] = 24,
    shown: Annotated[bool, typer.Option("--list", help="Only list those that are good.")] = False,
    revoke: Annotated[int | None, typer.Option(help="End the key of this number, at once.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Give a meter a new key; those before it stay good for a while."""
    now = datetime.now(UTC)
    with (
        told(),
        migrated(settings_for(data_dir)) as url,
        opened(url) as database,
        database.transaction() as connection,
    ):
        known = meter_anywhere(connection, meter)
        if revoke is not None:
            revoke_key(connection, known.community_id, revoke, now)
            out.print(f"key {revoke} is good no more")
        elif shown:
            for one in keys_of(connection, known.community_id, now, meter):
                used = f"{one.last_used_at:%Y-%m-%d %H:%M} UTC" if one.last_used_at else "never"
                end = f", ends {one.ends_at:%Y-%m-%d %H:%M} UTC" if one.ends_at else ""
                out.print(f"key {one.key_id}: last used {used}{end}")
        else:
            key_id, made = rotate_key(
                connection, known.meter_id, now, timedelta(hours=overlap_hours)
            )
            out.print(f"key {key_id} of {meter}, shown this once: {made}", markup=False)


def member(
    email: Annotated[str, typer.Argument(help="Whose it is.")],
    add: Annotated[str | None, typer.Option(help="Register them, under this name.")] = None,
    community: Annotated[str | None, typer.Option(help="To add them to.")] = None,
    role: Annotated[Role, typer.Option(help="To add them in.")] = Role.OPERATOR,
    approve: Annotated[bool, typer.Option("--approve", help="Let them in.")] = False,
    link: Annotated[bool, typer.Option("--link", help="Print a link to set a password.")] = False,
    forget_second_factor: Annotated[
        bool, typer.Option("--forget-second-factor", help="They enrol a new one.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Help a member whom no operator can: the first one, or the last one locked out."""
    settings = settings_for(data_dir)
    now = datetime.now(UTC)
    with (
        told(),
        migrated(settings) as url,
        opened(url) as database,
        database.transaction() as connection,
    ):
        if add is not None:
            if community is None:
                raise Invalid("Say which --community they belong to.")
            place = community_named(connection, community).community_id
            add_member(connection, place, add, email, role)
        known = _member(connection, email)
        if approve:
            admit(connection, known.member_id, None, now)
        if forget_second_factor:
            second_factor.forget(connection, known.member_id)
            end_all(connection, known.member_id)
        if link:
            letter = write_link(connection, known, Purpose.RESET, settings.public_url, now)
            out.print(letter.text, markup=False)
        known = _member(connection, email)
    out.print(f"{known.email}: {known.role} of {known.community}, {known.standing}", markup=False)


def _member(connection: Connection, email: str) -> Member:
    found = member_with_email(connection, email)
    if found is None:
        raise NotFound(f"Nobody is registered as {email}: give --add NAME and --community.")
    return found
