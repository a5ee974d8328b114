"""The file that a backup is: a plain zip archive, stored as it is.

In it are ``database.dump`` (PostgreSQL's custom format, which ``pg_restore`` reads by itself too)
and ``manifest.json``, which says what must come out of it.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import IO

from peergrid.errors import Invalid, NotFound

FORMAT = 1  # of the archive; another number is of another PeerGrid
DUMP, MANIFEST = "database.dump", "manifest.json"
CHUNK_BYTES = 1 << 20
LARGEST_MANIFEST_BYTES = 10_000_000


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: ``rows`` of each table when it was ``made_at``, by the server's clock.

    ``schema`` is the migration it was at; ``sha256`` and ``size_bytes`` are the dump's.
    """

    format: int
    made_at: str
    schema: str
    server_version: int
    rows: dict[str, int]
    size_bytes: int
    sha256: str


def manifest_of(file: Path) -> Manifest:
    """What a backup says of itself. Raises NotFound for no file, Invalid for one that is none."""
    if not file.exists():
        raise NotFound(f"There is no backup {file}.")
    try:
        with zipfile.ZipFile(file) as archive, archive.open(MANIFEST) as member:
            said = json.loads(member.read(LARGEST_MANIFEST_BYTES))
        found = Manifest(**{field.name: said[field.name] for field in fields(Manifest)})
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{file} is no backup, or not all of one: copy it anew.") from error
    if found.format != FORMAT:
        raise Invalid(f"{file} was made by another PeerGrid: update this one.")
    return found


def verify(file: Path, manifest: Manifest) -> None:
    """Raises Invalid unless the dump is, byte for byte, the one that was written."""
    digest, size_bytes = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(file) as archive, archive.open(DUMP) as dump:
            while chunk := dump.read(CHUNK_BYTES):
                digest.update(chunk)
                size_bytes += len(chunk)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise Invalid(f"{file} is damaged: {error}. Take another backup.") from error
    if (digest.hexdigest(), size_bytes) != (manifest.sha256, manifest.size_bytes):
        raise Invalid(f"{file} is damaged: its checksum is another. Take another backup.")


def copy(
    source: IO[bytes], target: IO[bytes], on_bytes: Callable[[int], None] | None
) -> tuple[int, str]:
    """Write all of ``source``; how many bytes, and their SHA-256."""
    digest, size_bytes = hashlib.sha256(), 0
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        digest.update(chunk)
        size_bytes += len(chunk)
        if on_bytes:
            on_bytes(size_bytes)
    return size_bytes, digest.hexdigest()
