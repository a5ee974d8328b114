"""What an installation stands on: the data directory, the certificate members see, backups.

Each check raises what the command line tells anyway, in a sentence with the cure.
"""

import shutil
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from peergrid.errors import Conflict, Unavailable
from peergrid.settings import Settings

LEAST_FREE = 0.1  # of a disk; a full one stops all who write
OTHERS = 0o077
SECRETS = ("secret", "*.password")
HTTPS = 443
TIMEOUT_S = 5.0
RENEW_BEFORE = timedelta(days=14)
BYTES_PER_GB = 1_000_000_000


def check_secrets_are_private(settings: Settings) -> None:
    """Raises Conflict if others of this machine may read a secret in the data directory."""
    for pattern in SECRETS:
        for file in settings.data_dir.glob(pattern):
            if file.stat().st_mode & OTHERS:
                raise Conflict(f"Others may read {file}: run `chmod 600 {file}`, then replace it.")


def check_room(settings: Settings) -> None:
    """Raises Conflict if the disk of the data directory is nearly full."""
    place = next(
        folder for folder in (settings.data_dir, *settings.data_dir.parents) if folder.exists()
    )
    disk = shutil.disk_usage(place)
    if disk.free < LEAST_FREE * disk.total:
        raise Conflict(
            f"The disk of {place} has {disk.free / BYTES_PER_GB:.1f} GB left of"
            f" {disk.total / BYTES_PER_GB:.1f}: make room, or set PEERGRID_KEEP_MONTHS."
        )


def check_certificate(settings: Settings, now: datetime) -> None:
    """Raises Conflict if browsers refuse the certificate, or will soon; Unavailable if away.

    What members reach without TLS is this machine, and has none.
    """
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https":
        return
    host, port = str(parts.hostname), parts.port or HTTPS
    try:
        ends = _end_of_certificate(host, port)
    except ssl.SSLCertVerificationError as error:
        raise Conflict(
            f"The certificate of {host}:{port} is refused ({error.verify_message}): have the proxy"
            " renew it."
        ) from error
    except OSError as error:
        raise Unavailable(
            f"Nobody answers by TLS at {host}:{port} ({error}): start the proxy, or correct"
            " PEERGRID_PUBLIC_URL."
        ) from error
    if ends - now < RENEW_BEFORE:
        raise Conflict(
            f"The certificate of {host}:{port} ends on {ends:%Y-%m-%d}: have the proxy renew it."
        )


def _end_of_certificate(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), TIMEOUT_S) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        shown = secured.getpeercert()
    assert shown is not None  # noqa: S101 - it was verified
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def check_letters(settings: Settings) -> None:
    """Raises Conflict if members are elsewhere and cannot be written to."""
    if settings.public_url.startswith("https://") and settings.mail is None:
        raise Conflict(
            "No letters leave, so nobody can be invited or get a new password: set PEERGRID_MAIL"
            " and PEERGRID_MAIL_FROM."
        )


def check_backups(folder: Path, now: datetime, oldest: timedelta) -> None:
    """Raises Conflict unless ``folder`` has a backup that is not older than ``oldest``."""
    made = newest_backup(folder)
    if made is None or now - made > oldest:
        newest = f"the newest is of {made:%Y-%m-%d %H:%M} UTC" if made else "there is none"
        raise Conflict(
            f"No backup in {folder} is younger than {oldest // timedelta(hours=1)} hours,"
            f" {newest}: run `peergrid backup --to {folder} --every 86400`."
        )


def newest_backup(folder: Path) -> datetime | None:
    """When the newest backup in ``folder`` was made; None if there is none."""
    made = (file.stat().st_mtime for file in folder.glob("*.zip"))
    newest = max(made, default=None)
    return None if newest is None else datetime.fromtimestamp(newest, UTC)
