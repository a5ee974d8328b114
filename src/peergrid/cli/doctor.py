"""Find what is wrong with an installation, and say the cure."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from peergrid.cli.communities import (
    check_clock,
    check_meters,
    check_operators,
    check_payouts,
    check_settlement,
    check_tariffs,
)
from peergrid.cli.options import FAILED, DataDir, out, settings_for, told
from peergrid.cli.storage import check_may, check_owns, check_secret, opened, server
from peergrid.cli.surroundings import (
    check_backups,
    check_certificate,
    check_letters,
    check_room,
    check_secrets_are_private,
)
from peergrid.database.pool import Database, connect
from peergrid.database.roles import AUDIT, OF_OWNER
from peergrid.errors import Conflict, PeerGridError
from peergrid.migrations.schema import check_current
from peergrid.settings import Settings

OLDEST_BACKUP = timedelta(hours=26)  # one a day, and two hours for it

AsJson = Annotated[bool, typer.Option("--json", help="One JSON array instead of lines.")]
Backups = Annotated[Path | None, typer.Option(help="Look here for a backup of this day.")]

type Check = Callable[[], None]


@dataclass(frozen=True)
class Finding:
    """What came of one check; ``fault`` says what is wrong and the cure, None: nothing is."""

    check: str
    fault: str | None


def doctor(as_json: AsJson = False, backups: Backups = None, data_dir: DataDir = None) -> None:
    """Find what is wrong with an installation, and say the cure."""
    with told():
        findings = list(examined(data_dir, backups))
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            out.print(f"{finding.check:<13}{finding.fault or 'well'}", markup=False)
    if any(finding.fault for finding in findings):
        raise typer.Exit(FAILED)


def examined(data_dir: Path | None, backups: Path | None) -> Iterator[Finding]:
    """What comes of every check; what cannot be looked at for an earlier fault is left out."""
    with ExitStack() as stack:
        settings: list[Settings] = []
        yield _finding("settings", lambda: settings.append(settings_for(data_dir)))
        if not settings:
            return
        yield from _findings(_around(settings[0], backups))
        urls: list[str] = []
        yield _finding("database", lambda: urls.append(_reached(stack, settings[0])))
        if not urls:
            return
        for name, check in (("schema", check_current), ("rights", _check_rights)):
            found = _finding(name, partial(check, urls[0]))
            yield found
            if found.fault:
                return
        database = stack.enter_context(opened(urls[0], AUDIT))
        yield from _findings(_within(settings[0], database))


def _around(settings: Settings, backups: Path | None) -> dict[str, Check]:
    now = datetime.now(UTC)
    checks: dict[str, Check] = {
        "secret": partial(_check_secrets, settings),
        "room": partial(check_room, settings),
        "certificate": partial(check_certificate, settings, now),
        "letters": partial(check_letters, settings),
    }
    if backups:
        checks["backups"] = partial(check_backups, backups, now, OLDEST_BACKUP)
    return checks


def _within(settings: Settings, database: Database) -> dict[str, Check]:
    now = datetime.now(UTC)
    return {
        "clock": partial(check_clock, database, now),
        "operators": partial(check_operators, database),
        "tariffs": partial(check_tariffs, database),
        "meters": partial(check_meters, database, now),
        "settlement": partial(check_settlement, database),
        "payouts": partial(check_payouts, database, settings.payout_provider),
    }


def _findings(checks: dict[str, Check]) -> Iterator[Finding]:
    return (_finding(name, check) for name, check in checks.items())


def _finding(name: str, check: Check) -> Finding:
    try:
        check()
    except PeerGridError as fault:
        return Finding(name, str(fault))
    return Finding(name, None)


def _reached(stack: ExitStack, settings: Settings) -> str:
    """Where the database is that answers; one that was never made is not made for this."""
    if not settings.database_url and not (settings.data_dir / "postgres").exists():
        raise Conflict(
            f"There is no database in {settings.data_dir} yet: run `peergrid serve`, or name one"
            " with PEERGRID_DATABASE_URL."
        )
    url = settings.database_url or stack.enter_context(server(settings))
    connect(url).close()
    return url


def _check_secrets(settings: Settings) -> None:
    check_secret(settings)
    check_secrets_are_private(settings)


def _check_rights(url: str) -> None:
    for role in OF_OWNER:
        check_may(url, role)
    check_owns(url)
