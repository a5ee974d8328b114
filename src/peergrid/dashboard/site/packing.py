"""Files compressed once, beside themselves, for whoever asks for them."""

import gzip
import os
from pathlib import Path

import brotli

QUICKLY, FULLY = 5, 11  # Brotli's quality: 2 s of work for all files, and some two minutes
GZIP_LEVEL = 6
SUFFIXES = {"br": ".br", "gzip": ".gz"}  # by their names in HTTP
PACKED_ALREADY = {".png", ".woff2"}


def pack(folder: Path, quality: int) -> None:
    """Put a ``.br`` of that quality and a ``.gz`` beside each file that gets smaller by it."""
    already = {*PACKED_ALREADY, *SUFFIXES.values()}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in already:
            content = path.read_bytes()
            _put(path, ".br", brotli.compress(content, quality=quality, lgwin=24))
            _put(path, ".gz", gzip.compress(content, GZIP_LEVEL, mtime=0))


def _put(path: Path, suffix: str, packed: bytes) -> None:
    """At once: a server may be sending the one that stood there."""
    new = path.with_name(f"{path.name}{suffix}.{os.getpid()}")
    new.write_bytes(packed)
    new.replace(path.with_name(path.name + suffix))
